// Package sample makes a fleet to look round in: an account that reads like a
// real haulier's, with a past in its audit trail, and a second, small one beside
// it that must stay invisible. The demo, the console's first start and tests
// use it.
//
// It goes through the store's operations as people would, with actors who may
// do what they do. It must not know how data lies in the file, nor draw
// anything. Its own randomness has a fixed seed: two samples differ only in
// their identities.
package sample

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// Password is everybody's in the sample.
const Password = "look-round-the-fleet"

// Credentials are those of somebody worth signing in as.
type Credentials struct {
	Username string
	Password string
	What     string // who that is: "technician of Nordics"
}

// Outside is what a sample needs from outside.
type Outside struct {
	Now    func() time.Time
	Random io.Reader
}

// Create makes a database with the sample at path, which must not exist. What
// was half made is removed when it fails.
//
// Nothing in it needs to be safe: everybody knows its passwords and the database
// is thrown away. So they are hashed at next to no cost, where forty at full
// cost would take five seconds, and no commit waits for the disk. Its clock
// starts more than a year ago and catches up while the sample is made.
func Create(ctx context.Context, path string, o Outside, progress store.Progress) (*store.DB, []Credentials, error) {
	c := &clock{now: o.Now}
	c.behind.Store(int64(firstDay * 24 * time.Hour))
	db, err := store.Create(ctx, path, store.Options{
		Now: c.Now, Random: o.Random, Cost: store.PasswordCost{Memory: 64, Passes: 1, Threads: 1}, Scratch: true,
	})
	if err != nil {
		return nil, nil, err
	}
	credentials, err := fill(ctx, db, c, o.Now, progress)
	if err != nil {
		db.Close()
		os.Remove(path)
		os.Remove(store.KeyPath(path))
		return nil, nil, err
	}
	return db, credentials, nil
}

// Fill puts the sample into a database, which must have no account of its
// names. All of it happens at the database's present time; devices spoke before
// now.
func Fill(ctx context.Context, db *store.DB, now time.Time, progress store.Progress) ([]Credentials, error) {
	return fill(ctx, db, nil, func() time.Time { return now }, progress)
}

// The sample's life in days before now.
const (
	firstDay   = 420
	devicesDay = 380 // the first devices come
	badgesDay  = 250 // the RFID tokens are given out
	birchDay   = 240 // the other account begins
	movesDay   = 200 // from here on devices are moved about
)

// How many devices the two accounts have.
const (
	acmeDevices  = 2000
	birchDevices = 25
)

func fill(ctx context.Context, db *store.DB, c *clock, now func() time.Time, progress store.Progress) ([]Credentials, error) {
	r := rand.New(rand.NewPCG(2026, 11)) // any two numbers do
	acme := &life{
		ctx: ctx, db: db, clock: c, r: r, builder: newBuilder(r),
		account: "Acme Fleet", country: "DK", email: "ops@acme.example", addOns: domain.AddOns{AccessControl: true},
		owner: acmeOwner, people: acmePeople, places: acmePlaces, devices: acmeDevices,
	}
	birch := &life{
		ctx: ctx, db: db, clock: c, r: r, builder: newBuilder(r),
		account: "Birch Logistics", country: "SE", email: "hej@birch.example",
		owner: birchOwner, people: birchPeople, places: birchPlaces, devices: birchDevices,
	}
	steps := []func() error{
		func() error { return acme.begin(firstDay) },
		func() error { return acme.grow(firstDay - 1) },
		func() error { return acme.equip(devicesDay) },
		acme.badges,
		func() error { return birch.begin(birchDay) },
		func() error { return birch.grow(birchDay - 1) },
		func() error { return birch.equip(birchDay - 1) },
		acme.move, acme.season, acme.mistake, acme.rename, acme.spread, acme.signIn,
		func() error { c.catchUp(); return nil },
		acme.mint, acme.keepFilters,
		func() error { return acme.settle(now()) },
		func() error { return acme.pass(now()) },
		func() error { return acme.report(now()) },
		func() error { return birch.report(now()) },
	}
	for i, step := range steps {
		if progress != nil {
			progress(i, len(steps))
		}
		if err := step(); err != nil {
			return nil, err
		}
	}
	return People(), nil
}

// People are those with something to say about them, for a sign-in screen: the
// same in every sample.
func People() []Credentials {
	var list []Credentials
	for _, p := range append([]person{acmeOwner}, acmePeople...) {
		if p.what != "" {
			list = append(list, Credentials{p.username, Password, p.what})
		}
	}
	return list
}
