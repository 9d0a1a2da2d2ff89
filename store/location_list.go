package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tenantry/domain"
)

// LocationRow is a location with what a list shows.
type LocationRow struct {
	domain.Location
	CustomerPath string
	Devices      int // that are there; -1 where the actor doesn't see these
	Users        int // limited to it, of those whom the actor may list
}

// LocationSort names a column to sort locations by.
type LocationSort string

// The columns. By customer is the order of the tree, and is what a list begins
// with; where a column is the same, the tree and then the name decide.
const (
	SortLocationCustomer LocationSort = "customer"
	SortLocationName     LocationSort = "name"
	SortLocationDevices  LocationSort = "devices"
	SortLocationUsers    LocationSort = "users"
)

// LocationSorts are all columns that locations can be sorted by.
func LocationSorts() []LocationSort {
	return []LocationSort{SortLocationCustomer, SortLocationName, SortLocationDevices, SortLocationUsers}
}

// LocationQuery selects locations that the actor may manage.
type LocationQuery struct {
	Customer domain.ID // zero: the actor's whole reach
	Below    bool      // with those of nested customers
	Filter   string    // words over name, customer, email, phone, address, notes
	Sort     LocationSort
	Reverse  bool
	Page
}

// LocationList is a page of locations.
type LocationList struct {
	Rows  []LocationRow
	Next  string // cursor of the next page, empty at the end
	Total int
}

// Locations lists the locations that the actor may manage. Refused to those who
// may manage none, NotFound when q.Customer isn't in reach, Invalid for a column
// that there isn't.
func (db *DB) Locations(ctx context.Context, actor domain.Actor, q LocationQuery) (LocationList, error) {
	var list LocationList
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		from, to, err := locationsSpan(may, q)
		if err != nil {
			return err
		}
		if q.Sort != "" && !slices.Contains(LocationSorts(), q.Sort) {
			return domain.Errorf(domain.Invalid, "sort", "Locations can't be sorted by %q. They can by customer, name, devices and users.", domain.CleanCut(string(q.Sort), 40))
		}
		after, err := readCursor(q.Cursor)
		if err != nil {
			return err
		}
		found, err := tx.matchingLocations(may, q, from, to)
		if err != nil {
			return err
		}
		list, err = locationPage(found, after, q.limit())
		return err
	})
	return list, err
}

// locationsSpan is the run of customers to look for locations in.
func locationsSpan(may *domain.Rights, q LocationQuery) (from, to int, err error) {
	if q.Customer.IsZero() {
		from, to = may.Span()
		return from, to, may.MayAnywhere(domain.LocationsManage).Err(may)
	}
	if !may.Reaches(q.Customer) {
		return 0, 0, domain.NoSuch("customer")
	}
	from, to = may.Tree().Span(q.Customer)
	if !q.Below {
		to = from + 1
		return from, to, may.May(domain.LocationsManage, q.Customer).Err(may)
	}
	return from, to, may.MayAnywhere(domain.LocationsManage).Err(may)
}

// matchingLocations are the locations of a run of customers that the actor may
// manage and that match every word, in their order.
func (tx *tx) matchingLocations(may *domain.Rights, q LocationQuery, from, to int) ([]LocationRow, error) {
	var found []LocationRow
	words := strings.Fields(domain.Fold(q.Filter))
	tree := may.Tree()
	for i := from; i < to; i++ {
		if !may.MayAt(domain.LocationsManage, i).Allowed {
			continue
		}
		at := tree.At(i).ID
		path := tree.Path(at)
		here, err := tx.locationsOf(tree.Account().ID, at)
		if err := firstOf(err, tx.ctx.Err()); err != nil {
			return nil, err
		}
		for _, l := range here {
			row := LocationRow{Location: l, CustomerPath: path, Devices: -1}
			if !row.matches(words) {
				continue
			}
			if row.Devices, err = tx.devicesShown(may, &l); err != nil {
				return nil, err
			}
			found = append(found, row)
		}
	}
	if err := tx.countLimited(may, found); err != nil {
		return nil, err
	}
	sortLocations(tree, found, q)
	return found, nil
}

// matches says whether a location holds every word.
func (l *LocationRow) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := domain.Fold(strings.Join([]string{l.Name, l.CustomerPath, l.Email, l.Phone, l.Address, l.Notes}, "\n"))
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}

// devicesShown counts the devices at a location for somebody who sees them; -1
// for who doesn't. All of them are of its customer or below, so are seen or not
// alike.
func (tx *tx) devicesShown(may *domain.Rights, l *domain.Location) (int, error) {
	if !may.SeesDevice(l.Customer, l.ID).Allowed {
		return -1, nil
	}
	here, err := tx.devicesAt(l.Account, l.ID)
	if err != nil {
		return 0, err
	}
	return here.devices, nil
}

