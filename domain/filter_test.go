package domain

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var filterNow = time.Date(2026, 3, 14, 15, 9, 26, 0, time.FixedZone("CET", 3600))

func TestFilterMeansWhatItSays(t *testing.T) {
	for filter, texts := range map[string][2][]string{
		"van":              {{"van 12", "caravan"}, {"va n", ""}},
		`"va n"`:           {{"va n"}, {"van"}},
		"name:van":         {{"van 12"}, {"truck"}},
		"name:van*":        {{"van", "van 12"}, {"caravan"}},
		"name:*van":        {{"van", "caravan"}, {"van 12"}},
		"name:v*n":         {{"vn", "van", "v12n"}, {"van 1", "xvan"}},
		"name:v*1*n":       {{"v1n", "vv1nn"}, {"vn", "vn1"}},
		"name:*a*b*":       {{"ab", "xaxbx"}, {"ba"}},
		"name:*":           {{"x"}, {""}},
		"name:=van":        {{"van"}, {"vans", ""}},
		"name:=":           {{""}, {"x"}},
		`name:"a*b"`:       {{"xa*bx"}, {"axb"}},
		`name:"=x"`:        {{"a=x"}, {"x"}},
		`name:"Tail Lift"`: {{"tail lift"}, {"tail  lift", "tail"}},
		`name:"open end`:   {{"open end"}, {"open"}},
		"name:ÅR":          {{"århus"}, {"arhus"}},
		"imei:35-12":       {{"3512"}, {"35-12"}},
		"phone:+45-12":     {{"4512"}, {"45 12"}},
		"unit:AB-CD*":      {{"abcdef"}, {"0abcd"}},
		"a::b":             {nil, nil},
	} {
		f, err := ParseFilter(filter, filterNow)
		if filter == "a::b" {
			if KindOf(err) != Invalid {
				t.Errorf("%s: %v", filter, err)
			}
			continue
		}
		if err != nil || len(f.Terms) != 1 {
			t.Errorf("%s: %d terms, %v", filter, len(f.Terms), err)
			continue
		}
		for i, want := range []bool{true, false} {
			for _, text := range texts[i] {
				if f.Terms[0].Pattern.Match([]byte(text)) != want {
					t.Errorf("%s: %q is %v", filter, text, !want)
				}
			}
		}
	}
}

func TestFilterTerms(t *testing.T) {
	f, err := ParseFilter(`customer:nordics  Status:ONLINE -tag:"tail lift" - -- "-x" --1 10:30 imei:35*`, filterNow)
	if err != nil {
		t.Fatal(err)
	}
	want := []FilterTerm{
		{Field: FilterCustomer, Pattern: Contains("nordics")},
		{Field: FilterStatus, Statuses: 1 << StatusOnline},
		{Field: FilterTag, Not: true, Pattern: Contains("tail lift")},
		{Pattern: Contains("-")},
		{Not: true, Pattern: Contains("-")},
		{Pattern: Contains("-x")},
		{Not: true, Pattern: Contains("-1"), Dashless: Contains("1")},
		{Pattern: Contains("10:30")},
		{Field: FilterIMEI, Pattern: Begins("35")},
	}
	if len(f.Terms) != len(want) {
		t.Fatalf("%+v", f.Terms)
	}
	for i := range want {
		if !f.Terms[i].Same(want[i]) {
			t.Errorf("term %d: %+v, want %+v", i, f.Terms[i], want[i])
		}
	}
}

func TestFilterMoments(t *testing.T) {
	at := func(text string) int64 {
		m, err := time.ParseInLocation("2006-01-02 15:04", text, filterNow.Location())
		if err != nil {
			t.Fatal(err)
		}
		return MinuteOf(m)
	}
	now := MinuteOf(filterNow)
	for text, want := range map[string][2]int64{
		"seen:never":                      {0, 0},
		"seen:*":                          {1, MaxMinute},
		"seen:<7d":                        {now - 7*24*60, MaxMinute},
		"seen:90m":                        {now - 90, MaxMinute},
		"seen:>12h":                       {1, now - 12*60 - 1},
		"last:>=2w":                       {1, now - 2*7*24*60 - 1},
		"seen:2026-03-01":                 {at("2026-03-01 00:00"), at("2026-03-01 23:59")},
		"seen:>2026-02":                   {at("2026-03-01 00:00"), MaxMinute},
		"seen:<2026":                      {1, at("2025-12-31 23:59")},
		"seen:today":                      {at("2026-03-14 00:00"), at("2026-03-14 23:59")},
		"seen:yesterday":                  {at("2026-03-13 00:00"), at("2026-03-13 23:59")},
		"registered:2025-01..2025-02":     {at("2025-01-01 00:00"), at("2025-02-28 23:59")},
		"registered:..2025-02-03":         {1, at("2025-02-03 23:59")},
		"year:2018..2020":                 {2018, 2020},
		"year:>2018":                      {2019, 1<<63 - 1},
		"year:<2000":                      {MinYear, 1999},
		"year:*":                          {MinYear, MaxYear},
		"seen:<99999999w":                 {1, MaxMinute},
		"registered:>=2026-01-01":         {at("2026-01-01 00:00"), MaxMinute},
		"last_communication:<=2026-01-01": {1, at("2026-01-01 23:59")},
		"registered_at:=2026-01":          {at("2026-01-01 00:00"), at("2026-01-31 23:59")},
	} {
		f, err := ParseFilter(text, filterNow)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if term := f.Terms[0]; term.From != want[0] || term.To != want[1] {
			t.Errorf("%s: %d to %d, want %d to %d", text, term.From, term.To, want[0], want[1])
		}
	}
}

