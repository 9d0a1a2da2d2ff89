package store

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// theirs are the identities of things that somebody must not be able to tell
// from ones that don't exist: of one kind of place, or none at all.
type theirs struct {
	customer, location, user, device, entry domain.ID
	unit                                    domain.UnitID
	username, path                          string
}

// isolated is an account in which nora, who may do everything in Nordics, tries
// all that there is on things elsewhere.
type isolated struct {
	*fixture
	tenant
	nordics, aarhus domain.Customer
	nora            domain.Actor
	own             theirs
}

func newIsolated(t *testing.T) *isolated {
	f := create(t)
	i := &isolated{fixture: f, tenant: f.tenant("Acme")}
	i.nordics = f.customer(i.owner, i.main.ID, "Nordics")
	i.aarhus = f.customer(i.owner, i.nordics.ID, "Aarhus")
	i.nora = f.user(i.owner, i.nordics.ID, "nora", domain.AllGroups&^domain.AccessControlManagement)
	i.own = i.furnish(i.tenant, i.aarhus, "own")
	return i
}

// furnish puts one of everything into a customer.
func (i *isolated) furnish(n tenant, c domain.Customer, name string) theirs {
	i.t.Helper()
	location := i.location(n, c.ID, "Depot")
	device := i.device(n.owner, place{c.ID, location.ID})
	other := i.device(n.owner, place{customer: i.customer(n.owner, n.main.ID, "Store of "+name).ID})
	result, err := i.AssignDevices(i.ctx, n.owner, Assignment{To: c.ID, Devices: ids(other)}, nil)
	i.must(err)
	row, err := i.Device(i.ctx, n.owner, device)
	i.must(err)
	user := i.user(n.owner, c.ID, "user-"+name, domain.DeviceManagement)
	tree, err := i.Customers(i.ctx, n.owner)
	i.must(err)
	return theirs{
		customer: c.ID, location: location.ID, user: user.User, device: device, entry: result.Entry,
		unit: row.UnitID, username: "user-" + name, path: tree.Tree.Path(c.ID),
	}
}

// elsewhere are things of each kind that nora can't see, and things of none.
func (i *isolated) elsewhere() map[string]theirs {
	iberia := i.customer(i.owner, i.main.ID, "Iberia")
	bolt := i.fixture.tenant("Bolt")
	all := map[string]theirs{
		"a sibling":       i.furnish(i.tenant, iberia, "sibling"),
		"the parent":      i.furnish(i.tenant, i.main, "parent"),
		"another account": i.furnish(bolt, i.customer(bolt.owner, bolt.main.ID, "Nordics"), "bolt"),
	}
	none := theirs{username: "user-none", path: "Acme HQ/None"}
	for _, id := range []*domain.ID{&none.customer, &none.location, &none.user, &none.device, &none.entry, (*domain.ID)(&none.unit)} {
		i.options.Random.Read(id[:])
	}
	all["nothing"] = none
	return all
}

