package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestImportUsers(t *testing.T) {
	s := newStaff(t)
	file := "\ufeffFull name;USERNAME;Groups;email;Customer;Shoe size\r\n" +
		"Ib Ibsen;ibb;DM FDA;ib@acme.example;;44\r\n" +
		"Jo;joe;\"Device Management, fda\";;Acme HQ/Nordics/Aarhus;\r\n" +
		";;;;;\r\n" +
		"Twin;IBB;;;;\r\n" +
		"Mail;other;;IB@acme.example;;\r\n" +
		"Taken;tina;;;;\r\n" +
		"Formula;'=cmd;;;;\r\n" +
		"NCA;above;NCA;;;\r\n" +
		"Group;grp;XX;;;\r\n" +
		"Away;away;;;Acme HQ/Iberia;\r\n" +
		"Nowhere;nowhere;;;Nonesuch;\r\n" +
		"Many;many;;;;;too many\r\n" +
		"Quote;\"a\"b;;;;\r\n" +
		"Guarded;kim;;;'Nordics;\r\n"
	told := 0
	want := []string{
		"2 ibb ", "3 joe ", "5 IBB The username IBB is on line 2", "6 other The email IB@acme.example is on line 2", "7 tina This username is taken",
		"8 =cmd A username begins with a letter", "9 above Nested Customer Administrator can be granted only", "10 grp There is no group called \"XX\"",
		"11 away There is no such customer, or it is outside", "12 nowhere There is no such customer, or it is outside", "13  The line has more columns",
		"14  The line can't be read", "15 kim There is no such customer",
	}
	check := func(in UserImport, made int) {
		t.Helper()
		if in.Made != made || in.Failed != len(want)-made || len(in.Rows) != len(want) || strings.Join(in.Unknown, " ") != "Shoe size" {
			t.Errorf("%+v", in)
		}
		for i, row := range in.Rows {
			got := fmt.Sprintf("%d %s %s", row.Line, row.Username, row.Error)
			if !strings.HasPrefix(got, want[i]) || (row.Error == "") != (strings.HasSuffix(want[i], " ")) {
				t.Errorf("%q, want %q", got, want[i])
			}
		}
	}
	// Ada may not reach Aarhus's users: one line less is hers.
	number := s.lastEntry(s.account.ID).number
	dry, err := s.ImportUsers(s.ctx, s.nora, s.nordics.ID, strings.NewReader(strings.ReplaceAll(file, ";NCA;", ";ACM;")), true, true, func(done, total int) { told = done })
	s.must(err)
	want[6] = "9 above Acme doesn't have"
	check(dry, 2)
	if s.lastEntry(s.account.ID).number != number || s.named("ibb") != nil || told != 13 || dry.Rows[1].Code != "" {
		t.Errorf("a dry run did something, or told %d", told)
	}
	want[6] = "9 above Nested Customer"
	want[1] = "3 joe It takes Account Administrator with Nested"
	in, err := s.ImportUsers(s.ctx, s.ada, s.nordics.ID, strings.NewReader(file), true, false, nil)
	s.must(err)
	check(in, 1)
	if row := in.Rows[0]; row.Code != "" || !row.Mailed || row.Until.IsZero() || row.ID != s.named("ibb").ID {
		t.Errorf("%+v", row)
	}
	ib := s.named("ibb")
	if ib.Customer != s.nordics.ID || ib.FullName != "Ib Ibsen" || ib.Groups != domain.DeviceManagement|domain.FullDeviceAccess || ib.Activated || ib.CreatedBy != s.ada.User {
		t.Errorf("%+v", ib)
	}
	if e := s.lastEntry(s.account.ID); e.action != "user.create" || e.object != ib.ID {
		t.Errorf("%+v", e)
	}
	// Without mail each gets a code; without a customer it is the actor's own.
	in, err = s.ImportUsers(s.ctx, s.ada, domain.ID{}, strings.NewReader("username,email\nkaj,kaj@acme.example\n"), false, false, nil)
	s.must(err)
	if row := in.Rows[0]; row.Mailed || !s.codeMatches(*s.named("kaj"), row.Code) || s.named("kaj").Customer != s.nordics.ID {
		t.Errorf("%+v", row)
	}
	in, err = s.ImportUsers(s.ctx, s.operator(), domain.ID{}, strings.NewReader("username\nlis\n"), false, false, nil)
	s.must(err)
	if in.Made != 0 || !strings.HasPrefix(in.Rows[0].Error, "Say which customer") {
		t.Errorf("%+v", in)
	}
}

