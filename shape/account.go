package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Account is an account.
type Account struct {
	ID                domain.ID `json:"id"`
	Name              string    `json:"name"`
	Email             string    `json:"email"`
	Country           string    `json:"country" doc:"ISO 3166-1 alpha-2"`
	TimeZone          string    `json:"time_zone" doc:"IANA name"`
	Clock             string    `json:"time_format" doc:"12 or 24"`
	Units             string    `json:"units" doc:"metric or imperial"`
	ForceSecondFactor bool      `json:"force_second_factor"`
	IdleMinutes       int       `json:"idle_minutes" doc:"How long a session waits for a key"`
	SessionHours      int       `json:"session_hours" doc:"How long a session lasts in all"`
	InvitationDays    int       `json:"invitation_days" doc:"How long a welcome or reset code is good"`
	TokenDays         *int      `json:"token_days" doc:"How long an API token may last; null for no end"`
	AccessControl     bool      `json:"access_control" doc:"Whether the account has the access control add-on"`
	Owner             string    `json:"owner" doc:"Username; empty where that is out of reach"`
	CreatedAt         *string   `json:"created_at"`
	Suspended         bool      `json:"suspended"`
	Customers         *int      `json:"customers" doc:"Null for those who don't reach all of the account, as are the next two"`
	Users             *int      `json:"users"`
	Devices           *int      `json:"devices"`
}

// NewAccount is the form of an account.
func NewAccount(a store.AccountDetail) Account {
	return Account{
		ID: a.ID, Name: a.Name, Email: a.Email, Country: a.Country,
		TimeZone: a.Settings.TimeZone, Clock: a.Settings.Clock.String(), Units: a.Settings.Units.String(),
		ForceSecondFactor: a.Security.ForceSecondFactor, AccessControl: a.AddOns.AccessControl,
		IdleMinutes: int(a.Limits.Idle.Minutes()), SessionHours: int(a.Limits.Session.Hours()),
		InvitationDays: int(a.Limits.Invitation.Hours()) / 24, TokenDays: Known(a.Limits.TokenDays),
		Owner: a.OwnerName, CreatedAt: Instant(a.CreatedAt), Suspended: a.Suspended,
		Customers: Known(a.Customers), Users: Known(a.Users), Devices: Known(a.Devices),
	}
}
