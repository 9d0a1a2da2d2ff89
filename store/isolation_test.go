package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// theirs are the identities of things that somebody must not be able to tell
// from ones that don't exist: of one kind of place, or none at all.
type theirs struct {
	customer, location, user, device, entry, token, event domain.ID
	unit                                                  domain.UnitID
	username, path, rfid                                  string
}

// isolated is an account in which several people try all that there is on
// things that they don't reach:
//
//	Acme HQ            the parent of Nordics
//	├─ Iberia          its sibling
//	└─ Nordics         where most of them are at home
//	   └─ Aarhus       a child
//	      └─ Dock      where the technician is
//
// and another account, Bolt.
type isolated struct {
	*fixture
	tenant
	bolt    tenant
	nordics domain.Customer
	at      map[string]theirs
	actors  []isolatedActor
}

// isolatedActor is somebody with the places of which they reach nothing, and
// one that is theirs.
type isolatedActor struct {
	name     string
	actor    domain.Actor
	mine     string
	outside  []string
	unseen   string // a place they reach, of which they don't see the device
	anything bool   // all answers are the same to them, wherever
}

const nothing = "nothing"

func newIsolated(t *testing.T) *isolated {
	options, c := newOptions(1)
	options.Scratch = true // thousands of refusals are noted
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(t.TempDir(), "t.db"), options)
	f.must(err)
	f.DB = db
	t.Cleanup(f.finish)
	i := &isolated{fixture: f, tenant: f.tenant("Acme"), bolt: f.tenant("Bolt")}
	f.addOn(i.tenant)
	f.addOn(i.bolt)
	i.nordics = f.customer(i.owner, i.main.ID, "Nordics")
	aarhus := f.customer(i.owner, i.nordics.ID, "Aarhus")
	dock := f.customer(i.owner, aarhus.ID, "Dock")
	i.at = map[string]theirs{
		"the parent":      i.furnish(i.tenant, i.main, "parent"),
		"its own":         i.furnish(i.tenant, i.nordics, "own"),
		"a child":         i.furnish(i.tenant, aarhus, "child"),
		"a grandchild":    i.furnish(i.tenant, dock, "grandchild"),
		"a sibling":       i.furnish(i.tenant, f.customer(i.owner, i.main.ID, "Iberia"), "sibling"),
		"another account": i.furnish(i.bolt, f.customer(i.bolt.owner, i.bolt.main.ID, "Nordics"), "bolt"),
	}
	none := theirs{username: "user-none", path: "Acme HQ/None", rfid: "000999"}
	for _, id := range []*domain.ID{&none.customer, &none.location, &none.user, &none.device, &none.entry, &none.token, &none.event, (*domain.ID)(&none.unit)} {
		i.options.Random.Read(id[:])
	}
	i.at[nothing] = none
	// A device of Nordics at none of its locations.
	loose := none
	loose.device = f.device(i.owner, place{customer: i.nordics.ID})
	row, err := f.Device(f.ctx, i.owner, loose.device)
	f.must(err)
	loose.unit = row.UnitID
	i.at["no location"] = loose
	i.people(dock)
	return i
}

// people are those who try.
func (i *isolated) people(dock domain.Customer) {
	const (
		aa, fda, dm  = domain.AccountAdministrator, domain.FullDeviceAccess, domain.DeviceManagement
		nca, fm      = domain.NestedCustomerAdministrator, domain.FleetManagement
		acm, all     = domain.AccessControlManagement, domain.AllGroups
		narrowGroups = dm | fda | nca | fm | acm
	)
	above := []string{"the parent", "a sibling", "another account"}
	at := func(name string, groups domain.Groups) isolatedActor {
		return isolatedActor{name: name, actor: i.user(i.owner, i.nordics.ID, name, groups), mine: "a child", outside: above}
	}
	tina := isolatedActor{
		name: "tina", actor: i.user(i.owner, dock.ID, "tina", dm|fda), mine: "a grandchild",
		outside: append([]string{"its own", "a child"}, above...),
	}
	nina := at("nina", narrowGroups)
	i.limit(nina.actor, i.at["its own"].location, i.at["a child"].location)
	nina.unseen = "no location"
	gone := at("gone", all)
	gone.anything, gone.outside = true, append([]string{"its own", "a child", "a grandchild"}, above...)
	i.inTx(func(tx *tx) error {
		u, err := tx.user(gone.actor.Account, gone.actor.User)
		if err != nil {
			return err
		}
		u.Inactive = true
		return tx.putUser(*u)
	})
	other := []string{"another account"}
	i.actors = []isolatedActor{
		at("nora", all), at("ada", aa), at("fritz", nca|fm), at("nils", nca|aa), at("fred", fm), at("dora", dm), at("nobody", 0),
		tina, nina, gone,
		{name: "the owner", actor: i.owner, mine: "a child", outside: other},
		{name: "the operator in Acme", actor: i.operator(), mine: "a child", outside: other},
		{name: "the operator", actor: operator, mine: "a child", outside: gone.outside, anything: true},
		at("carla", acm),
	}
}

