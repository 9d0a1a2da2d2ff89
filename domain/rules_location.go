package domain

import (
	"strconv"
	"strings"
)

// SeesLocation decides whether a location is there for the actor as a thing of
// its own: listed, opened, found by its ID. It takes the right to manage the
// locations of its customer. Its name alone is told to more: to those who see a
// device there, and to those who are limited to it.
func (r *Rights) SeesLocation(l *Location) Decision {
	d := r.May(LocationsManage, l.Customer)
	d.thing = thingLocation
	if r.void == 0 && (l.Customer.IsZero() || l.Account != r.account.ID) {
		return Decision{Reason: ReasonOutOfReach, Capability: LocationsManage, thing: thingLocation}
	}
	return d
}

// CheckNewLocation decides whether the actor may make a location of the
// customer that it names.
func (r *Rights) CheckNewLocation(l *Location) error {
	if err := r.May(LocationsManage, l.Customer).refuse(r, "customer"); err != nil {
		return err
	}
	if l.Customer.IsZero() || l.Account != r.account.ID {
		return NoSuch("customer") // the account itself has no places
	}
	return nil
}

// CheckLocationChange decides whether the actor may turn a location from before
// into after. It stays with its customer: elsewhere, the users limited to it and
// the devices there would be of other customers than it is, which is what rules
// 4 and 6 are there to prevent.
func (r *Rights) CheckLocationChange(before, after *Location) error {
	if err := r.SeesLocation(before).Err(r); err != nil {
		return err
	}
	if before.ID != after.ID || before.Account != after.Account {
		return NoSuch("location")
	}
	if before.Customer != after.Customer {
		return Errorf(Invalid, "customer", "A location stays with its customer. Make one there, and put the devices at that one.")
	}
	return nil
}

// MayBeLimited says whether a user may be limited to a location: it belongs to
// their customer or to one nested under it.
func (r *Rights) MayBeLimited(u *User, l *Location) bool {
	return u.Account == l.Account && !l.Customer.IsZero() && r.tree.Within(l.Customer, u.Customer)
}

// MayLimitUser decides whether the actor may limit a user to locations, or lift
// that. Rule 1: nobody changes what they see themselves.
func (r *Rights) MayLimitUser(target *User) Decision {
	d := r.MayEditUser(target)
	if d.Reason > lastMissing && r.isSelf(target) {
		return d.refused(ReasonSelf, 0)
	}
	return d
}

// NamePlaces tells what the locations are called that the user is limited to, as
// far as whoever reads of it may know. Nothing is decided by it: sentences that
// speak of the limit name them from then on.
func (r *Rights) NamePlaces(names []string) { r.placeNames = names }

// placesNamed is how many locations a sentence names.
const placesNamed = 3

// LimitWords name the locations that the user is limited to: "Depot, Harbour and
// 2 more", or where their names aren't known how many they are. "" for somebody
// who isn't limited.
func (r *Rights) LimitWords() string {
	switch {
	case !r.narrowed:
		return ""
	case len(r.placeNames) == 0:
		return count(len(r.user.Locations), "location")
	}
	shown := make([]string, min(placesNamed, len(r.placeNames)))
	for i := range shown {
		shown[i] = CleanCut(r.placeNames[i], 40)
	}
	text := strings.Join(shown, ", ")
	if more := len(r.placeNames) - len(shown); more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// whichPlaces goes on from a sentence that speaks of the locations: ": Depot,
// Harbour", nothing where their names aren't known.
func (r *Rights) whichPlaces() string {
	if len(r.placeNames) == 0 {
		return ""
	}
	return ": " + r.LimitWords()
}
