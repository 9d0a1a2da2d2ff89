package store

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"tenantry/domain"
)

// EditUser writes everything about a user that a form shows: names, email,
// phone, customer, groups, locations, status, settings. NotFound out of reach,
// Refused by the rules, Conflict when u.Version isn't the stored one (0: any) or
// a name is taken. The user who is there now comes back with a version conflict.
// Deactivating ends their sessions. Unproven where the actor's own email changes
// and they haven't confirmed lately, since codes go there.
func (db *DB) EditUser(ctx context.Context, actor domain.Actor, u domain.User) (domain.User, error) {
	edit := attempt{action: "user.edit", subject: SubjectUser, objects: ids(u.ID)}
	return db.editUser(ctx, actor, edit, func(tx *tx, may *domain.Rights) (before, after *domain.User, err error) {
		if before, err = tx.userIn(may, u.ID); err != nil {
			return nil, nil, err
		}
		changed := *before
		changed.Username, changed.Email, changed.FullName, changed.Phone = u.Username, u.Email, u.FullName, u.Phone
		changed.Customer, changed.Groups, changed.Locations = u.Customer, u.Groups, slices.Clone(u.Locations)
		changed.Inactive, changed.Settings, changed.Version = u.Inactive, u.Settings, u.Version
		return before, &changed, nil
	})
}

// Profile is what everybody may change about themselves.
type Profile struct {
	Email    string
	FullName string
	Phone    string
	Settings domain.Settings
	Version  uint64 // of what was read; 0 for any
}

// EditProfile changes the actor's own profile. Unproven where the email changes
// and the actor hasn't confirmed lately, since codes go there. Refused to the
// operator, who has none. Else as EditUser.
func (db *DB) EditProfile(ctx context.Context, actor domain.Actor, p Profile) (domain.User, error) {
	edit := attempt{action: "user.edit_profile", subject: SubjectUser, objects: ids(actor.User)}
	return db.editUser(ctx, actor, edit, func(_ *tx, may *domain.Rights) (before, after *domain.User, err error) {
		if before = may.User(); before == nil {
			return nil, nil, domain.Errorf(domain.Refused, "", "The operator has no profile. Name a user with --as USER.")
		}
		changed := *before
		changed.Email, changed.FullName, changed.Phone = p.Email, p.FullName, p.Phone
		changed.Settings, changed.Version = p.Settings, p.Version
		return before, &changed, nil
	})
}

// editUser turns a user into what change makes of them. The version of after is
// the one that was read.
func (db *DB) editUser(ctx context.Context, actor domain.Actor, edit attempt, change func(*tx, *domain.Rights) (before, after *domain.User, err error)) (domain.User, error) {
	var now domain.User
	stale := false
	err := db.update(ctx, actor, edit, func(tx *tx, may *domain.Rights) error {
		before, after, err := change(tx, may)
		if err != nil {
			return err
		}
		if err := tx.checkUserChange(may, before, after); err != nil {
			return err
		}
		if err := domain.CheckUser(after); err != nil {
			return err
		}
		if err := tx.sameVersion(may, before.ID, after.Version, before.Version); err != nil {
			stale = true
			now, _ = tx.shownUser(may, *before)
			return err
		}
		if err := tx.checkOwnChange(may, before, after); err != nil {
			return err
		}
		if err := tx.changeUser(edit.action, *before, after); err != nil {
			return err
		}
		now, err = tx.shownUser(may, *after)
		return err
	})
	if err != nil && !stale {
		return domain.User{}, err
	}
	return now, err
}

// shownUser is a user without the maker whom the actor doesn't reach.
func (tx *tx) shownUser(may *domain.Rights, u domain.User) (domain.User, error) {
	maker, err := tx.maker(may, u.CreatedBy, map[domain.ID]string{})
	if maker == "" {
		u.CreatedBy = domain.ID{}
	}
	return u, err
}

func (tx *tx) checkUserChange(may *domain.Rights, before, after *domain.User) error {
	find, failed := tx.locationFinder(before.Account)
	err := may.CheckUserChange(before, after, find)
	return firstOf(failed(), err)
}

// checkOwnChange asks of those who change themselves what the rules leave open:
// a username is what others know somebody by, so it takes an administrator; and
// codes go to the email.
func (tx *tx) checkOwnChange(may *domain.Rights, before, after *domain.User) error {
	if may.User() == nil || may.User().ID != before.ID {
		return nil
	}
	if after.Username != before.Username && !may.May(domain.UsersEdit, before.Customer).Allowed {
		return domain.Errorf(domain.Refused, "username", "Your username is changed by an administrator. Ask one.")
	}
	if after.Email != before.Email {
		return tx.recentlyProven()
	}
	return nil
}

