package domain

import (
	"errors"
	"fmt"
)

// Kind classes an error by what the caller should do about it. REST maps it to
// a status, the command line to an exit status, a form to a place on screen.
type Kind uint8

const (
	// Invalid: the input is wrong; Field names which part of it.
	Invalid Kind = iota + 1
	// NotFound: no such thing, or none within reach. The two are one answer.
	NotFound
	// Refused: the thing is in reach, but the actor may not do this to it.
	Refused
	// Conflict: it clashes with what is there (a name taken, a changed record).
	Conflict
	// Unauthenticated: whoever asks isn't signed in, or the sign-in failed.
	Unauthenticated
	// Unavailable: not now: the database is held, full, read-only or closing.
	Unavailable
	// Damaged: stored data failed its checks.
	Damaged
	// Gated: a step of signing in is still due before anything else: Gate says
	// which.
	Gated
	// Unproven: the actor must type their password or a code again first; the
	// last time was too long ago.
	Unproven
	// Uncertain: a commit failed at its last step and may or may not have been
	// saved. The caller must read again, never repeat blindly.
	Uncertain
)

var kindNames = [...]string{
	Invalid: "invalid", NotFound: "not_found", Refused: "refused", Conflict: "conflict",
	Unauthenticated: "unauthenticated", Unavailable: "unavailable",
	Damaged: "damaged", Gated: "gated", Unproven: "unproven", Uncertain: "uncertain",
}

// String is the kind's name in JSON output.
func (k Kind) String() string {
	if int(k) < len(kindNames) && kindNames[k] != "" {
		return kindNames[k]
	}
	return "error"
}

// Error is the one error type that people get to read. Text is a sentence that
// says what is wrong and what to do next; Field is the glossary name of the
// input it belongs to ("unit_id", "email"), empty when it belongs to none.
type Error struct {
	Kind  Kind
	Field string
	Text  string
	Err   error // what caused it, for logs; nil when it stands for itself
}

func (e *Error) Error() string { return e.Text }

func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of kind k about field (which may be empty). A %w verb
// keeps its operand for errors.Is and errors.As.
func Errorf(k Kind, field, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: k, Field: field, Text: err.Error(), Err: errors.Unwrap(err)}
}

// KindOf is the kind of the first Error in err's chain, or 0 when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
