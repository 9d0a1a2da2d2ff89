package api

import (
	"slices"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

// Page is what every list takes.
type Page struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"How many at most"`
	Cursor string `query:"cursor" maxLength:"4096" doc:"What the page before answered as next"`
}

func (p Page) page() store.Page { return store.Page{Limit: p.Limit, Cursor: p.Cursor} }

// Scope narrows a list to a customer.
type Scope struct {
	Customer string `query:"customer" maxLength:"8192" doc:"Only of this customer: its ID, or its path"`
	Below    bool   `query:"below" doc:"With customer: and of those nested under it"`
}

// in finds the customer; without one, all in reach are meant.
func (sc Scope) in(may *domain.Rights) (customer domain.ID, below bool, err error) {
	if sc.Customer == "" {
		return customer, true, nil
	}
	customer, err = may.Resolve(sc.Customer)
	return customer, sc.Below, err
}

// List is a page of a list.
type List[T any] struct {
	Items  []T    `json:"items" nullable:"false"`
	Next   string `json:"next" doc:"The cursor of the next page; empty at the end"`
	Total  int    `json:"total" doc:"Of all pages"`
	Reason string `json:"reason,omitempty" doc:"Why there are none, where that is a matter of rights"`
}

type listed[T any] struct{ Body List[T] }

func newListed[T any](items []T, next string, total int) *listed[T] {
	return &listed[T]{List[T]{Items: shape.List(items), Next: next, Total: total}}
}

// cut is a page of items that are all there. Its cursor is the ID of the item
// before, so that the page doesn't shift when others are made.
func cut[T any](items []T, p Page, id func(T) string) (*listed[T], error) {
	total := len(items)
	if p.Cursor != "" {
		at := slices.IndexFunc(items, func(item T) bool { return id(item) == p.Cursor })
		if at < 0 {
			return nil, domain.Errorf(domain.Invalid, "cursor", "The list changed at the place of this cursor. Begin again without one.")
		}
		items = items[at+1:]
	}
	next := ""
	if len(items) > p.Limit {
		items = items[:p.Limit]
		next = id(items[len(items)-1])
	}
	return newListed(items, next, total), nil
}
