package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"tenantry/domain"
)

// LimitedUser is somebody who is limited to a location, or may be.
type LimitedUser struct {
	ID           domain.ID
	Username     string
	FullName     string
	Customer     domain.ID
	CustomerPath string
	Here         bool   // limited to this location
	Locations    int    // how many they are limited to, 0 for no limit
	Only         bool   // this is the only one: without it they would see everything
	Unnarrowed   bool   // owner or Account Administrator: locations don't narrow what they see
	Fixed        string // why the actor may not change it, "" when they may
}

// limitedUser is what somebody who sees a user is told of their limit.
func limitedUser(may *domain.Rights, u *domain.User, location domain.ID) LimitedUser {
	row := LimitedUser{
		ID: u.ID, Username: u.Username, FullName: u.FullName, Customer: u.Customer, CustomerPath: may.Tree().Path(u.Customer),
		Here: slices.Contains(u.Locations, location), Locations: len(u.Locations),
		Unnarrowed: u.ID == may.Account().Owner || u.Groups.Has(domain.AccountAdministrator),
	}
	row.Only = row.Here && row.Locations == 1
	if d := may.MayLimitUser(u); !d.Allowed {
		row.Fixed = d.Text(may)
	}
	return row
}

// LimitableUsers lists the users who may be limited to a location, those who are
// among them: of its customer and of those above it within the actor's reach, in
// the order of the tree and of their names. NotFound when there is no such
// location that the actor may manage.
func (db *DB) LimitableUsers(ctx context.Context, actor domain.Actor, location domain.ID) ([]LimitedUser, error) {
	var rows []LimitedUser
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		l, err := tx.locationIn(may, location)
		if err != nil {
			return err
		}
		rows, err = tx.limitableUsers(may, l)
		return err
	})
	return rows, err
}

