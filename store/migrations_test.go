package store

import (
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tenantry/domain"
)

// writeFormat makes TestEveryFormatOpens write the file of the newest format anew
// before it opens it. Once a version has been released, its file stays as it is
// for ever.
var writeFormat = flag.Bool("tenantry.write-format", false, "write the file of the newest format into testdata/store")

// formatFile is a file that a program of that format wrote.
func formatFile(format uint32) string {
	return filepath.Join("..", "testdata", "store", fmt.Sprintf("v%d.db.gz", format))
}

// formatKey is its key file; the first format had none.
func formatKey(format uint32) string {
	return filepath.Join("..", "testdata", "store", fmt.Sprintf("v%d.key", format))
}

func TestEveryFormatOpens(t *testing.T) {
	if *writeFormat {
		writeNewestFormat(t)
	}
	for format := uint32(1); format <= newestFormat(); format++ {
		t.Run(fmt.Sprint(format), func(t *testing.T) {
			f := openFormat(t, format)
			owner := furnishedFleet(f)
			if format >= 2 {
				furnishedPeople(f, owner)
				if format >= 3 {
					furnishedRFID(f, owner)
				}
				return
			}
			tech, err := f.ActAs(f.ctx, "", "tech")
			f.must(err)
			f.enrols(tech) // by the key that it was given
			f.reopen()
		})
	}
}

// openFormat opens a copy of the file of a format.
func openFormat(t *testing.T, format uint32) *fixture {
	t.Helper()
	options, c := newOptions(100 + uint64(format)) // other numbers than made the file
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	path := filepath.Join(t.TempDir(), "old.db")
	f.must(unzip(formatFile(format), path))
	if format >= 2 {
		key, err := os.ReadFile(formatKey(format))
		f.must(err)
		f.must(os.WriteFile(KeyPath(path), key, 0o600))
	}
	db, err := Open(f.ctx, path, options)
	f.must(err)
	f.DB = db
	t.Cleanup(f.finish)
	return f
}

// furnishedFleet looks at what every format holds of furnished, and answers its
// owner, signed in.
func furnishedFleet(f *fixture) domain.Actor {
	f.t.Helper()
	accounts, err := f.Accounts(f.ctx, operator)
	f.must(err)
	if len(accounts) != 1 || accounts[0].Name != "Acme" || accounts[0].Settings != domain.DefaultSettings("DK") || accounts[0].Limits != domain.DefaultLimits() {
		f.t.Fatalf("%+v", accounts)
	}
	owner, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	if got, want := f.paths(owner), []string{"Acme HQ u1/3 d0/4", "Acme HQ/Nordics u1/2 d0/4", "Acme HQ/Nordics/Aarhus u1/1 d4/4"}; !slices.Equal(got, want) {
		f.t.Errorf("%q", got)
	}
	devices, err := f.Devices(f.ctx, owner, DeviceQuery{Sort: SortName})
	f.must(err)
	if len(devices.Rows) != 4 || devices.Rows[0].Name != "Truck" || devices.Rows[0].LocationName != "Depot" || devices.Rows[0].UnitID != (domain.UnitID{3, 9}) {
		f.t.Errorf("%+v", devices.Rows)
	}
	history, _, err := f.DeviceHistory(f.ctx, owner, devices.Rows[0].ID, Page{})
	f.must(err)
	if len(history) != 2 {
		f.t.Errorf("%+v", history)
	}
	return owner
}

