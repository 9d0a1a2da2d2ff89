package store

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// randomAccount is an account of any tree, with anybody in it.
type randomAccount struct {
	*fixture
	tenant
	rt        *rapid.T
	customers []domain.ID
	locations []domain.Location
	people    []domain.Actor // the owner first
	devices   []domain.Device
	made      int
}

func newRandomAccount(t *testing.T, rt *rapid.T) *randomAccount {
	options, c := newOptions(1)
	options.Scratch = true
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	db, err := Create(f.ctx, filepath.Join(t.TempDir(), "t.db"), options)
	f.must(err)
	f.DB = db
	t.Cleanup(func() { f.Close() })
	r := &randomAccount{fixture: f, tenant: f.tenant("Acme"), rt: rt}
	r.customers, r.people = ids(r.main.ID), []domain.Actor{r.owner}
	for range rapid.IntRange(1, 7).Draw(rt, "customers") {
		r.made++
		parent := rapid.SampledFrom(append(slices.Clone(r.customers), domain.ID{})).Draw(rt, "parent")
		r.customers = append(r.customers, f.customer(r.owner, parent, fmt.Sprintf("C%d", r.made)).ID)
	}
	for n := range rapid.IntRange(0, 4).Draw(rt, "locations") {
		r.locations = append(r.locations, f.location(r.tenant, r.drawCustomer(), fmt.Sprintf("Yard %d", n)))
	}
	tree := r.tree()
	for n := range rapid.IntRange(1, 6).Draw(rt, "users") {
		r.person(tree, n)
	}
	for range rapid.IntRange(0, 10).Draw(rt, "devices") {
		r.anyDevice(tree)
	}
	return r
}

func (r *randomAccount) tree() *domain.Tree { return r.rights(r.operator()).Tree() }

func (r *randomAccount) rights(actor domain.Actor) *domain.Rights {
	standing, err := r.Standing(r.ctx, actor)
	r.must(err)
	return standing.Rights
}

func (r *randomAccount) drawCustomer() domain.ID {
	return rapid.SampledFrom(r.customers).Draw(r.rt, "customer")
}

// drawLocations are a few locations of a customer and of those below.
func (r *randomAccount) drawLocations(tree *domain.Tree, customer domain.ID) []domain.ID {
	var own []domain.ID
	for _, l := range r.locations {
		if tree.Within(l.Customer, customer) && rapid.IntRange(0, 2).Draw(r.rt, "limited") == 0 {
			own = append(own, l.ID)
		}
	}
	return own
}

func (r *randomAccount) person(tree *domain.Tree, n int) {
	u := domain.User{
		ID: domain.ID{7, byte(n)}, Account: r.account.ID, Customer: r.drawCustomer(), Username: fmt.Sprintf("user%d", n), Activated: true,
		Groups: domain.Groups(rapid.IntRange(0, int(domain.AllGroups)).Draw(r.rt, "groups")),
	}
	u.Locations = r.drawLocations(tree, u.Customer)
	r.inTx(func(tx *tx) error { return tx.putUser(u) })
	r.people = append(r.people, domain.Actor{Account: r.account.ID, User: u.ID, Door: domain.DoorMachine})
}

func (r *randomAccount) anyDevice(tree *domain.Tree) {
	at := place{customer: r.drawCustomer()}
	for _, l := range r.locations {
		if tree.KeepsLocation(l.Customer, at.customer) && rapid.Bool().Draw(r.rt, "there") {
			at.location = l.ID
		}
	}
	id := r.device(r.owner, at)
	row, err := r.Device(r.ctx, r.owner, id)
	r.must(err)
	r.devices = append(r.devices, row.Device)
}

// TestListsHoldWhatIsDecidedOneByOne: in any account, whoever lists is told just
// those things that a decision about each of them allows.
func TestListsHoldWhatIsDecidedOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRandomAccount(t, rt)
		for _, actor := range append(slices.Clone(r.people), r.operator()) {
			r.checkCustomers(actor)
			r.checkUsers(actor)
			r.checkDevices(actor, domain.ID{}, false)
			for _, c := range r.customers {
				r.checkDevices(actor, c, rapid.Bool().Draw(rt, "below"))
			}
			r.checkPreview(actor, r.drawCustomer())
		}
		r.Close()
	})
}

