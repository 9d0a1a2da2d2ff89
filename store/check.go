package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"tenantry/domain"
)

// Problem is one thing that a check found wrong.
type Problem struct {
	Where string // table and key in words
	What  string
}

// CheckReport is what a full check found.
type CheckReport struct {
	Accounts, Customers, Users, Devices, Entries int
	Problems                                     []Problem // the first thousand
	More                                         int       // problems beyond these
}

const (
	problemsListed = 1000
	checkStep      = 10_000 // values between two looks at ctx and two words of progress
)

// Check re-derives every index and counter, verifies every record's checksum
// and the audit chain, and names what doesn't agree. It writes nothing, and
// holds one transaction all the while (some seconds for a million devices), so
// it is for a database that nobody is at work in. Progress is told in values
// looked at; how many there are isn't known.
func (db *DB) Check(ctx context.Context, progress Progress) (CheckReport, error) {
	var report CheckReport
	err := db.viewFree(ctx, domain.Actor{}, func(tx *tx) error {
		c := checker{
			tx: tx, report: &report, progress: progress, told: map[Problem]bool{},
			accounts: map[domain.ID]*checkedAccount{},
		}
		return c.run()
	})
	return report, err
}

// checker goes through every table. It takes nothing for granted that it
// hasn't seen itself, and goes on after each problem.
type checker struct {
	tx       *tx
	report   *CheckReport
	progress Progress
	looked   int
	told     map[Problem]bool
	accounts map[domain.ID]*checkedAccount
	cleared  []domain.ID // accounts that come or go: what lies here of them isn't whole
}

// checkedAccount is an account with what its other values are held against.
type checkedAccount struct {
	domain.Account
	customers []domain.Customer
	tree      *domain.Tree // nil where they make none
	held      map[domain.ID]*held
	places    map[domain.ID]domain.ID // the customer of each location
	located   map[domain.ID]int       // the devices at each location
}