// attempts are all operations that take an identity, each tried on one thing.
func (i *isolated) attempts(x theirs) map[string]func() (any, error) {
	ctx, nora, db := i.ctx, i.nora, i.DB
	own := func(change func(*domain.Device)) domain.Device {
		d := domain.Device{ID: i.own.device, Customer: i.aarhus.ID, UnitID: i.own.unit, Name: "Van"}
		change(&d)
		return d
	}
	newUser := func(change func(*domain.User)) (any, error) {
		u := domain.User{Customer: i.aarhus.ID, Username: "newcomer"}
		change(&u)
		return db.CreateUser(ctx, nora, u, goodPassword)
	}
	var unit domain.UnitID
	i.options.Random.Read(unit[:])
	return map[string]func() (any, error){
		"account edit": func() (any, error) {
			return db.EditAccount(ctx, nora, domain.Account{ID: x.customer, Name: "Mine"})
		},
		"customer create": func() (any, error) {
			return db.CreateCustomer(ctx, nora, domain.Customer{Parent: x.customer, Name: "Mine"})
		},
		"customer edit":     func() (any, error) { return db.EditCustomer(ctx, nora, domain.Customer{ID: x.customer, Name: "Mine"}) },
		"customer move":     func() (any, error) { return db.MoveCustomer(ctx, nora, x.customer, i.nordics.ID) },
		"customer move to":  func() (any, error) { return db.MoveCustomer(ctx, nora, i.aarhus.ID, x.customer) },
		"customer contents": func() (any, error) { return db.CustomerContents(ctx, nora, x.customer) },
		"customer delete":   func() (any, error) { return nil, db.DeleteCustomer(ctx, nora, DeleteCustomer{ID: x.customer}) },
		"customer delete, users to": func() (any, error) {
			return nil, db.DeleteCustomer(ctx, nora, DeleteCustomer{ID: i.aarhus.ID, UsersTo: x.customer})
		},
		"users":             func() (any, error) { return db.Users(ctx, nora, UserQuery{Customer: x.customer}) },
		"users below":       func() (any, error) { return db.Users(ctx, nora, UserQuery{Customer: x.customer, Below: true}) },
		"user create":       func() (any, error) { return newUser(func(u *domain.User) { u.Customer = x.customer }) },
		"user create, at":   func() (any, error) { return newUser(func(u *domain.User) { u.Locations = ids(x.location) }) },
		"why user":          func() (any, error) { return db.Why(ctx, nora, x.username, domain.DevicesSee, "") },
		"why path":          func() (any, error) { return db.Why(ctx, nora, "nora", domain.DevicesSee, x.path) },
		"why customer":      func() (any, error) { return db.Why(ctx, nora, "nora", domain.DevicesSee, x.customer.String()) },
		"why device":        func() (any, error) { return db.Why(ctx, nora, "nora", domain.DevicesSee, x.device.String()) },
		"why unit":          func() (any, error) { return db.Why(ctx, nora, "nora", domain.DevicesSee, x.unit.String()) },
		"devices":           func() (any, error) { return db.Devices(ctx, nora, DeviceQuery{Customer: x.customer}) },
		"devices below":     func() (any, error) { return db.Devices(ctx, nora, DeviceQuery{Customer: x.customer, Below: true}) },
		"devices of a unit": func() (any, error) { return db.Devices(ctx, nora, DeviceQuery{Filter: x.unit.String()}) },
		"device by text":    func() (any, error) { return db.FindDevice(ctx, nora, x.unit.String()) },
		"search": func() (any, error) {
			fleet, err := db.Fleet(ctx, nora, nil)
			i.must(err)
			found, err := db.Search(ctx, nora, fleet, FleetQuery{Customer: x.customer, Below: true})
			if err != nil {
				return nil, err
			}
			return found.Len(), nil
		},
		"device":      func() (any, error) { return db.Device(ctx, nora, x.device) },
		"device rows": func() (any, error) { return db.DeviceRows(ctx, nora, ids(x.device)) },
		"device history": func() (any, error) {
			rows, next, err := db.DeviceHistory(ctx, nora, x.device, Page{})
			return fmt.Sprint(rows, next), err
		},
		"device register": func() (any, error) {
			return db.RegisterDevice(ctx, nora, domain.Device{Customer: x.customer, UnitID: unit, Name: "Van"})
		},
		"device register, at": func() (any, error) {
			return db.RegisterDevice(ctx, nora, domain.Device{Customer: i.aarhus.ID, Location: x.location, UnitID: unit, Name: "Van"})
		},
		"device edit": func() (any, error) { return db.EditDevice(ctx, nora, domain.Device{ID: x.device, Name: "Mine"}) },
		"device edit, at": func() (any, error) {
			return db.EditDevice(ctx, nora, own(func(d *domain.Device) { d.Location = x.location }))
		},
		"export": func() (any, error) {
			return db.ExportDevices(ctx, nora, DeviceQuery{Customer: x.customer}, io.Discard, nil)
		},
		"import": func() (any, error) {
			return db.ImportDevices(ctx, nora, strings.NewReader("unit_id,name,customer\n"+unit.String()+",Van,"+x.path+"\n"), false, nil)
		},
		"preview to": func() (any, error) {
			return db.PreviewAssignment(ctx, nora, Assignment{To: x.customer, Devices: ids(i.own.device)})
		},
		"preview": func() (any, error) {
			return db.PreviewAssignment(ctx, nora, Assignment{To: i.nordics.ID, Devices: ids(x.device)})
		},
		"preview paste": func() (any, error) {
			return db.PreviewAssignment(ctx, nora, Assignment{To: i.nordics.ID, Text: x.device.String() + "\n" + x.unit.String() + "\n" + x.unit.String()[:8]})
		},
		"assign to": func() (any, error) {
			return db.AssignDevices(ctx, nora, Assignment{To: x.customer, Devices: ids(i.own.device)}, nil)
		},
		"assign": func() (any, error) {
			return db.AssignDevices(ctx, nora, Assignment{To: i.nordics.ID, Devices: ids(x.device)}, nil)
		},
		"assign paste": func() (any, error) {
			return db.AssignDevices(ctx, nora, Assignment{To: i.nordics.ID, Text: x.device.String() + "\n" + x.unit.String()}, nil)
		},
		"undo": func() (any, error) { return db.UndoAssignment(ctx, nora, x.entry, nil) },
	}
}