// furnishedPeople looks at what came with the second format.
func furnishedPeople(f *fixture, owner domain.Actor) {
	f.t.Helper()
	tech, err := f.ActAs(f.ctx, "", "tech")
	f.must(err)
	f.clock.add(time.Minute)
	if !f.usesCode(tech, f.codeNow([]byte(fixtureSecret))) {
		f.t.Error("the second factor isn't what it was")
	}
	keys, err := f.SSHKeys(f.ctx, tech, domain.ID{})
	f.must(err)
	if len(keys) != 1 || keys[0].Name != "tech@laptop" {
		f.t.Errorf("%+v", keys)
	}
	sessions, err := f.Sessions(f.ctx, owner, tech.User)
	f.must(err)
	if len(sessions) != 1 || sessions[0].Door != domain.DoorSSH {
		f.t.Errorf("%+v", sessions)
	}
	tokens, err := f.Tokens(f.ctx, tech, TokenQuery{})
	f.must(err)
	if len(tokens.Rows) != 1 || tokens.Rows[0].Name != "sync" {
		f.t.Errorf("%+v", tokens)
	}
	mail, _, err := f.NextMail(f.ctx, operator)
	f.must(err)
	if mail == nil || mail.To != "limited@acme.example" || !mail.Reset {
		f.t.Fatalf("%+v", mail)
	}
	_, err = f.SignIn(f.ctx, domain.DoorConsole, "", "limited", mail.Code)
	f.must(err)
}

// furnishedRFID looks at the RFID tokens, which came with the third format.
func furnishedRFID(f *fixture, owner domain.Actor) {
	f.t.Helper()
	limited, err := f.FindUser(f.ctx, owner, "limited")
	f.must(err)
	tokens, err := f.RFIDs(f.ctx, owner, limited.ID)
	f.must(err)
	if len(tokens) != 1 || tokens[0].Digits != "0004815162" || tokens[0].Note != "card" || tokens[0].Off {
		f.t.Errorf("%+v", tokens)
	}
}

func writeNewestFormat(t *testing.T) {
	f, _ := furnished(t)
	f.must(f.Close())
	in, err := os.Open(f.Path())
	f.must(err)
	defer in.Close()
	f.must(os.MkdirAll(filepath.Dir(formatFile(1)), 0o755))
	out, err := os.Create(formatFile(newestFormat()))
	f.must(err)
	zip := gzip.NewWriter(out)
	_, err = io.Copy(zip, in)
	f.must(errors.Join(err, zip.Close(), out.Close()))
	key, err := os.ReadFile(KeyPath(f.Path()))
	f.must(err)
	f.must(os.WriteFile(formatKey(newestFormat()), key, 0o644))
	f.reopen()
}

func unzip(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	zip, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, zip)
	return errors.Join(err, out.Close())
}

// withMigrations has a newer program open the files of this one.
func withMigrations(t *testing.T, more ...func(*kv) error) {
	before := migrations
	migrations = append(slices.Clone(before), more...)
	t.Cleanup(func() { migrations = before })
}

func TestOlderFormatIsBroughtUpToDate(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	var order []string
	step := func(name string) func(*kv) error {
		return func(k *kv) error {
			order = append(order, name)
			return k.put(tableMeta, []byte(name), nil)
		}
	}
	withMigrations(t, step("one"), step("two"))
	f.reopen()
	f.reopen()
	if !slices.Equal(order, []string{"one", "two"}) {
		t.Error(order)
	}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		format, err := tx.format()
		if format != newestFormat() || !tx.has(tableMeta, []byte("two")) {
			t.Errorf("format %d", format)
		}
		return err
	}))
	f.customer(a.owner, a.main.ID, "Nordics")
}

func TestMigrationThatFailsLeavesTheFormatBefore(t *testing.T) {
	f := create(t)
	broken := errors.New("broken")
	withMigrations(t, func(k *kv) error { return k.put(tableMeta, []byte("one"), nil) }, func(k *kv) error {
		if err := k.put(tableMeta, []byte("half"), nil); err != nil {
			return err
		}
		return broken
	})
	f.must(f.Close())
	if _, err := Open(f.ctx, f.Path(), f.options); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	migrations = migrations[:len(migrations)-1]
	db, err := Open(f.ctx, f.Path(), f.options)
	f.must(err)
	f.DB = db
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		if tx.has(tableMeta, []byte("half")) || !tx.has(tableMeta, []byte("one")) {
			t.Error("half a migration is there")
		}
		return nil
	}))
}
