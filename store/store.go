// Package store keeps Tenantry's data in one bbolt file. Each public method of
// DB is one operation and one transaction: it loads the actor's rights fresh,
// lets domain decide, changes records with their indexes, writes the audit
// entry, commits, and only then tells everyone who watches.
//
// It knows nothing of screens, protocols or commands, and reads no clock and
// no randomness but those given to Open.
//
// Inside, a public method calls view or update once and does the rest with
// methods of tx, which are the parts of a transaction: tx.device reads one,
// tx.putDevice writes one with its indexes. tx.go says what they may expect of
// each other, layout.go where everything lies in the file.
package store

import (
	"context"
	"crypto/cipher"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"tenantry/domain"
)

// Options are what a DB needs from outside.
type Options struct {
	Now    func() time.Time // the clock
	Random io.Reader        // identities, salts: crypto/rand.Reader
	// LockWait is how long to wait for another process that holds the file;
	// zero means one second.
	LockWait time.Duration
	// Cost of a new password hash; the zero value means the default.
	Cost PasswordCost
	// Observe is told of every operation when it has ended. It must be quick and
	// call none itself. Nil where nobody measures.
	Observe func(Operation)
	// Scratch says that the file is thrown away, as a sample is: a commit then
	// doesn't wait for the disk, which takes most of the time of making one.
	// Never set it for data that somebody wants back.
	Scratch bool
}

// DB is an open database. Its methods are safe for many goroutines.
type DB struct {
	engine     *engine
	now        func() time.Time
	random     lockedReader
	cost       PasswordCost
	hashing    chan struct{} // a place for each password hash at work
	hashed     atomic.Int64  // hashes since it was opened
	box        cipher.AEAD   // seals under the key file
	observe    func(Operation)
	tally      tally
	trees      treeCache
	watchers   watchers
	refusals   refusals
	relocation relocation
	fleets     sync.Map // account → *Fleet, made and kept by fleet.go

	accessLimits accessLimits // the usual ones, and smaller in tests
}

// Path is the file's path.
func (db *DB) Path() string { return db.engine.path }

// Close ends all watching and closes the file, once the operations under way
// are done.
func (db *DB) Close() error {
	db.watchers.close()
	if err := db.engine.close(); err != nil {
		return domain.Errorf(domain.Unavailable, "", "The database %s didn't close well: %w.", db.Path(), err)
	}
	return nil
}

// lockedReader lets many goroutines share a source of randomness.
type lockedReader struct {
	mu sync.Mutex
	r  io.Reader
}

func (l *lockedReader) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return io.ReadFull(l.r, p)
}

// Page asks for part of a list. Limit 0 means the default (100 rows).
type Page struct {
	Limit  int
	Cursor string // from the answer before; empty for the first page
}

// defaultLimit is how many rows a page has where none is asked for, and
// maxLimit how many it has at most.
const (
	defaultLimit = 100
	maxLimit     = 10_000
)

// limit is how many rows to give.
func (p Page) limit() int {
	if p.Limit <= 0 {
		return defaultLimit
	}
	return min(p.Limit, maxLimit)
}

// Name is an identity with its name at that time, for showing.
type Name struct {
	ID   domain.ID
	Name string
}

// Standing is what somebody is and may do at this moment: what a console draws
// itself from. It is a snapshot: every operation decides anew.
type Standing struct {
	Rights       *domain.Rights
	User         *domain.User   // nil for the operator
	Gate         domain.Gate    // while it isn't open, nothing else is answered
	Session      Session        // zero where the actor has none
	Enrolled     bool           // has a second factor
	EnrolledAt   time.Time      // since when; zero without one
	Forced       bool           // must have one
	RecoveryLeft int            // recovery codes that are still good
	EndingTokens []domain.Token // their own that end within domain.TokenWarning, the first to end first
	Views        Views          // how they look at lists, as they left it
}

// Standing reads the actor's rights, behind any gate too. Unauthenticated when
// the session has ended, the user is gone or inactive, or the account suspended.
func (db *DB) Standing(ctx context.Context, actor domain.Actor) (Standing, error) {
	var standing Standing
	err := db.viewBehind(ctx, actor, anyGate, func(tx *tx, may *domain.Rights) (err error) {
		standing, err = tx.standing(may)
		return err
	})
	return standing, err
}
