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

// LimitUsers limits users to a location, beside those that they are limited to
// already; who wasn't limited sees less from then on. All or none: NotFound when
// there is no such location that the actor may manage, or one of the users is out
// of reach or of a customer that it isn't a location of; Refused by the rules for
// editing users. It answers how many weren't limited to it before.
func (db *DB) LimitUsers(ctx context.Context, actor domain.Actor, location domain.ID, users []domain.ID) (int, error) {
	return db.changeLimits(ctx, actor, "user.limit", location, users, func(u *domain.User) error {
		if !slices.Contains(u.Locations, location) {
			u.Locations = append(slices.Clone(u.Locations), location)
		}
		if len(u.Locations) > domain.MaxUserLocations {
			return domain.Errorf(domain.Conflict, "locations", "%s is limited to %d locations, which is the most there may be.", u.Username, domain.MaxUserLocations)
		}
		return nil
	})
}

// UnlimitUsers takes a location from those that users are limited to. Rule 6:
// where it is the only one of somebody, that lifts their limit, and is Refused on
// "locations" unless lift says so. Else as LimitUsers; it answers how many were
// limited to it.
func (db *DB) UnlimitUsers(ctx context.Context, actor domain.Actor, location domain.ID, users []domain.ID, lift bool) (int, error) {
	return db.changeLimits(ctx, actor, "user.unlimit", location, users, func(u *domain.User) error {
		if slices.Contains(u.Locations, location) && len(u.Locations) == 1 && !lift {
			return domain.Errorf(domain.Refused, "locations", "%s is limited to this location alone and would see every device that their groups give. Lift the limit on purpose, or give them another location first.", u.Username)
		}
		u.Locations = without(u.Locations, ids(location))
		return nil
	})
}

// changeLimits changes the locations of users, within the rules for editing
// them.
func (db *DB) changeLimits(ctx context.Context, actor domain.Actor, action string, location domain.ID, users []domain.ID, change func(*domain.User) error) (int, error) {
	changed := 0
	limit := attempt{action: action, subject: SubjectUser, objects: append(ids(location), users...)}
	err := db.update(ctx, actor, limit, func(tx *tx, may *domain.Rights) error {
		changed = 0
		l, err := tx.locationIn(may, location)
		if err != nil {
			return err
		}
		for _, id := range users {
			before, err := tx.userIn(may, id)
			if err != nil {
				return err
			}
			if d := may.MayLimitUser(before); !d.Allowed {
				return refusedOf(before, d.Err(may))
			}
			after := *before
			if err := firstOf(change(&after), tx.ctx.Err()); err != nil {
				return err
			}
			if slices.Equal(before.Locations, after.Locations) {
				continue
			}
			if err := tx.checkLimit(may, before, &after, l); err != nil {
				return err
			}
			if err := tx.changeUser(action, *before, &after); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return changed, nil
}

// checkLimit asks the rules for a change of somebody's locations.
func (tx *tx) checkLimit(may *domain.Rights, before, after *domain.User, l *domain.Location) error {
	if len(after.Locations) > len(before.Locations) && !may.MayBeLimited(before, l) {
		return domain.Errorf(domain.NotFound, "users", "%s is of another customer than %s, so can't be limited to it. Choose users of its customer, or of one above.", before.Username, domain.CleanCut(l.Name, 60))
	}
	return refusedOf(before, tx.checkUserChange(may, before, after))
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
		if err := tx.changeUser("user.unlimit", *u, &after); err != nil {
			return err
		}
	}
	return nil
}

// without is a list without some of its IDs.
func without(list, going []domain.ID) []domain.ID {
	return slices.DeleteFunc(slices.Clone(list), func(id domain.ID) bool { return slices.Contains(going, id) })
}