func (r *randomAccount) same(what string, actor domain.Actor, got, want []domain.ID) {
	r.t.Helper()
	got, want = slices.SortedFunc(slices.Values(got), compareIDs), slices.SortedFunc(slices.Values(want), compareIDs)
	if !slices.Equal(got, want) {
		r.rt.Fatalf("%s: %+v is told %v, and may know %v", what, r.rights(actor).User(), got, want)
	}
}

func (r *randomAccount) checkCustomers(actor domain.Actor) {
	may := r.rights(actor)
	var got, want []domain.ID
	list, err := r.Customers(r.ctx, actor)
	for _, row := range list.Rows {
		got = append(got, row.ID)
	}
	for _, c := range r.customers {
		if may.May(domain.CustomersSee, c).Allowed {
			want = append(want, c)
		}
	}
	if (err == nil) != (len(want) > 0) {
		r.rt.Fatalf("customers: %v, and %d may be seen", err, len(want))
	}
	r.same("customers", actor, got, want)
}

func (r *randomAccount) checkUsers(actor domain.Actor) {
	may := r.rights(actor)
	var all []*domain.User
	r.must(r.viewFree(r.ctx, operator, func(tx *tx) error {
		return tx.eachUser(r.account.ID, func(u *domain.User) error { all = append(all, u); return nil })
	}))
	for _, scope := range append(ids(domain.ID{}), r.customers...) {
		below := scope.IsZero() || rapid.Bool().Draw(r.rt, "below")
		var got, want []domain.ID
		list, err := r.Users(r.ctx, actor, UserQuery{Customer: scope, Below: below})
		if !scope.IsZero() && !may.Reaches(scope) {
			kind(r.t, err, domain.NotFound)
			continue
		}
		for _, row := range list.Rows {
			got = append(got, row.ID)
		}
		for _, u := range all {
			if may.May(domain.UsersList, u.Customer).Allowed && (u.Customer == scope || below && may.Tree().Within(u.Customer, scope)) {
				want = append(want, u.ID)
			}
		}
		if err != nil && len(want) > 0 {
			r.rt.Fatalf("users: %v, and %d may be listed", err, len(want))
		}
		r.same("users", actor, got, want)
	}
}

func (r *randomAccount) checkDevices(actor domain.Actor, scope domain.ID, below bool) {
	may := r.rights(actor)
	var want, seen, every []domain.ID
	for _, d := range r.devices {
		every = append(every, d.ID)
		if !may.SeesDevice(d.Customer, d.Location).Allowed {
			continue
		}
		seen = append(seen, d.ID)
		if scope.IsZero() || d.Customer == scope || below && may.Tree().Within(d.Customer, scope) {
			want = append(want, d.ID)
		}
	}
	q := DeviceQuery{Customer: scope, Below: below}
	list, err := r.Devices(r.ctx, actor, q)
	fleet, fleetErr := r.Fleet(r.ctx, actor, nil)
	r.must(fleetErr)
	found, foundErr := r.Search(r.ctx, actor, fleet, FleetQuery{Customer: scope, Below: below})
	if reached := scope.IsZero() || may.Reaches(scope); !reached {
		kind(r.t, err, domain.NotFound)
		kind(r.t, foundErr, domain.NotFound)
		return
	}
	r.must(firstOf(err, foundErr))
	var got, searched []domain.ID
	for _, row := range list.Rows {
		got = append(got, row.ID)
	}
	for n := range found.Len() {
		searched = append(searched, found.ID(n))
	}
	r.same("devices", actor, got, want)
	r.same("the search", actor, searched, want)
	rows, err := r.DeviceRows(r.ctx, actor, every)
	r.must(err)
	var shown []domain.ID
	for _, row := range rows {
		shown = append(shown, row.ID)
	}
	r.same("rows", actor, shown, seen)
	var out strings.Builder
	written, err := r.ExportDevices(r.ctx, actor, q, &out, nil)
	r.must(err)
	if written != len(want) || strings.Count(out.String(), "\n") != len(want)+1 {
		r.rt.Fatalf("exported %d of %d", written, len(want))
	}
}

