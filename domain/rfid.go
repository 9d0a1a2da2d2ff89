package domain

import "time"

// RFID is an RFID token that somebody holds: a card, a fob or a chip, known by
// the digits that a reader reads. People who never sign in hold some, too.
type RFID struct {
	Account ID
	User    ID     // the holder
	Digits  string // as CheckRFID leaves them; unique in the account
	Off     bool   // switched off: theirs still, and it opens nothing
	Note    string // what it is or where it hangs, in the words of whoever gave it
	AddedAt time.Time
}

// MaxRFIDs is how many RFID tokens a user may hold.
const MaxRFIDs = 20

// maxRFIDDigits is more than any reader sends: the longest identity of a card has
// ten bytes, which are 25 digits.
const maxRFIDDigits = 32

// CheckRFID returns the digits of an RFID token as they are stored: 1 to 32, as
// text, since the zeros in front belong to them, freed of the spaces, dots and
// dashes that are printed between groups. Anything else is an Invalid error on
// "rfid".
func CheckRFID(text string) (string, error) {
	digits := compact(text)
	if allDigits(digits) && len(digits) <= maxRFIDDigits {
		return digits, nil
	}
	if digits == "" {
		return "", Errorf(Invalid, "rfid", "Give the digits of the RFID token, such as 0004815162.")
	}
	return "", Errorf(Invalid, "rfid", "%q is not an RFID token: it takes 1 to %d digits.", CleanCut(text, 40), maxRFIDDigits)
}

// CheckRFIDNote returns a note as it is stored: one line, which may be empty.
// Anything else is an Invalid error on "note".
func CheckRFIDNote(text string) (string, error) { return CheckText("note", text, MaxName) }
