package domain

import (
	"strings"
	"time"
)

// AccessStatus is what a reader answered to whoever held a token to it.
type AccessStatus uint8

// The numbers are in the file: append only.
const (
	AccessApproved AccessStatus = iota + 1
	AccessRejected
	AccessLoggedOut
)

var accessStatusNames = [...]string{AccessApproved: "approved", AccessRejected: "rejected", AccessLoggedOut: "logged_out"}

// AccessStatuses are all there are.
func AccessStatuses() []AccessStatus {
	return []AccessStatus{AccessApproved, AccessRejected, AccessLoggedOut}
}

// String is the status in JSON: "logged_out".
func (s AccessStatus) String() string {
	if int(s) < len(accessStatusNames) {
		return accessStatusNames[s]
	}
	return ""
}

// Words are the status on the screen: "logged out".
func (s AccessStatus) Words() string { return strings.ReplaceAll(s.String(), "_", " ") }

// ParseAccessStatus reads a status in either case, with a space or a dash in
// place of the underscore too. Anything else is an Invalid error on "status".
func ParseAccessStatus(text string) (AccessStatus, error) {
	word := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(text)))
	for _, s := range AccessStatuses() {
		if word == s.String() {
			return s, nil
		}
	}
	return 0, Errorf(Invalid, "status", "%q is no status. An access event is approved, rejected or logged_out.", CleanCut(text, 30))
}

// AccessReport is what a reader tells: when which token was held to it, and what
// it answered.
type AccessReport struct {
	Event  string // the sender's identity of it, by which it is known when it comes twice
	At     time.Time
	RFID   string // the token's digits, leading zeros and all
	Status AccessStatus
}

// MaxAccessEvent is how long a sender's identity of an access event may be.
const MaxAccessEvent = 128

// A reader's clock may be wrong, but one that is a day ahead or a lifetime
// behind would put its events where nobody looks for them, or before all others
// for ever.
const accessAhead = 24 * time.Hour

var accessBegin = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// CheckAccessReport puts a report into the form in which it is stored, or
// refuses the first thing that is wrong with an Invalid error on "id", "at",
// "rfid" or "status". The identity is 1 to 128 printable ASCII characters and
// kept as it came: two that look alike must not be two.
func CheckAccessReport(r *AccessReport, now time.Time) (err error) {
	if err := checkAccessIdentity(r.Event); err != nil {
		return err
	}
	switch {
	case r.At.IsZero():
		return Errorf(Invalid, "at", "Say when it was, as 2026-11-27T08:15:00Z.")
	case r.At.Before(accessBegin):
		return Errorf(Invalid, "at", "%s is before the year 2000. Set the reader's clock.", r.At.UTC().Format(time.RFC3339))
	case r.At.After(now.Add(accessAhead)):
		return Errorf(Invalid, "at", "%s is more than a day ahead. Set the reader's clock.", r.At.UTC().Format(time.RFC3339))
	}
	r.At = r.At.UTC()
	if r.RFID, err = CheckRFID(r.RFID); err != nil {
		return err
	}
	if r.Status.String() == "" {
		_, err = ParseAccessStatus("")
	}
	return err
}

func checkAccessIdentity(text string) error {
	if text == "" || len(text) > MaxAccessEvent {
		return Errorf(Invalid, "id", "An access event takes an id of 1 to %d characters, the same each time it is sent.", MaxAccessEvent)
	}
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' {
			return Errorf(Invalid, "id", "The id of an access event takes printable ASCII characters only; that at place %d isn't one.", i+1)
		}
	}
	if strings.TrimSpace(text) != text {
		return Errorf(Invalid, "id", "The id of an access event has no space at its ends.")
	}
	return nil
}

// ParseAccessTime reads the time of an access event, in RFC 3339 with its zone
// or "Z". Anything else is an Invalid error on "at".
func ParseAccessTime(text string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, strings.TrimSpace(text))
	if err != nil {
		return time.Time{}, Errorf(Invalid, "at", "%q is no time with a zone. Give one as 2026-11-27T08:15:00Z.", CleanCut(text, 40))
	}
	return at, nil
}

// AccessResult is what became of a report.
type AccessResult uint8

const (
	AccessAdded         AccessResult = iota + 1
	AccessAlreadyThere               // it came before, the same
	AccessConflict                   // its identity came before with something else
	AccessUnknownDevice              // none such, or not one for which the sender may speak: one class
	AccessMalformed
)

var accessResultNames = [...]string{
	AccessAdded: "added", AccessAlreadyThere: "already_there", AccessConflict: "conflict",
	AccessUnknownDevice: "unknown_device", AccessMalformed: "malformed",
}

// String is the result's name in JSON.
func (r AccessResult) String() string {
	if int(r) < len(accessResultNames) {
		return accessResultNames[r]
	}
	return ""
}

// Failed says whether the event isn't in the history as it was sent.
func (r AccessResult) Failed() bool { return r > AccessAlreadyThere }