func (r *randomAccount) checkPreview(actor domain.Actor, to domain.ID) {
	may := r.rights(actor)
	a := Assignment{To: to}
	var want, got []domain.ID
	for n, d := range r.devices {
		if n%2 == 0 {
			a.Devices = append(a.Devices, d.ID)
		} else {
			a.Text += d.UnitID.String() + "\n"
		}
		if d.Customer != to && may.MayAssign(&d, to).Allowed {
			want = append(want, d.ID)
		}
	}
	preview, err := r.PreviewBulk(r.ctx, actor, a)
	if allowed := may.May(domain.DevicesAssign, to).Allowed; !allowed {
		if err == nil {
			r.rt.Fatalf("previewed without the right")
		}
		return
	}
	r.must(err)
	from := 0
	for _, row := range preview.Rows {
		if row.Result == domain.ResultMoved {
			got = append(got, row.Device)
		}
	}
	for _, f := range preview.From {
		from += f.Devices
		if !may.Reaches(f.Customer) {
			r.rt.Fatalf("named %s", f.Path)
		}
	}
	r.same("the preview", actor, got, want)
	if from != len(want) {
		r.rt.Fatalf("%d come from somewhere, %d move", from, len(want))
	}
}

// TestNobodyEndsWithMoreThanTheRulesGive: one person, and every account that they
// make or could reset, does whatever the store lets them. -rapid.checks says how
// many people: a million take a night.
func TestNobodyEndsWithMoreThanTheRulesGive(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRandomAccount(t, rt)
		team := newTeam(r)
		began := *r.rights(team.start).User()
		for range rapid.IntRange(1, 16).Draw(rt, "steps") {
			did := team.step()
			tree := r.tree()
			team.anOwnerRemains(tree, did)
			most := team.power(tree, ceiling(began))
			for _, u := range team.controlled(tree) {
				for what := range team.power(tree, u) {
					if !most[what] {
						rt.Fatalf("%q at %s came by %s, as %q at %s, to %s", began.Groups.Short(), tree.Path(began.Customer), did, u.Groups.Short(), tree.Path(u.Customer), what)
					}
				}
			}
		}
		r.nothingIsLeftOver()
		r.Close()
	})
}

// TestAnOwnerAlwaysRemains: whatever everybody does, the owner among them, there
// is one who is active.
func TestAnOwnerAlwaysRemains(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRandomAccount(t, rt)
		team := newTeam(r)
		for _, who := range r.people {
			team.made[who.User] = true
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			did := team.step()
			team.anOwnerRemains(r.tree(), did)
		}
		r.nothingIsLeftOver()
		r.Close()
	})
}

// nothingIsLeftOver has the whole file checked.
func (r *randomAccount) nothingIsLeftOver() {
	report, err := r.Check(r.ctx, nil)
	r.must(err)
	for _, p := range report.Problems {
		r.rt.Errorf("%s: %s", p.Where, p.What)
	}
}

// ceiling is what rule 1 gives somebody at most.
func ceiling(u domain.User) *domain.User {
	if u.Groups.Has(domain.AccountAdministrator) {
		u.Groups |= domain.FullDeviceAccess | domain.DeviceManagement | domain.FleetManagement
	}
	u.Inactive = false
	return &u
}

// team is a person and all accounts that they control.
type team struct {
	*randomAccount
	start domain.Actor
	made  map[domain.ID]bool
}

// newTeam begins with somebody who may do something, most of the time: of those
// who may do nothing there is little to be learnt.
func newTeam(r *randomAccount) *team {
	const aa, nca, fm = domain.AccountAdministrator, domain.NestedCustomerAdministrator, domain.FleetManagement
	more := rapid.SampledFrom([]domain.Groups{aa, aa | nca, nca | fm, aa | fm, 0}).Draw(r.rt, "more groups")
	top := rapid.Bool().Draw(r.rt, "at the top")
	r.change(r.people[1], func(u *domain.User) {
		if u.Groups |= more; top {
			u.Customer = r.main.ID
		}
	})
	return &team{randomAccount: r, start: r.people[1], made: map[domain.ID]bool{r.people[1].User: true}}
}

