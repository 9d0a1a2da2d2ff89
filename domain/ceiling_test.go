package domain

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// world is an account in which one person, and every account that they come to
// control, tries everything. A step happens only when the rules let it.
type world struct {
	account   Account
	customers []Customer
	users     []*User
	places    []*Location
	next      int
	made      map[ID]bool // accounts made by controlled ones: their passwords are known
	start     ID          // who began
}

func (w *world) tree() *Tree {
	tree, err := NewTree(w.account, w.customers)
	if err != nil {
		panic(err)
	}
	return tree
}

func (w *world) place(key ID) (*Location, bool) {
	at := slices.IndexFunc(w.places, func(l *Location) bool { return l.ID == key })
	if at < 0 {
		return nil, false
	}
	return w.places[at], true
}

// controlled are the accounts the person can act as: their own, those they or
// their accounts made, and those that any of these may reset, over and over.
func (w *world) controlled() []*User {
	tree := w.tree()
	held := map[ID]*User{}
	for _, u := range w.users {
		if u.ID == w.start || w.made[u.ID] {
			held[u.ID] = u
		}
	}
	for grown := true; grown; {
		grown = false
		for _, by := range slices.Collect(maps.Values(held)) {
			r := NewRights(&w.account, tree, by)
			for _, u := range w.users {
				if held[u.ID] == nil && r.MayResetUser(u).Allowed {
					held[u.ID], grown = u, true
				}
			}
		}
	}
	users := slices.Collect(maps.Values(held))
	slices.SortFunc(users, func(a, b *User) int { return slices.Compare(a.ID[:], b.ID[:]) })
	return users
}

// power is everything that somebody may do, as comparable words.
func (w *world) power(tree *Tree, u *User) map[string]bool {
	can := map[string]bool{}
	r := NewRights(&w.account, tree, u)
	for i := range tree.Len() {
		customer := tree.At(i).ID
		for _, c := range Capabilities() {
			if r.May(c, customer).Allowed {
				can[c.String()+" "+customer.String()] = true
			}
		}
		if r.SeesDevice(customer, ID{}).Allowed {
			can["device at "+customer.String()] = true
		}
		for _, l := range w.places {
			if r.SeesDevice(customer, l.ID).Allowed {
				can["device at "+customer.String()+" "+l.ID.String()] = true
			}
		}
	}
	return can
}

// ceiling is what rule 1 gives somebody at most, whatever they do: their own
// groups, and as an administrator all that administrators grant, but the highest
// only when they hold it.
func (w *world) ceiling(u User) *User {
	if u.Groups.Has(AccountAdministrator) {
		u.Groups |= FullDeviceAccess | DeviceManagement | FleetManagement
		if w.account.AddOns.AccessControl {
			u.Groups |= AccessControlManagement
		}
	}
	return &u
}

func anyWorld(t *rapid.T) *world {
	w := &world{account: acme, made: map[ID]bool{}, next: 1000}
	w.account.AddOns.AccessControl = rapid.Bool().Draw(t, "add-on")
	w.customers = acmeCustomers()
	w.places = []*Location{depot, quay, yard}
	w.users = append(w.users, person(200, "ann", hq, 0)) // the owner
	for i := range 6 {
		home := rapid.SampledFrom([]ID{hq, iberia, nordics, aarhus, harbour, oslo}).Draw(t, "home")
		u := person(201+i, "user", home, Groups(rapid.IntRange(0, int(AllGroups)).Draw(t, "groups")))
		if rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
			u.Locations = []ID{rapid.SampledFrom(w.places).Draw(t, "location").ID}
		}
		w.users = append(w.users, u)
	}
	w.start = w.users[1].ID
	return w
}

