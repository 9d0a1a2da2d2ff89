package domain

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// hostile are texts that nobody should be able to store in a name, with the word
// that the refusal must say.
var hostile = map[string]string{
	"two\nlines":                   "line break",
	"a\r\nb":                       "line break",
	"a\tb":                         "tab",
	"a\u2028b":                     "line break",
	"a\u0085b":                     "line break",
	"bell\aring":                   "control",
	"\x1b[31mred\x1b[0m":           "control",
	"\u009b31mred":                 "control",
	"nul\x00nul":                   "control",
	"del\x7f.":                     "control",
	"ann\u202enna":                 "direction",
	"a\u2066b\u2069":               "direction",
	"a\u200fb":                     "direction",
	"zero\u200bwidth":              "invisible",
	"join\u200der":                 "invisible",
	"bom\ufeff.":                   "invisible",
	"soft\u00adhyphen":             "invisible",
	"tag\U000e0041":                "invisible",
	"filler\u3164":                 "invisible",
	"blank\u2800blank":             "blank",
	"\u0301accent first":           "combining",
	"tower" + marks(maxMarks+1):    "combining",
	"none\ufffe.":                  "no character",
	"bad\xff":                      "UTF-8",
	strings.Repeat("é", MaxName+1): "at most 120 characters; this has 121",
}

func marks(n int) string { return strings.Repeat("\u0335", n) }

func TestCheckName(t *testing.T) {
	for text, want := range map[string]string{
		"Acme HQ":                    "Acme HQ",
		"  Acme \u00a0 HQ\n":         "Acme HQ",
		"Ae\u0301ro":                 "Aéro",
		"日本　支店":                      "日本 支店",
		"I \u2764\ufe0f vans":        "I \u2764 vans",
		"🚚 fleet":                    "🚚 fleet",
		"O'Brien & Sons / \\ \"x\"":  "O'Brien & Sons / \\ \"x\"",
		"ק\u05b0ו":                   "ק\u05b0ו",
		strings.Repeat("é", MaxName): strings.Repeat("é", MaxName),
	} {
		got, err := CheckName("name", text)
		if err != nil || got != want {
			t.Errorf("CheckName(%q) = %q, %v", text, got, err)
		}
		if again, err := CheckName("name", got); err != nil || again != got || Clean(got) != got {
			t.Errorf("%q isn't stable: %q, %v", got, again, err)
		}
	}
	for text, word := range hostile {
		_, err := CheckName("name", text)
		wants(t, text, err, Invalid, word, "name")
		if field(err) != "name" || err != nil && Clean(err.Error()) != err.Error() {
			t.Errorf("%q: field %q, text %q", text, field(err), err)
		}
	}
	_, err := CheckName("name", " \t ")
	wants(t, "empty", err, Invalid, "Give a name")
	_, err = CheckName("name", strings.Repeat("\u0958", MaxName))
	wants(t, "long once composed", err, Invalid, "this has 240")
	_, err = CheckText("board_version", strings.Repeat("x", 200), MaxText)
	wants(t, "long", err, Invalid, "board version", "80", "200")
}

func TestCheckEmail(t *testing.T) {
	for _, good := range []string{
		"ops@acme.example", "Ann.O'Neil+fleet@Sub.Acme-HQ.example", "søren@blåbær.example", "x@1.dk", "a@xn--p1ai.example",
	} {
		if got, err := CheckEmail(" "+good+"\n", true); err != nil || got != good {
			t.Errorf("CheckEmail(%q) = %q, %v", good, got, err)
		}
	}
	for _, bad := range []string{
		"ops", "@acme.example", "ops@", "ops@acme", "ops@@acme.example", "a b@acme.example", "ops@acme..example", ".ops@acme.example",
		"ops.@acme.example", "ops@-acme.example", "ops@acme-.example", "Ann <ann@acme.example>", "ann@acme.example, bob@acme.example",
		"ann@acme.example\r\nBcc: eve@acme.example", "ann@acme.example\x00", "a\u200bnn@acme.example", "ops@127.0.0.1", "ops@[::1]",
		strings.Repeat("a", 65) + "@acme.example", "a@" + strings.Repeat("a", 64) + ".example", "a@" + strings.Repeat("abcdefgh.", 30) + "example",
		`"quoted"@acme.example`, "a@\u202eacme.example", "a@acme.example\xff",
	} {
		_, err := CheckEmail(bad, false)
		wants(t, bad, err, Invalid, "email")
	}
	_, err := CheckEmail(" ", true)
	wants(t, "empty", err, Invalid, "Give")
	if got, err := CheckEmail(" ", false); got != "" || err != nil {
		t.Error("empty where it may be:", err)
	}
}

