package domain

import "time"

// Customer is a node of an account's tree. A main customer has no parent; a
// nested one hangs under another, to a depth of MaxDepth.
type Customer struct {
	ID        ID
	Account   ID
	Parent    ID // zero for a main customer
	Name      string
	Email     string
	Country   string   // ISO 3166-1 alpha-2, upper case; empty when not given
	Settings  Settings // what it sets itself; the rest is the parent's
	Security  Security
	CreatedAt time.Time
	CreatedBy ID
	Version   uint64 // counts its changes, for "changed since you looked"
}

// MaxDepth is how deep the tree may go: a main customer is at depth 1.
const MaxDepth = 32

// CheckCustomer puts a customer's fields into the form in which they are stored,
// or refuses the first that is wrong with an Invalid error on it. Its place in
// the tree is for the rules.
func CheckCustomer(c *Customer) (err error) {
	if c.Name, err = CheckName("name", c.Name); err != nil {
		return err
	}
	if c.Email, err = CheckEmail(c.Email, false); err != nil {
		return err
	}
	if c.Country, err = CheckCountry(c.Country, false); err != nil {
		return err
	}
	return CheckSettings(&c.Settings)
}
