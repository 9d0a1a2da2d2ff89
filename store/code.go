package store

import (
	"io"
	"strings"
)

// Codes that people carry from a mail or a sheet of paper to the screen: for
// the first sign-in, for a reset, for recovery. They are 80 random bits in
// Crockford's base32, whose letters can't be taken for digits, in groups of
// four: 7K3M-9QTX-0C4H-VD2W.
const (
	codeBytes    = 10
	codeLength   = codeBytes * 8 / 5
	codeGroup    = 4
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// newCode draws a code as people get to see it.
func newCode(random io.Reader) (string, error) {
	var bits [codeBytes]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", noRandomness(err)
	}
	return writeCode(bits), nil
}

// writeCode spells 80 bits.
func writeCode(bits [codeBytes]byte) string {
	var code strings.Builder
	var held uint
	var number int // bits held
	written := 0
	for _, b := range bits {
		held, number = held<<8|uint(b), number+8
		for number >= 5 {
			number -= 5
			if written > 0 && written%codeGroup == 0 {
				code.WriteByte('-')
			}
			code.WriteByte(codeAlphabet[held>>number&31])
			written++
		}
	}
	return code.String()
}

// foldCode is a code as it is hashed, from what somebody typed: in any case,
// with or without dashes and spaces, O for 0 and I or L for 1. False when it
// can't be one.
func foldCode(text string) (string, bool) {
	folded := make([]byte, 0, codeLength)
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case strings.ContainsRune(" \t\r\n-\u00a0\u2010\u2011\u2012\u2013\u2014\u2212", r):
			continue // what groups are parted by, once a mail program has improved on it
		}
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 'Z' || !strings.ContainsRune(codeAlphabet, r) || len(folded) == codeLength {
			return "", false
		}
		folded = append(folded, byte(r))
	}
	return string(folded), len(folded) == codeLength
}