func TestCheckUsername(t *testing.T) {
	for _, good := range []string{"ann", "Ann.Smith-2_x", "a" + strings.Repeat("1", 31)} {
		if got, err := CheckUsername(" " + good + " "); err != nil || got != good {
			t.Errorf("CheckUsername(%q) = %q, %v", good, got, err)
		}
	}
	for _, bad := range []string{"", "an", "1ann", "-ann", "ann smith", "ann@acme", "søren", "аnn", "ann\n", "a" + strings.Repeat("1", 32), "ann\x00"} {
		if _, err := CheckUsername(bad); bad != "ann\n" {
			wants(t, bad, err, Invalid, "username")
		}
	}
}

func TestCountries(t *testing.T) {
	for text, want := range map[string]string{
		"DK": "DK", "dk": "DK", " Denmark ": "DK", "danmark": "DK", "UK": "GB", "United Kingdom": "GB", "côte d'ivoire": "CI", "Ivory Coast": "CI",
		"United States": "US", "USA": "US", "the netherlands": "NL", "Curacao": "CW", "Saint Lucia": "LC", "Trinidad and Tobago": "TT",
		"Turkey": "TR", "Türkiye": "TR", "Åland Islands": "AX", "south korea": "KR", "": "",
	} {
		if got, err := CheckCountry(text, false); err != nil || got != want {
			t.Errorf("CheckCountry(%q) = %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"ZZ", "EU", "XK", "D", "Atlantis", "DNK\x00", strings.Repeat("x", 1000), "Nordics"} {
		_, err := CheckCountry(bad, false)
		wants(t, bad, err, Invalid, "DK or Denmark")
	}
	_, err := CheckCountry("", true)
	wants(t, "empty", err, Invalid)
	all := Countries()
	if len(all) != 249 {
		t.Errorf("%d countries", len(all))
	}
	names := map[string]bool{}
	for _, c := range all {
		names[c.Name] = true
		for _, text := range append(c.also, c.Code, c.Name) {
			if code, err := CheckCountry(text, true); err != nil || code != c.Code {
				t.Errorf("%q is %q, %v, not %s", text, code, err, c.Code)
			}
		}
		if s := DefaultSettings(c.Code); !s.Complete() || CheckSettings(&s) != nil {
			t.Errorf("%s: default settings %v", c.Name, s)
		}
		if CountryName(c.Code) != c.Name {
			t.Errorf("%s is called %q", c.Code, CountryName(c.Code))
		}
	}
	if len(names) != 249 || all[0].Name != "Afghanistan" || CountryName("ZZ") != "ZZ" {
		t.Error("names are wrong")
	}
	if got := DefaultSettings("DK"); got != acme.Settings {
		t.Error("Denmark:", got)
	}
	if got := DefaultSettings("??"); got != (Settings{"UTC", Clock24, Metric}) {
		t.Error("nowhere:", got)
	}
}

func TestZones(t *testing.T) {
	for text, want := range map[string]string{
		"Europe/Copenhagen": "Europe/Copenhagen", "europe/copenhagen": "Europe/Copenhagen", " America/New York ": "America/New_York",
		"utc": "UTC", "": "", "US/Eastern": "US/Eastern", "Etc/GMT+3": "Etc/GMT+3",
	} {
		if got, err := CheckZone(text); err != nil || got != want {
			t.Errorf("CheckZone(%q) = %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{
		"Local", "localtime", "posixrules", "right/UTC", "posix/Europe/Copenhagen", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/Atlantis",
		"Europe/Copenhagen\x00", "Factory", strings.Repeat("A", 200), "zone.tab", "Ævrope/X",
	} {
		_, err := CheckZone(bad)
		wants(t, bad, err, Invalid, "time zone")
	}
	_, err := CheckZone("copenhagen")
	wants(t, "city", err, Invalid, "Europe/Copenhagen")
	if zones := Zones(); len(zones) < 400 {
		t.Error("zones are missing")
	} else {
		for _, zone := range zones {
			if _, err := time.LoadLocation(zone); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestSettingsParse(t *testing.T) {
	for text, want := range map[string]Clock{"": 0, "12": Clock12, " 24 h ": Clock24, "12h": Clock12, "24H": Clock24} {
		if got, err := ParseClock(text); err != nil || got != want {
			t.Errorf("ParseClock(%q) = %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]Units{"": 0, "Metric": Metric, "imperial": Imperial} {
		if got, err := ParseUnits(text); err != nil || got != want || got.String() != strings.ToLower(text) {
			t.Errorf("ParseUnits(%q) = %v, %v", text, got, err)
		}
	}
	_, err := ParseClock("13")
	wants(t, "clock", err, Invalid)
	_, err = ParseUnits("furlongs")
	wants(t, "units", err, Invalid)
	wants(t, "stored clock", CheckSettings(&Settings{Clock: 7}), Invalid)
	wants(t, "stored units", CheckSettings(&Settings{Units: 7}), Invalid)
	if (Settings{TimeZone: "Nowhere"}).Zone() != time.UTC {
		t.Error("an unknown zone isn't UTC")
	}
}

func TestNumbers(t *testing.T) {
	type check func(string) (string, error)
	for _, tt := range []struct {
		name  string
		check check
		text  string
		want  string
		good  bool
	}{
		{"imei", CheckIMEI, "35 693803 564380 9", "356938035643809", true},
		{"imei", CheckIMEI, "35693803564380", "35693803564380", true},
		{"imei", CheckIMEI, "", "", true},
		{"imei", CheckIMEI, "3569380356438", "", false},
		{"imei", CheckIMEI, "35693803564380A", "", false},
		{"iccid", CheckICCID, "8945 0421 1212 3456 7890", "89450421121234567890", true},
		{"iccid", CheckICCID, "8945042112123456789f", "8945042112123456789F", true},
		{"iccid", CheckICCID, "894504211212345", "", false},
		{"iccid", CheckICCID, "F", "", false},
		{"vin", CheckVIN, "wvwzzz1jz-xw000001", "WVWZZZ1JZXW000001", true},
		{"vin", CheckVIN, "TRAILER7", "TRAILER7", true},
		{"vin", CheckVIN, "WVW ZZZ;1", "", false},
		{"vin", CheckVIN, strings.Repeat("A", 21), "", false},
		{"phone", CheckPhone, " +45 (0) 12-34.56/78 ", "+45 (0) 12-34.56/78", true},
		{"phone", CheckPhone, "112", "112", true},
		{"phone", CheckPhone, "call me", "", false},
		{"phone", CheckPhone, "+", "", false},
		{"phone", CheckPhone, "12+34", "", false},
		{"phone", CheckPhone, strings.Repeat("1", 21), "", false},
	} {
		got, err := tt.check(tt.text)
		if got != tt.want || (err == nil) != tt.good || !tt.good && field(err) != tt.name {
			t.Errorf("%s %q = %q, %v", tt.name, tt.text, got, err)
		}
	}
	for text, want := range map[string]int{"": 0, " 2019 ": 2019, "1886": 1886} {
		if got, err := ParseYear(text); err != nil || got != want {
			t.Errorf("ParseYear(%q) = %d, %v", text, got, err)
		}
	}
	for _, bad := range []string{"19", "02019", "1700", "2200", "-999", "2o19"} {
		_, err := ParseYear(bad)
		wants(t, bad, err, Invalid, "year")
	}
}

func TestTags(t *testing.T) {
	got, err := ParseTags(" cold chain, Van ;van|| COLD  chain,x ")
	if err != nil || JoinTags(got) != "cold chain, Van, x" {
		t.Errorf("%q, %v", got, err)
	}
	for what, tags := range map[string][]string{
		"hostile": {"a\x1b"}, "long": {strings.Repeat("x", MaxTag+1)}, "comma": {"a,b"},
		"many": strings.Fields(strings.Join(strings.Split("abcdefghijklmnopqrstuvwxyz0123456", ""), " ")),
	} {
		_, err := CheckTags(tags)
		wants(t, what, err, Invalid, "tag")
	}
}

// TestCheckEntities: each field is put right or refused by its own name.
func TestCheckEntities(t *testing.T) {
	device := Device{
		Name: "  Van  7 ", Make: "Ford", IMEI: "35 693803 564380 9", VIN: "wvwzzz1jzxw000001", Phone: "+45 12 34 56 78",
		ICCID: "89450421121234567890", Year: 2019, Tags: []string{"b", "B", " a "}, Status: StatusOnline,
	}
	if err := CheckDevice(&device); err != nil || device.Name != "Van 7" || device.VIN != "WVWZZZ1JZXW000001" || JoinTags(device.Tags) != "b, a" {
		t.Errorf("%+v, %v", device, err)
	}
	for want, change := range map[string]func(*Device){
		"name": func(d *Device) { d.Name = "\x1b" }, "make": func(d *Device) { d.Make = "a\nb" }, "model": func(d *Device) { d.Model = "a\nb" },
		"type": func(d *Device) { d.Type = "a\nb" }, "board_version": func(d *Device) { d.BoardVersion = "a\nb" },
		"plate": func(d *Device) { d.Plate = "a\nb" }, "imei": func(d *Device) { d.IMEI = "x" }, "iccid": func(d *Device) { d.ICCID = "x" },
		"phone": func(d *Device) { d.Phone = "x" }, "vin": func(d *Device) { d.VIN = "?" }, "year": func(d *Device) { d.Year = 1 },
		"tags": func(d *Device) { d.Tags = []string{"\n,"} }, "status": func(d *Device) { d.Status = 9 },
	} {
		d := device
		change(&d)
		if err := CheckDevice(&d); KindOf(err) != Invalid || field(err) != want {
			t.Errorf("%s: %v on %q", want, err, field(err))
		}
	}
	customer := Customer{Name: " Aarhus ", Country: "denmark", Email: " a@acme.example", Settings: Settings{TimeZone: "europe/copenhagen"}}
	if err := CheckCustomer(&customer); err != nil || customer.Name != "Aarhus" || customer.Country != "DK" || customer.Settings.TimeZone != "Europe/Copenhagen" {
		t.Errorf("%+v, %v", customer, err)
	}
	for want, c := range map[string]Customer{
		"name": {}, "email": {Name: "x", Email: "x"}, "country": {Name: "x", Country: "x"}, "time_zone": {Name: "x", Settings: Settings{TimeZone: "x"}},
	} {
		if err := CheckCustomer(&c); field(err) != want {
			t.Errorf("customer: %v on %q, want %q", err, field(err), want)
		}
	}
	account := acme
	if err := CheckAccount(&account); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Account){
		"name": func(a *Account) { a.Name = "" }, "email": func(a *Account) { a.Email = "" }, "country": func(a *Account) { a.Country = "" },
		"time_zone": func(a *Account) { a.Settings.TimeZone = "" }, "time_format": func(a *Account) { a.Settings.Clock = 0 },
		"units": func(a *Account) { a.Settings.Units = 0 },
	} {
		a := acme
		change(&a)
		if err := CheckAccount(&a); field(err) != want {
			t.Errorf("account: %v on %q, want %q", err, field(err), want)
		}
	}
	user := User{Username: " ann ", FullName: " Ann  Smith", Email: "Ann@Acme.example", Groups: technician, Locations: []ID{id(1), id(2)}}
	if err := CheckUser(&user); err != nil || user.Username != "ann" || user.FullName != "Ann Smith" {
		t.Errorf("%+v, %v", user, err)
	}
	for want, change := range map[string]func(*User){
		"username": func(u *User) { u.Username = "x" }, "email": func(u *User) { u.Email = "x" }, "full_name": func(u *User) { u.FullName = "\a." },
		"phone": func(u *User) { u.Phone = "x" }, "groups": func(u *User) { u.Groups = 1 << 7 },
		"locations": func(u *User) { u.Locations = []ID{id(1), id(1)} }, "units": func(u *User) { u.Settings.Units = 9 },
	} {
		u := user
		change(&u)
		if err := CheckUser(&u); field(err) != want {
			t.Errorf("user: %v on %q, want %q", err, field(err), want)
		}
	}
	location := Location{Name: "Depot", Email: "depot@acme.example", Notes: "ring twice"}
	if err := CheckLocation(&location); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(*Location){
		"name": func(l *Location) { l.Name = "" }, "email": func(l *Location) { l.Email = "" }, "phone": func(l *Location) { l.Phone = "x" },
		"address": func(l *Location) { l.Address = "a\nb" }, "notes": func(l *Location) { l.Notes = strings.Repeat("x", MaxNotes+1) },
	} {
		l := location
		change(&l)
		if err := CheckLocation(&l); field(err) != want {
			t.Errorf("location: %v on %q, want %q", err, field(err), want)
		}
	}
}

func TestStatus(t *testing.T) {
	for _, s := range []Status{StatusNew, StatusOnline, StatusOffline, StatusRetired} {
		if again, err := ParseStatus(strings.ToUpper(s.String())); err != nil || again != s {
			t.Errorf("%s doesn't come back", s)
		}
	}
	_, err := ParseStatus("lost")
	wants(t, "status", err, Invalid, "retired")
	if Status(9).String() != "" {
		t.Error("status 9 is something")
	}
}

func TestIdentity(t *testing.T) {
	const text = "23762a22-b752-4d89-6370-aacda9d029ab"
	for _, spelling := range []string{text, strings.ToUpper(text), strings.ReplaceAll(text, "-", ""), " \t" + text + "\r\n"} {
		unit, err := ParseUnitID(spelling)
		if err != nil || unit.String() != text {
			t.Errorf("ParseUnitID(%q) = %v, %v", spelling, unit, err)
		}
		key, err := ParseID(spelling)
		if err != nil || key.String() != text {
			t.Errorf("ParseID(%q) = %v, %v", spelling, key, err)
		}
	}
	for _, bad := range []string{"", text[1:], text + "0", "2376-2a22b752-4d89-6370-aacda9d029ab0", strings.Replace(text, "a", "g", 1), strings.ReplaceAll(text, "-", "")[:31] + "-"} {
		_, err := ParseUnitID(bad)
		wants(t, bad, err, Invalid, "32 hex digits")
		if field(err) != "unit_id" {
			t.Error("on field", field(err))
		}
		_, err = ParseID(bad)
		wants(t, bad, err, Invalid)
	}
	var key ID
	if err := key.UnmarshalText([]byte(text)); err != nil || key.IsZero() {
		t.Error(err)
	}
	if b, err := key.MarshalText(); err != nil || string(b) != text {
		t.Error(string(b), err)
	}
	if err := key.UnmarshalText(nil); err != nil || !key.IsZero() || key.String() != "" {
		t.Error("the zero ID:", key, err)
	}
	var unit UnitID
	if err := unit.UnmarshalText([]byte(text)); err != nil || unit.String() != text {
		t.Error(unit, err)
	}
	if b, _ := unit.MarshalText(); string(b) != text {
		t.Error(string(b))
	}
}

func FuzzParseUnitID(f *testing.F) {
	for _, seed := range []string{"23762a22-b752-4d89-6370-aacda9d029ab", "", "-", strings.Repeat("0", 32), strings.Repeat("f", 36), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		unit, err := ParseUnitID(text)
		if err != nil {
			if KindOf(err) != Invalid || Clean(err.Error()) != err.Error() {
				t.Errorf("%q: %q", text, err)
			}
			return
		}
		if again, err := ParseUnitID(unit.String()); err != nil || again != unit {
			t.Errorf("%q reads as %s, that as %s", text, unit, again)
		}
	})
}

func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"ops@acme.example", "a@b.c", "a@b@c.d", " a@b.c\n", "ü@ü.ü", "\xff@a.b", "a\u0301@b.cd"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		address, err := CheckEmail(text, true)
		if err != nil {
			return
		}
		if again, err := CheckEmail(address, true); err != nil || again != address {
			t.Errorf("%q is stored as %q, that as %q: %v", text, address, again, err)
		}
		if strings.ContainsAny(address, " \r\n\t<>,;\"()[]\\") || Clean(address) != address || !utf8.ValidString(address) {
			t.Errorf("%q went through", address)
		}
	})
}

// FuzzCheckName: what is stored is clean, and storing it again changes nothing.
func FuzzCheckName(f *testing.F) {
	for text := range hostile {
		f.Add(text)
	}
	for _, seed := range []string{"Acme HQ", " a  b ", "e\u0301", "\u1100\u1161", "x\ufe0f\u0301", "\u2126", "a \u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name, err := CheckName("name", text)
		if err != nil {
			if Clean(err.Error()) != err.Error() {
				t.Errorf("%q: %q", text, err)
			}
			return
		}
		if again, err := CheckName("name", name); err != nil || again != name {
			t.Errorf("%q is stored as %q, that as %q: %v", text, name, again, err)
		}
		if utf8.RuneCountInString(name) > 3*MaxName || len(Fold(name)) == 0 {
			t.Errorf("%q grew to %q", text, name)
		}
	})
}
