package store

import (
	"fmt"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestAccessCountsWhatIsSeen(t *testing.T) {
	s := newStaff(t)
	depot, yard := s.location(s.tenant, s.nordics.ID, "Depot"), s.location(s.tenant, s.aarhus.ID, "Yard")
	for _, at := range []place{{customer: s.main.ID}, {customer: s.iberia.ID}, {s.nordics.ID, depot.ID}, {customer: s.nordics.ID}, {s.aarhus.ID, yard.ID}, {s.aarhus.ID, depot.ID}} {
		s.device(s.owner, at)
	}
	dora := s.user(s.owner, s.nordics.ID, "dora", domain.DeviceManagement)
	nina := s.user(s.owner, s.nordics.ID, "nina", domain.DeviceManagement|domain.FullDeviceAccess)
	s.limit(nina, depot.ID)
	counts := func(by, who domain.Actor) string {
		t.Helper()
		a, err := s.Access(s.ctx, by, who.User)
		s.must(err)
		if len(a.Lines) != len(domain.Capabilities()) || a.Summary == "" || a.Rights.User().ID != who.User {
			t.Errorf("%+v", a)
		}
		return fmt.Sprint(a.Devices, a.Users)
	}
	check := func() {
		t.Helper()
		for _, c := range []struct {
			by, who domain.Actor
			want    string
		}{
			{s.owner, s.owner, "6 8"}, {s.owner, s.nora, "4 7"}, {s.owner, s.ada, "4 6"}, {s.owner, s.tina, "4 0"}, {s.owner, dora, "0 0"},
			{s.owner, nina, "2 0"}, {s.nora, nina, "2 0"}, {nina, nina, "2 0"}, {s.nora, s.abe, "2 1"}, {s.owner, s.fred, "0 6"},
			{s.ada, s.nora, "4 -1"},  // she lists none of Aarhus
			{s.fred, s.tina, "-1 0"}, // he sees no devices
			{s.fred, s.fred, "0 6"},
		} {
			if got := counts(c.by, c.who); got != c.want {
				t.Errorf("%s to %s: %s, want %s", s.read(c.who).Username, s.read(c.by).Username, got, c.want)
			}
		}
	}
	check()
	_, err := s.Fleet(s.ctx, s.owner, nil)
	s.must(err)
	check() // the same out of memory
	s.device(s.owner, place{s.nordics.ID, depot.ID})
	if got := counts(s.owner, nina); got != "3 0" {
		t.Error(got)
	}
	_, err = s.Access(s.ctx, s.abe, s.tina.User)
	kind(t, err, domain.NotFound)
}

func TestPreviewAccess(t *testing.T) {
	s := newStaff(t)
	depot, yard := s.location(s.tenant, s.nordics.ID, "Depot"), s.location(s.tenant, s.aarhus.ID, "Yard")
	s.device(s.owner, place{s.aarhus.ID, depot.ID})
	s.device(s.owner, place{customer: s.aarhus.ID})
	fritz := s.user(s.owner, s.nordics.ID, "fritz", domain.NestedCustomerAdministrator|domain.FleetManagement)
	const technician = domain.DeviceManagement | domain.FullDeviceAccess
	for what, c := range map[string]struct {
		by   domain.Actor
		u    domain.User
		want domain.Kind
		says string
	}{
		"a technician":            {s.nora, domain.User{Customer: s.nordics.ID, Groups: technician}, 0, "Sees 2 devices in Nordics and below; may register, edit and assign them; may not manage users. Opens the tabs Customers and Devices."},
		"at a location":           {s.nora, domain.User{Customer: s.nordics.ID, Groups: technician, Locations: ids(depot.ID)}, 0, "Sees 1 device at Depot in Nordics and below"},
		"useless":                 {s.nora, domain.User{Customer: s.nordics.ID, Groups: domain.DeviceManagement}, 0, "Devices (empty)"},
		"whatever their status":   {s.nora, domain.User{Customer: s.aarhus.ID, Groups: technician, Inactive: true, ID: s.abe.User}, 0, "Sees 2 devices in Aarhus;"},
		"not as the owner":        {s.nora, domain.User{Customer: s.aarhus.ID, ID: s.owner.User}, 0, "Sees no devices"},
		"the owner, by the owner": {s.owner, domain.User{Customer: s.main.ID, ID: s.owner.User}, 0, "Owns the account"},
		"by who sees no devices":  {fritz, domain.User{Customer: s.aarhus.ID, Groups: technician}, 0, "Sees the devices in Aarhus; may"},
		"by who may not":          {s.fred, domain.User{Customer: s.nordics.ID}, domain.Refused, ""},
		"out of reach":            {s.nora, domain.User{Customer: s.iberia.ID}, domain.NotFound, ""},
		"nowhere":                 {s.owner, domain.User{}, domain.NotFound, ""},
		"a location elsewhere":    {s.nora, domain.User{Customer: s.nordics.ID, Locations: ids(domain.ID{7})}, domain.NotFound, ""},
		"a location above":        {s.nora, domain.User{Customer: s.aarhus.ID, Locations: ids(depot.ID, yard.ID)}, domain.NotFound, ""},
		"no group":                {s.nora, domain.User{Customer: s.nordics.ID, Groups: 1 << 7}, domain.Invalid, ""},
	} {
		a, err := s.PreviewAccess(s.ctx, c.by, c.u)
		if domain.KindOf(err) != c.want || !strings.Contains(a.Summary, c.says) {
			t.Errorf("%s: %q, %v", what, a.Summary, err)
		}
	}
	a, err := s.PreviewAccess(s.ctx, s.nora, domain.User{Customer: s.nordics.ID, Groups: domain.DeviceManagement})
	s.must(err)
	if len(a.Advice) != 1 || len(a.Sections) != 1 || a.Sections[0] != domain.SectionDevices {
		t.Errorf("%+v", a)
	}
}
