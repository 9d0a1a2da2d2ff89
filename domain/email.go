package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CheckEmail returns an address as it is stored: as typed, composed, without
// space around it. Two are the same when their Fold is. It must be one that mail
// can be sent to: local@domain.tld, letters of any script, no quotes, comments
// or display name. Anything else is an Invalid error on field "email"; so is
// empty text when an address is required.
func CheckEmail(text string, required bool) (string, error) {
	text = strings.TrimFunc(text, unicode.IsSpace)
	switch {
	case text == "" && required:
		return "", Errorf(Invalid, "email", "Give an email address.")
	case text == "":
		return "", nil
	}
	text = norm.NFC.String(text)
	local, domain, ok := cutLast(text, "@")
	if !ok || !validLocal(local) || !validDomain(domain) || len(text) > 254 {
		return "", Errorf(Invalid, "email", "%q is not an email address. It looks like ops@acme.example.", CleanCut(text, 60))
	}
	return text, nil
}

func cutLast(text, sep string) (before, after string, ok bool) {
	at := strings.LastIndex(text, sep)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(sep):], true
}

// validLocal is RFC 5322's dot-atom with RFC 6531's letters, at most 64 bytes.
func validLocal(local string) bool {
	if local == "" || len(local) > 64 {
		return false
	}
	for part := range strings.SplitSeq(local, ".") {
		if part == "" || strings.ContainsFunc(part, notAtom) {
			return false
		}
	}
	return true
}

func notAtom(r rune) bool {
	if r < utf8.RuneSelf {
		return !isAlphanumeric(byte(r)) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return notLetter(r)
}

// validDomain wants two labels at least, each of letters, digits and inner
// hyphens, and a last one that isn't a number (which would be an IP address).
func validDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	if len(labels) < 2 || len(domain) > 253 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool {
			if r < utf8.RuneSelf {
				return r != '-' && !isAlphanumeric(byte(r))
			}
			return notLetter(r)
		}) {
			return false
		}
	}
	return strings.ContainsFunc(labels[len(labels)-1], func(r rune) bool { return r < '0' || r > '9' })
}

// notLetter refuses beyond ASCII what isn't a letter, a digit or a mark on one.
func notLetter(r rune) bool {
	return r == utf8.RuneError || classOf(r) > charPlain && classOf(r) != charMark ||
		!unicode.In(r, unicode.L, unicode.Nd, unicode.M)
}

func isAlphanumeric(b byte) bool {
	return b-'0' < 10 || b|0x20 >= 'a' && b|0x20 <= 'z'
}