// changeUser writes a user that differs from before, ends the sessions of one
// who was deactivated, and writes the entry. It sets the version of after.
func (tx *tx) changeUser(action string, before domain.User, after *domain.User) error {
	after.Version = before.Version
	if len(after.Locations) == 0 && len(before.Locations) == 0 {
		after.Locations = before.Locations
	}
	if reflect.DeepEqual(before, *after) {
		return nil
	}
	changes, err := tx.userChanges(before, *after)
	if err != nil {
		return err
	}
	after.Version++
	if err := tx.putUser(*after); err != nil {
		return err
	}
	if after.Inactive && !before.Inactive {
		if _, err := tx.endSessions(after.Account, after.ID, domain.ID{}); err != nil {
			return err
		}
	}
	e := entry{action: action, subject: SubjectUser, object: after.ID, name: after.Username, where: ids(before.Customer), changes: changes}
	if after.Customer != before.Customer {
		e.where = append(e.where, after.Customer)
	}
	_, err = tx.audit(after.Account, e)
	return err
}

// userChanges are the fields of a user that differ, for the audit trail. Before
// is without an ID for a new one, and after for one that is gone.
func (tx *tx) userChanges(before, after domain.User) ([]change, error) {
	tree, err := tx.tree(before.Account)
	if err != nil {
		return nil, err
	}
	was, err := tx.namesOfLocations(before)
	if err != nil {
		return nil, err
	}
	is, err := tx.namesOfLocations(after)
	if err != nil {
		return nil, err
	}
	return append(changes(
		change{"customer", tree.Path(before.Customer), tree.Path(after.Customer)},
		change{"username", before.Username, after.Username},
		change{"email", before.Email, after.Email},
		change{"full_name", before.FullName, after.FullName},
		change{"phone", before.Phone, after.Phone},
		change{"groups", before.Groups.String(), after.Groups.String()},
		change{"locations", was, is},
		change{"status", activeWord(before), activeWord(after)},
	), settingsChanges(before.Settings, after.Settings)...), nil
}

func (tx *tx) namesOfLocations(u domain.User) (string, error) {
	var names []string
	for _, id := range u.Locations {
		l, err := tx.location(u.Account, id)
		if err != nil {
			return "", err
		}
		if l != nil {
			names = append(names, l.Name)
		}
	}
	return strings.Join(names, ", "), nil
}

// activeWord is a user's status as an administrator set it; "" for nobody.
func activeWord(u domain.User) string {
	switch {
	case u.ID.IsZero():
		return ""
	case u.Inactive:
		return "inactive"
	}
	return "active"
}

// MovedUser is what moving a user did.
type MovedUser struct {
	User    domain.User
	Dropped []string // names of the locations that aren't the new customer's
}

// MoveUser moves a user to another customer and drops the locations that they
// can't keep. NotFound when either is out of reach, Refused by the rules. Where
// that would leave somebody who was limited to locations unlimited, it is Refused
// on "locations" unless unlimit says so.
func (db *DB) MoveUser(ctx context.Context, actor domain.Actor, user, to domain.ID, unlimit bool) (MovedUser, error) {
	move := attempt{action: "user.move", subject: SubjectUser, objects: ids(user, to)}
	var moved MovedUser
	err := db.update(ctx, actor, move, func(tx *tx, may *domain.Rights) error {
		moved = MovedUser{}
		before, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		after := *before
		after.Customer = to
		if to != before.Customer {
			if after.Locations, moved.Dropped, err = tx.keptLocations(may, before.Locations, to); err != nil {
				return err
			}
		}
		if err := tx.checkUserChange(may, before, &after); err != nil {
			return err
		}
		if len(before.Locations) > 0 && len(after.Locations) == 0 && !unlimit {
			return domain.Errorf(domain.Refused, "locations", "%s is limited to locations and could keep none of them, so would see every device of the new customer. Lift the limit on purpose, or give other locations first.", before.Username)
		}
		if err := tx.changeUser(move.action, *before, &after); err != nil {
			return err
		}
		moved.User, err = tx.shownUser(may, after)
		return err
	})
	if err != nil {
		return MovedUser{}, err
	}
	return moved, nil
}

