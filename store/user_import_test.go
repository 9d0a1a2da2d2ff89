package store

import (
	"fmt"
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
