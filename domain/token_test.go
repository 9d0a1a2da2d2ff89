package domain

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

func someTokenText(r *rand.Rand) TokenText {
	var t TokenText
	for i := range t.ID {
		t.ID[i] = byte(r.Uint32())
	}
	for i := range t.Secret {
		t.Secret[i] = byte(r.Uint32())
	}
	return t
}

func TestATokenIsOneWordOfOneLength(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := regexp.MustCompile(`^tenantry_[a-z2-7]+$`) // what a double click selects
	for range 1000 {
		whole := someTokenText(r)
		text := whole.String()
		if len(text) != TokenLength || !word.MatchString(text) {
			t.Fatalf("%q has %d characters", text, len(text))
		}
		if back, ok := ParseTokenText(text); !ok || back != whole {
			t.Fatalf("%q reads as %v, %v", text, back, ok)
		}
		if token := (Token{ID: whole.ID}); !strings.HasPrefix(text, token.Prefix()) || len(token.Prefix()) != len("tenantry_")+8 {
			t.Fatalf("%q doesn't begin with %q", text, token.Prefix())
		}
	}
}

func TestOnlyTheExactTextIsAToken(t *testing.T) {
	text := someTokenText(rand.New(rand.NewPCG(3, 4))).String()
	for name, not := range map[string]string{
		"nothing": "", "the prefix": tokenPrefix, "the word alone": strings.Repeat("a", TokenLength),
		"cut": text[:len(text)-1], "longer": text + "a", "space before": " " + text, "space after": text + " ",
		"upper case": strings.ToUpper(text), "upper case behind the prefix": tokenPrefix + strings.ToUpper(text[len(tokenPrefix):]),
		"another prefix": "tenantrx_" + text[len(tokenPrefix):], "padding": text[:len(text)-1] + "=",
		"a line break": text[:20] + "\n" + text[21:], "a line break more": text[:20] + "\n" + text[20:], "a NUL": text[:30] + "\x00" + text[31:],
		"turned round": tokenPrefix + text[len(tokenPrefix)+1:] + text[len(tokenPrefix):len(tokenPrefix)+1],
	} {
		if _, ok := ParseTokenText(not); ok {
			t.Errorf("%s is taken: %q", name, not)
		}
	}
	for at := range text { // any one letter, and any two that changed places
		for _, letter := range "abcdefghijklmnopqrstuvwxyz234567_A\xff" {
			changed := text[:at] + string(letter) + text[at+1:]
			if _, ok := ParseTokenText(changed); ok && changed != text {
				t.Errorf("%q is taken for %q", changed, text)
			}
		}
		if at > 0 && text[at] != text[at-1] {
			if _, ok := ParseTokenText(text[:at-1] + text[at:at+1] + text[at-1:at] + text[at+1:]); ok {
				t.Errorf("%q with letters %d and %d swapped is taken", text, at-1, at)
			}
		}
	}
}

func FuzzParseTokenText(f *testing.F) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 4 {
		f.Add(someTokenText(r).String())
	}
	f.Add(tokenPrefix + strings.Repeat("a", TokenLength-len(tokenPrefix)))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		if whole, ok := ParseTokenText(text); ok && whole.String() != text {
			t.Errorf("%q is taken for %q", text, whole.String())
		}
	})
}

func TestTheStateOfAToken(t *testing.T) {
	now := time.Date(2026, 3, 12, 14, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		token     Token
		suspended bool
		want      TokenState
		works     bool
	}{
		"never ends":            {Token{}, false, TokenActive, true},
		"ends later":            {Token{ExpiresAt: now.Add(TokenWarning + 1)}, false, TokenActive, true},
		"ends in 14 days":       {Token{ExpiresAt: now.Add(TokenWarning)}, false, TokenExpiring, true},
		"ends in a moment":      {Token{ExpiresAt: now.Add(1)}, false, TokenExpiring, true},
		"ends now":              {Token{ExpiresAt: now}, false, TokenExpired, false},
		"ended":                 {Token{ExpiresAt: now.Add(-day)}, false, TokenExpired, false},
		"revoked":               {Token{RevokedAt: now.Add(-day)}, false, TokenRevoked, false},
		"revoked, then over":    {Token{RevokedAt: now.Add(-2 * day), ExpiresAt: now.Add(-day)}, true, TokenRevoked, false},
		"suspended":             {Token{ExpiresAt: now.Add(day)}, true, TokenSuspended, false},
		"suspended, never ends": {Token{}, true, TokenSuspended, false},
		"over and suspended":    {Token{ExpiresAt: now.Add(-day)}, true, TokenExpired, false},
	} {
		got := test.token.State(now, test.suspended)
		if got != test.want || got.Works() != test.works || got.String() == "" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestTheLastDayOfATokenCountsWhole(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 12, 23, 30, 0, 0, time.UTC) // the 13th in Copenhagen
	if got := (Limits{TokenDays: 365}).LastTokenDay(now, copenhagen); !got.Equal(time.Date(2027, 3, 13, 22, 59, 59, 0, time.UTC)) {
		t.Error(got.UTC())
	}
	if got := (Limits{TokenDays: TokensNeverEnd}).LastTokenDay(now, copenhagen); !got.IsZero() {
		t.Error(got)
	}
}