// countLimited counts the users limited to each of the locations, of those whom
// the actor may list.
func (tx *tx) countLimited(may *domain.Rights, rows []LocationRow) error {
	if len(rows) == 0 {
		return nil
	}
	limited := map[domain.ID]int{}
	from, to := may.Span()
	for i := from; i < to; i++ {
		if !may.MayAt(domain.UsersList, i).Allowed {
			continue
		}
		err := tx.eachUserOf(may.Account().ID, may.Tree().At(i).ID, func(u *domain.User) error {
			for _, id := range u.Locations {
				limited[id]++
			}
			return tx.ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	for i := range rows {
		rows[i].Users = limited[rows[i].ID]
	}
	return nil
}

// sortLocations puts locations in order: a whole one, so that pages have no gaps.
func sortLocations(tree *domain.Tree, found []LocationRow, q LocationQuery) {
	at := func(l *LocationRow) int {
		i, _ := tree.Position(l.Customer)
		return i
	}
	slices.SortFunc(found, func(a, b LocationRow) int {
		name := strings.Compare(domain.Fold(a.Name), domain.Fold(b.Name))
		order := 0
		switch q.Sort {
		case SortLocationName:
			order = name
		case SortLocationDevices:
			order = cmp.Compare(a.Devices, b.Devices)
		case SortLocationUsers:
			order = cmp.Compare(a.Users, b.Users)
		}
		order = cmp.Or(order, cmp.Compare(at(&a), at(&b)), name, compareIDs(a.ID, b.ID))
		if q.Reverse {
			return -order
		}
		return order
	})
}

// locationPage is the part of a list that comes after a location, from the
// beginning where there is none.
func locationPage(found []LocationRow, after string, limit int) (LocationList, error) {
	list := LocationList{Total: len(found)}
	var err error
	list.Rows, list.Next, err = pageOf(found, func(l *LocationRow) domain.ID { return l.ID }, after, limit)
	return list, err
}

// LocationDetail is a location with who is limited to it.
type LocationDetail struct {
	LocationRow
	Limited []LimitedUser // those whom the actor may know of
}

// Location reads one location. NotFound when there is none such that the actor
// may manage, Refused to those who may manage none at all.
func (db *DB) Location(ctx context.Context, actor domain.Actor, id domain.ID) (LocationDetail, error) {
	var detail LocationDetail
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		l, err := tx.locationIn(may, id)
		if err != nil {
			return err
		}
		detail = LocationDetail{LocationRow: LocationRow{Location: *l, CustomerPath: may.Tree().Path(l.Customer)}}
		if detail.Devices, err = tx.devicesShown(may, l); err != nil {
			return err
		}
		limited, err := tx.limitedTo(l.Account, l.ID)
		if err != nil {
			return err
		}
		for _, u := range limited {
			if may.SeesUser(u).Allowed {
				detail.Limited = append(detail.Limited, limitedUser(may, u, l.ID))
			}
		}
		sortLimited(may.Tree(), detail.Limited)
		detail.Users = len(detail.Limited)
		return nil
	})
	return detail, err
}

// FindLocation is the location that text means, of those that the actor may
// manage: its ID, its name, or its customer's path, a slash and its name.
// NotFound when there is none such, Conflict when several have the name, Refused
// to those who may manage none at all.
func (db *DB) FindLocation(ctx context.Context, actor domain.Actor, text string) (LocationDetail, error) {
	var found LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if err := may.MayAnywhere(domain.LocationsManage).Err(may); err != nil {
			return err
		}
		var rows []LocationRow
		from, to := may.Span()
		for i := from; i < to; i++ {
			if !may.MayAt(domain.LocationsManage, i).Allowed {
				continue
			}
			here, err := tx.locationRows(may.Tree(), may.Tree().At(i).ID)
			if err != nil {
				return err
			}
			rows = append(rows, here...)
		}
		var err error
		found, err = locationMeant(rows, text)
		return err
	})
	if err != nil {
		return LocationDetail{}, err
	}
	return db.Location(ctx, actor, found.ID)
}

// LocationsFor lists the locations to which a user of a customer may be limited:
// those of the customer and of what is nested under it, by path and name.
// NotFound where the customer isn't in reach, Refused to those who may neither
// create nor edit users there. It counts nothing.
func (db *DB) LocationsFor(ctx context.Context, actor domain.Actor, customer domain.ID) ([]LocationRow, error) {
	var rows []LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		edit, create := may.May(domain.UsersEdit, customer), may.May(domain.UsersCreate, customer)
		if !edit.Allowed && !create.Allowed {
			return create.Err(may)
		}
		if customer.IsZero() {
			return domain.NoSuch("customer") // no user belongs to the account itself
		}
		tree := may.Tree()
		from, to := tree.Span(customer)
		for i := from; i < to; i++ {
			here, err := tx.locationRows(tree, tree.At(i).ID)
			if err != nil {
				return err
			}
			rows = append(rows, here...)
		}
		return nil
	})
	return rows, err
}

// LocationsForDevice lists the locations at which a device of a customer may be
// put: those of the customer and of what it is nested under, as far as the actor
// reaches and, where they are limited to locations, may see devices there. By
// path and name. NotFound where the customer isn't in reach, Refused to those who
// may edit no device there. It counts nothing.
func (db *DB) LocationsForDevice(ctx context.Context, actor domain.Actor, customer domain.ID) ([]LocationRow, error) {
	var rows []LocationRow
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		if err := may.May(domain.DevicesEdit, customer).Err(may); err != nil {
			return err
		}
		if customer.IsZero() {
			return domain.NoSuch("customer") // no device belongs to the account itself
		}
		for c := range may.Tree().Ancestors(customer) {
			if !may.Reaches(c.ID) {
				continue
			}
			here, err := tx.locationRows(may.Tree(), c.ID)
			if err != nil {
				return err
			}
			here = slices.DeleteFunc(here, func(l LocationRow) bool { return may.CheckPlacement(&l.Location) != nil })
			rows = append(here, rows...)
		}
		return nil
	})
	return rows, err
}

// locationRows are the locations of one customer by name, uncounted.
func (tx *tx) locationRows(tree *domain.Tree, customer domain.ID) ([]LocationRow, error) {
	found, err := tx.locationsOf(tree.Account().ID, customer)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b domain.Location) int {
		return strings.Compare(domain.Fold(a.Name), domain.Fold(b.Name))
	})
	rows := make([]LocationRow, 0, len(found))
	for _, l := range found {
		rows = append(rows, LocationRow{Location: l, CustomerPath: tree.Path(customer), Devices: -1, Users: -1})
	}
	return rows, tx.ctx.Err()
}
