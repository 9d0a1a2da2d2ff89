package store

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"tenantry/domain"
)

// deviceFlag is how many devices the benchmarks run with: PRODUCT.md gives its
// bounds for 1,000,000, which make bench passes.
var deviceFlag = flag.Int("tenantry.devices", 100_000, "devices in the database of the benchmarks")

// folderFlag spares the minute that a million devices take to write.
var folderFlag = flag.String("tenantry.folder", "", "where the database of the benchmarks is kept for the next run; empty to keep none")

// bulk is a database with many devices, written by its tables in the order of
// their keys, as no operation could.
type bulk struct {
	*fixture
	tenant
	customers []domain.Customer
	devices   []domain.Device // by ID
	ids       []domain.ID     // of the devices, and their unit IDs, in the same order
	units     []domain.UnitID
}

var (
	makes  = []string{"Ford", "Volvo", "Mercedes-Benz", "Škoda", "Citroën", "MAN", "Iveco", "Renault"}
	models = []string{"Transit", "FH16", "Sprinter", "Octavia", "Jumper", "TGX", "Daily", "Master"}
	cities = []string{"Aarhus", "Norrköping", "Lisboa", "Madrid", "Berlin", "Oslo", "Łódź", "Praha", "Wien", "Genève", "Bergen", "Porto"}
	kinds  = []string{"Van", "Truck", "Car", "Trailer", "Lift"}
	labels = []string{"cold", "rental", "spare", "leased", "night", "tail lift"}
)

// syntheticDevice is a device that reads like one of a real fleet.
func syntheticDevice(r *rand.Rand, number int) domain.Device {
	d := domain.Device{
		Name: fmt.Sprintf("%s %06d %s", kinds[r.IntN(len(kinds))], number, cities[r.IntN(len(cities))]),
		Year: 2010 + r.IntN(16), Type: "tracker", BoardVersion: "4.2", Status: domain.Status(r.IntN(4)), Version: 1,
		Plate: fmt.Sprintf("%c%c %05d", 'A'+r.IntN(26), 'A'+r.IntN(26), r.IntN(100_000)),
		IMEI:  fmt.Sprintf("35%013d", r.Int64N(1e13)), ICCID: fmt.Sprintf("8945%015d", r.Int64N(1e15)),
		Phone: fmt.Sprintf("+45 %08d", r.IntN(1e8)), VIN: fmt.Sprintf("WDB%014d", r.Int64N(1e14)),
	}
	model := r.IntN(len(makes))
	d.Make, d.Model = makes[model], models[model]
	for range r.IntN(3) {
		if tag := labels[r.IntN(len(labels))]; !slices.Contains(d.Tags, tag) {
			d.Tags = append(d.Tags, tag)
		}
	}
	fillID(r, d.ID[:])
	fillID(r, d.UnitID[:])
	return d
}

func fillID(r *rand.Rand, id []byte) {
	for i := range id {
		id[i] = byte(r.Uint32())
	}
}

// newBulk makes a database with n devices of one account, with 60 customers.
func newBulk(f *fixture, n int) *bulk {
	b := &bulk{fixture: f, tenant: f.tenant("Acme")}
	r := rand.New(rand.NewPCG(1, 2))
	b.customers = append(b.customers, b.main)
	for i := range 60 {
		parent := b.customers[r.IntN(min(len(b.customers), 20))]
		b.customers = append(b.customers, f.customer(b.operator(), parent.ID, fmt.Sprintf("%s depot %d", cities[i%len(cities)], i)))
	}
	b.devices = make([]domain.Device, n)
	for i := range b.devices {
		b.devices[i] = syntheticDevice(r, i)
		b.devices[i].Account, b.devices[i].Customer = b.account.ID, b.customers[r.IntN(len(b.customers))].ID
		b.devices[i].RegisteredAt = f.clock.now
	}
	slices.SortFunc(b.devices, func(x, y domain.Device) int { return compareIDs(x.ID, y.ID) })
	b.write()
	return b
}

