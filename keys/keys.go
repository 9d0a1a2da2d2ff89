// Package keys holds every action of the console as data: its name, its keys,
// its words, where it applies, what it needs and how it asks. Dispatch, the
// footer, the help, the palette and KEYS.md are all read from the one table in
// actions.go.
//
// It knows nothing of screens or of drawing: a screen says which of these
// actions it offers now and does them.
package keys

import (
	"charm.land/bubbles/v2/key"

	"tenantry/domain"
)

// ID names an action: the place's word, a dot, a verb ("customer.create"). It
// is what a person writes in their own key file.
type ID string

// Place is where an action applies. A screen names its places from the most
// particular to the most general; the first that binds a key has it.
type Place string

const (
	Anywhere   Place = "anywhere"   // every screen
	Tabs       Place = "tabs"       // every screen of the signed-in console
	List       Place = "list"       // moving in a list
	Tree       Place = "tree"       // opening and closing nodes
	Form       Place = "form"       // fields
	Question   Place = "question"   // a yes-or-no
	Palette    Place = "palette"    // the list of all actions
	Reading    Place = "reading"    // text that scrolls
	Filtering  Place = "filtering"  // the filter line has the keyboard
	SignIn     Place = "sign-in"    // who are you
	Enrolling  Place = "enrolling"  // the QR code of a new second factor: typing digits
	Once       Place = "once"       // what is shown only once
	Proving    Place = "proving"    // the password or a code, once more: typing
	Refused    Place = "refused"    // the database can't be opened
	Start      Place = "start"      // no database yet
	Account    Place = "account"    // the account's or the scope's own page
	Customers  Place = "customers"  // the tree
	Devices    Place = "devices"    // the list
	Device     Place = "device"     // one device
	Users      Place = "users"      // the list
	User       Place = "user"       // one user
	Columns    Place = "columns"    // which columns are shown
	Importing  Place = "import"     // devices out of a file
	Checked    Place = "checked"    // what an import would do, or did
	Exporting  Place = "export"     // devices into a file
	Choosing   Place = "choosing"   // a customer out of the tree, or a location
	Options    Place = "options"    // one of a few ways to go on
	Picking    Place = "picking"    // devices to move, by picker
	Pasting    Place = "pasting"    // devices to move, by pasted text: typing
	Preview    Place = "preview"    // devices to move, by pasted text: every line told
	Correcting Place = "correcting" // a line of the preview, in place: typing
	Working    Place = "working"    // long work that can be left
	Moved      Place = "moved"      // what an assignment did
	Profile    Place = "profile"    // what one looks after oneself
	SSHKeys    Place = "ssh-keys"   // public keys of a user
	Sessions   Place = "sessions"   // open sessions of a user
	Details    Place = "details"    // the form of an account or a customer
	NewOwner   Place = "new-owner"  // who an account is handed over to
	Unenrolled Place = "unenrolled" // users without a second factor
)

// Ask says how an action asks before it acts.
type Ask uint8

const (
	AskNothing Ask = iota
	AskYes         // a question, answered by one key
	AskName        // the name of the thing is typed
)

// Action is one thing that can be done from the keyboard.
type Action struct {
	ID    ID
	Where Place
	Keys  []string // as Bubble Tea spells them: "n", "enter", "ctrl+d", "space"
	Short string   // one or two words for the footer
	Long  string   // a line for the help and the palette
	Needs domain.Capability
	Ask   Ask
	Rank  int // place in the footer, 1 first; 0 isn't shown there
}

// Key is the first key of the action as people read it, "" when it has none.
func (a Action) Key() string {
	if len(a.Keys) == 0 {
		return ""
	}
	return Spoken(a.Keys[0])
}

// Binding is the action as bubbles' help components take it.
func (a Action) Binding() key.Binding {
	return key.NewBinding(key.WithKeys(a.Keys...), key.WithHelp(a.Key(), a.Short))
}

// Spoken is how a key is written for people: "pgdown" is "page down".
func Spoken(k string) string {
	switch k {
	case "pgup":
		return "page up"
	case "pgdown":
		return "page down"
	case "up":
		return "↑"
	case "down":
		return "↓"
	case "left":
		return "←"
	case "right":
		return "→"
	}
	return k
}
