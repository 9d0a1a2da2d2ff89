package cli

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"tenantry/domain"
)

// nowhere is an environment that reaches nothing.
func nowhere() (Environment, *bytes.Buffer, *bytes.Buffer) {
	var out, errs bytes.Buffer
	return Environment{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Path: "t.db", Version: "1",
		Demo:  func(context.Context) error { return nil },
		Serve: func(context.Context, string, string, map[string]string) error { return nil },
	}, &out, &errs
}

func TestEveryCommandSaysWhatItNeeds(t *testing.T) {
	environment, _, _ := nowhere()
	var walk func(c *cobra.Command)
	seen := 0
	walk = func(c *cobra.Command) {
		seen++
		need := c.Annotations[capability]
		if !slices.Contains([]string{needsNothing, needsOwner, needsOperator}, need) {
			if _, err := domain.ParseCapability(need); err != nil {
				t.Errorf("%s declares %q, which is no capability", c.CommandPath(), need)
			}
		}
		if c.Short == "" || c.Args == nil || c.RunE == nil {
			t.Errorf("%s lacks its short help, its arguments or what it does", c.CommandPath())
		}
		for _, child := range c.Commands() {
			walk(child)
		}
	}
	walk(New(environment))
	if seen < 25 {
		t.Fatalf("only %d commands", seen)
	}
}

// TestAFixedDoorChoosesNothing: where the door settles database and actor, no
// flag or command may choose others.
func TestAFixedDoorChoosesNothing(t *testing.T) {
	environment, _, _ := nowhere()
	environment.Fixed = &Fixed{}
	root := New(environment)
	for _, flag := range []string{"db", "as", "account"} {
		if root.PersistentFlags().Lookup(flag) != nil {
			t.Errorf("--%s is there", flag)
		}
	}
	for _, words := range [][]string{{"init"}, {"db", "check"}, {"demo"}} {
		if c, _, err := root.Find(words); err == nil && c != root {
			t.Errorf("%s is there", c.CommandPath())
		}
	}
	p := &program{Environment: environment}
	if err := p.reading("/etc/hostname", nil); domain.KindOf(err) != domain.Refused {
		t.Errorf("a file of the machine: %v", err)
	}
}

func TestFinish(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		said   string
	}{
		{nil, Done, ""},
		{errRowsFailed, Refused, ""},
		{domain.Errorf(domain.Invalid, "email", "ann has no address"), Misused, "ann has no address.\n"},
		{domain.NoSuch("device"), Refused, "There is no such device, or it is outside what you may see.\n"},
		{domain.Errorf(domain.Refused, "", "Not you: \x1b[31mX"), Refused, "Not you: \ufffd[31mX.\n"},
		{&usageError{"what? "}, Misused, "What?\n"},
		{context.Canceled, Refused, "Stopped.\n"},
	} {
		var errs bytes.Buffer
		if got := Finish(nil, c.err, &errs); got != c.status || errs.String() != c.said {
			t.Errorf("%v: %d %q, want %d %q", c.err, got, errs.String(), c.status, c.said)
		}
	}
}

func TestFinishInJSON(t *testing.T) {
	var errs bytes.Buffer
	Finish([]string{"x", "--json"}, domain.Errorf(domain.Conflict, "name", "<taken> \u202e\x1b"), &errs)
	want := "{\n  \"error\": {\n    \"kind\": \"conflict\",\n    \"field\": \"name\",\n    \"text\": \"<taken> \ufffd.\"\n  }\n}\n"
	if errs.String() != want {
		t.Errorf("got %s", errs.String())
	}
	back := Explanation{Kind: "conflict", Field: "name", Text: "Taken."}.AsError()
	if domain.KindOf(back) != domain.Conflict || back.Error() != "Taken." {
		t.Errorf("back: %v", back)
	}
}

func TestJSONIsExactAndHarmless(t *testing.T) {
	var out bytes.Buffer
	l := &jsonList{w: &out}
	for _, text := range []string{"a<b>&", "x\u202ey\u009bz\x7f", "tab\tline\n", "日本👩‍👧"} {
		if err := l.add(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.end(9, false, "cur\"sor", ""); err != nil {
		t.Fatal(err)
	}
	want := `{
  "items": [
    "a<b>&",
    "x\u202ey\u009bz\u007f",
    "tab\tline\n",
    "日本👩\u200d👧"
  ],
  "total": 9,
  "next": "cur\"sor"
}
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

func TestAnEmptyListIsAList(t *testing.T) {
	var out bytes.Buffer
	l := &jsonList{w: &out}
	if err := l.end(0, false, "", "no \"rights\""); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"items\": [],\n  \"total\": 0,\n  \"next\": \"\",\n  \"reason\": \"no \\\"rights\\\"\"\n}\n"; out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

func TestTable(t *testing.T) {
	var out bytes.Buffer
	table := &table{w: &out, right: numberColumns(1)}
	for _, row := range [][]string{{"Name", "N", "Note"}, {"東京", "12,345", "a\tb\nc\x1b[1m"}, {"x", "1", ""}} {
		if err := table.add(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := table.flush(); err != nil {
		t.Fatal(err)
	}
	want := "Name       N  Note\n東京  12,345  a b c\ufffd[1m\nx          1\n"
	if out.String() != want {
		t.Errorf("got\n%s", out.String())
	}
}

// TestALongTableStreams: it settles its widths and then holds no row back.
func TestALongTableStreams(t *testing.T) {
	var out bytes.Buffer
	table := &table{w: &out}
	for range 3 * tableSample {
		if err := table.add("a", "b"); err != nil {
			t.Fatal(err)
		}
	}
	if len(table.rows) > 0 || out.Len() != 3*tableSample*len("a  b\n") {
		t.Errorf("%d rows are held back, %d bytes written", len(table.rows), out.Len())
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{-1: "–", 0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if count(1, "van") != "1 van" || count(2000, "van") != "2,000 vans" {
		t.Error("count")
	}
}