func (t *team) users() (all []*domain.User) {
	t.must(t.viewFree(t.ctx, operator, func(tx *tx) error {
		return tx.eachUser(t.account.ID, func(u *domain.User) error { all = append(all, u); return nil })
	}))
	return all
}

// anOwnerRemains asks for rule 3.
func (t *team) anOwnerRemains(tree *domain.Tree, did string) {
	for _, u := range t.users() {
		if u.ID == tree.Account().Owner && !u.Inactive && u.Activated {
			if _, there := tree.Customer(u.Customer); there {
				return
			}
		}
	}
	t.rt.Fatalf("after %s no owner remains", did)
}

// controlled are those they made, and those that any of these may reset.
func (t *team) controlled(tree *domain.Tree) []*domain.User {
	held := map[domain.ID]*domain.User{}
	all := t.users()
	for _, u := range all {
		if t.made[u.ID] {
			held[u.ID] = u
		}
	}
	for grown := true; grown; {
		grown = false
		for _, by := range slices.Collect(maps.Values(held)) {
			may := domain.NewRights(tree.Account(), tree, by)
			for _, u := range all {
				if held[u.ID] == nil && may.MayResetUser(u).Allowed {
					held[u.ID], grown = u, true
				}
			}
		}
	}
	return slices.SortedFunc(maps.Values(held), func(a, b *domain.User) int { return compareIDs(a.ID, b.ID) })
}

// power is everything that somebody may do.
func (t *team) power(tree *domain.Tree, u *domain.User) map[string]bool {
	can := map[string]bool{}
	may := domain.NewRights(tree.Account(), tree, u)
	for n := range tree.Len() {
		customer := tree.At(n).ID
		for _, c := range domain.Capabilities() {
			if may.May(c, customer).Allowed {
				can[c.String()+" "+customer.String()] = true
			}
		}
		for _, l := range append([]domain.Location{{}}, t.locations...) {
			if may.SeesDevice(customer, l.ID).Allowed {
				can["device at "+customer.String()+" "+l.ID.String()] = true
			}
		}
	}
	return can
}

// turn is one thing that somebody tries.
type turn struct {
	*team
	actor     domain.Actor
	target    *domain.User // anybody
	at, other domain.ID    // customers; other may be the account itself
	groups    domain.Groups
	tree      *domain.Tree
	name      string
}

// step has one of them try one thing, and says what; that it is refused is fine.
func (t *team) step() string {
	tree := t.tree()
	controlled := t.controlled(tree)
	if len(controlled) == 0 {
		return "nobody" // they had themselves deleted
	}
	u := rapid.SampledFrom(controlled).Draw(t.rt, "who")
	t.randomAccount.made++
	next := turn{
		team: t, actor: domain.Actor{Account: t.account.ID, User: u.ID, Door: domain.DoorMachine}, tree: tree,
		at: t.drawCustomer(), other: rapid.SampledFrom(append(ids(domain.ID{}), t.customers...)).Draw(t.rt, "other"),
		name: fmt.Sprintf("N%d", t.randomAccount.made),
	}
	// Half of what they try is likely to be allowed, and one group over it is what
	// a hole would be.
	targets, groups := t.users(), u.Groups
	if rapid.Bool().Draw(t.rt, "likely") {
		next.at, targets = u.Customer, controlled
	}
	next.target = rapid.SampledFrom(targets).Draw(t.rt, "whom")
	switch rapid.IntRange(0, 2).Draw(t.rt, "which groups") {
	case 0:
		groups = domain.Groups(rapid.IntRange(0, int(domain.AllGroups)).Draw(t.rt, "groups"))
	case 1:
		groups ^= 1 << rapid.IntRange(0, 5).Draw(t.rt, "group")
	}
	next.groups = groups
	steps := []string{
		"create user", "create user", "import users", "create customer", "create customer", "move customer", "edit customer", "edit account", "delete customer",
		"edit user", "edit user", "edit user", "edit user", "edit user", "move user", "deactivate", "activate", "reset", "invite", "profile", "hand over", "delete user",
		"limit user", "limit user", "unlimit user", "unlimit user", "delete location",
	}
	what := rapid.SampledFrom(steps).Draw(t.rt, "step")
	if !next.onCustomers(what) && !next.onLocations(what) {
		next.onUsers(what)
	}
	return what
}