func (b *bulk) write() {
	b.inOrder(tableDevice, func(tx *tx, d *domain.Device) error {
		return tx.put(tableDevice, key2(d.Account, d.ID), encode(deviceToRecord(d)))
	})
	b.inOrder(tableOwner, func(tx *tx, d *domain.Device) error {
		if err := tx.addHeld(d.Account, d.Customer, 0, 1); err != nil {
			return err
		}
		return tx.put(tableOwner, key2(d.Account, d.ID), d.Customer[:])
	})
	byUnit := slices.Clone(b.devices)
	slices.SortFunc(byUnit, func(x, y domain.Device) int { return bytes.Compare(x.UnitID[:], y.UnitID[:]) })
	byID := b.devices
	b.devices = byUnit
	b.inOrder(tableUnit, func(tx *tx, d *domain.Device) error {
		return tx.put(tableUnit, key1(d.UnitID), key2(d.Account, d.ID))
	})
	b.inOrder(tableUnitAccount, func(tx *tx, d *domain.Device) error {
		return tx.put(tableUnitAccount, key2(d.Account, d.UnitID), key1(d.ID))
	})
	b.devices = byID
}

// inOrder writes one table, with pages nearly full, as a file has them that
// grew over time and was compacted.
func (b *bulk) inOrder(t table, put func(*tx, *domain.Device) error) {
	rest := b.devices
	for len(rest) > 0 {
		some := rest[:min(len(rest), 100_000)]
		rest = rest[len(some):]
		b.inTx(func(tx *tx) error {
			tx.bucket(t).FillPercent = 0.8
			for i := range some {
				if err := put(tx, &some[i]); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

var benchmarkFile struct {
	once sync.Once
	path string
	bulk bulk
}

// benchmarkBulk is the database of the benchmarks, made once. Of its devices
// only the identities are in memory.
func benchmarkBulk(t testing.TB) *bulk {
	t.Helper()
	options, c := newOptions(1)
	f := &fixture{t: t, ctx: t.Context(), options: options, clock: c}
	benchmarkFile.once.Do(func() {
		folder := *folderFlag
		if folder == "" {
			var err error
			folder, err = os.MkdirTemp("", "tenantry-bench-*")
			f.must(err)
		}
		benchmarkFile.path = filepath.Join(folder, fmt.Sprintf("bench-%d.db", *deviceFlag))
		if !Exists(benchmarkFile.path) {
			db, err := Create(f.ctx, benchmarkFile.path, options)
			f.must(err)
			f.DB = db
			newBulk(f, *deviceFlag)
			f.must(f.Close())
		}
		db, err := Open(f.ctx, benchmarkFile.path, options)
		f.must(err)
		f.DB = db
		benchmarkFile.bulk.load(f)
		f.must(f.Close())
	})
	b := benchmarkFile.bulk
	b.fixture = f
	return &b
}

// load reads the identities of everything in the database.
func (b *bulk) load(f *fixture) {
	accounts, err := f.Accounts(f.ctx, operator)
	f.must(err)
	b.account = accounts[0]
	b.owner = domain.Actor{Account: b.account.ID, User: b.account.Owner, Door: domain.DoorMachine}
	f.must(f.view(f.ctx, b.owner, func(tx *tx, may *domain.Rights) error {
		for i := range may.Tree().Len() {
			b.customers = append(b.customers, *may.Tree().At(i))
		}
		b.main = b.customers[0]
		c := tx.scan(tableUnitAccount, key1(b.account.ID))
		for c.next() {
			b.units = append(b.units, domain.UnitID(idAt(c.key(), 1)))
			b.ids = append(b.ids, idAt(c.value(), 0))
		}
		return c.err()
	}))
}

// open opens a copy of the database where it will be changed, else the one.
func (b *bulk) open(changed bool) *bulk {
	b.t.Helper()
	path := benchmarkFile.path
	if changed {
		copied := filepath.Join(b.t.TempDir(), "copy.db")
		for from, to := range map[string]string{path: copied, KeyPath(path): KeyPath(copied)} {
			data, err := os.ReadFile(from)
			b.must(err)
			b.must(os.WriteFile(to, data, 0o600))
		}
		path = copied
	}
	db, err := Open(b.ctx, path, b.options)
	b.must(err)
	b.DB = db
	b.t.Cleanup(func() { db.Close() })
	return b
}

// removeBenchmarks removes the database of the benchmarks, if any was made.
func removeBenchmarks() {
	if benchmarkFile.path != "" && *folderFlag == "" {
		os.RemoveAll(filepath.Dir(benchmarkFile.path))
	}
}