// furnish puts one of everything into a customer.
func (i *isolated) furnish(n tenant, c domain.Customer, name string) theirs {
	i.t.Helper()
	location := i.location(n, c.ID, "Depot")
	device := i.device(n.owner, place{c.ID, location.ID})
	other := i.device(n.owner, place{customer: i.customer(n.owner, n.main.ID, "Store of "+name).ID})
	result, err := i.RunBulk(i.ctx, n.owner, Assignment{To: c.ID, Devices: ids(other)}, nil)
	i.must(err)
	row, err := i.Device(i.ctx, n.owner, device)
	i.must(err)
	user := i.user(n.owner, c.ID, "user-"+name, domain.DeviceManagement)
	rfid := i.rfid(n.owner, user.User, fmt.Sprintf("000%d", 100+len(i.keys(tableRFID)))).Digits
	events := i.send(n.operator(), domain.AccessAdded, i.passed(device, "gate", rfid, time.Hour))
	tree, err := i.Customers(i.ctx, n.owner)
	i.must(err)
	return theirs{
		customer: c.ID, location: location.ID, user: user.User, device: device, entry: result.Entry, token: i.token(user, "sync").ID,
		unit: row.UnitID, username: "user-" + name, path: tree.Tree.Path(c.ID),
		event: events[0].ID, rfid: rfid,
	}
}

// attempted is an operation tried on somebody's thing.
type attempted struct {
	operation string // the method of DB
	how       string
	device    bool // on the device, and on nothing else of the place
	do        func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)
}

func (a attempted) String() string { return strings.TrimSpace(a.operation + " " + a.how) }

// removesUser is 1 for what leaves no user to try anything else on.
func (a attempted) removesUser() int {
	if a.operation == "DeleteUser" {
		return 1
	}
	return 0
}

// withoutObject are the operations of DB that nobody can ask about a thing that
// they name, and why.
var withoutObject = map[string]string{
	"Accounts": "TestNothingOutOfReachIsNamed", "Account": "TestNothingOutOfReachIsNamed",
	"Customers": "TestNothingOutOfReachIsNamed", "Standing": "it is about the actor",
	"LocationsToPutAt": "TestLocationsToPutAtAreThoseThatMayBe", "Fleet": "it is about the actor's account", "SortFound": "it sorts what was found",
	"BeginEnrolment": "it is about the actor", "Enrol": "it is about the actor", "NewRecoveryCodes": "it is about the actor",
	"DropFactor": "it is about the actor", "AddSSHKeys": "it is about the actor",
	"GiveCode": "it is about the actor", "SetPassword": "it is about the actor", "Confirm": "it is about the actor",
	"SavedFilters": "TestSavedFiltersAreTheirOwnersAlone", "SaveFilter": "TestSavedFiltersAreTheirOwnersAlone",
	"DeleteFilter": "TestSavedFiltersAreTheirOwnersAlone", "SaveViews": "it is about the actor",
	"Touch": "it is about the actor", "SignOut": "it is about the actor",
	"CreateToken": "it is about the actor", "Bearer": "TestATokenThatIsNotKnownIsLikeAnyOther",
	"Init": "it is the operator's", "SignIn": "TestEveryFailedSignInIsTheSame", "SignInWithKey": "TestAKeySignsItsOwnUserInAndNobodyElse", "KeyKnown": "TestAKeySignsItsOwnUserInAndNobodyElse", "ActAs": "it is the machine's",
	"NextMail": "TestOnlyTheMachineTakesMail", "MailSent": "TestOnlyTheMachineTakesMail", "MailFailed": "TestOnlyTheMachineTakesMail",
	"VerifyAudit": "TestOnlyWhoReachesAllOfATrailVerifiesIt", "AuditHeads": "TestOnlyWhoReachesAllOfATrailVerifiesIt", "NoteFailures": "it is the machine's",
	"EditProfile": "it is about the actor", "MakePassword": "it is about nothing", "Statistics": "TestOnlyTheMachineIsToldStatistics", "Watch": "TestNobodyHearsOfAnotherAccount", "Check": "it is the machine's", "Close": "", "Path": "",
	"WarnAddOns":    "it is the operator's",
	"ExportAccount": "it is the operator's", "ImportAccount": "it is the operator's", "DeleteAccount": "it is the operator's", "Backup": "it is the operator's",
}

