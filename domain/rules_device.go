package domain

import (
	"iter"
	"slices"
)

// MayAssign decides whether the actor may move a device to a customer. Rule 4,
// one owner per device: assigning takes it from one and gives it to the other,
// so the right is needed at both ends.
func (r *Rights) MayAssign(device *Device, to ID) Decision {
	if d := r.MayDevice(DevicesAssign, device.Customer, device.Location); !d.Allowed {
		return d
	}
	return r.May(DevicesAssign, to)
}

// KeepsLocation says whether a device that comes to customer stays at a location
// of locationCustomer. Rule 4: it does as long as its customer is that one or
// nested under it; else its location is cleared. It must be asked for every
// device below a customer that moves, in the tree after the move.
func (t *Tree) KeepsLocation(locationCustomer, customer ID) bool {
	return !locationCustomer.IsZero() && t.Within(customer, locationCustomer)
}

// CheckDeviceLocation decides whether a device may be put at a location, nil
// for none: one of its customer, or of a customer above that the actor reaches.
func (r *Rights) CheckDeviceLocation(device *Device, location *Location) error {
	switch {
	case location == nil:
		return nil
	case location.Account != r.account.ID || location.Customer.IsZero() || !r.Reaches(location.Customer):
		return NoSuch("location")
	case !r.tree.KeepsLocation(location.Customer, device.Customer):
		return Errorf(Invalid, "location", "%s is no location of the device's customer or of one above it.", CleanCut(location.Name, 60))
	}
	return nil
}

// CheckPlacement decides whether the actor may put devices at a location, nil for
// taking them away from where they are. Rule 6, locations narrow: somebody who is
// limited to locations would lose sight of what they put elsewhere, so it must be
// one of theirs. Which devices may be put there is for MayDevice and
// CheckDeviceLocation.
func (r *Rights) CheckPlacement(location *Location) error {
	if d := r.MayAnywhere(DevicesEdit); !d.Allowed {
		return d.Err(r)
	}
	var at ID
	if location != nil {
		if location.Account != r.account.ID || location.Customer.IsZero() || !r.Reaches(location.Customer) {
			return NoSuch("location")
		}
		at = location.ID
	}
	if !r.AtLocation(at) {
		return Errorf(Refused, "location", "You are limited to %s, and would lose sight of these devices. Choose one of these.", r.LimitWords())
	}
	return nil
}

// CheckDeleteLocation decides whether the actor may delete a location, given
// the users who are limited to it. Rule 6, locations narrow: the only location
// of a user stays until they are given another or the limit is lifted on
// purpose, so that a deletion never widens a view. Where the actor can't lift it
// themselves, the refusal names who can, out of people, as far as the actor may
// know of them.
func (r *Rights) CheckDeleteLocation(location *Location, limited, people iter.Seq[*User]) error {
	d := r.May(LocationsManage, location.Customer)
	d.thing = thingLocation
	if !d.Allowed {
		return d.Err(r)
	}
	return r.checkOnlyPlaces([]ID{location.ID}, limited, people)
}

// checkOnlyPlaces refuses when any of the users is limited to locations that
// are all among those to go. It names only whom the actor may know of, and of
// people those who can lift the limit where the actor can't.
func (r *Rights) checkOnlyPlaces(going []ID, limited, people iter.Seq[*User]) error {
	var stranded, hidden bool
	var names, lifters []string
	theirs := true // the actor can lift the limit of all of them
	for u := range limited {
		stays := func(id ID) bool { return !slices.Contains(going, id) }
		if len(u.Locations) == 0 || slices.ContainsFunc(u.Locations, stays) {
			continue
		}
		stranded = true
		if r.SeesUser(u).Allowed {
			names = append(names, CleanCut(u.Username, 40))
		} else {
			hidden = true
		}
		if !r.MayLimitUser(u).Allowed {
			theirs = false
			lifters = r.addLifters(lifters, u, people)
		}
	}
	if !stranded {
		return nil
	}
	who := "Somebody whom you don't see is"
	switch {
	case hidden && len(names) > 0:
		who = repairersWords(names) + ", and somebody whom you don't see, are"
	case len(names) == 1:
		who = names[0] + " is"
	case len(names) > 1:
		who = repairersWords(names) + " are"
	}
	does := "Give them another location, or lift the limit, first."
	switch {
	case theirs:
	case hidden || len(lifters) == 0:
		does = "An administrator above can give them another location, or lift the limit; ask one of them first."
	default:
		does = repairersWords(lifters) + " can give them another location, or lift the limit; ask there first."
	}
	return Errorf(Conflict, "location", "%s limited to this location alone and would see everything without it. %s", who, does)
}

// addLifters adds to names those of people whom the actor may know and who can
// lift the limit of a user.
func (r *Rights) addLifters(names []string, u *User, people iter.Seq[*User]) []string {
	if people == nil {
		return names
	}
	for p := range people {
		name := CleanCut(p.Username, 40)
		if p.Activated && !slices.Contains(names, name) && r.SeesUser(p).Allowed && NewRights(r.account, r.tree, p).MayLimitUser(u).Allowed {
			names = append(names, name)
		}
	}
	return names
}