// step lets one of the controlled accounts try one thing.
func (w *world) step(t *rapid.T) {
	tree := w.tree()
	actor := rapid.SampledFrom(w.controlled()).Draw(t, "actor")
	r := NewRights(&w.account, tree, actor)
	someone := rapid.SampledFrom(w.users).Draw(t, "user")
	somewhere := rapid.SampledFrom(w.customers).Draw(t, "customer").ID
	another := rapid.SampledFrom(append([]Customer{{}}, w.customers...)).Draw(t, "other customer").ID
	groups := Groups(rapid.IntRange(0, int(AllGroups)).Draw(t, "groups"))
	var locations []ID
	if rapid.Bool().Draw(t, "limit") {
		locations = []ID{rapid.SampledFrom(w.places).Draw(t, "location").ID}
	}
	switch rapid.IntRange(0, 6).Draw(t, "step") {
	case 0:
		w.next++
		u := person(w.next, "made", somewhere, groups, locations...)
		fresh := *u
		fresh.ID = ID{}
		if r.CheckNewUser(&fresh, w.place) == nil {
			w.users = append(w.users, u)
			w.made[u.ID] = true
		}
	case 1, 2:
		after := *someone
		after.Groups, after.Customer, after.Locations = groups, somewhere, locations
		if rapid.Bool().Draw(t, "stay") {
			after.Customer = someone.Customer
		}
		if r.CheckUserChange(someone, &after, w.place) == nil {
			*someone = after
		}
	case 3:
		if r.MayDeleteUser(someone).Allowed && someone.ID != w.start {
			w.users = slices.DeleteFunc(w.users, func(u *User) bool { return u == someone })
		}
	case 4:
		if r.CheckMoveCustomer(somewhere, another) == nil {
			at := slices.IndexFunc(w.customers, func(c Customer) bool { return c.ID == somewhere })
			w.customers[at].Parent = another
		}
	case 5:
		w.next++
		c := Customer{ID: id(w.next), Account: acme.ID, Parent: another, Name: id(w.next).String()}
		if r.CheckNewCustomer(&c) == nil {
			w.customers = append(w.customers, c)
		}
	case 6:
		w.deleteCustomer(r, somewhere, another)
	}
}

func (w *world) deleteCustomer(r *Rights, gone, usersTo ID) {
	holds := CustomerContents{}
	for _, l := range w.places {
		if l.Customer == gone {
			holds.Locations = append(holds.Locations, l.ID)
		}
	}
	for _, u := range w.users {
		if u.Customer == gone {
			holds.Users = append(holds.Users, u)
		}
		if slices.ContainsFunc(u.Locations, func(l ID) bool { return slices.Contains(holds.Locations, l) }) {
			holds.Limited = append(holds.Limited, u)
		}
	}
	if r.CheckDeleteCustomer(gone, holds, usersTo) != nil {
		return
	}
	for _, u := range holds.Users {
		if usersTo.IsZero() {
			w.users = slices.DeleteFunc(w.users, func(v *User) bool { return v == u })
		}
		u.Customer = usersTo
	}
	for _, u := range w.users {
		u.Locations = slices.DeleteFunc(slices.Clone(u.Locations), func(l ID) bool { return slices.Contains(holds.Locations, l) })
	}
	w.places = slices.DeleteFunc(slices.Clone(w.places), func(l *Location) bool { return l.Customer == gone })
	w.customers = slices.DeleteFunc(w.customers, func(c Customer) bool { return c.ID == gone })
}

// TestCeiling: by no sequence of allowed steps, second accounts included, does
// anyone end with more than the rules give.
func TestCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		began := *w.users[1]
		owner := *w.users[0]
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			w.step(t)
			tree := w.tree() // the moves kept it one
			most := w.power(tree, w.ceiling(began))
			for _, u := range w.controlled() {
				for what := range w.power(tree, u) {
					if !most[what] {
						t.Fatalf("%q at %s came, by %q at %s, to %s", began.Groups.Short(), tree.Path(began.Customer), u.Groups.Short(), tree.Path(u.Customer), what)
					}
				}
			}
			if now := w.users[0]; now.ID != owner.ID || now.Customer != owner.Customer || now.Inactive || now.Groups != owner.Groups {
				t.Fatalf("the owner was changed: %+v", now)
			}
		}
	})
}

// TestMovesKeepATree: whatever the owner moves where the rules let them, it
// stays a tree of unique names, no deeper than it may be.
func TestMovesKeepATree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, customers := anyTree(t)
		if len(customers) == 0 {
			return
		}
		account := acme
		for range 10 {
			r := OperatorRights(&account, tree)
			at := rapid.IntRange(0, len(customers)-1).Draw(t, "moved")
			to := rapid.SampledFrom(append([]Customer{{}}, customers...)).Draw(t, "to").ID
			if r.CheckMoveCustomer(customers[at].ID, to) != nil {
				continue
			}
			customers[at].Parent = to
			var err error
			if tree, err = NewTree(acme, customers); err != nil {
				t.Fatal(err)
			}
			for i := range tree.Len() {
				if err := tree.CheckSiblings(tree.At(i).Parent, tree.At(i).Name, tree.At(i).ID); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
