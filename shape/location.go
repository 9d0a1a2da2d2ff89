package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Location is a location as lists show it.
type Location struct {
	ID           domain.ID `json:"id"`
	Account      string    `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Name         string    `json:"name"`
	CustomerID   domain.ID `json:"customer_id"`
	CustomerPath string    `json:"customer_path"`
	Email        string    `json:"email" doc:"Whom to write to about what is there"`
	Phone        string    `json:"phone"`
	Address      string    `json:"address"`
	Notes        string    `json:"notes"`
	Devices      *int      `json:"devices" doc:"How many are there; null for who doesn't see them"`
	Users        int       `json:"users" doc:"How many are limited to it, of those whom you may list"`
}

// NewLocation is the form of a location.
func NewLocation(l store.LocationRow) Location {
	var devices *int
	if l.Devices >= 0 {
		devices = &l.Devices
	}
	return Location{
		ID: l.ID, Name: l.Name, CustomerID: l.Customer, CustomerPath: l.CustomerPath, Email: l.Email, Phone: l.Phone,
		Address: l.Address, Notes: l.Notes, Devices: devices, Users: l.Users,
	}
}

// LocationDetail is a location with who is limited to it.
type LocationDetail struct {
	Location
	Limited []LimitedUser `json:"limited" nullable:"false" doc:"The users limited to it, of those whom you may list"`
}

// LimitedUser is somebody who is limited to a location.
type LimitedUser struct {
	ID           domain.ID `json:"id"`
	Username     string    `json:"username"`
	CustomerPath string    `json:"customer_path"`
	Locations    int       `json:"locations" doc:"To how many they are limited in all"`
	Narrowed     bool      `json:"narrowed" doc:"Whether it narrows what they see: not that of an administrator"`
}

// NewLocationDetail is the form of a location with who is limited to it.
func NewLocationDetail(d store.LocationDetail) LocationDetail {
	told := LocationDetail{Location: NewLocation(d.LocationRow), Limited: []LimitedUser{}}
	for _, u := range d.Limited {
		told.Limited = append(told.Limited, LimitedUser{
			ID: u.ID, Username: u.Username, CustomerPath: u.CustomerPath, Locations: u.Locations, Narrowed: !u.Unnarrowed,
		})
	}
	return told
}

// DeletedLocation is what deleting a location did.
type DeletedLocation struct {
	Deleted domain.ID `json:"deleted"`
	Name    string    `json:"name"`
	Devices *int      `json:"devices" doc:"How many were there and are at no location now; null for who doesn't see them"`
	Users   []string  `json:"users" nullable:"false" doc:"Who was limited to it and has other locations"`
}

// NewDeletedLocation is the form of that.
func NewDeletedLocation(d store.DeletedLocation) DeletedLocation {
	told := DeletedLocation{Deleted: d.Location.ID, Name: d.Location.Name, Users: List(d.Users)}
	if d.Devices >= 0 {
		told.Devices = &d.Devices
	}
	return told
}

// ChangedLimits is what limiting users, or lifting that, did.
type ChangedLimits struct {
	LocationID domain.ID `json:"location_id"`
	Limited    []string  `json:"limited" nullable:"false" doc:"Who wasn't limited to it before"`
	Unlimited  []string  `json:"unlimited" nullable:"false" doc:"Who was, and isn't any more"`
	Lifted     []string  `json:"lifted" nullable:"false" doc:"Of these, who isn't limited to any location now"`
}

// NewChangedLimits is the form of that.
func NewChangedLimits(location domain.ID, c store.ChangedLimits) ChangedLimits {
	return ChangedLimits{LocationID: location, Limited: List(c.Limited), Unlimited: List(c.Unlimited), Lifted: List(c.Lifted)}
}