func (n *turn) onCustomers(what string) bool {
	switch what {
	case "create customer":
		if c, err := n.CreateCustomer(n.ctx, n.actor, domain.Customer{Parent: n.at, Name: n.name}); err == nil {
			n.customers = append(n.customers, c.ID)
		}
	case "move customer":
		n.MoveCustomer(n.ctx, n.actor, n.at, n.other)
	case "edit customer":
		n.EditCustomer(n.ctx, n.actor, domain.Customer{ID: n.at, Name: n.name, Parent: n.other, Account: domain.ID{1}})
	case "edit account":
		n.EditAccount(n.ctx, n.actor, domain.Account{ID: n.account.ID, Name: n.name, Owner: n.actor.User})
	case "delete customer":
		if n.DeleteCustomer(n.ctx, n.actor, DeleteCustomer{ID: n.at, UsersTo: n.other, DeleteUsers: n.other.IsZero()}) == nil {
			n.customers = slices.DeleteFunc(slices.Clone(n.customers), func(id domain.ID) bool { return id == n.at })
			n.team.locations = slices.DeleteFunc(slices.Clone(n.team.locations), func(l domain.Location) bool { return l.Customer == n.at })
		}
	default:
		return false
	}
	return true
}

func (n *turn) onLocations(what string) bool {
	if len(n.team.locations) == 0 {
		return false
	}
	at := rapid.SampledFrom(n.team.locations).Draw(n.rt, "location")
	switch what {
	case "limit user":
		n.LimitUsers(n.ctx, n.actor, Limits{Location: at.ID, Limit: ids(n.target.ID)})
	case "unlimit user":
		n.LimitUsers(n.ctx, n.actor, Limits{Location: at.ID, Unlimit: ids(n.target.ID), Lift: rapid.Bool().Draw(n.rt, "lifted")})
	case "delete location":
		if _, err := n.DeleteLocation(n.ctx, n.actor, at.ID, 0); err == nil {
			n.team.locations = slices.DeleteFunc(slices.Clone(n.team.locations), func(l domain.Location) bool { return l.ID == at.ID })
		}
	default:
		return false
	}
	return true
}

func (n *turn) onUsers(what string) {
	switch what {
	case "create user":
		start := Start{}
		if rapid.IntRange(0, 3).Draw(n.rt, "by hand") == 0 {
			start.Password = goodPassword
		}
		made, err := n.CreateUser(n.ctx, n.actor, domain.User{Customer: n.at, Username: n.name + "-u", Groups: n.groups, Locations: n.drawLocations(n.tree, n.at)}, start)
		if err == nil {
			n.team.made[made.User.ID] = true
		}
	case "import users":
		file := "username,customer,groups\n" + n.name + "-u," + n.at.String() + "," + n.groups.Short() + "\n"
		in, err := n.ImportUsers(n.ctx, n.actor, domain.ID{}, strings.NewReader(file), false, false, nil)
		if err == nil && in.Made == 1 {
			n.team.made[in.Rows[0].ID] = true
		}
	case "edit user":
		after := *n.target
		after.Groups = n.groups
		if rapid.IntRange(0, 2).Draw(n.rt, "moved") == 0 {
			after.Customer = n.at
		}
		after.Locations = n.drawLocations(n.tree, after.Customer)
		if rapid.IntRange(0, 3).Draw(n.rt, "switched") == 0 {
			after.Inactive = !after.Inactive
		}
		n.EditUser(n.ctx, n.actor, after)
	case "move user":
		n.MoveUser(n.ctx, n.actor, n.target.ID, n.at, rapid.Bool().Draw(n.rt, "unlimited"))
	case "deactivate", "activate":
		n.SetUserActive(n.ctx, n.actor, n.target.ID, what == "activate")
	case "reset":
		n.ResetPassword(n.ctx, n.actor, n.target.ID, Start{})
	case "invite":
		n.Invite(n.ctx, n.actor, n.target.ID, false)
	case "profile":
		n.EditProfile(n.ctx, n.actor, Profile{FullName: n.name})
	case "hand over":
		n.HandOver(n.ctx, n.actor, n.target.ID)
	case "delete user":
		n.DeleteUser(n.ctx, n.actor, n.target.ID)
	}
}
