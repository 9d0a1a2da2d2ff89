package domain

import (
	"strings"
	"time"
)

// User is a person (or a script's identity) who may sign in, or who only holds an
// RFID token. Reach is their customer and everything nested under it.
type User struct {
	ID         ID
	Account    ID
	Customer   ID
	Username   string // as typed; compared case-folded, unique in the installation
	Email      string // as typed; compared case-folded, unique in the installation; may be empty
	FullName   string
	Phone      string
	Groups     Groups
	Locations  []ID // limits the devices seen to these places; empty means not limited
	Inactive   bool
	Activated  bool     // has signed in or been given a password
	NoSignIn   bool     // only holds RFID tokens: has neither password nor code until given one
	Settings   Settings // what they set themselves; the rest is their customer's
	MustChange bool     // a new password is due before anything else
	LastSignIn time.Time
	CreatedAt  time.Time
	CreatedBy  ID
	Version    uint64
}

// CheckUsername returns a username as it is stored: 3 to 32 letters a to z,
// digits and . _ - beginning with a letter, in the case that was typed. Two are
// the same when their Fold is. Letters of other scripts look too much alike to
// tell people apart by, and SSH clients garble them. Anything else is an Invalid
// error on field "username".
func CheckUsername(text string) (string, error) {
	name := strings.TrimSpace(text)
	if len(name) < 3 || len(name) > 32 {
		return "", Errorf(Invalid, "username", "A username takes 3 to 32 characters.")
	}
	if b := name[0] | 0x20; b < 'a' || b > 'z' {
		return "", Errorf(Invalid, "username", "A username begins with a letter, a to z.")
	}
	for i := range len(name) {
		if b := name[i]; !isAlphanumeric(b) && b != '.' && b != '_' && b != '-' {
			return "", Errorf(Invalid, "username", "A username takes letters a to z, digits, and . _ - only.")
		}
	}
	return name, nil
}

// MaxUserLocations is how many locations a user may be limited to.
const MaxUserLocations = 200

// CheckUser puts a user's fields into the form in which they are stored, or
// refuses the first that is wrong with an Invalid error on it. Who may set them
// is for the rules.
func CheckUser(u *User) (err error) {
	if u.Username, err = CheckUsername(u.Username); err != nil {
		return err
	}
	if u.Email, err = CheckEmail(u.Email, false); err != nil {
		return err
	}
	if u.FullName, err = CheckText("full_name", u.FullName, MaxName); err != nil {
		return err
	}
	if u.Phone, err = CheckPhone(u.Phone); err != nil {
		return err
	}
	if u.Groups&^AllGroups != 0 {
		return Errorf(Invalid, "groups", "There are six groups: %s.", AllGroups)
	}
	if err = checkUserLocations(u.Locations); err != nil {
		return err
	}
	return CheckSettings(&u.Settings)
}

func checkUserLocations(ids []ID) error {
	if len(ids) > MaxUserLocations {
		return Errorf(Invalid, "locations", "A user takes at most %d locations.", MaxUserLocations)
	}
	seen := make(map[ID]struct{}, len(ids))
	for _, id := range ids {
		if _, twice := seen[id]; twice || id.IsZero() {
			return Errorf(Invalid, "locations", "A location is there twice, or isn't one. Choose each once.")
		}
		seen[id] = struct{}{}
	}
	return nil
}
