package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Customer is a customer. Settings are those that hold; those that the customer
// sets itself are under own_settings, empty where inherited.
type Customer struct {
	ID                domain.ID   `json:"id"`
	Account           string      `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Name              string      `json:"name"`
	Path              string      `json:"path" doc:"The names from the main customer down, separated by slashes"`
	ParentID          *domain.ID  `json:"parent_id" nullable:"true" doc:"Null for a main customer"`
	Email             string      `json:"email"`
	Country           string      `json:"country" doc:"ISO 3166-1 alpha-2"`
	TimeZone          string      `json:"time_zone" doc:"IANA name"`
	Clock             string      `json:"time_format" doc:"12 or 24"`
	Units             string      `json:"units" doc:"metric or imperial"`
	Own               OwnSettings `json:"own_settings" doc:"What the customer sets itself"`
	SecondFactor      string      `json:"second_factor" doc:"forced or optional"`
	ForceSecondFactor bool        `json:"force_second_factor" doc:"Whether this customer forces it"`
	CreatedAt         *string     `json:"created_at"`
	CreatedBy         string      `json:"created_by" doc:"Username; empty where that is out of reach"`
	Users             *int        `json:"users" doc:"Null where not yours to know, as are the next three"`
	UsersBelow        *int        `json:"users_below" doc:"With those of nested customers"`
	Devices           *int        `json:"devices"`
	DevicesBelow      *int        `json:"devices_below" doc:"With those of nested customers"`
	Nested            []*Customer `json:"nested,omitempty" nullable:"false"`
}

// NewCustomer is the form of a customer of a tree.
func NewCustomer(tree *domain.Tree, c store.CustomerRow) *Customer {
	settings := tree.Settings(c.ID)
	return &Customer{
		ID: c.ID, Name: c.Name, Path: tree.Path(c.ID), ParentID: Identity(c.Parent),
		Email: c.Email, Country: c.Country,
		TimeZone: settings.TimeZone, Clock: settings.Clock.String(), Units: settings.Units.String(), Own: ownSettings(c.Settings),
		SecondFactor: SecondFactor(tree, c.ID), ForceSecondFactor: c.Security.ForceSecondFactor,
		CreatedAt: Instant(c.CreatedAt), CreatedBy: c.CreatedByName,
		Users: Known(c.Users), UsersBelow: Known(c.UsersBelow), Devices: Known(c.Devices), DevicesBelow: Known(c.DevicesBelow),
	}
}

// SecondFactor says whether a customer's users must have a second factor.
func SecondFactor(tree *domain.Tree, id domain.ID) string {
	if forced, _, _ := tree.SecondFactorForced(id); forced {
		return "forced"
	}
	return "optional"
}

// Nest hangs customers, each of which comes after its parent, under one another
// and answers those at the top.
func Nest(customers []*Customer) []*Customer {
	made := map[domain.ID]*Customer{}
	tops := []*Customer{}
	for _, c := range customers {
		made[c.ID] = c
		var parent *Customer
		if c.ParentID != nil {
			parent = made[*c.ParentID]
		}
		if parent != nil {
			parent.Nested = append(parent.Nested, c)
		} else {
			tops = append(tops, c)
		}
	}
	return tops
}

// DeletedCustomer says what deleting a customer did.
type DeletedCustomer struct {
	Deleted      domain.ID  `json:"deleted"`
	Path         string     `json:"path"`
	DevicesMoved int        `json:"devices_moved"`
	DevicesTo    *domain.ID `json:"devices_to" nullable:"true" doc:"The parent, which has its devices now"`
}
