package store

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"tenantry/domain"
)

// PasswordCost is what an argon2id hash takes. It is stored with each hash.
type PasswordCost struct {
	Memory  uint32 // KiB
	Passes  uint32
	Threads uint8
}

// defaultCost takes 64 MiB and about a tenth of a second: the second choice of
// RFC 9106, section 4.
var defaultCost = PasswordCost{Memory: 64 << 10, Passes: 3, Threads: 4}

const (
	hashesAtOnce = 2 // so that a flood of sign-ins takes 128 MiB and no more
	hashLength   = 32
	saltLength   = 16

	passwordLeast = 15  // characters, NIST SP 800-63B-4 for a password alone
	passwordMost  = 256 // characters; longer ones are refused, never cut
	ownWordLeast  = 3   // shorter words of the user's own are in everything
	restLeast     = 6   // letters and digits besides such words
	variedLeast   = 5   // different characters
)

// passwordRecord is a password's hash in the file.
type passwordRecord struct {
	Hash    []byte `cbor:"1,keyasint,omitempty"`
	Salt    []byte `cbor:"2,keyasint,omitempty"`
	Memory  uint32 `cbor:"3,keyasint,omitempty"`
	Passes  uint32 `cbor:"4,keyasint,omitempty"`
	Threads uint8  `cbor:"5,keyasint,omitempty"`
}

func (r *passwordRecord) cost() PasswordCost {
	return PasswordCost{Memory: r.Memory, Passes: r.Passes, Threads: r.Threads}
}

func (tx *tx) putPassword(account, user domain.ID, record passwordRecord) error {
	return tx.put(tablePassword, key2(account, user), encode(record))
}

// password reads a user's hash; an empty one when there is none.
func (tx *tx) password(account, user domain.ID) (passwordRecord, error) {
	var record passwordRecord
	_, err := readRecord(tx.kv, tablePassword, key2(account, user), &record)
	return record, err
}

// newPassword checks a password against the rules and hashes it, which takes
// long: never inside a transaction.
func (db *DB) newPassword(ctx context.Context, password string, u *domain.User, a *domain.Account) (passwordRecord, error) {
	password = norm.NFC.String(password)
	if err := checkPassword(password, u, a); err != nil {
		return passwordRecord{}, err
	}
	return db.hashPassword(ctx, password)
}

func (db *DB) hashPassword(ctx context.Context, password string) (passwordRecord, error) {
	record := passwordRecord{Salt: make([]byte, saltLength), Memory: db.cost.Memory, Passes: db.cost.Passes, Threads: db.cost.Threads}
	if _, err := db.random.Read(record.Salt); err != nil {
		return passwordRecord{}, noRandomness(err)
	}
	var err error
	record.Hash, err = db.hash(ctx, password, record)
	return record, err
}

// hash waits for its turn, since each takes its cost in memory.
func (db *DB) hash(ctx context.Context, password string, r passwordRecord) ([]byte, error) {
	select {
	case db.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-db.hashing }()
	return argon2.IDKey([]byte(password), r.Salt, r.Passes, r.Memory, r.Threads, hashLength), nil
}

// matches says whether a password is the one that was hashed. An empty record
// takes the time of a full one and matches nothing.
func (db *DB) matches(ctx context.Context, password string, r passwordRecord) (bool, error) {
	usable := len(r.Hash) == hashLength && r.Passes > 0 && r.Threads > 0
	if !usable {
		r = passwordRecord{Salt: make([]byte, saltLength), Hash: make([]byte, hashLength), Memory: db.cost.Memory, Passes: db.cost.Passes, Threads: db.cost.Threads}
	}
	hash, err := db.hash(ctx, norm.NFC.String(password), r)
	return subtle.ConstantTimeCompare(hash, r.Hash) == 1 && usable && err == nil, err
}

// checkPassword is the rule for a new password: long, and not made of what
// anybody would try first. There are no rules about kinds of characters.
func checkPassword(password string, u *domain.User, a *domain.Account) error {
	length := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return domain.Errorf(domain.Invalid, "password", "This password can't be read as text. Type it again.")
	case length < passwordLeast:
		return domain.Errorf(domain.Invalid, "password", "The password is too short: it takes %d characters. A few words in a row are easy to remember.", passwordLeast)
	case length > passwordMost:
		return domain.Errorf(domain.Invalid, "password", "The password is too long: it may have %d characters.", passwordMost)
	case varied(password) < variedLeast:
		return domain.Errorf(domain.Invalid, "password", "The password repeats the same few characters. Choose one with more different ones.")
	case restWithout(password, ownWords(u, a)) < restLeast:
		return domain.Errorf(domain.Invalid, "password", "The password is made of the names of the user or the account. Choose other words.")
	case restWithout(password, commonWords) < restLeast:
		return domain.Errorf(domain.Invalid, "password", "The password is one of those that are tried first. Choose other words.")
	}
	return nil
}

// varied counts the different characters.
func varied(text string) int {
	seen := map[rune]struct{}{}
	for _, r := range domain.Fold(text) {
		seen[r] = struct{}{}
	}
	return len(seen)
}

// ownWords are the words that others know of the user and the account, folded,
// the longest first.
func ownWords(u *domain.User, a *domain.Account) []string {
	var words []string
	for _, text := range []string{u.Username, u.Email, u.FullName, u.Phone, a.Name, a.Email} {
		folded := domain.Fold(text)
		words = append(words, folded)
		words = append(words, strings.FieldsFunc(folded, notInWord)...)
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	return words
}

// commonWords are what the commonest passwords of fifteen characters and more
// are put together from.
var commonWords = []string{
	"abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890", "0987654321", "123456789", "1q2w3e4r5t6y7u8i9o0p",
	"1qaz2wsx3edc4rfv", "qazwsxedcrfv", "abcdefgh", "abcd1234", "12345678", "password", "passw0rd", "qwerty", "123456", "iloveyou", "letmein",
	"welcome", "tenantry", "administrator", "changeme", "football", "princess", "sunshine", "superman", "dragon", "monkey", "secret", "admin", "12345", "1234", "abc", "123",
}

func notInWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// restWithout counts the letters and digits that are left of a password when
// the words are taken out.
func restWithout(password string, words []string) int {
	rest := domain.Fold(password)
	for _, word := range words {
		if utf8.RuneCountInString(word) >= ownWordLeast {
			rest = strings.ReplaceAll(rest, word, " ")
		}
	}
	count := 0
	for _, r := range rest {
		if !notInWord(r) {
			count++
		}
	}
	return count
}