var freshUnit = domain.UnitID{0xfe, 0xed, 0xfa, 0xce, 15: 1}

// attempts are all operations that take an identity.
func attempts() []attempted {
	const (
		device = true
		thing  = false
	)
	var all []attempted
	add := func(operation, how string, device bool, do func(ctx context.Context, db *DB, actor domain.Actor, x, mine theirs) (any, error)) {
		all = append(all, attempted{operation: operation, how: how, device: device, do: do})
	}
	add("EditAccount", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EditAccount(ctx, a, domain.Account{ID: x.customer, Name: "Mine"})
	})
	add("CreateCustomer", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.CreateCustomer(ctx, a, domain.Customer{Parent: x.customer, Name: "Mine"})
	})
	add("EditCustomer", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EditCustomer(ctx, a, domain.Customer{ID: x.customer, Name: "Mine", Version: 7})
	})
	add("MoveCustomer", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.MoveCustomer(ctx, a, x.customer, mine.customer)
	})
	add("MoveCustomer", "to", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.MoveCustomer(ctx, a, mine.customer, x.customer)
	})
	add("CustomerContents", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.CustomerContents(ctx, a, x.customer)
	})
	add("DeleteCustomer", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.DeleteCustomer(ctx, a, DeleteCustomer{ID: x.customer, DeleteUsers: true})
	})
	add("DeleteCustomer", "with users to", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return nil, db.DeleteCustomer(ctx, a, DeleteCustomer{ID: mine.customer, UsersTo: x.customer})
	})
	add("LocationsFor", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.LocationsFor(ctx, a, x.customer)
	})
	add("Users", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Users(ctx, a, UserQuery{Customer: x.customer})
	})
	add("Users", "below", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Users(ctx, a, UserQuery{Customer: x.customer, Below: true})
	})
	add("Users", "after", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Users(ctx, a, UserQuery{Page: Page{Cursor: writeCursor(x.user.String())}})
	})
	add("Users", "by name", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Users(ctx, a, UserQuery{Filter: x.username})
	})
	add("CreateUser", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.CreateUser(ctx, a, domain.User{Customer: x.customer, Username: "newcomer"}, Start{Password: goodPassword})
	})
	add("CreateUser", "at", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.CreateUser(ctx, a, domain.User{Customer: mine.customer, Username: "newcomer", Locations: ids(x.location)}, Start{Password: goodPassword})
	})
	add("ResetFactor", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.ResetFactor(ctx, a, x.user)
	})
	add("Unenrolled", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Unenrolled(ctx, a, x.customer, Page{})
	})
	add("SSHKeys", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.SSHKeys(ctx, a, x.user)
	})
	add("RemoveSSHKey", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return nil, db.RemoveSSHKey(ctx, a, x.user, domain.ID{1})
	})
	add("Sessions", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Sessions(ctx, a, x.user)
	})
	add("EndSessions", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EndSessions(ctx, a, x.user)
	})
	add("EndSessions", "by name", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EndSessions(ctx, a, x.user, x.customer)
	})
	add("Why", "path", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.Why(ctx, a, mine.username, domain.DevicesSee, x.path)
	})
	add("Why", "customer", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.Why(ctx, a, mine.username, domain.CustomersMove, x.customer.String())
	})
	add("Why", "device", device, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.Why(ctx, a, mine.username, domain.DevicesSee, x.device.String())
	})
	add("Why", "unit", device, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.Why(ctx, a, mine.username, domain.UsersEdit, x.unit.String())
	})
	add("Overview", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Overview(ctx, a, OverviewQuery{Customer: x.customer})
	})
	add("Overview", "quick", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Overview(ctx, a, OverviewQuery{Customer: x.customer, Quick: true})
	})
	add("Devices", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Devices(ctx, a, DeviceQuery{Customer: x.customer})
	})
	add("Devices", "below", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Devices(ctx, a, DeviceQuery{Customer: x.customer, Below: true})
	})
	add("Devices", "by unit", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Devices(ctx, a, DeviceQuery{Filter: x.unit.String()})
	})
	add("DeviceBatches", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		b, err := db.DeviceBatches(ctx, a, DeviceQuery{Customer: x.customer})
		return []any{b.Total, b.Reason}, err
	})
	add("DeviceBatches", "by unit", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		b, err := db.DeviceBatches(ctx, a, DeviceQuery{Filter: x.unit.String()})
		return []any{b.Total, b.Reason}, err
	})
	add("Search", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return countFound(ctx, db, a, FleetQuery{Customer: x.customer, Below: true})
	})
	add("Search", "by unit", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return countFound(ctx, db, a, FleetQuery{Filter: x.unit.String()})
	})
	add("FindDevice", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindDevice(ctx, a, x.unit.String())
	})
	add("FindDevice", "by its first digits", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.FindDevice(ctx, a, x.device.String()[:8])
	})
	add("Device", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Device(ctx, a, x.device)
	})
	add("DeviceRows", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.DeviceRows(ctx, a, ids(x.device))
	})
	add("DeviceHistory", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		rows, next, err := db.DeviceHistory(ctx, a, x.device, Page{})
		return fmt.Sprint(rows, next), err
	})
	add("RegisterDevice", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.RegisterDevice(ctx, a, domain.Device{Customer: x.customer, UnitID: freshUnit, Name: "Van"})
	})
	add("RegisterDevice", "at", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.RegisterDevice(ctx, a, domain.Device{Customer: mine.customer, Location: x.location, UnitID: freshUnit, Name: "Van"})
	})
	add("EditDevice", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.EditDevice(ctx, a, domain.Device{ID: x.device, Name: "Mine", Version: 7})
	})
	add("EditDevice", "at", thing, func(ctx context.Context, db *DB, a domain.Actor, x, mine theirs) (any, error) {
		return db.EditDevice(ctx, a, domain.Device{ID: mine.device, Name: "Van", Location: x.location})
	})
	add("ExportDevices", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		var out strings.Builder
		n, err := db.ExportDevices(ctx, a, DeviceQuery{Customer: x.customer}, &out, nil)
		return fmt.Sprint(n, out.String()), err
	})
	add("ImportDevices", "", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ImportDevices(ctx, a, strings.NewReader("unit_id,name,customer\n"+freshUnit.String()+",Van,"+x.path+"\n"), false, nil)
	})
	add("ImportDevices", "by ID", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ImportDevices(ctx, a, strings.NewReader("unit_id,name,customer\n"+freshUnit.String()+",Van,"+x.customer.String()+"\n"), false, nil)
	})
	add("ImportDevices", "tried", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ImportDevices(ctx, a, strings.NewReader("unit_id,name,customer\n"+freshUnit.String()+",Van,"+x.path+"\n"), true, nil)
	})
	add("ReportDevices", "", device, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.ReportDevices(ctx, a, []Report{{UnitID: x.unit, Status: domain.StatusOnline}})
	})
	add("Why", "user", thing, func(ctx context.Context, db *DB, a domain.Actor, x, _ theirs) (any, error) {
		return db.Why(ctx, a, x.username, domain.DevicesSee, "")
	})
	return slices.Concat(all, bulkAttempts(), userAttempts(), tokenAttempts(), auditAttempts(), locationAttempts(), accessAttempts())
}

