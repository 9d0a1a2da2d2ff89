package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// User is a user.
type User struct {
	ID           domain.ID   `json:"id"`
	Account      string      `json:"account,omitempty" doc:"The account's name, where several are listed"`
	Username     string      `json:"username"`
	Email        string      `json:"email"`
	FullName     string      `json:"full_name"`
	Phone        string      `json:"phone"`
	CustomerID   domain.ID   `json:"customer_id"`
	CustomerPath string      `json:"customer_path"`
	Groups       []string    `json:"groups" nullable:"false"`
	Owner        bool        `json:"owner" doc:"Whether the account is theirs"`
	LocationIDs  []domain.ID `json:"location_ids" nullable:"false" doc:"The locations that they are limited to; none for no limit"`
	Locations    []string    `json:"locations" nullable:"false" doc:"Their names"`
	Own          OwnSettings `json:"own_settings" doc:"What the user sets themselves"`
	Status       string      `json:"status" doc:"active, invited, no-sign-in, locked or inactive"`
	SecondFactor string      `json:"second_factor" doc:"enrolled, missing where it is forced, or none"`
	InvitedUntil *string     `json:"invited_until" doc:"How long a code that waits is good"`
	LastSignIn   *string     `json:"last_sign_in"`
	CreatedAt    *string     `json:"created_at"`
}

// NewUser is the form of a user.
func NewUser(u store.UserRow) User {
	return User{
		ID: u.ID, Username: u.Username, Email: u.Email, FullName: u.FullName, Phone: u.Phone,
		CustomerID: u.Customer, CustomerPath: u.CustomerPath, Groups: List(u.Groups.Names()), Owner: u.Owner,
		LocationIDs: List(u.Locations), Locations: List(u.LocationNames), Own: ownSettings(u.Settings),
		Status: u.Status.String(), SecondFactor: UserFactor(u), InvitedUntil: Instant(u.InvitedUntil),
		LastSignIn: Instant(u.LastSignIn), CreatedAt: Instant(u.CreatedAt),
	}
}

// UserFactor says how a user stands with the second factor: "enrolled",
// "missing" where it is forced, and else "none".
func UserFactor(u store.UserRow) string {
	switch {
	case u.Enrolled:
		return "enrolled"
	case u.Forced:
		return "missing"
	}
	return "none"
}

// UserDetail is everything about a user.
type UserDetail struct {
	User
	CreatedBy     string   `json:"created_by" doc:"Username; empty where that is out of reach"`
	RecoveryCodes int      `json:"recovery_codes_left"`
	Sessions      *int     `json:"sessions" doc:"Null where not yours to know, as are the next two"`
	SSHKeys       *int     `json:"ssh_keys"`
	Tokens        *int     `json:"tokens"`
	LockedUntil   *string  `json:"locked_until"`
	RFIDs         []RFID   `json:"rfid_tokens" nullable:"true" doc:"Null where the account lacks the access control add-on"`
	Mail          *Mail    `json:"mail" doc:"What became of the mail with their code"`
	Summary       string   `json:"summary" doc:"What they can see and do, in a sentence or two"`
	Access        []Access `json:"access" nullable:"false"`
}

// Mail is what became of the mail with somebody's code.
type Mail struct {
	_       struct{} `nullable:"true"`
	To      string   `json:"to"`
	State   string   `json:"state" doc:"sent, waiting or given_up"`
	Tries   int      `json:"tries"`
	NextTry *string  `json:"next_try"`
	Error   string   `json:"error"`
}

// Access is one capability of a user, in their own customer and below.
type Access struct {
	Capability string   `json:"capability"`
	Own        bool     `json:"own"`
	Nested     bool     `json:"nested"`
	Reasons    []string `json:"reasons" nullable:"false"`
}

// NewUserDetail is the form of all about a user, with what they can do.
func NewUserDetail(d store.UserDetail, a store.Access) UserDetail {
	answer := UserDetail{
		User: NewUser(d.UserRow), CreatedBy: d.CreatedByName, RecoveryCodes: d.RecoveryLeft,
		Sessions: Known(d.Sessions), SSHKeys: Known(d.SSHKeys), Tokens: Known(d.Tokens), LockedUntil: Instant(d.LockedUntil),
		RFIDs: RFIDs(d.RFIDs), Summary: a.Summary, Access: []Access{},
	}
	if i := d.Invitation; i != nil && i.Mail.To != "" {
		answer.Mail = &Mail{To: i.Mail.To, State: MailState(i.Mail), Tries: i.Mail.Tries, NextTry: Instant(i.Mail.NextTry), Error: i.Mail.Error}
	}
	for _, line := range a.Lines {
		answer.Access = append(answer.Access, Access{
			Capability: line.Capability.String(), Own: line.Own.Allowed, Nested: line.Nested.Allowed, Reasons: List(line.Own.Reasons(a.Rights)),
		})
	}
	return answer
}

// MailState says what became of a mail: "sent", "waiting" or "given_up".
func MailState(m store.MailState) string {
	switch {
	case m.Sent:
		return "sent"
	case m.Waiting:
		return "waiting"
	}
	return "given_up"
}

// StartedUser is a user with how they get in. The code is told here and nowhere
// else.
type StartedUser struct {
	User
	Code      string  `json:"code,omitempty" doc:"To hand over; told this once"`
	CodeUntil *string `json:"code_until,omitempty" doc:"How long the code is good"`
	Mail      string  `json:"mail,omitempty" doc:"sent or waiting, where the code goes out by mail"`
}

// NewStartedUser is the form of a user who was started, with the state of the
// mail that carries the code where one does.
func NewStartedUser(row store.UserRow, started store.Started, mail string) StartedUser {
	answer := StartedUser{User: NewUser(row), Code: started.Code, CodeUntil: Instant(started.Until)}
	if !started.Mail.IsZero() {
		answer.Mail = mail
	}
	return answer
}

// Session is an open session.
type Session struct {
	ID        domain.ID `json:"id"`
	Door      string    `json:"door"`
	From      string    `json:"from"`
	Key       string    `json:"key" doc:"The name of the SSH key that opened it; empty for a password"`
	StartedAt *string   `json:"started_at"`
	SeenAt    *string   `json:"seen_at"`
	EndsAt    *string   `json:"ends_at"`
}

// NewSession is the form of a session.
func NewSession(o store.Session) Session {
	return Session{o.ID, o.Door.String(), o.From, o.Key, Instant(o.StartedAt), Instant(o.SeenAt), Instant(o.EndsAt)}
}

// Reasons is a decision in words.
type Reasons struct {
	User       string   `json:"user"`
	Capability string   `json:"capability"`
	Object     string   `json:"object" doc:"Empty where the question is whether they may anywhere"`
	Allowed    bool     `json:"allowed"`
	Reasons    []string `json:"reasons" nullable:"false"`
}

// NewReasons is the form of a decision.
func NewReasons(a store.WhyAnswer) Reasons {
	return Reasons{a.User, a.Capability.String(), a.Object, a.Allowed, List(a.Reasons)}
}
