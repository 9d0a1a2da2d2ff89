package store

import (
	"strings"
	"testing"

	"tenantry/domain"
)

func TestWhy(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	f.customer(a.owner, nordics.ID, "Aarhus")
	iberia := f.customer(a.owner, a.main.ID, "Iberia")
	device := f.device(a.owner, place{customer: nordics.ID})
	far := f.device(a.owner, place{customer: iberia.ID})
	foreign := f.device(b.owner, place{customer: b.main.ID})
	f.user(a.owner, nordics.ID, "half", domain.DeviceManagement)
	f.user(a.owner, nordics.ID, "tech", domain.DeviceManagement|domain.FullDeviceAccess)
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator|domain.NestedCustomerAdministrator)

	for _, c := range []struct {
		asker   domain.Actor
		user    string
		c       domain.Capability
		object  string
		allowed bool
		says    string
	}{
		{operator, "tech", domain.DevicesAssign, "", true, "Full Device Access with Device Management"},
		{operator, "TECH", domain.DevicesAssign, "Acme HQ/Nordics/Aarhus", true, "nested under Nordics"},
		{operator, "tech", domain.DevicesAssign, "Acme HQ/Iberia", false, "reach"},
		{operator, "tech", domain.DevicesSee, device.String(), true, "Full Device Access"},
		{operator, "tech", domain.DevicesSee, far.String(), false, "reach"},
		{operator, "half", domain.DevicesSee, device.String(), false, "Full Device Access"},
		{operator, "owner-acme", domain.AuditRead, iberia.ID.String(), true, "owns the account"},
		{a.owner, "nora", domain.CustomersDelete, "Acme HQ/Nordics", false, ""},
		{nora, "nora", domain.UsersCreate, "Nordics/Aarhus", true, ""},
		{nora, "tech", domain.UsersCreate, "Nordics", false, ""},
	} {
		answer, err := f.Why(f.ctx, c.asker, c.user, c.c, c.object)
		f.must(err)
		if answer.Allowed != c.allowed || !strings.Contains(strings.Join(answer.Reasons, " "), c.says) || answer.Capability != c.c {
			t.Errorf("%s %s %s: %+v", c.user, c.c, c.object, answer)
		}
	}
	for _, c := range []struct {
		asker        domain.Actor
		user, object string
	}{
		{nora, "owner-acme", ""}, {nora, "owner-bolt", ""}, {nora, "nobody", ""}, {operator, "nobody", ""},
		{nora, "tech", "Acme HQ/Iberia"}, {nora, "tech", far.String()}, {nora, "tech", foreign.String()}, {nora, "tech", domain.ID{7}.String()},
		{nora, "tech", b.main.ID.String()}, {nora, "tech", "no such thing"}, {operator, "tech", foreign.String()},
	} {
		_, err := f.Why(f.ctx, c.asker, c.user, domain.DevicesSee, c.object)
		kind(t, err, domain.NotFound)
	}
}
