package domain

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// id makes an identity that is easy to read in a failure.
func id(n int) ID {
	var out ID
	binary.BigEndian.PutUint32(out[12:], uint32(n))
	return out
}

// acme is the account that most tests look at:
//
//	Acme HQ (1)
//	├── Iberia (2)
//	└── Nordics (3)
//	    ├── Aarhus (4)
//	    │   └── Harbour (5)
//	    └── Oslo (6)
//	Bermuda (7), a second main customer
var acme = Account{
	ID: id(100), Name: "Acme", Email: "ops@acme.example", Country: "DK", Owner: id(200),
	Settings: Settings{TimeZone: "Europe/Copenhagen", Clock: Clock24, Units: Metric},
}

var (
	hq, iberia, nordics, aarhus, harbour, oslo, bermuda = id(1), id(2), id(3), id(4), id(5), id(6), id(7)
	elsewhere                                           = id(50) // a customer of another account
)

func acmeCustomers() []Customer {
	return []Customer{
		{ID: harbour, Account: acme.ID, Parent: aarhus, Name: "Harbour"},
		{ID: hq, Account: acme.ID, Name: "Acme HQ"},
		{ID: oslo, Account: acme.ID, Parent: nordics, Name: "Oslo"},
		{ID: iberia, Account: acme.ID, Parent: hq, Name: "Iberia"},
		{ID: bermuda, Account: acme.ID, Name: "Bermuda"},
		{ID: aarhus, Account: acme.ID, Parent: nordics, Name: "Aarhus"},
		{ID: nordics, Account: acme.ID, Parent: hq, Name: "Nordics"},
	}
}

func acmeTree(t testing.TB) *Tree { return mustTree(t, acme, acmeCustomers()) }

func mustTree(t testing.TB, account Account, customers []Customer) *Tree {
	t.Helper()
	tree, err := NewTree(account, customers)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// person is an active user of acme.
func person(n int, name string, customer ID, groups Groups, locations ...ID) *User {
	return &User{
		ID: id(n), Account: acme.ID, Customer: customer, Username: name,
		Groups: groups, Locations: locations, Activated: true,
	}
}

func rightsOf(t testing.TB, u *User) *Rights {
	t.Helper()
	account := acme
	return NewRights(&account, acmeTree(t), u)
}

// bigTree is a random tree of n customers that is as deep as depth says.
func bigTree(t testing.TB, n, depth int) *Tree {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	customers := make([]Customer, n)
	levels := make([]int, n)
	for i := range customers {
		var key ID
		binary.BigEndian.PutUint64(key[:8], random.Uint64())
		binary.BigEndian.PutUint64(key[8:], random.Uint64()|1)
		customers[i] = Customer{ID: key, Account: acme.ID, Name: fmt.Sprintf("Customer %05d", i)}
		parent := i - 1 // the first ones are a chain, so that the depth is reached
		if i >= depth {
			for parent = random.IntN(i); levels[parent] >= depth; {
				parent = random.IntN(i)
			}
		}
		levels[i] = 1
		if parent >= 0 {
			customers[i].Parent = customers[parent].ID
			levels[i] = levels[parent] + 1
		}
	}
	random.Shuffle(n, func(i, j int) { customers[i], customers[j] = customers[j], customers[i] })
	return mustTree(t, acme, customers)
}
