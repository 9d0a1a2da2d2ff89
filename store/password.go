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

	passwordMost = 256 // characters; longer ones are refused, never cut
	ownWordLeast = 3   // shorter words of the user's own are in everything
	restLeast    = 6   // letters and digits besides such words
	restShort    = 4   // the same of a short password
	variedLeast  = 5   // different characters
)

// PasswordLeast is how many characters a new password takes: fewer of somebody
// who must have a second factor (NIST SP 800-63B-4, section 3.1.1.2).
func PasswordLeast(forced bool) int {
	if forced {
		return 8
	}
	return 15
}

// PasswordLength is how many characters a password counts, as the rule for new
// ones counts them.
func PasswordLength(password string) int {
	return utf8.RuneCountInString(norm.NFC.String(password))
}

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
// long: never inside a transaction. forced says that its user must have a second
// factor.
func (db *DB) newPassword(ctx context.Context, password string, forced bool, u *domain.User, a *domain.Account) (passwordRecord, error) {
	if err := checkPassword(password, PasswordLeast(forced), u, a); err != nil {
		return passwordRecord{}, err
	}
	salt := make([]byte, saltLength)
	if _, err := db.random.Read(salt); err != nil {
		return passwordRecord{}, noRandomness(err)
	}
	return db.hashWith(ctx, password, salt)
}

// hashWith hashes a password at today's cost.
func (db *DB) hashWith(ctx context.Context, password string, salt []byte) (passwordRecord, error) {
	record := passwordRecord{Salt: salt, Memory: db.cost.Memory, Passes: db.cost.Passes, Threads: db.cost.Threads}
	var err error
	record.Hash, err = db.hash(ctx, password, record)
	return record, err
}

// hash hashes a password at a record's cost.
func (db *DB) hash(ctx context.Context, password string, r passwordRecord) ([]byte, error) {
	done, err := db.hashTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return derive(password, r), nil
}

// hashTurn waits for a turn to hash, since each takes its cost in memory.
func (db *DB) hashTurn(ctx context.Context) (done func(), err error) {
	select {
	case db.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	db.hashed.Add(1)
	return func() { <-db.hashing }, nil
}

// derive hashes one of the several spellings that the same text has in Unicode,
// of which keyboards differ.
func derive(password string, r passwordRecord) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), r.Salt, r.Passes, r.Memory, r.Threads, hashLength)
}

// matches says whether a password is the one that was hashed. An empty record
// takes the time of a full one and matches nothing; so does a wrong password
// where the hash is of a time when it cost less.
func (db *DB) matches(ctx context.Context, password string, r passwordRecord) (bool, error) {
	usable := len(r.Hash) == hashLength && r.Passes > 0 && r.Threads > 0
	if !usable {
		r = passwordRecord{Salt: make([]byte, saltLength), Hash: make([]byte, hashLength), Memory: db.cost.Memory, Passes: db.cost.Passes, Threads: db.cost.Threads}
	}
	done, err := db.hashTurn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	if subtle.ConstantTimeCompare(derive(password, r), r.Hash) == 1 && usable {
		return true, nil
	}
	if passes := db.cost.beyond(r.cost()); passes > 0 {
		derive(password, passwordRecord{Salt: r.Salt, Memory: db.cost.Memory, Passes: passes, Threads: db.cost.Threads})
	}
	return false, nil
}

// beyond is how many passes of this cost a lower one lacks.
func (c PasswordCost) beyond(lower PasswordCost) uint32 {
	all, had := uint64(c.Memory)*uint64(c.Passes), uint64(lower.Memory)*uint64(lower.Passes)
	if had >= all {
		return 0
	}
	return uint32((all - had + uint64(c.Memory)/2) / uint64(c.Memory))
}

// checkPassword is the rule for a new password: long, and not made of what
// anybody would try first. There are no rules about kinds of characters.
func checkPassword(password string, least int, u *domain.User, a *domain.Account) error {
	password = norm.NFC.String(password)
	length := utf8.RuneCountInString(password)
	rest := restLeast
	if length < PasswordLeast(false) {
		rest = restShort
	}
	refuse := func(text string, args ...any) error { return domain.Errorf(domain.Invalid, "password", text, args...) }
	switch {
	case !utf8.ValidString(password):
		return refuse("This password can't be read as text. Type it again.")
	case length < least:
		return refuse("The password is too short: it takes %d characters. A few words in a row are easy to remember.", least)
	case length > passwordMost:
		return refuse("The password is too long: it may have %d characters.", passwordMost)
	case varied(password) < variedLeast:
		return refuse("The password repeats the same few characters. Choose one with more different ones.")
	case madeOf(password, ownWords(u, a), rest):
		return refuse("The password is made of the names of the user or the account. Choose other words.")
	case isCommon(password), madeOf(password, append(ownWords(u, a), commonWords...), rest):
		return refuse("The password is one of those that are tried first. Choose other words.")
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

// madeOf says whether a password has one of the words in it and less than rest
// letters and digits besides.
func madeOf(password string, words []string, rest int) bool {
	whole := domain.Fold(password)
	left := whole
	for _, word := range words {
		if utf8.RuneCountInString(word) >= ownWordLeast {
			left = strings.ReplaceAll(left, word, " ")
		}
	}
	count := 0
	for _, r := range left {
		if !notInWord(r) {
			count++
		}
	}
	return left != whole && count < rest
}
