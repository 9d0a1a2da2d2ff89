package store

import (
	"encoding/base64"

	"tenantry/domain"
)

// A cursor is opaque to callers: the identity of the last row they have.

func writeCursor(last string) string { return base64.RawURLEncoding.EncodeToString([]byte(last)) }

// readCursor is what writeCursor was given, "" for no cursor.
func readCursor(cursor string) (string, error) {
	last, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(last) > 2<<10 {
		return "", domain.Errorf(domain.Invalid, "cursor", "This isn't a cursor of this list. Begin again without one.")
	}
	return string(last), nil
}

// errCursorGone is for a cursor whose row has left the list meanwhile.
func errCursorGone() error {
	return domain.Errorf(domain.Invalid, "cursor", "The list changed at the place of this cursor. Begin again without one.")
}