// outcomeOf is all that an attempt tells: its answer, its error, and what the
// audit trail holds of it afterwards. The identities that were put in are taken
// out.
func (i *isolated) outcomeOf(do func() (any, error), x theirs) string {
	i.t.Helper()
	before := i.lastEntry(i.account.ID).number
	answer, err := do()
	var e *domain.Error
	text := "done"
	if errors.As(err, &e) {
		text = fmt.Sprintf("%v, field %q: %s", e.Kind, e.Field, e.Text)
	} else if err != nil {
		i.t.Fatal(err)
	} else {
		text += fmt.Sprintf(": %+v", answer)
	}
	for number := before + 1; number <= i.lastEntry(i.account.ID).number; number++ {
		text += "\n" + i.entryText(number)
	}
	for _, given := range []string{
		x.customer.String(), x.location.String(), x.user.String(), x.device.String(), x.entry.String(), x.unit.String(), x.unit.String()[:8], x.username, x.path,
	} {
		text = strings.ReplaceAll(text, given, "GIVEN")
	}
	return text
}

func (i *isolated) entryText(number uint64) (text string) {
	i.must(i.viewFree(i.ctx, operator, func(tx *tx) error {
		e, err := tx.entryNumbered(i.account.ID, number)
		if err != nil {
			return err
		}
		text = fmt.Sprintf("%v %s %d %s %q %v %v %v %d", e.user, e.action, e.subject, e.object, e.name, e.where, e.outcome, e.changes, e.listed)
		return nil
	}))
	return text
}

// TestNothingOutOfReachCanBeToldFromNothing tries every operation on things of a
// sibling, of the parent and of another account, and on IDs of nothing at all:
// answer and audit trail must be the same.
func TestNothingOutOfReachCanBeToldFromNothing(t *testing.T) {
	i := newIsolated(t)
	elsewhere := i.elsewhere()
	want := map[string]string{}
	for name, do := range i.attempts(elsewhere["nothing"]) {
		want[name] = i.outcomeOf(do, elsewhere["nothing"])
	}
	for kind, x := range elsewhere {
		for name, do := range i.attempts(x) {
			if got := i.outcomeOf(do, x); got != want[name] {
				t.Errorf("%s on %s:\n%s\nand on nothing:\n%s", name, kind, got, want[name])
			}
		}
	}
	// The control: her own things answer otherwise, but for the account, which
	// isn't hers. What moves and deletes them comes last.
	own := i.attempts(i.own)
	for _, name := range slices.Backward(slices.Sorted(maps.Keys(own))) {
		if i.outcomeOf(own[name], i.own) == want[name] && name != "account edit" {
			t.Errorf("%s answers the same on her own: it tries nothing", name)
		}
	}
}

func TestAccountsDoNotMeet(t *testing.T) {
	f := create(t)
	a, b := f.tenant("Acme"), f.tenant("Bolt")
	ac, bc := f.customer(a.owner, a.main.ID, "Nordics"), f.customer(b.owner, b.main.ID, "Nordics")
	mine, yours := f.device(a.owner, place{customer: ac.ID}), f.device(b.owner, place{customer: bc.ID})
	// Even an actor who is somebody of one account can't stand in another.
	mixed := a.owner
	mixed.Account = b.account.ID
	_, err := f.Standing(f.ctx, mixed)
	kind(t, err, domain.Unauthenticated)
	list, err := f.Devices(f.ctx, a.owner, DeviceQuery{})
	f.must(err)
	if len(list.Rows) != 1 || list.Rows[0].ID != mine {
		t.Errorf("%+v, and not %s", list.Rows, yours)
	}
	users, err := f.Users(f.ctx, b.owner, UserQuery{})
	f.must(err)
	if users.Total != 1 {
		t.Errorf("%d users", users.Total)
	}
}
