package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// inheritedFrom is what a customer under that parent takes from above; the
// account is the parent for the zero ID.
func inheritedFrom(tree *domain.Tree, parent domain.ID) *inherited {
	as := "as the parent"
	if parent.IsZero() {
		as = "as the account"
	}
	return &inherited{as: as, settings: tree.Settings(parent), forced: forcedAbove(tree, parent)}
}

// customerDetails are what is edited of a customer.
func customerDetails(c domain.Customer) details {
	return details{id: c.ID, name: c.Name, email: c.Email, country: c.Country, settings: c.Settings, security: c.Security, version: c.Version}
}

// into puts edited details into a customer.
func (d details) into(c domain.Customer) domain.Customer {
	c.Name, c.Email, c.Country, c.Settings, c.Security, c.Version = d.name, d.email, d.country, d.settings, d.security, d.version
	return c
}

// newCustomerForm makes a customer under parent, a main one for the zero ID.
// made is told the new one.
func newCustomerForm(c *Console, tree *domain.Tree, parent domain.ID, made func(details) tea.Cmd) *detailsForm {
	heading := "New main customer of " + pathIn(tree, parent)
	if !parent.IsZero() {
		heading = "New customer under " + pathIn(tree, parent)
	}
	f := newDetailsForm(c, "New", heading, details{}, inheritedFrom(tree, parent))
	db, actor := c.db, c.actor
	f.write = func(ctx context.Context, d details) (details, error) {
		saved, err := db.CreateCustomer(ctx, actor, d.into(domain.Customer{Parent: parent}))
		return customerDetails(saved), err
	}
	f.done = made
	return f
}

// editCustomerForm edits a customer as it was read. edited is told how it is
// now.
func editCustomerForm(c *Console, tree *domain.Tree, customer domain.Customer, edited func(details) tea.Cmd) *detailsForm {
	f := newDetailsForm(c, "Edit", pathIn(tree, customer.ID), customerDetails(customer), inheritedFrom(tree, customer.Parent))
	db, actor := c.db, c.actor
	f.write = func(ctx context.Context, d details) (details, error) {
		saved, err := db.EditCustomer(ctx, actor, d.into(customer))
		if domain.KindOf(err) == domain.Conflict {
			return customerNow(ctx, db, actor, customer.ID), err
		}
		return customerDetails(saved), err
	}
	f.done = edited
	return f
}

// customerNow are the details of a customer as they are stored; the zero
// details where it is gone.
func customerNow(ctx context.Context, db *store.DB, actor domain.Actor, id domain.ID) details {
	standing, err := db.Standing(ctx, actor)
	if err != nil || !standing.Rights.Reaches(id) {
		return details{}
	}
	if customer, ok := standing.Rights.Tree().Customer(id); ok {
		return customerDetails(*customer)
	}
	return details{}
}
