package store

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"tenantry/domain"
)

// TestTakenGroupsAreGoneAtOnce: a screen that is open shows no device more, and
// a confirmed preview moves nothing.
func TestTakenGroupsAreGoneAtOnce(t *testing.T) {
	i := newIsolated(t)
	tina := i.actors[7].actor
	dock := i.at["a grandchild"]
	fleet, err := i.Fleet(i.ctx, tina, nil)
	i.must(err)
	found, err := i.Search(i.ctx, tina, fleet, FleetQuery{})
	i.must(err)
	batches, err := i.DeviceBatches(i.ctx, tina, DeviceQuery{})
	i.must(err)
	if found.Len() == 0 || batches.Total != found.Len() {
		t.Fatalf("%d found, %d listed", found.Len(), batches.Total)
	}
	i.change(tina, func(u *domain.User) { u.Groups = domain.DeviceManagement })
	again, err := i.Search(i.ctx, tina, fleet, FleetQuery{Within: found})
	i.must(err)
	rows, err := batches.Next(i.ctx)
	i.must(err)
	shown, err := i.DeviceRows(i.ctx, tina, ids(found.ID(0), dock.device))
	i.must(err)
	if again.Len() != 0 || len(rows) != 0 || len(shown) != 0 {
		t.Errorf("still %d found, %d listed, %d shown", again.Len(), len(rows), len(shown))
	}
	_, err = i.EditDevice(i.ctx, tina, domain.Device{ID: dock.device, Name: "X"})
	kind(t, err, domain.NotFound)
	_, err = i.RunBulk(i.ctx, tina, Assignment{To: dock.customer, Devices: ids(dock.device)}, nil)
	kind(t, err, domain.Refused)
}

// TestAnAssignmentIsDecidedWhenItIsDone: not when it was previewed, and whole:
// what takes the rights meanwhile comes after it.
func TestAnAssignmentIsDecidedWhenItIsDone(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0].actor
	var devices []domain.ID
	for range 10 {
		devices = append(devices, i.device(i.owner, place{customer: i.nordics.ID}))
	}
	a := Assignment{To: i.at["a child"].customer, Devices: devices}
	preview, err := i.PreviewBulk(i.ctx, nora, a)
	i.must(err)
	if preview.Counts[domain.ResultMoved] != 10 {
		t.Fatalf("%+v", preview.Counts)
	}
	taken := make(chan struct{})
	begun := false
	result, err := i.RunBulk(i.ctx, nora, a, func(int, int) {
		if begun {
			return
		}
		begun = true
		go func() {
			defer close(taken)
			i.change(nora, func(u *domain.User) { u.Groups = domain.FleetManagement | domain.FullDeviceAccess })
		}()
	})
	i.must(err)
	<-taken
	if result.Counts[domain.ResultMoved] != 10 {
		t.Errorf("%+v", result.Counts)
	}
	_, err = i.UndoBulk(i.ctx, nora, result.Entry, nil)
	kind(t, err, domain.Refused)
	_, err = i.RunBulk(i.ctx, nora, Assignment{To: i.nordics.ID, Devices: devices}, nil)
	kind(t, err, domain.Refused)
	for _, device := range devices {
		if i.ownerOf(i.account.ID, device).customer != a.To {
			t.Error("moved without the right")
		}
	}
}

// calling is a reader that does something before its first byte.
type calling struct {
	do func()
	io.Reader
}

func (c *calling) Read(p []byte) (int, error) {
	if c.do != nil {
		c.do()
		c.do = nil
	}
	return c.Reader.Read(p)
}

// TestAnImportStopsWhereTheRightsEnd: it goes in batches, each with the rights
// of its moment.
func TestAnImportStopsWhereTheRightsEnd(t *testing.T) {
	i := newIsolated(t)
	nora := i.seat(i.actors[0].actor)
	lines := func(from, to int) string {
		var text strings.Builder
		for n := from; n < to; n++ {
			fmt.Fprintf(&text, "%032x\n", n+1)
		}
		return text.String()
	}
	file := io.MultiReader(strings.NewReader("unit_id\n"+lines(0, importBatch)),
		&calling{func() { i.change(nora, func(u *domain.User) { u.Inactive = true }) }, strings.NewReader(lines(importBatch, importBatch+5))})
	result, err := i.ImportDevices(i.ctx, nora, file, false, nil)
	kind(t, err, domain.Unauthenticated)
	if result.Added != importBatch || result.Lines != importBatch+1 {
		t.Errorf("added %d, to line %d", result.Added, result.Lines)
	}
	if row, err := i.FindDevice(i.ctx, i.owner, fmt.Sprintf("%032x", importBatch+1)); err == nil {
		t.Errorf("registered without the right: %+v", row)
	}
}

