package store

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"tenantry/domain"
)

// The second factor is TOTP as every authenticator app has it (RFC 6238): SHA-1,
// six digits, 30 seconds. A code is good in its step and the one before and
// after, for clocks that aren't together, and never again after it was accepted:
// neither it nor an earlier one.

const (
	factorBytes   = 20 // 160 bits, as RFC 4226 advises
	factorStep    = 30 // seconds
	factorDigits  = 6
	recoveryCodes = 10

	// longestURL keeps the QR code within version 5, 37 modules: with the least of
	// quiet zones that is what a terminal of 24 lines has room for. A name of 32
	// characters needs 96.
	longestURL = 106
)

// factorText is how secrets are written.
var factorText = base32.StdEncoding.WithPadding(base32.NoPadding)

// factorURL is what an authenticator app reads off the QR code. What is left out
// is what the apps take where nothing is said; the issuer stands in the label,
// where all of them find it, and once more where there is room.
func factorURL(username, secret string) string {
	const issuer = "Tenantry"
	text := "otpauth://totp/" + issuer + ":" + url.PathEscape(username) + "?secret=" + secret
	if long := text + "&issuer=" + issuer; len(long) <= longestURL {
		return long
	}
	return text
}

// readFactor is the secret that somebody read or pasted; false when it can't be
// one of ours.
func readFactor(text string) (secret []byte, ok bool) {
	text = strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "=", "").Replace(text))
	secret, err := factorText.DecodeString(text)
	return secret, err == nil && len(secret) == factorBytes
}

// digits are the six of a code, which apps show in two groups; false when it
// isn't six digits.
func digits(code string) (string, bool) {
	code = strings.NewReplacer(" ", "", "-", "", "\u00a0", "", "\t", "").Replace(strings.TrimSpace(code))
	if len(code) != factorDigits {
		return "", false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return "", false
		}
	}
	return code, true
}

// factorAt is the code of a step.
func factorAt(secret []byte, step uint64) string {
	return must(hotp.GenerateCode(factorText.EncodeToString(secret), step))
}

// stepOf is the step for which a code is good now, later than the last one that
// was accepted; 0 for none. It takes the same time whichever it is.
func stepOf(secret []byte, last uint64, now time.Time, code string) uint64 {
	var good uint64
	current := uint64(now.Unix()) / factorStep
	for step := current - 1; step <= current+1; step++ {
		same := subtle.ConstantTimeCompare([]byte(factorAt(secret, step)), []byte(code))
		if same == 1 && step > last {
			good = step // the latest: two steps may have the same code
		}
	}
	return good
}

// hashRecovery is a recovery code as it lies in the file. Its 80 random bits
// need no slow hash: there are more of them than anybody can try.
func hashRecovery(account, user domain.ID, folded string) []byte {
	sum := sha256.New()
	sum.Write([]byte("tenantry recovery code\x00"))
	sum.Write(key2(account, user))
	sum.Write([]byte(folded))
	return sum.Sum(nil)
}

// newRecovery draws ten recovery codes, as people see them and as they are kept.
func (tx *tx) newRecovery(account, user domain.ID) (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		code, err := newCode(&tx.db.random)
		if err != nil {
			return nil, nil, err
		}
		folded, _ := foldCode(code)
		codes, hashes = append(codes, code), append(hashes, hashRecovery(account, user, folded))
	}
	return codes, hashes, nil
}

// useCode says whether a code is a user's: of the authenticator app, or one of
// the recovery codes. Either is used up by it.
func (tx *tx) useCode(account, user domain.ID, code string) (bool, error) {
	f, err := tx.factor(account, user)
	if f == nil || err != nil {
		return false, err
	}
	if code, ok := digits(code); ok {
		secret, err := tx.db.unseal(sealFactor, account, user, f.Secret)
		if err != nil {
			return false, err
		}
		step := stepOf(secret, f.Step, tx.now, code)
		if step == 0 {
			return false, nil
		}
		f.Step = step
		return true, tx.putFactor(account, user, f)
	}
	if folded, ok := foldCode(code); ok {
		return tx.useRecovery(account, user, f, hashRecovery(account, user, folded))
	}
	return false, nil
}

// useRecovery takes a recovery code out, whose hash is given.
func (tx *tx) useRecovery(account, user domain.ID, f *factorRecord, hash []byte) (bool, error) {
	at := -1
	for i := range f.Recovery {
		if subtle.ConstantTimeCompare(f.Recovery[i], hash) == 1 {
			at = i
		}
	}
	if at < 0 {
		return false, nil
	}
	u, err := tx.user(account, user)
	if u == nil || err != nil {
		return false, err
	}
	before := len(f.Recovery)
	f.Recovery = append(f.Recovery[:at:at], f.Recovery[at+1:]...)
	if err := tx.putFactor(account, user, f); err != nil {
		return false, err
	}
	err = tx.auditFactor(u, "recovery_code.use", change{"recovery_codes", strconv.Itoa(before), strconv.Itoa(len(f.Recovery))})
	return err == nil, err
}
