package domain

import (
	"slices"
	"strings"
)

// Actor says who acts and through which door; never what they may do. Rights
// are read from the database inside each transaction, so that taking a group
// away works at once everywhere.
type Actor struct {
	Account  ID   // the account acted in; the zero ID for an operator who hasn't chosen one
	User     ID   // zero for the operator
	Operator bool // whoever can open the database file without naming a user
	Session  ID   // the sign-in that this came out of; zero at the machine's own door, which asks for none
	Token    ID   // the API token that was shown instead, at DoorAPI only
	Door     Door
	From     string // where from, for the audit trail: an address, a token's name, a machine's user
}

// Door is the way by which somebody came in.
type Door uint8

const (
	DoorConsole Door = iota + 1
	DoorMachine      // a plain command on the machine
	DoorSSH
	DoorAPI
)

var doorNames = [...]string{DoorConsole: "console", DoorMachine: "machine", DoorSSH: "ssh", DoorAPI: "api"}

// String is the door's name in the audit trail and JSON.
func (d Door) String() string {
	if int(d) < len(doorNames) {
		return doorNames[d]
	}
	return ""
}

// ParseDoor reads a door as String writes it; none for an empty text. Invalid on
// field "door" for anything else.
func ParseDoor(text string) (Door, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return 0, nil
	}
	if at := slices.Index(doorNames[:], text); at > 0 {
		return Door(at), nil
	}
	return 0, Errorf(Invalid, "door", "There is no door %q. They are console, machine, ssh and api.", CleanCut(text, 30))
}
