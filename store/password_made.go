package store

import "strings"

// Made passwords are syllables, which are easy to read out, in words of three.
const (
	madeConsonants = "bdfgklmnprstvz"
	madeVowels     = "aeiou"
	madeSyllables  = 15 // of 70 each: 91 bits
	madeWord       = 3
)

// MakePassword draws a password to be handed to somebody, who must change it.
func (db *DB) MakePassword() (string, error) {
	const all = len(madeConsonants) * len(madeVowels)
	var made strings.Builder
	for n := 0; n < madeSyllables; {
		var b [1]byte
		if _, err := db.random.Read(b[:]); err != nil {
			return "", noRandomness(err)
		}
		if int(b[0]) >= 256/all*all {
			continue // so that each is as likely
		}
		if n > 0 && n%madeWord == 0 {
			made.WriteByte('-')
		}
		s := int(b[0]) % all
		made.WriteByte(madeConsonants[s/len(madeVowels)])
		made.WriteByte(madeVowels[s%len(madeVowels)])
		n++
	}
	return made.String(), nil
}