// pasted is the device in the forms in which people have it.
func (x theirs) pasted() string {
	return x.device.String() + "\n" + x.unit.String() + "\n" + x.unit.String()[:8] + "\n" + x.device.String()[:12]
}

func countFound(ctx context.Context, db *DB, actor domain.Actor, q FleetQuery) (any, error) {
	fleet, err := db.Fleet(ctx, actor, nil)
	if err != nil {
		return nil, err
	}
	found, err := db.Search(ctx, actor, fleet, q)
	if err != nil {
		return nil, err
	}
	return found.Len(), nil
}

// outcomeOf is all that an attempt tells: its answer, its error, and what the
// audit trail of the actor's account holds of it afterwards. The identities that
// were put in are taken out.
func (i *isolated) outcomeOf(a attempted, who isolatedActor, x theirs) string {
	i.t.Helper()
	i.clock.add(refusalsWindow) // each refusal is noted
	before := i.lastEntry(i.account.ID).number
	answer, err := a.do(i.ctx, i.DB, who.actor, x, i.at[who.mine])
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
		x.customer.String(), x.location.String(), x.user.String(), x.device.String(), x.entry.String(), x.token.String(), x.unit.String(),
		x.unit.String()[:8], x.device.String()[:12], x.device.String()[:8], x.username, x.path, x.event.String(), x.rfid,
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

// dumped is everything in the file but the audit trail of an account, in which
// refusals are noted.
func (f *fixture) dumped(but domain.ID) map[string]string {
	f.t.Helper()
	values := map[string]string{}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		for i := range tables {
			noted := strings.HasPrefix(tables[i].name, "audit")
			for c := tx.scan(table(i), nil); c.next(); {
				if !noted || idAt(c.key(), 0) != but {
					values[tables[i].name+" "+string(c.key())] = string(c.value())
				}
			}
		}
		return nil
	}))
	return values
}

