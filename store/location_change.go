package store

import (
	"context"
	"slices"

	"tenantry/domain"
)

// actionDeleteLocation is in the trail; the history of devices reads it.
const actionDeleteLocation = "location.delete"

// CreateLocation makes a location of l.Customer, or of the actor's own customer
// where that is zero. NotFound when the customer isn't in reach, Refused without
// the right there, Invalid where a field is wrong, Conflict when the customer has
// a location of that name.
func (db *DB) CreateLocation(ctx context.Context, actor domain.Actor, l domain.Location) (domain.Location, error) {
	create := attempt{action: "location.create", subject: SubjectLocation, objects: ids(l.Customer)}
	err := db.update(ctx, actor, create, func(tx *tx, may *domain.Rights) (err error) {
		if l.Customer.IsZero() {
			if l.Customer = homeOf(may); l.Customer.IsZero() {
				return domain.Errorf(domain.Invalid, "customer", "Which customer does it belong to?")
			}
		}
		l.Account, l.Version = may.Account().ID, 1
		if err := may.CheckNewLocation(&l); err != nil {
			return err
		}
		if err := domain.CheckLocation(&l); err != nil {
			return err
		}
		if l.ID, err = tx.newID(); err != nil {
			return err
		}
		if err := tx.freeLocationName(&l); err != nil {
			return err
		}
		if err := tx.putLocation(l); err != nil {
			return err
		}
		return tx.auditLocation(create.action, &domain.Location{}, &l)
	})
	if err != nil {
		return domain.Location{}, err
	}
	return l, nil
}

// EditLocation writes name, contact and notes; a location stays with its
// customer (l.Customer zero, or what it is). NotFound when there is none such
// that the actor may manage, Conflict when l.Version isn't the stored one (0:
// any) or the name is taken, Invalid where a field is wrong.
func (db *DB) EditLocation(ctx context.Context, actor domain.Actor, l domain.Location) (domain.Location, error) {
	edit := attempt{action: "location.edit", subject: SubjectLocation, objects: ids(l.ID)}
	err := db.update(ctx, actor, edit, func(tx *tx, may *domain.Rights) error {
		before, err := tx.locationIn(may, l.ID)
		if err != nil {
			return err
		}
		if l.Account = before.Account; l.Customer.IsZero() {
			l.Customer = before.Customer
		}
		if err := may.CheckLocationChange(before, &l); err != nil {
			return err
		}
		if err := domain.CheckLocation(&l); err != nil {
			return err
		}
		if err := tx.sameVersion(may, l.ID, l.Version, before.Version); err != nil {
			return err
		}
		l.Version = before.Version
		if l == *before {
			return nil
		}
		if err := tx.freeLocationName(&l); err != nil {
			return err
		}
		l.Version++
		if err := tx.putLocation(l); err != nil {
			return err
		}
		return tx.auditLocation(edit.action, before, &l)
	})
	if err != nil {
		return domain.Location{}, err
	}
	return l, nil
}

// DeletedLocation is what deleting a location did.
type DeletedLocation struct {
	Location domain.Location
	Devices  int      // that were there and are nowhere now; -1 where the actor doesn't see them
	Users    []string // who were limited to it and have other locations; those whom the actor may know of
}

// checkDeleteLocation reads who could lift a limit only where one is in the way.
func (tx *tx) checkDeleteLocation(may *domain.Rights, l *domain.Location, limited []*domain.User) error {
	err := may.CheckDeleteLocation(l, slices.Values(limited), nil)
	if domain.KindOf(err) != domain.Conflict {
		return err
	}
	var people []*domain.User
	for c := range may.Tree().Ancestors(l.Customer) {
		if !may.Reaches(c.ID) {
			continue
		}
		failed := tx.eachUserOf(l.Account, c.ID, func(u *domain.User) error {
			people = append(people, u)
			return tx.ctx.Err()
		})
		if failed != nil {
			return failed
		}
	}
	return may.CheckDeleteLocation(l, slices.Values(limited), slices.Values(people))
}

