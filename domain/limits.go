package domain

import "time"

// Limits are how long things last in an account. Its owner sets them.
type Limits struct {
	Idle       time.Duration // a session without a key, 1 minute to 24 hours
	Session    time.Duration // a session in all, 1 hour to 7 days
	Invitation time.Duration // a welcome or reset code, 1 to 14 days
	TokenDays  int           // the longest life of an API token, 1 to 3650; TokensNeverEnd for any
}

// TokensNeverEnd, as Limits.TokenDays, allows API tokens without an end.
const TokensNeverEnd = -1

// DefaultLimits are those of a new account: 15 minutes, 12 hours, 72 hours and
// 365 days.
func DefaultLimits() Limits {
	return Limits{Idle: 15 * time.Minute, Session: 12 * time.Hour, Invitation: 72 * time.Hour, TokenDays: 365}
}

// CheckLimits fills in the default of what is zero and refuses what is out of
// its bounds with an Invalid error on "idle_minutes", "session_hours",
// "invitation_days" or "token_days".
func CheckLimits(l *Limits) error {
	usual := DefaultLimits()
	if l.Idle == 0 {
		l.Idle = usual.Idle
	}
	if l.Session == 0 {
		l.Session = usual.Session
	}
	if l.Invitation == 0 {
		l.Invitation = usual.Invitation
	}
	if l.TokenDays == 0 {
		l.TokenDays = usual.TokenDays
	}
	const day = 24 * time.Hour
	switch {
	case l.Idle < time.Minute || l.Idle > day || l.Idle%time.Minute != 0:
		return Errorf(Invalid, "idle_minutes", "A session may wait 1 to 1440 minutes for a key.")
	case l.Session < time.Hour || l.Session > 7*day || l.Session%time.Hour != 0:
		return Errorf(Invalid, "session_hours", "A session may last 1 to 168 hours.")
	case l.Invitation < day || l.Invitation > 14*day || l.Invitation%day != 0:
		return Errorf(Invalid, "invitation_days", "A code may last 1 to 14 days.")
	case l.TokenDays != TokensNeverEnd && (l.TokenDays < 1 || l.TokenDays > 3650):
		return Errorf(Invalid, "token_days", "API tokens may last 1 to 3650 days, or never end.")
	}
	return nil
}
