package store

import (
	"encoding/base64"
	"slices"

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

// pageOf is the part of a whole list that comes after a row (from the beginning
// where there is none), and the cursor of what is behind it.
func pageOf[R any](found []R, id func(*R) domain.ID, after string, limit int) (page []R, next string, err error) {
	if after != "" {
		at := slices.IndexFunc(found, func(row R) bool { return id(&row).String() == after })
		if at < 0 {
			return nil, "", errCursorGone()
		}
		found = found[at+1:]
	}
	if len(found) > limit {
		found = found[:limit]
		next = writeCursor(id(&found[limit-1]).String())
	}
	return found, next, nil
}