// keptLocations parts the locations of a user who moves into those within the
// new customer, and the names of the others.
func (tx *tx) keptLocations(may *domain.Rights, locations []domain.ID, to domain.ID) (kept []domain.ID, dropped []string, err error) {
	names, err := tx.locationNames(may, locations)
	if err != nil {
		return nil, nil, err
	}
	for i, id := range locations {
		l, err := tx.location(may.Account().ID, id)
		if err != nil {
			return nil, nil, err
		}
		if l != nil && !to.IsZero() && may.Tree().Within(l.Customer, to) {
			kept = append(kept, id)
		} else {
			dropped = append(dropped, names[i])
		}
	}
	return kept, dropped, nil
}

// SetUserActive activates or deactivates a user; deactivating ends their
// sessions. NotFound out of reach, Refused by the rules: neither oneself nor the
// owner.
func (db *DB) SetUserActive(ctx context.Context, actor domain.Actor, user domain.ID, active bool) error {
	set := attempt{action: "user.deactivate", subject: SubjectUser, objects: ids(user)}
	if active {
		set.action = "user.activate"
	}
	return db.update(ctx, actor, set, func(tx *tx, may *domain.Rights) error {
		before, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		after := *before
		after.Inactive = !active
		if err := tx.checkUserChange(may, before, &after); err != nil {
			return err
		}
		return tx.changeUser(set.action, *before, &after)
	})
}

// WarnUser says what is due to be said before a user is turned into after, or
// deleted (after nil): that a customer loses its last administrator, and who can
// still repair it; that a limit to locations is lifted. "" when there is nothing.
func (db *DB) WarnUser(ctx context.Context, actor domain.Actor, user domain.ID, after *domain.User) (string, error) {
	var warning string
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		before, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		if d := may.MayEditUser(before); !d.Allowed && (may.User() == nil || may.User().ID != user) {
			return d.Err(may)
		}
		if after != nil {
			changed := *after
			changed.ID, changed.Account, changed.Activated = before.ID, before.Account, before.Activated
			after = &changed
		}
		if before.ID == may.Account().Owner {
			return nil // who owns the account, and stays so
		}
		above, err := tx.usersAbove(may, before)
		if err != nil {
			return err
		}
		warning = may.WarnLastAdministrator(before, after, slices.Values(above))
		lifted, err := tx.warnLifted(may, before, after)
		warning = strings.TrimSpace(warning + " " + lifted)
		return err
	})
	return warning, err
}

// warnLifted says that a change lifts the limit of somebody to locations, whom
// nothing else keeps from seeing more then (rule 6). "" where it doesn't.
func (tx *tx) warnLifted(may *domain.Rights, before, after *domain.User) (string, error) {
	if after == nil || len(before.Locations) == 0 || len(after.Locations) > 0 || !domain.NewRights(may.Account(), may.Tree(), before).Narrowed() {
		return "", nil
	}
	names, err := tx.locationNames(may, before.Locations)
	return before.Username + " is limited to " + domain.CleanCut(strings.Join(names, ", "), 120) + ", and will see every device that their groups give, wherever it is.", err
}

// usersAbove are the users of a user's customer and of those above it, and the
// owner.
func (tx *tx) usersAbove(may *domain.Rights, u *domain.User) ([]*domain.User, error) {
	var above []*domain.User
	for c := range may.Tree().Ancestors(u.Customer) {
		err := tx.eachUserOf(u.Account, c.ID, func(other *domain.User) error {
			above = append(above, other)
			return tx.ctx.Err()
		})
		if err != nil {
			return nil, err
		}
	}
	isOwner := func(other *domain.User) bool { return other.ID == may.Account().Owner }
	if slices.ContainsFunc(above, isOwner) {
		return above, nil
	}
	owner, err := tx.user(u.Account, may.Account().Owner)
	if owner != nil {
		above = append(above, owner)
	}
	return above, err
}

// DeleteUser removes a user with their password, second factor, sessions, SSH
// keys, tokens and waiting mail. The audit trail keeps their name. NotFound out
// of reach, Refused by the rules: neither oneself nor the owner.
func (db *DB) DeleteUser(ctx context.Context, actor domain.Actor, user domain.ID) error {
	remove := attempt{action: "user.delete", subject: SubjectUser, objects: ids(user)}
	return db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		u, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		if err := may.MayDeleteUser(u).Err(may); err != nil {
			return err
		}
		changes, err := tx.userChanges(*u, domain.User{Account: u.Account})
		if err != nil {
			return err
		}
		if err := tx.deleteUser(*u); err != nil {
			return err
		}
		return tx.auditUser(remove.action, u, changes...)
	})
}