// TestNothingOutOfReachCanBeToldFromNothing has everybody try every operation on
// things of customers beside and above theirs and of another account, and on
// identities of nothing at all: answer and audit trail must be the same, nothing
// may change, and nobody may hear of it.
func TestNothingOutOfReachCanBeToldFromNothing(t *testing.T) {
	i := newIsolated(t)
	all := attempts()
	events, stop := i.Watch(domain.ID{})
	defer stop()
	before := i.dumped(i.account.ID)
	for _, who := range i.actors {
		for _, a := range all {
			if a.operation == "Why" && who.actor == operator {
				continue // it is in the account of whom it asks about
			}
			want := i.outcomeOf(a, who, i.at[nothing])
			outside := who.outside
			if a.device && who.unseen != "" {
				outside = append(slices.Clone(outside), who.unseen)
			}
			for _, at := range outside {
				if got := i.outcomeOf(a, who, i.at[at]); got != want {
					t.Errorf("%s by %s on %s:\n%s\nand on nothing:\n%s", a, who.name, at, got, want)
				}
			}
		}
		if !maps.Equal(before, i.dumped(i.account.ID)) {
			t.Fatalf("%s changed something", who.name)
		}
	}
	select {
	case e := <-events:
		t.Errorf("something changed, it is said: %+v", e)
	default:
	}
	// The control: nora's own things answer otherwise, but for the account, which
	// isn't hers, and for reports. What moves and deletes them comes last.
	nora := i.actors[0]
	slices.SortStableFunc(all, func(a, b attempted) int { return strings.Compare(b.String(), a.String()) })
	slices.SortStableFunc(all, func(a, b attempted) int { return cmp.Compare(a.removesUser(), b.removesUser()) })
	unlike := []string{"EditAccount", "HandOver", "ReportDevices", "Users after", "PreviewAccess as"}
	for _, a := range all {
		if slices.Contains(unlike, a.String()) {
			continue
		}
		if i.outcomeOf(a, nora, i.at["a child"]) == i.outcomeOf(a, nora, i.at[nothing]) {
			t.Errorf("%s answers the same on her own: it tries nothing", a)
		}
	}
}

// TestEveryOperationIsTriedOnThingsOutOfReach: whoever adds an operation adds
// what tries it.
func TestEveryOperationIsTriedOnThingsOutOfReach(t *testing.T) {
	tried := map[string]bool{}
	for _, a := range attempts() {
		tried[a.operation] = true
	}
	methods := reflect.TypeFor[*DB]()
	for n := range methods.NumMethod() {
		name := methods.Method(n).Name
		if _, free := withoutObject[name]; free == tried[name] {
			t.Errorf("%s: write how it is tried on things out of reach into attempts, or why it can't be into withoutObject, and not both", name)
		}
		delete(tried, name)
	}
	for name := range tried {
		t.Errorf("%s is tried, and isn't there", name)
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
