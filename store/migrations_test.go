package store

import (
	"compress/gzip"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenantry/domain"
)

// writeFormat makes TestFirstFormatOpens write the file anew instead. Once a
// version has been released, its file stays as it is for ever.
var writeFormat = flag.Bool("tenantry.write-format", false, "write testdata/store/v1.db.gz")

var firstFormat = filepath.Join("..", "testdata", "store", "v1.db.gz")

func TestFirstFormatOpens(t *testing.T) {
	if *writeFormat {
		writeFirstFormat(t)
		return
	}
	options, _ := newOptions(1)
	path := filepath.Join(t.TempDir(), "v1.db")
	if err := unzip(firstFormat, path); err != nil {
		t.Fatal(err)
	}
	db, err := Open(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{DB: db, t: t, ctx: t.Context(), options: options}
	t.Cleanup(f.finish)
	accounts, err := f.Accounts(f.ctx, operator)
	f.must(err)
	if len(accounts) != 1 || accounts[0].Name != "Acme" || accounts[0].Settings != domain.DefaultSettings("DK") {
		t.Fatalf("%+v", accounts)
	}
	owner, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	if got, want := f.paths(owner), []string{"Acme HQ u1/3 d0/4", "Acme HQ/Nordics u1/2 d0/4", "Acme HQ/Nordics/Aarhus u1/1 d4/4"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	devices, err := f.Devices(f.ctx, owner, DeviceQuery{Sort: SortName})
	f.must(err)
	if len(devices.Rows) != 4 || devices.Rows[0].Name != "Truck" || devices.Rows[0].LocationName != "Depot" || devices.Rows[0].UnitID != (domain.UnitID{3, 9}) {
		t.Errorf("%+v", devices.Rows)
	}
	history, _, err := f.DeviceHistory(f.ctx, owner, devices.Rows[0].ID, Page{})
	f.must(err)
	if len(history) != 2 {
		t.Errorf("%+v", history)
	}
}

func writeFirstFormat(t *testing.T) {
	f, _ := furnished(t)
	f.must(f.Close())
	in, err := os.Open(f.Path())
	f.must(err)
	defer in.Close()
	f.must(os.MkdirAll(filepath.Dir(firstFormat), 0o755))
	out, err := os.Create(firstFormat)
	f.must(err)
	zip := gzip.NewWriter(out)
	_, err = io.Copy(zip, in)
	f.must(errors.Join(err, zip.Close(), out.Close()))
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