func (c *checker) run() (err error) {
	if c.cleared, err = c.tx.clearing(); err != nil {
		c.add(err)
	}
	for _, step := range []func() error{
		c.checkMeta, c.checkAccounts, c.checkCustomers, c.checkLocations, c.checkUsers, c.checkPasswords, c.checkInvitations,
		c.checkFactors, c.checkSSHKeys, c.checkSessions, c.checkTokens, c.checkRFIDs, c.checkViews,
		c.checkDevices, c.checkCounts, c.checkLocated, c.checkAccess, c.checkAudit,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// each calls look with every value of a table, whose checksum holds and whose
// key has the right length, and reports the others.
func (c *checker) each(t table, look func(key, value []byte)) error {
	length, text := keyLength(t)
	cursor := c.tx.scan(t, nil)
	cursor.spoiled = func(err error) { c.add(err) }
	for cursor.next() {
		c.looked++
		if c.looked%checkStep == 0 {
			if err := c.tx.ctx.Err(); err != nil {
				return err
			}
			if c.progress != nil {
				c.progress(c.looked, 0)
			}
		}
		key := cursor.key()
		if len(c.cleared) > 0 && slices.Contains(c.cleared, accountOf(t, key, cursor.value())) {
			continue
		}
		if len(key) != length && (!text || len(key) < length) {
			c.problem(t, key, "has a key of the wrong length")
			continue
		}
		look(key, cursor.value())
	}
	return cursor.err()
}

// keyLength is the length of a table's keys, at least where they end in text.
func keyLength(t table) (length int, text bool) {
	for _, p := range tables[t].key {
		switch p {
		case partText:
			text = true
		case partNumber:
			length += 8
		default:
			length += 16
		}
	}
	return length, text
}

// problem reports what is wrong with a value, once.
func (c *checker) problem(t table, key []byte, format string, args ...any) {
	c.list(Problem{Where: where(t, key), What: fmt.Sprintf(format, args...)})
}

// add reports an error that reading something gave.
func (c *checker) add(err error) {
	c.list(Problem{Where: "the database", What: err.Error()})
}

func (c *checker) list(p Problem) {
	switch {
	case len(c.report.Problems) >= problemsListed:
		c.report.More++
	case !c.told[p]:
		c.told[p] = true
		c.report.Problems = append(c.report.Problems, p)
	}
}

// get reads a value, reporting one that fails its checksum; nil for none.
func (c *checker) get(t table, key []byte) []byte {
	value, err := c.tx.get(t, key)
	if err != nil {
		c.add(err)
	}
	return value
}

// indexed asks that a table has a value at key, exactly that one.
func (c *checker) indexed(t table, key, value []byte) {
	got, err := c.tx.get(t, key)
	switch {
	case err != nil:
		c.add(err)
	case got == nil:
		c.problem(t, key, "is missing")
	case !bytes.Equal(got, value):
		c.problem(t, key, "points to something else than %x", value)
	}
}

// inAccount is the account that a key begins with; nil, and reported, when
// there is none such.
func (c *checker) inAccount(t table, key []byte) *checkedAccount {
	a := c.accounts[idAt(key, 0)]
	if a == nil {
		c.problem(t, key, "belongs to no account")
	}
	return a
}

// inCustomer asks that a customer of the account exists.
func (c *checker) inCustomer(t table, key []byte, a *checkedAccount, customer domain.ID) {
	if a.tree == nil {
		return // told already
	}
	if _, there := a.tree.Customer(customer); !there {
		c.problem(t, key, "belongs to customer %s, which isn't there", customer)
	}
}

// hold counts what a customer holds.
func (a *checkedAccount) hold(customer domain.ID, users, devices int) {
	h := a.held[customer]
	if h == nil {
		h = &held{}
		a.held[customer] = h
	}
	h.users += users
	h.devices += devices
}

func (c *checker) checkMeta() error {
	for key, length := range map[string]int{string(keyFormat): 4, string(keyInstallation): 16, string(keyFingerprint): 32} {
		if value := c.get(tableMeta, []byte(key)); len(value) != length {
			c.problem(tableMeta, []byte(key), "is missing")
		}
	}
	return c.each(tableMeta, func(_, _ []byte) {})
}

func (c *checker) checkAccounts() error {
	err := c.each(tableAccount, func(key, value []byte) {
		c.report.Accounts++
		a, err := accountFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		c.accounts[a.ID] = &checkedAccount{Account: a, held: map[domain.ID]*held{}, places: map[domain.ID]domain.ID{}, located: map[domain.ID]int{}}
		c.indexed(tableAccountName, domain.AppendFold(nil, a.Name), key)
		if value := c.get(tableGeneration, key); len(value) != 8 {
			c.problem(tableGeneration, key, "is missing")
		}
		if !c.tx.has(tableUser, key2(a.ID, a.Owner)) {
			c.problem(tableAccount, key, "names owner %s, who isn't there", a.Owner)
		}
	})
	if err != nil {
		return err
	}
	err = c.each(tableGeneration, func(key, value []byte) { c.inAccount(tableGeneration, key) })
	if err != nil {
		return err
	}
	return c.each(tableAccountName, func(key, value []byte) {
		a := c.accounts[idAt(value, 0)]
		if a == nil || !bytes.Equal(domain.AppendFold(nil, a.Name), key) {
			c.problem(tableAccountName, key, "points to no account of that name")
		}
	})
}

func (c *checker) checkCustomers() error {
	err := c.each(tableCustomer, func(key, value []byte) {
		c.report.Customers++
		customer, err := customerFromValue(key, value)
		if err != nil {
			c.add(err)
			return
		}
		a := c.inAccount(tableCustomer, key)
		if a == nil {
			return
		}
		a.customers = append(a.customers, customer)
		c.indexed(tableCustomerName, keyName(a.ID, customer.Parent, customer.Name), key1(customer.ID))
	})
	if err != nil {
		return err
	}
	for _, a := range c.accounts {
		if a.tree, err = domain.NewTree(a.Account, a.customers); err != nil {
			c.problem(tableAccount, key1(a.ID), "has customers that make no tree: %v", err)
		}
	}
	return c.each(tableCustomerName, func(key, value []byte) {
		id := idAt(value, 0)
		customer, err := c.tx.customer(idAt(key, 0), id)
		if err != nil {
			c.add(err)
		} else if customer == nil || !bytes.Equal(keyName(customer.Account, customer.Parent, customer.Name), key) {
			c.problem(tableCustomerName, key, "points to %s, which isn't a customer of that name there", id)
		}
	})
}

func (c *checker) checkCounts() error {
	err := c.each(tableCustomerCount, func(key, value []byte) {
		a := c.inAccount(tableCustomerCount, key)
		if a == nil || len(value) != 8 {
			c.problem(tableCustomerCount, key, "aren't two numbers of an account")
			return
		}
		customer := idAt(key, 1)
		c.inCustomer(tableCustomerCount, key, a, customer)
		h := a.held[customer]
		if h == nil {
			h = &held{}
		}
		users, devices := binary.BigEndian.Uint32(value), binary.BigEndian.Uint32(value[4:])
		if int(users) != h.users || int(devices) != h.devices {
			c.problem(tableCustomerCount, key, "say %d users and %d devices, and there are %d and %d", users, devices, h.users, h.devices)
		}
	})
	if err != nil {
		return err
	}
	for _, a := range c.accounts {
		for customer, h := range a.held {
			if key := key2(a.ID, customer); !c.tx.has(tableCustomerCount, key) {
				c.problem(tableCustomerCount, key, "are missing, and there are %d users and %d devices", h.users, h.devices)
			}
		}
	}
	return nil
}
