package ui

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// chunks is an input that delivers what it holds a chunk a read.
type chunks struct {
	left []string
	at   *time.Time
	gap  time.Duration
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.left) == 0 {
		return 0, io.EOF
	}
	if c.at != nil {
		*c.at = c.at.Add(c.gap)
	}
	n := copy(p, c.left[0])
	if c.left[0] = c.left[0][n:]; c.left[0] == "" {
		c.left = c.left[1:]
	}
	return n, nil
}

// received is what comes through: keys as they are, each paste in «».
func received(t *testing.T, gap time.Duration, left ...string) string {
	t.Helper()
	at := clock()
	p := &pastes{}
	in := newInput(&chunks{left: left, at: &at, gap: gap}, p, func() time.Time { return at }, nil)
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for len(data) > 0 {
		before, rest, found := bytes.Cut(data, []byte(pasteStart))
		out.Write(before)
		if !found {
			break
		}
		ticket, after, _ := bytes.Cut(rest, []byte(pasteEnd))
		taken := p.take(string(ticket))
		if taken.tooMuch {
			out.WriteString("«too much»")
		} else {
			out.WriteString("«" + taken.text + "»")
		}
		data = after
	}
	return out.String()
}

func TestInput(t *testing.T) {
	ids := strings.Repeat("a1eeabbd-0000-4000-8000-000000000001\r", 3)
	slow := time.Second
	for name, test := range map[string]struct {
		gap  time.Duration
		in   []string
		want string
	}{
		"keys":                     {slow, []string{"a", "\x1b[A", "\r"}, "a\x1b[A\r"},
		"a lone escape isn't held": {slow, []string{"\x1b"}, "\x1b"},
		"a paste":                  {slow, []string{"x" + pasteStart + "a\tb\r\nc" + pasteEnd + "y"}, "x«a\tb\r\nc»y"},
		"a paste with escapes":     {slow, []string{pasteStart + "a\x1b[31mb\x1b" + pasteEnd}, "«a\x1b[31mb\x1b»"},
		"marks cut in two":         {slow, []string{"k\x1b[20", "0~abc\x1b[2", "01~d"}, "k«abc»d"},
		"two pastes":               {slow, []string{pasteStart + "a" + pasteEnd + pasteStart + "b" + pasteEnd}, "«a»«b»"},
		"a paste that names a ticket": {slow, []string{pasteStart + "paste 1" + pasteEnd + pasteStart + "b" + pasteEnd},
			"«paste 1»«b»"},
		"a burst":                {slow, []string{ids}, "«" + ids + "»"},
		"the tail of a burst":    {time.Millisecond, []string{ids, "a1ee\r"}, "«" + ids + "»«a1ee\r»"},
		"keys long after one":    {slow, []string{ids, "pq"}, "«" + ids + "»pq"},
		"a key held down":        {slow, []string{strings.Repeat("j", 100)}, strings.Repeat("j", 100)},
		"arrows held down":       {slow, []string{strings.Repeat("\x1b[B", 50)}, strings.Repeat("\x1b[B", 50)},
		"typing ahead":           {slow, []string{"/van 00412\r"}, "/van 00412\r"},
		"a paste that is broken": {slow, []string{pasteStart + "abc"}, ""},
	} {
		if got := received(t, test.gap, test.in...); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestInputCountsWhatItDoesNotKeep(t *testing.T) {
	much := strings.Repeat("0123456789abcdef\n", domain.MaxPasteBytes/17+1)
	if got := received(t, time.Second, pasteStart+much+pasteEnd+"k"); got != "«too much»k" {
		t.Errorf("%.80q", got)
	}
	enough := much[:domain.MaxPasteBytes]
	if got := received(t, time.Second, pasteStart+enough+pasteEnd); got != "«"+enough+"»" {
		t.Errorf("the largest paste isn't whole: %d bytes", len(got))
	}
}
