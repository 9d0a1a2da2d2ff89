package store

import (
	"context"

	"tenantry/domain"
)

// Access is what somebody can see and do, and why.
type Access struct {
	Rights   *domain.Rights      // theirs
	Devices  int                 // how many they see; -1 where the actor may not know, or it takes long to count
	Users    int                 // how many they may list; -1 where the actor may not know
	Lines    []domain.AccessLine // each capability with its decision, in the order of the table
	Sections []domain.Section    // that their groups open, without those that everybody has
	Advice   []string            // which of their groups are of little use, a sentence each
	Summary  string              // all of it in a sentence or two, without a name
}

// Access reads what a user in reach can see and do. NotFound otherwise. Everybody
// reads it of themselves.
func (db *DB) Access(ctx context.Context, actor domain.Actor, user domain.ID) (Access, error) {
	var access Access
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		u, err := tx.userIn(may, user)
		if err != nil {
			return err
		}
		access, err = tx.access(may, domain.NewRights(may.Account(), may.Tree(), u))
		return err
	})
	return access, err
}

// PreviewAccess is what a user with this customer, these groups and locations
// would see and do; nothing else of u is looked at but the name, for the words of
// reasons, and it needn't exist. NotFound where the customer or a location isn't
// in reach, Refused where the actor may neither create nor edit users there.
func (db *DB) PreviewAccess(ctx context.Context, actor domain.Actor, u domain.User) (Access, error) {
	var access Access
	err := db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		imagined, err := tx.imagined(may, u)
		if err != nil {
			return err
		}
		access, err = tx.access(may, domain.NewRights(may.Account(), may.Tree(), imagined))
		return err
	})
	return access, err
}

// imagined is a user who isn't there, of a customer where the actor could make
// or edit one.
func (tx *tx) imagined(may *domain.Rights, u domain.User) (*domain.User, error) {
	create, edit := may.May(domain.UsersCreate, u.Customer), may.May(domain.UsersEdit, u.Customer)
	switch {
	case !create.Allowed && !edit.Allowed:
		return nil, create.Err(may)
	case u.Customer.IsZero():
		return nil, domain.NoSuch("customer") // no user belongs to the account itself
	case u.Groups&^domain.AllGroups != 0:
		return nil, domain.Errorf(domain.Invalid, "groups", "There are six groups: %s.", domain.AllGroups)
	}
	for _, id := range u.Locations {
		l, err := tx.location(may.Account().ID, id)
		if err != nil {
			return nil, err
		}
		if l == nil || !may.Tree().Within(l.Customer, u.Customer) {
			return nil, domain.Errorf(domain.NotFound, "locations", "There is no such location in the customer of this user. Choose among its own.")
		}
	}
	imagined := &domain.User{
		ID: domain.ID{1}, Account: may.Account().ID, Customer: u.Customer, Username: u.Username,
		Groups: u.Groups, Locations: u.Locations, Activated: true,
	}
	// The owner sees all, whatever their groups; nobody else may try on that.
	if owner := may.Account().Owner; u.ID == owner && may.Reaches(domain.ID{}) {
		imagined.ID = owner
	}
	return imagined, nil
}

// access is what somebody with these rights can see and do, as far as the actor
// may know.
func (tx *tx) access(may, theirs *domain.Rights) (Access, error) {
	a := Access{
		Rights: theirs, Lines: domain.AccessOf(theirs), Sections: domain.OpenSections(theirs),
		Advice: theirs.User().Groups.Advice(),
	}
	if theirs.Owner() {
		a.Advice = nil
	}
	var err error
	if a.Devices, err = tx.devicesSeen(may, theirs); err != nil {
		return a, err
	}
	if a.Users, err = tx.usersListed(may, theirs); err != nil {
		return a, err
	}
	if err := tx.namePlaces(may, theirs); err != nil {
		return a, err
	}
	a.Summary = domain.AccessSummary(theirs, a.Devices, a.Users)
	return a, nil
}

// devicesSeen counts the devices that somebody sees: out of the customers' counts
// where they aren't narrowed, which is quick enough for while somebody types. It
// is -1 where the actor doesn't see all of these devices themselves.
func (tx *tx) devicesSeen(may, theirs *domain.Rights) (int, error) {
	home := theirs.Home()
	if !theirs.May(domain.DevicesSee, home).Allowed {
		return 0, nil
	}
	self := may.User() != nil && may.User().ID == theirs.User().ID
	if !self && (may.Narrowed() || !may.May(domain.DevicesSee, home).Allowed) {
		return -1, nil
	}
	if theirs.Narrowed() {
		return tx.devicesAtLocations(theirs)
	}
	seen := 0
	from, to := theirs.Span()
	for i := from; i < to; i++ {
		h, err := tx.heldBy(theirs.Account().ID, theirs.Tree().At(i).ID)
		if err != nil {
			return 0, err
		}
		seen += h.devices
	}
	return seen, tx.ctx.Err()
}

// ownersCounted is how many devices are looked at one by one for a number on the
// screen: some hundredths of a second.
const ownersCounted = 200_000

// devicesAtLocations counts the devices that somebody sees who is limited to
// locations: in the fleet where it is in memory, else one by one; -1 where those
// are too many.
func (tx *tx) devicesAtLocations(theirs *domain.Rights) (int, error) {
	account := theirs.Account().ID
	if known, there := tx.db.fleets.Load(account); there {
		if picture := known.(*Fleet).picture.Load(); picture != nil {
			return picture.countSeen(theirs), nil
		}
	}
	seen, looked := 0, 0
	c := tx.scan(tableOwner, key1(account))
	for c.next() {
		if looked++; looked > ownersCounted {
			return -1, nil
		}
		at, err := placeFromValue(c.key(), c.value())
		if err != nil {
			return 0, err
		}
		if theirs.SeesDevice(at.customer, at.location).Allowed {
			seen++
		}
	}
	return seen, firstOf(c.err(), tx.ctx.Err())
}

// countSeen counts the devices of a picture that somebody sees.
func (p *fleetPicture) countSeen(theirs *domain.Rights) int {
	sees := make([]bool, len(p.places))
	for n, at := range p.places {
		sees[n] = at != (place{}) && theirs.SeesDevice(at.customer, at.location).Allowed
	}
	seen := 0
	for _, page := range p.at {
		for _, n := range page {
			if sees[n] {
				seen++
			}
		}
	}
	for _, line := range p.tail {
		if sees[line.place] {
			seen++
		}
	}
	return seen
}

// usersListed counts the users that somebody may list, themselves among them; -1
// where the actor may not list all of these themselves.
func (tx *tx) usersListed(may, theirs *domain.Rights) (int, error) {
	self := may.User() != nil && may.User().ID == theirs.User().ID
	listed := 0
	from, to := theirs.Span()
	for i := from; i < to; i++ {
		if !theirs.MayAt(domain.UsersList, i).Allowed {
			continue
		}
		if !self && !may.MayAt(domain.UsersList, i).Allowed {
			return -1, nil
		}
		h, err := tx.heldBy(theirs.Account().ID, theirs.Tree().At(i).ID)
		if err != nil {
			return 0, err
		}
		listed += h.users
	}
	return listed, tx.ctx.Err()
}