// TestRightsTakenWhileAPasswordIsHashed: hashing lies between the question
// whether it is allowed and the doing.
func TestRightsTakenWhileAPasswordIsHashed(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	ada := f.user(n.owner, n.main.ID, "ada", domain.AccountAdministrator)
	f.duringNextHash(func() { f.change(ada, func(u *domain.User) { u.Groups = domain.FleetManagement }) })
	_, err := f.CreateUser(f.ctx, ada, domain.User{Customer: n.main.ID, Username: "creature", Groups: domain.AccountAdministrator}, Start{Password: goodPassword})
	kind(t, err, domain.Refused)
	f.duringNextHash(func() { f.change(ada, func(u *domain.User) { u.Inactive = true }) })
	actor, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ada", goodPassword)
	kind(t, err, domain.Unauthenticated)
	if !actor.User.IsZero() || err.Error() != errSignIn().Error() {
		t.Errorf("%+v: %v", actor, err)
	}
}

// TestEveryDoorSaysTheSameOfAFailedSignIn also to those who were locked out, and
// whose account is suspended.
func TestEveryDoorSaysTheSameOfAFailedSignIn(t *testing.T) {
	i := newIsolated(t)
	gone, nora := i.actors[9], i.actors[0]
	for range freeFailures {
		_, err := i.SignIn(i.ctx, domain.DoorConsole, "", "ada", "wrong")
		kind(t, err, domain.Unauthenticated)
	}
	a, err := i.Account(i.ctx, i.bolt.operator())
	i.must(err)
	a.Suspended = true
	_, err = i.EditAccount(i.ctx, i.bolt.operator(), a.Account)
	i.must(err)
	for _, door := range []domain.Door{domain.DoorConsole, domain.DoorMachine, domain.DoorSSH, domain.DoorAPI, 0} {
		for _, username := range []string{"ada", gone.name, "owner-bolt", "none", nora.name} {
			password := goodPassword
			if username == nora.name {
				password = "wrong"
			}
			_, err := i.SignIn(i.ctx, door, "", username, password)
			if domain.KindOf(err) != domain.Unauthenticated || err.Error() != errSignIn().Error() {
				t.Errorf("%v, %s: %v", door, username, err)
			}
		}
	}
	for _, username := range []string{gone.name, "none"} {
		_, err := i.ActAs(i.ctx, "", username)
		kind(t, err, domain.NotFound)
		if text := strings.ReplaceAll(err.Error(), username, "X"); !strings.HasPrefix(text, `There is no active user called "X".`) {
			t.Error(text)
		}
	}
}

// TestEveryBulkChangeIsDecidedWhenItIsDone: what was previewed isn't done when
// the right is gone by then.
func TestEveryBulkChangeIsDecidedWhenItIsDone(t *testing.T) {
	i := newIsolated(t)
	tina := i.actors[7].actor
	dock := i.at["a grandchild"]
	other := i.location(i.tenant, dock.customer, "Ramp")
	bulks := []Bulk{
		Placement{At: other.ID, Devices: ids(dock.device)}, Placement{Devices: ids(dock.device)},
		DeviceEdits{Change: domain.DeviceChange{AddTags: []string{"x"}}, Devices: ids(dock.device)},
	}
	for _, b := range bulks {
		preview, err := i.PreviewBulk(i.ctx, tina, b)
		i.must(err)
		if preview.Does() != 1 {
			t.Fatalf("%+v", preview)
		}
	}
	before := i.ownerOf(i.account.ID, dock.device)
	i.change(tina, func(u *domain.User) { u.Groups = domain.DeviceManagement })
	for _, b := range bulks { // without the other group the right is there, and no device
		result, err := i.RunBulk(i.ctx, tina, b, nil)
		if err == nil && (result.Does() != 0 || result.Counts[domain.ResultNotFound] != 1) || err != nil && domain.KindOf(err) != domain.Refused {
			t.Errorf("%+v, %v", result, err)
		}
	}
	i.change(tina, func(u *domain.User) {
		u.Groups, u.Locations = domain.DeviceManagement|domain.FullDeviceAccess, ids(other.ID)
	})
	for _, b := range bulks[:1] {
		result, err := i.RunBulk(i.ctx, tina, b, nil)
		i.must(err)
		if result.Counts[domain.ResultNotFound] != 1 {
			t.Errorf("%+v", result)
		}
	}
	if i.ownerOf(i.account.ID, dock.device) != before {
		t.Error("it was moved")
	}
}
