package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// treeModel is a naive twin of an account's customers, users and devices: maps,
// and loops over all of them.
type treeModel struct {
	*fixture
	tenant
	rt        *rapid.T
	customers map[domain.ID]*modelCustomer
	users     map[domain.ID]*modelUser
	devices   map[domain.ID]domain.ID // the customer of each
	made      int
}

type modelCustomer struct {
	name    string
	parent  domain.ID
	version uint64
}

type modelUser struct {
	name     string
	customer domain.ID
}

func newTreeModel(t testing.TB, rt *rapid.T) *treeModel {
	f := create(t)
	m := &treeModel{
		fixture: f, tenant: f.tenant("Acme"), rt: rt,
		customers: map[domain.ID]*modelCustomer{}, users: map[domain.ID]*modelUser{}, devices: map[domain.ID]domain.ID{},
	}
	m.customers[m.main.ID] = &modelCustomer{name: m.main.Name, version: 1}
	m.users[m.owner.User] = &modelUser{name: "owner-acme", customer: m.main.ID}
	return m
}

// inOrder are the keys of a map, for drawing from.
func inOrder[V any](m map[domain.ID]V) []domain.ID {
	var list []domain.ID
	for id := range m {
		list = append(list, id)
	}
	slices.SortFunc(list, compareIDs)
	return list
}

// drawAny is any customer there is, now and then none, or one that never was.
func (m *treeModel) drawAny(label string) domain.ID {
	return rapid.SampledFrom(append(inOrder(m.customers), domain.ID{}, domain.ID{1, 2, 3})).Draw(m.rt, label)
}

func (m *treeModel) drawName() string {
	return rapid.SampledFrom([]string{"Nordics", "nordics", "Århus", "ÅRHUS", "Depot", "A/B", "Öst"}).Draw(m.rt, "name")
}

// drawActor is one of the two who may do everything.
func (m *treeModel) drawActor() domain.Actor {
	return rapid.SampledFrom([]domain.Actor{m.owner, m.operator()}).Draw(m.rt, "actor")
}

// taken says whether a child of parent, other than except, has the name.
func (m *treeModel) taken(parent domain.ID, name string, except domain.ID) bool {
	for id, c := range m.customers {
		if id != except && c.parent == parent && strings.EqualFold(c.name, name) {
			return true
		}
	}
	return false
}

func (m *treeModel) there(id domain.ID) bool { return m.customers[id] != nil }

// under says whether id is root or below it.
func (m *treeModel) under(id, root domain.ID) bool {
	for ; !id.IsZero(); id = m.customers[id].parent {
		if id == root {
			return true
		}
	}
	return false
}

// asWanted fails unless the error is of the kind that the model foresaw; true
// where it foresaw none.
func (m *treeModel) asWanted(err error, want domain.Kind) bool {
	m.t.Helper()
	kind(m.t, err, want)
	return want == 0
}

func (m *treeModel) createCustomer() {
	parent, name := m.drawAny("parent"), m.drawName()
	want := domain.Kind(0)
	switch {
	case !parent.IsZero() && !m.there(parent):
		want = domain.NotFound
	case m.taken(parent, name, domain.ID{}):
		want = domain.Conflict
	}
	c, err := m.CreateCustomer(m.ctx, m.drawActor(), domain.Customer{Parent: parent, Name: name})
	if m.asWanted(err, want) {
		m.customers[c.ID] = &modelCustomer{name: name, parent: parent, version: 1}
	}
}

func (m *treeModel) renameCustomer() {
	id, name := m.drawAny("customer"), m.drawName()
	version := rapid.Uint64Range(0, 3).Draw(m.rt, "version")
	c, want := m.customers[id], domain.Kind(0)
	switch {
	case c == nil:
		want = domain.NotFound
	case m.taken(c.parent, name, id), version != 0 && version != c.version:
		want = domain.Conflict
	}
	got, err := m.EditCustomer(m.ctx, m.drawActor(), domain.Customer{ID: id, Name: name, Version: version})
	if m.asWanted(err, want) {
		c.name, c.version = name, got.Version
	}
}

func (m *treeModel) moveCustomer() {
	id, parent := m.drawAny("customer"), m.drawAny("parent")
	want := domain.Kind(0)
	switch {
	case !m.there(id), !parent.IsZero() && !m.there(parent):
		want = domain.NotFound
	case m.under(parent, id), m.taken(parent, m.customers[id].name, id):
		want = domain.Conflict
	}
	c, err := m.MoveCustomer(m.ctx, m.drawActor(), id, parent)
	if m.asWanted(err, want) {
		m.customers[id].parent, m.customers[id].version = parent, c.Version
	}
}