func (tx *tx) limitableUsers(may *domain.Rights, l *domain.Location) ([]LimitedUser, error) {
	var rows []LimitedUser
	for c := range may.Tree().Ancestors(l.Customer) {
		if !may.May(domain.UsersList, c.ID).Allowed {
			continue
		}
		err := tx.eachUserOf(l.Account, c.ID, func(u *domain.User) error {
			if may.SeesUser(u).Allowed {
				rows = append(rows, limitedUser(may, u, l.ID))
			}
			return tx.ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	// And those who are limited to it since it was within their customer.
	limited, err := tx.limitedTo(l.Account, l.ID)
	if err != nil {
		return nil, err
	}
	for _, u := range limited {
		if !may.MayBeLimited(u, l) && may.SeesUser(u).Allowed {
			rows = append(rows, limitedUser(may, u, l.ID))
		}
	}
	sortLimited(may.Tree(), rows)
	return rows, nil
}

func sortLimited(tree *domain.Tree, rows []LimitedUser) {
	slices.SortFunc(rows, func(a, b LimitedUser) int {
		x, _ := tree.Position(a.Customer)
		y, _ := tree.Position(b.Customer)
		return cmp.Or(cmp.Compare(x, y), strings.Compare(domain.Fold(a.Username), domain.Fold(b.Username)), compareIDs(a.ID, b.ID))
	})
}

// Limits say who is to be limited to a location, and who no longer.
type Limits struct {
	Location domain.ID
	Limit    []domain.ID // users who get it beside those that they are limited to already
	Unlimit  []domain.ID // users from whose locations it is taken
	Lift     bool        // also where it is the only one, so that they see everything from then on
}

// ChangedLimits is what that did.
type ChangedLimits struct {
	Limited   []string // who weren't limited to it before, by name
	Unlimited []string // who were
	Lifted    []string // of these, those who aren't limited to any location any more
}

// LimitUsers limits users to a location, or takes it from those that they are
// limited to. All or none: NotFound when there is no such location that the actor
// may manage, or one of the users is out of reach or of a customer that it isn't
// a location of; Refused by the rules for editing users. Rule 6: where it is the
// only location of somebody, taking it lifts their limit, and is Refused on
// "locations" unless Lift says so.
func (db *DB) LimitUsers(ctx context.Context, actor domain.Actor, l Limits) (ChangedLimits, error) {
	limit := attempt{action: actionLimit, subject: SubjectUser, objects: slices.Concat(ids(l.Location), l.Limit, l.Unlimit)}
	var changed ChangedLimits
	err := db.update(ctx, actor, limit, func(tx *tx, may *domain.Rights) error {
		c := changingLimits{tx: tx, may: may}
		var err error
		if c.location, err = tx.locationIn(may, l.Location); err != nil {
			return err
		}
		for _, id := range l.Limit {
			if err := c.user(id, c.limit); err != nil {
				return err
			}
		}
		for _, id := range l.Unlimit {
			if err := c.user(id, func(u *domain.User) error { return c.unlimit(u, l.Lift) }); err != nil {
				return err
			}
		}
		changed = c.changed
		return nil
	})
	if err != nil {
		return ChangedLimits{}, err
	}
	return changed, nil
}

// The entries of users whose limit changed.
const (
	actionLimit   = "user.limit"
	actionUnlimit = "user.unlimit"
)

// changingLimits changes the locations of one user after another.
type changingLimits struct {
	tx       *tx
	may      *domain.Rights
	location *domain.Location
	changed  ChangedLimits
}

// user changes the locations of one user, within the rules for editing them.
func (c *changingLimits) user(id domain.ID, change func(*domain.User) error) error {
	before, err := c.tx.userIn(c.may, id)
	if err != nil {
		return err
	}
	if d := c.may.MayLimitUser(before); !d.Allowed {
		return refusedOf(before, d.Err(c.may))
	}
	after := *before
	if err := firstOf(change(&after), c.tx.ctx.Err()); err != nil {
		return err
	}
	action := actionUnlimit
	switch was, is := len(before.Locations), len(after.Locations); {
	case was == is:
		return nil
	case is > was:
		action = actionLimit
		c.changed.Limited = append(c.changed.Limited, before.Username)
	default:
		c.changed.Unlimited = append(c.changed.Unlimited, before.Username)
		if is == 0 {
			c.changed.Lifted = append(c.changed.Lifted, before.Username)
		}
	}
	if err := c.tx.checkUserChange(c.may, before, &after); err != nil {
		return refusedOf(before, err)
	}
	return c.tx.changeUser(action, *before, &after)
}

func (c *changingLimits) limit(u *domain.User) error {
	switch {
	case !c.may.MayBeLimited(u, c.location):
		return domain.Errorf(domain.NotFound, "users", "%s is of another customer than %s, so can't be limited to it. Choose users of its customer, or of one above.", u.Username, domain.CleanCut(c.location.Name, 60))
	case slices.Contains(u.Locations, c.location.ID):
		return nil
	case len(u.Locations) >= domain.MaxUserLocations:
		return domain.Errorf(domain.Conflict, "locations", "%s is limited to %d locations already, which is the most there may be.", u.Username, domain.MaxUserLocations)
	}
	u.Locations = append(slices.Clone(u.Locations), c.location.ID)
	return nil
}

func (c *changingLimits) unlimit(u *domain.User, lift bool) error {
	if !lift && len(u.Locations) == 1 && u.Locations[0] == c.location.ID {
		return domain.Errorf(domain.Refused, "locations", "%s is limited to this location alone and would see every device that their groups give. Lift the limit on purpose, or give them another location first.", u.Username)
	}
	u.Locations = without(u.Locations, ids(c.location.ID))
	return nil
}

// refusedOf says of whom it is that a rule refuses: many may be changed at once.
func refusedOf(u *domain.User, err error) error {
	if e, ok := err.(*domain.Error); ok && e.Kind == domain.Refused {
		return domain.Errorf(domain.Refused, "users", "%s: %s", u.Username, e.Text)
	}
	return err
}

// limitedTo are the users of the account who are limited to a location.
func (tx *tx) limitedTo(account, location domain.ID) ([]*domain.User, error) {
	var limited []*domain.User
	err := tx.eachUser(account, func(u *domain.User) error {
		if slices.Contains(u.Locations, location) {
			limited = append(limited, u)
		}
		return tx.ctx.Err()
	})
	return limited, err
}

// dropLocations takes locations that go from the users limited to them, with an
// entry for each: it is what they may see that changes. domain made sure that
// each keeps another.
func (tx *tx) dropLocations(limited []*domain.User, going []domain.ID) error {
	for _, u := range limited {
		after := *u
		after.Locations = without(u.Locations, going)
		if err := tx.changeUser(actionUnlimit, *u, &after); err != nil {
			return err
		}
	}
	return nil
}

// without is a list without some of its IDs.
func without(list, going []domain.ID) []domain.ID {
	return slices.DeleteFunc(slices.Clone(list), func(id domain.ID) bool { return slices.Contains(going, id) })
}