// TestImportUsersWhoHoldRFIDTokens imports people who only hold some, and such as
// sign in too.
func TestImportUsersWhoHoldRFIDTokens(t *testing.T) {
	s := newStaff(t)
	file := "username,email,customer,sign_in,rfid tokens\n" +
		"kaj,kaj@acme.example,,None,0042; 0043 0042\n" +
		"ibn,ib@acme.example,,,0044\n" +
		"lis,,,code,\n" +
		"twin,,,none,0043\n" +
		"taken,,,none,4711\n" +
		"word,,,none,12x\n" +
		"many,,,none," + strings.Repeat("1 ", domain.MaxRFIDs) + "2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21\n" +
		"sign,,,never,\n"
	read := func(by domain.Actor, file string, dry bool) (told []string) {
		t.Helper()
		in, err := s.ImportUsers(s.ctx, by, s.nordics.ID, strings.NewReader(file), true, dry, nil)
		s.must(err)
		for _, r := range in.Rows {
			told = append(told, fmt.Sprintf("%s %v mail %v none %v code %v %.38s", r.Username, r.RFIDs, r.Mailed, r.NoSignIn, r.Code != "", r.Error))
		}
		return told
	}
	if told := read(s.ada, file, true)[:2]; !strings.Contains(told[0], "Acme doesn't have") || !strings.Contains(told[1], "Acme doesn't have") {
		t.Errorf("without the add-on: %q", told)
	}
	s.addOn(s.tenant)
	_, err := s.AddRFID(s.ctx, s.ada, s.tina.User, "4711", "")
	s.must(err)
	want := []string{
		"kaj [0042 0043] mail false none true code false ",
		"ibn [0044] mail true none false code false ",
		"lis [] mail false none false code true ",
		"twin [] mail false none false code false The RFID token 0043 is on line 2 alrea",
		"taken [] mail false none false code false tina holds the RFID token 4711. Remove",
		"word [] mail false none false code false \"12x\" is not an RFID token: it takes 1",
		"many [] mail false none false code false A user holds at most 20 RFID tokens. R",
		"sign [] mail false none false code false \"never\" is no sign-in. Write code or n",
	}
	dry := slices.Clone(want)
	dry[2] = "lis [] mail false none false code false "
	if told := read(s.ada, file, true); !slices.Equal(told, dry) || s.named("kaj") != nil {
		t.Errorf("dry: %q", told)
	}
	if told := read(s.ada, file, false); !slices.Equal(told, want) {
		t.Errorf("%q", told)
	}
	kaj := s.named("kaj")
	held, err := s.RFIDs(s.ctx, s.ada, kaj.ID)
	s.must(err)
	if !kaj.NoSignIn || len(held) != 2 || held[0].Digits != "0042" {
		t.Errorf("%+v holds %v", kaj, held)
	}
	if e := s.lastEntry(s.account.ID); e.action != actionCreateUser || e.name != "lis" {
		t.Errorf("%+v", e)
	}
}

func TestImportUsersRefusesWhole(t *testing.T) {
	s := newStaff(t)
	large := "username,full_name\n" + strings.Repeat("abc,"+strings.Repeat("x", 1000)+"\n", 2200)
	many := "username\n" + strings.Repeat("abc\n", maxUserImportRows+1)
	for what, c := range map[string]struct {
		by       domain.Actor
		customer domain.ID
		file     string
		want     domain.Kind
	}{
		"no header":    {s.ada, s.nordics.ID, "name\nx\n", domain.Invalid},
		"empty":        {s.ada, s.nordics.ID, "", domain.Invalid},
		"large":        {s.ada, s.nordics.ID, large, domain.Invalid},
		"many lines":   {s.ada, s.nordics.ID, many, domain.Invalid},
		"who may not":  {s.tina, s.nordics.ID, "username\nabc\n", domain.Refused},
		"out of reach": {s.ada, s.iberia.ID, "username\nabc\n", domain.NotFound},
		"nonesuch":     {s.ada, domain.ID{7}, "username\nabc\n", domain.NotFound},
		"binary":       {s.ada, s.nordics.ID, "\x00\x01\x02\xff\"\n", domain.Invalid},
	} {
		if in, err := s.ImportUsers(s.ctx, c.by, c.customer, strings.NewReader(c.file), false, false, nil); domain.KindOf(err) != c.want || len(in.Rows) > 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	if s.named("abc") != nil {
		t.Error("something was taken")
	}
}
