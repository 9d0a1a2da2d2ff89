package domain

import (
	"slices"
	"strings"
	"testing"
)

func TestIdentifiers(t *testing.T) {
	const unit = "4b30711f-19c2-4d89-6370-aacda9d02912"
	for text, want := range map[string][]string{
		"":                {},
		"  ab ":           {},
		unit:              {`unit:"4b30711f19c24d896370aacda9d02912"*`, `id:"4b30711f19c24d896370aacda9d02912"*`},
		"4B30711F":        {`unit:"4b30711f"*`, `id:"4b30711f"*`, `vin:"4b30711f"`},
		"{4b30711f-19c2}": {`unit:"4b30711f19c2"*`},
		"4b30711":         {`vin:"4b30711"`, `plate:"4"*"b"*"3"*"0"*"7"*"1"*"1"*`, `name:="4b30711"`, `name:4b30711`},
		"ab12345":         {`plate:="ab12345"`, `plate:"a"*"b"*"1"*"2"*"3"*"4"*"5"*`},
		"AB 12-345":       {`plate:="ab 12-345"`, `plate:"a"*"b"*"1"*"2"*"3"*"4"*"5"*`, `name:ab name:"12-345"`},
		"+45 20 30 40 50": {`phone:"4520304050"`},
		"352099001761481": {`imei:"352099001761481"*`, `iccid:"352099001761481"*`, `vin:"352099001761481"`, `phone:"352099001761481"`},
		"van*":            {`name:="van*"`, `name:"van*"`},
		`van "12`:         {`name:="van 12"`},
		"status:online":   {`name:"status:online"`},
	} {
		got := Identifiers(text)
		if len(want) == 0 && len(got) > 0 {
			t.Errorf("%q: %v", text, got)
		}
		for _, filter := range want {
			if !slices.ContainsFunc(got, func(i Identifier) bool { return i.Filter == filter }) {
				t.Errorf("%q: no %s in %v", text, filter, got)
			}
		}
	}
}

// FuzzIdentifiers asks that every way is a filter, of the field that it names.
func FuzzIdentifiers(f *testing.F) {
	for _, text := range []string{"van 12", "\x1b[31mred", "ab\u202e12345", `"*"="`, "a\x00b\xff cd", "0x4b30711f", "🚚🚚🚚", strings.Repeat("a1 ", 26), "- -- ---"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, way := range Identifiers(text) {
			filter, err := ParseFilter(way.Filter, filterNow)
			if err != nil || len(filter.Terms) == 0 || filter.Terms[0].Field != way.Field {
				t.Errorf("%q: %s: %+v, %v", text, way.Filter, filter, err)
			}
		}
		if _, err := ParseFilter(Anywhere(text), filterNow); err != nil && len(text) < 100 {
			t.Errorf("%q: %s: %v", text, Anywhere(text), err)
		}
	})
}