func TestFilterErrorsSayWhatToDo(t *testing.T) {
	for text, want := range map[string]string{
		"colour:red":              `There is no field "colour". Fields are name, tag, plate, `,
		"status:":                 "Say which after status: new, online, offline or retired.",
		"tag:":                    "Say what to look for after tag: ",
		"status:busy":             `There is no status "busy". A device is new, online, offline or retired.`,
		"year:20":                 "Write year:2021",
		"seen:soon":               "Write seen:<7d",
		"seen:<7y":                "Write seen:<7d",
		"registered:never":        "registered:2026-03-01",
		"phone:abc":               "phone:* for any",
		"imei:-":                  "imei:* for any",
		strings.Repeat("a ", 33):  "too long",
		strings.Repeat("a", 1001): "too long",
		"x\x1b[31m:red ":          "",
		"evil\u202e:x":            "",
	} {
		_, err := ParseFilter(text, filterNow)
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if KindOf(err) != Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestTypingFilter(t *testing.T) {
	for text, want := range map[string]struct {
		rest, hint string
		sure       bool
	}{
		"":                {"", "", false},
		"van":             {"van", "", false},
		"van sta":         {"van", "status:", false},
		"van -sta":        {"van", "status:", false},
		"van m":           {"van", "make: model:", false},
		"status:":         {"", "status: new, online, offline or retired", true},
		"van status: ":    {"van status: ", "", false},
		"van -year:<":     {"van", "year: 2021, >2018 or 2018..2020", true},
		"plate:=":         {"plate:=", "", false},
		"tag:":            {"", "tag: a part of it, ab* its beginning, * any", true},
		"colour:":         {"colour:", "", false},
		`"sta`:            {`"sta`, "", false},
		"status:on":       {"status:on", "", false},
		"last_communicat": {"", "seen:", false},
		"ü":               {"ü", "", false},
	} {
		rest, hint, sure := TypingFilter(text)
		if rest != want.rest || hint != want.hint || sure != want.sure {
			t.Errorf("%q: %q, %q, %v", text, rest, hint, sure)
		}
	}
}

// FuzzFilter asks that any filter is read or refused with a sentence, and that
// what implies another doesn't let through what that one doesn't.
func FuzzFilter(f *testing.F) {
	for _, text := range []string{FilterHelp, "", "-", `"`, `-"`, "a:b", "year:..", "seen:<", "*", "**", "-*", "name:=*", "\x00:\xff", "ÅÅ-1 1-å", "ab-12*"} {
		f.Add(text, "va", "ab12")
	}
	f.Fuzz(func(t *testing.T, text, more, device string) {
		filter, err := ParseFilter(text, filterNow)
		if err != nil {
			if KindOf(err) != Invalid || err.Error() == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		rest, _, _ := TypingFilter(text)
		if _, err := ParseFilter(rest, filterNow); err != nil {
			t.Fatalf("%q: what is left of it while it is typed, %q: %v", text, rest, err)
		}
		if !filter.ImpliesAll(filter) {
			t.Fatalf("%q doesn't imply itself", text)
		}
		for _, term := range filter.Terms {
			if strings.ContainsAny(term.Pattern.Longest(), "\t\n") {
				t.Fatalf("%q: a piece with the end of a field in it", text)
			}
			if !utf8.ValidString(term.Pattern.Longest()) {
				t.Fatalf("%q: a piece that isn't text", text)
			}
		}
		longer, err := ParseFilter(text+more, filterNow)
		if err != nil || !longer.ImpliesAll(filter) {
			return
		}
		folded := []byte(strings.NewReplacer("\t", " ", "\n", " ").Replace(Fold(device)))
		if passes(longer, folded) && !passes(filter, folded) {
			t.Fatalf("%q implies %q, but lets %q through", text+more, text, folded)
		}
	})
}

// passes asks of a device whose every field is a text, without dashes where
// those are left out.
func passes(f DeviceFilter, text []byte) bool {
	for _, t := range f.Terms {
		is := t.Pattern.Match(text) || !t.Dashless.IsZero() && t.Dashless.Match(text)
		switch t.Field {
		case FilterStatus:
			is = t.Statuses>>(len(text)%4)&1 != 0
		case FilterYear, FilterSeen, FilterRegistered:
			is = t.From <= int64(len(text)) && int64(len(text)) <= t.To
		}
		if is == t.Not {
			return false
		}
	}
	return true
}