func (m *treeModel) deleteCustomer() {
	d := DeleteCustomer{ID: m.drawAny("customer"), DeleteUsers: rapid.Bool().Draw(m.rt, "delete users")}
	if !d.DeleteUsers {
		d.UsersTo = m.drawAny("users to")
	}
	actor := m.drawActor()
	err := m.DeleteCustomer(m.ctx, actor, d)
	want := m.deletion(d)
	if !m.asWanted(err, want) {
		return
	}
	parent := m.customers[d.ID].parent
	delete(m.customers, d.ID)
	for device, customer := range m.devices {
		if customer == d.ID {
			m.devices[device] = parent
		}
	}
	for id, u := range m.users {
		if u.customer == d.ID {
			if u.customer = d.UsersTo; d.DeleteUsers {
				delete(m.users, id)
			}
		}
	}
}

// deletion is what should come of deleting a customer.
func (m *treeModel) deletion(d DeleteCustomer) domain.Kind {
	c := m.customers[d.ID]
	if c == nil || !d.UsersTo.IsZero() && !m.there(d.UsersTo) {
		return domain.NotFound
	}
	for _, other := range m.customers {
		if other.parent == d.ID {
			return domain.Conflict
		}
	}
	for _, customer := range m.devices {
		if customer == d.ID && c.parent.IsZero() {
			return domain.Conflict
		}
	}
	for id, u := range m.users {
		switch {
		case u.customer != d.ID:
		case d.UsersTo == d.ID:
			return domain.Conflict
		case id == m.owner.User:
			return domain.Refused
		case d.UsersTo.IsZero() && !d.DeleteUsers:
			return domain.Conflict
		}
	}
	return 0
}

func (m *treeModel) createUser() {
	customer := m.drawAny("customer")
	name := rapid.SampledFrom([]string{"abe", "Abe", "bea", "cleo", "dan", "OWNER-acme"}).Draw(m.rt, "username")
	want := domain.Kind(0)
	if !m.there(customer) {
		want = domain.NotFound
	}
	for _, u := range m.users {
		if want == 0 && strings.EqualFold(u.name, name) {
			want = domain.Conflict
		}
	}
	made, err := m.CreateUser(m.ctx, m.drawActor(), domain.User{Customer: customer, Username: name}, Start{Password: goodPassword})
	if m.asWanted(err, want) {
		m.users[made.User.ID] = &modelUser{name: name, customer: customer}
	}
}

func (m *treeModel) registerDevice() {
	customer := rapid.SampledFrom(inOrder(m.customers)).Draw(m.rt, "customer")
	m.made++
	d, err := m.RegisterDevice(m.ctx, m.owner, domain.Device{Customer: customer, Name: "Van", UnitID: domain.UnitID(numbered(m.made))})
	if m.asWanted(err, 0) {
		m.devices[d.ID] = customer
	}
}

// path is a customer's path as the model sees it.
func (m *treeModel) path(id domain.ID) string {
	var names []string
	for ; !id.IsZero(); id = m.customers[id].parent {
		names = append([]string{m.customers[id].name}, names...)
	}
	return domain.JoinPath(names...)
}

// agree compares all that can be read with the model.
func (m *treeModel) agree() {
	m.t.Helper()
	var want []string
	for id := range m.customers {
		var c Counts
		for _, u := range m.users {
			c.Users += toInt(u.customer == id)
			c.UsersBelow += toInt(m.under(u.customer, id))
		}
		for _, customer := range m.devices {
			c.Devices += toInt(customer == id)
			c.DevicesBelow += toInt(m.under(customer, id))
		}
		want = append(want, fmt.Sprintf("%s u%d/%d d%d/%d", m.path(id), c.Users, c.UsersBelow, c.Devices, c.DevicesBelow))
	}
	got := m.paths(m.owner)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		m.t.Fatalf("customers:\n%q\nwant\n%q", got, want)
	}
	users, err := m.Users(m.ctx, m.owner, UserQuery{})
	m.must(err)
	got, want = nil, nil
	for _, row := range users.Rows {
		got = append(got, row.Username+" of "+row.CustomerPath)
	}
	for _, u := range m.users {
		want = append(want, u.name+" of "+m.path(u.customer))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		m.t.Fatalf("users:\n%q\nwant\n%q", got, want)
	}
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// TestTreeAgreesWithTheModel takes random steps on both and compares. The file
// is checked whole at the end of each run.
func TestTreeAgreesWithTheModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		good := t.Run("", func(t *testing.T) {
			m := newTreeModel(t, rt)
			steps := []func(){
				m.createCustomer, m.createCustomer, m.renameCustomer, m.moveCustomer, m.deleteCustomer,
				m.createUser, m.registerDevice, m.reopen,
			}
			for range rapid.IntRange(1, 25).Draw(rt, "steps") {
				rapid.SampledFrom(steps).Draw(rt, "step")()
				m.agree()
			}
		})
		if !good {
			rt.FailNow()
		}
	})
}
