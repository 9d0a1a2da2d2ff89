package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Overview is how a part of an account does, in numbers: of what whoever asks may
// see.
type Overview struct {
	CustomerID   *domain.ID      `json:"customer_id" nullable:"true" doc:"What it is of, with everything nested under it; null for the whole account"`
	CustomerPath string          `json:"customer_path"`
	Devices      OverviewDevices `json:"devices"`
	Users        OverviewUsers   `json:"users"`
	Tokens       OverviewTokens  `json:"tokens"`
	Access       *OverviewAccess `json:"access_today"`
}

// OverviewDevices count devices.
type OverviewDevices struct {
	Total             int                `json:"total"`
	Reason            string             `json:"reason,omitempty" doc:"Why there are none, where that is a matter of rights"`
	ByStatus          map[string]int     `json:"by_status" doc:"new, online, offline and retired"`
	LastCommunication map[string]int     `json:"by_last_communication" doc:"today by your clock, week and month for the last 7 and 30 days without what comes before, before, and never"`
	ByCustomer        []OverviewCustomer `json:"by_customer" nullable:"false" doc:"The customers directly below, each with everything nested under it"`
}

// OverviewCustomer is how many devices a customer has, with everything nested
// under it.
type OverviewCustomer struct {
	ID      domain.ID `json:"id"`
	Name    string    `json:"name"`
	Own     bool      `json:"own" doc:"It is the customer that this is of, with its own devices only"`
	Devices int       `json:"devices"`
}

// OverviewUsers count users.
type OverviewUsers struct {
	Total    int            `json:"total"`
	Reason   string         `json:"reason,omitempty" doc:"Why there are none, where that is a matter of rights"`
	ByStatus map[string]int `json:"by_status" doc:"active, invited, no-sign-in, locked and inactive"`
	Enrolled int            `json:"second_factor_enrolled"`
	Missing  int            `json:"second_factor_missing" doc:"Who must have one, and have none"`
}

// OverviewTokens count API tokens: one's own, and those of users whom one manages.
type OverviewTokens struct {
	Working  int     `json:"working" doc:"That open something"`
	Expiring int     `json:"expiring" doc:"Of these, that end soon"`
	First    *string `json:"first_ends_at" doc:"When the first of those ends"`
}

// OverviewAccess counts today's access events.
type OverviewAccess struct {
	_        struct{}       `nullable:"true"`
	Since    *string        `json:"since" doc:"Midnight, by your clock"`
	ByStatus map[string]int `json:"by_status" doc:"approved, rejected and logged_out"`
	AtLeast  bool           `json:"at_least,omitempty" doc:"There are more than were counted"`
}

// NewOverview is the form of an overview. Today's access events are null for
// those who may not read the history.
func NewOverview(o store.Overview) Overview {
	told := Overview{
		CustomerID: Identity(o.Customer), CustomerPath: o.CustomerPath,
		Devices: OverviewDevices{
			Total: o.Devices.Total, Reason: o.Devices.Reason, ByCustomer: []OverviewCustomer{},
			ByStatus: named(o.Devices.ByStatus, domain.Statuses()), LastCommunication: named(o.Devices.ByHeard, domain.Heards()),
		},
		Users: OverviewUsers{
			Total: o.Users.Total, Reason: o.Users.Reason, ByStatus: named(o.Users.ByStatus, store.UserStatuses()),
			Enrolled: o.Users.Enrolled, Missing: o.Users.Missing,
		},
		Tokens: OverviewTokens{Working: o.Tokens.Good, Expiring: o.Tokens.Expiring, First: Instant(o.Tokens.First)},
	}
	for _, c := range o.Devices.ByCustomer {
		told.Devices.ByCustomer = append(told.Devices.ByCustomer, OverviewCustomer(c))
	}
	if a := o.Access; a.Reads {
		told.Access = &OverviewAccess{Since: Instant(a.Since), ByStatus: named(a.ByStatus, domain.AccessStatuses()), AtLeast: a.AtLeast}
	}
	return told
}

// step is one of the things by which something is counted.
type step interface {
	~uint8
	String() string
}

// named are counts by the names of what they count.
func named[S step](counts []int, all []S) map[string]int {
	byName := make(map[string]int, len(all))
	for _, one := range all {
		if int(one) < len(counts) {
			byName[one.String()] = counts[one]
		}
	}
	return byName
}