// DeleteLocation deletes a location. The devices there stay with their customers
// and lose their location. Rule 6: Conflict while it is the only one of somebody.
// NotFound when there is none such that the actor may manage, Conflict when
// version isn't the stored one (0: any).
func (db *DB) DeleteLocation(ctx context.Context, actor domain.Actor, id domain.ID, version uint64) (DeletedLocation, error) {
	remove := attempt{action: actionDeleteLocation, subject: SubjectLocation, objects: ids(id)}
	var deleted DeletedLocation
	err := db.update(ctx, actor, remove, func(tx *tx, may *domain.Rights) error {
		deleted = DeletedLocation{}
		l, err := tx.locationIn(may, id)
		if err != nil {
			return err
		}
		limited, err := tx.limitedTo(l.Account, l.ID)
		if err != nil {
			return err
		}
		if err := tx.checkDeleteLocation(may, l, limited); err != nil {
			return err
		}
		if err := tx.sameVersion(may, l.ID, version, l.Version); err != nil {
			return err
		}
		for _, u := range limited {
			if may.SeesUser(u).Allowed {
				deleted.Users = append(deleted.Users, u.Username)
			}
		}
		if err := tx.dropLocations(limited, ids(l.ID)); err != nil {
			return err
		}
		deleted.Location = *l
		deleted.Devices, err = tx.removeLocation(may, l)
		return err
	})
	if err != nil {
		return DeletedLocation{}, err
	}
	return deleted, nil
}

// removeLocation takes the devices off a location, removes it, and writes the
// entry, which lists these devices. It concerns their customers too: they read
// in it that a device of theirs lost its location.
func (tx *tx) removeLocation(may *domain.Rights, l *domain.Location) (devices int, err error) {
	e := entry{action: actionDeleteLocation, subject: SubjectLocation, object: l.ID, name: l.Name, where: ids(l.Customer)}
	if e.devices, err = tx.devicesAtLocation(l); err != nil {
		return 0, err
	}
	for i, m := range e.devices {
		if i%atOnce == 0 && tx.ctx.Err() != nil {
			return 0, tx.ctx.Err()
		}
		if err := tx.setOwner(l.Account, m.device, m.from, place{customer: m.from.customer}); err != nil {
			return 0, err
		}
		if !slices.Contains(e.where, m.from.customer) {
			e.where = append(e.where, m.from.customer)
		}
	}
	if err := tx.deleteLocation(*l); err != nil {
		return 0, err
	}
	devices = len(e.devices)
	if !may.SeesDevice(l.Customer, l.ID).Allowed {
		devices = -1
	}
	_, err = tx.audit(l.Account, e)
	return devices, err
}

// devicesAtLocation lists the devices at a location and whose they are, in the
// order of their IDs. Where there are any it reads every owner of the account.
func (tx *tx) devicesAtLocation(l *domain.Location) ([]moved, error) {
	here, err := tx.devicesAt(l.Account, l.ID)
	if err != nil || here.devices == 0 {
		return nil, err
	}
	var found []moved
	err = tx.eachOwner(l.Account, func(device domain.ID, at place) error {
		if at.location == l.ID {
			found = append(found, moved{device: device, from: at})
		}
		return tx.ctx.Err()
	})
	return found, err
}

// locationIn is a location that somebody with these rights may manage; for any
// other ID it is the same NotFound. Refused to those who may manage none at all.
func (tx *tx) locationIn(may *domain.Rights, id domain.ID) (*domain.Location, error) {
	if err := may.MayAnywhere(domain.LocationsManage).Err(may); err != nil {
		return nil, err
	}
	l, err := tx.location(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if l == nil || !may.SeesLocation(l).Allowed {
		return nil, domain.NoSuch("location")
	}
	return l, nil
}

// freeLocationName refuses a name that another location of the customer has,
// without regard to case.
func (tx *tx) freeLocationName(l *domain.Location) error {
	others, err := tx.locationsOf(l.Account, l.Customer)
	if err != nil {
		return err
	}
	name := domain.Fold(l.Name)
	if slices.ContainsFunc(others, func(o domain.Location) bool { return o.ID != l.ID && domain.Fold(o.Name) == name }) {
		return domain.Errorf(domain.Conflict, "name", "This customer has a location of that name already. Choose another name.")
	}
	return nil
}

// auditLocation notes what was done to a location.
func (tx *tx) auditLocation(action string, before, after *domain.Location) error {
	_, err := tx.audit(after.Account, entry{
		action: action, subject: SubjectLocation, object: after.ID, name: after.Name, where: ids(after.Customer),
		changes: changes(
			change{"name", before.Name, after.Name},
			change{"email", before.Email, after.Email},
			change{"phone", before.Phone, after.Phone},
			change{"address", before.Address, after.Address},
			change{"notes", before.Notes, after.Notes},
		),
	})
	return err
}
