package store

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"tenantry/domain"
)

// furnished is a database with something in every table.
func furnished(t *testing.T) (*fixture, tenant) {
	t.Helper()
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	aarhus := f.customer(a.owner, nordics.ID, "Aarhus")
	place := f.location(a, nordics.ID, "Depot")
	tech := f.user(a.owner, aarhus.ID, "tech", domain.DeviceManagement|domain.FullDeviceAccess)
	limited := f.user(a.owner, nordics.ID, "limited", domain.FullDeviceAccess|domain.FleetManagement)
	f.limit(limited, place.ID)
	var devices []domain.ID
	for i, name := range []string{"Van 1", "Van 2", "Van 3", "Truck"} {
		d, err := f.RegisterDevice(f.ctx, a.owner, domain.Device{Customer: nordics.ID, UnitID: domain.UnitID{byte(i), 9}, Name: name})
		f.must(err)
		devices = append(devices, d.ID)
	}
	_, err := f.RunBulk(f.ctx, a.owner, Assignment{To: aarhus.ID, Devices: devices}, nil)
	f.must(err)
	f.inTx(func(tx *tx) error {
		return tx.setOwner(a.account.ID, devices[3], placeAt(aarhus.ID, domain.ID{}), placeAt(aarhus.ID, place.ID))
	})
	_, err = f.RunBulk(f.ctx, a.owner, DeviceEdits{Change: domain.DeviceChange{AddTags: []string{"cold"}}, Devices: devices[:2]}, nil)
	f.must(err)
	_, err = f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:4022", "tech", "wrong")
	kind(t, err, domain.Unauthenticated)
	_, err = f.AddSSHKeys(f.ctx, tech, furnishedKey, "")
	f.must(err)
	f.enrolled(tech)
	f.seat(limited)
	f.change(limited, func(u *domain.User) { u.Email = "limited@acme.example" })
	_, err = f.ResetPassword(f.ctx, a.owner, limited.User, Start{Mail: true})
	f.must(err)
	f.seat(tech)
	f.token(tech, "sync")
	_, err = f.SaveFilter(f.ctx, tech, SavedFilter{Name: "Cold ones", Filter: "tag:cold -status:retired"})
	f.must(err)
	f.must(f.SaveViews(f.ctx, tech, Views{Devices: ListView{Columns: []string{"name", "imei"}, Sort: "imei", Reverse: true}}))
	f.addOn(a)
	f.rfid(a.owner, limited.User, "0004815162")
	f.furnishAccess(a, placeAt(aarhus.ID, place.ID), devices[3])
	return f, a
}

const furnishedKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIUgKZzrvXc6rjCyd61sZkjFQQZ5QCvpTlQNOcx6ajGF tech@laptop"

func placeAt(customer, location domain.ID) place { return place{customer, location} }

func (f *fixture) location(a tenant, customer domain.ID, name string) domain.Location {
	f.t.Helper()
	l := domain.Location{Account: a.account.ID, Customer: customer, Name: name, Email: "depot@acme.example", Version: 1}
	f.inTx(func(tx *tx) (err error) {
		if l.ID, err = tx.newID(); err != nil {
			return err
		}
		return tx.putLocation(l)
	})
	return l
}

// limit limits a user to locations.
func (f *fixture) limit(who domain.Actor, locations ...domain.ID) {
	f.t.Helper()
	f.inTx(func(tx *tx) error {
		u, err := tx.user(who.Account, who.User)
		if err != nil {
			return err
		}
		u.Locations = locations
		return tx.putUser(*u)
	})
}

// addOn switches the account's access control add-on on.
func (f *fixture) addOn(a tenant) {
	f.t.Helper()
	by := operator
	by.Account = a.account.ID
	now, err := f.Account(f.ctx, by)
	f.must(err)
	now.AddOns.AccessControl = true
	_, err = f.EditAccount(f.ctx, by, now.Account)
	f.must(err)
}

// rfid gives a user an RFID token.
func (f *fixture) rfid(by domain.Actor, user domain.ID, digits string) domain.RFID {
	f.t.Helper()
	t, err := f.AddRFID(f.ctx, by, user, digits, "card")
	f.must(err)
	return t
}

func TestCheckCountsWhatIsThere(t *testing.T) {
	f, _ := furnished(t)
	told := 0
	report, err := f.Check(f.ctx, func(int, int) { told++ })
	f.must(err)
	if report.Accounts != 1 || report.Customers != 3 || report.Users != 3 || report.Devices != 4 || report.Entries == 0 {
		t.Errorf("%+v", report)
	}
}

// keys are the keys of a table.
func (f *fixture) keys(t table) map[string]bool {
	f.t.Helper()
	keys := map[string]bool{}
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		c := tx.scan(t, nil)
		for c.next() {
			keys[string(c.key())] = true
		}
		return c.err()
	}))
	return keys
}

// unfilled are the tables that nothing is written into yet.
var unfilled = map[table]bool{}

// problems checks a damaged database.
func (f *fixture) problems() []Problem {
	f.t.Helper()
	report, err := f.Check(f.ctx, nil)
	f.must(err)
	return report.Problems
}

func (f *fixture) wantProblem(says string) {
	f.t.Helper()
	problems := f.problems()
	told := func(p Problem) bool { return strings.Contains(p.Where+" "+p.What, says) }
	if !slices.ContainsFunc(problems, told) {
		f.t.Errorf("%q isn't in %v", says, problems)
	}
}

func TestCheckFindsAFlippedByteInEveryTable(t *testing.T) {
	f, _ := furnished(t)
	for i := range tables {
		if unfilled[table(i)] {
			continue
		}
		name := tables[i].name
		key, sealed := f.first(table(i))
		for at := range sealed {
			broken := bytes.Clone(sealed)
			broken[at] ^= 0x20
			f.raw(func(b *bolt.Tx) error { return b.Bucket([]byte(name)).Put(key, broken) })
			if problems := f.problems(); len(problems) == 0 {
				t.Errorf("%s: byte %d of %d went unnoticed", name, at, len(sealed))
			}
			if at == 0 && table(i) != tableMeta {
				f.wantProblem(tables[i].words)
			}
			if at == 3 { // not every byte of every value: the checksum has its own test
				break
			}
		}
		f.raw(func(b *bolt.Tx) error { return b.Bucket([]byte(name)).Put(key, sealed) })
	}
	if problems := f.problems(); len(problems) > 0 {
		t.Errorf("put back: %v", problems)
	}
}

func TestCheckFindsAMissingValueInEveryTable(t *testing.T) {
	f, _ := furnished(t)
	harmless := map[table]bool{
		tablePassword:       true, // nobody signs in with it
		tableFailure:        true, // nothing failed
		tableFailureAddress: true,
		tableSession:        true, // it is over
		tableFactor:         true, // it was switched off
		tableSSHKey:         true, // it was removed
		tableSavedFilter:    true, // it was deleted
		tableUserView:       true, // they look as at first
	}
	for i := range tables {
		if unfilled[table(i)] {
			continue
		}
		name := tables[i].name
		key, sealed := f.first(table(i))
		f.raw(func(b *bolt.Tx) error { return b.Bucket([]byte(name)).Delete(key) })
		if problems := f.problems(); (len(problems) == 0) != harmless[table(i)] {
			t.Errorf("%s: %v", name, problems)
		}
		f.raw(func(b *bolt.Tx) error { return b.Bucket([]byte(name)).Put(key, sealed) })
	}
}

func TestCheckFindsAValueTooManyInEveryTable(t *testing.T) {
	f, _ := furnished(t)
	for i := range tables {
		if unfilled[table(i)] {
			continue
		}
		switch table(i) {
		case tableMeta:
			continue
		case tableSession, tableFailureAddress: // any number of them may be
			continue
		}
		name := tables[i].name
		key, sealed := f.first(table(i))
		value, err := unseal(table(i), key, sealed)
		f.must(err)
		other := bytes.Clone(key)
		other[len(other)-1] ^= 0x40
		f.raw(func(b *bolt.Tx) error { return newKV(b).put(table(i), other, value) })
		if problems := f.problems(); len(problems) == 0 {
			t.Errorf("%s: a second value under %x went unnoticed", name, other)
		}
		f.raw(func(b *bolt.Tx) error { return b.Bucket([]byte(name)).Delete(other) })
	}
}

func TestCheckFindsSwappedRecords(t *testing.T) {
	f, _ := furnished(t)
	f.raw(func(b *bolt.Tx) error {
		c := b.Bucket([]byte(tables[tableCustomer].name)).Cursor()
		k1, v1 := c.First()
		k1, v1 = bytes.Clone(k1), bytes.Clone(v1)
		k2, v2 := c.Next()
		k2, v2 = bytes.Clone(k2), bytes.Clone(v2)
		if err := c.Bucket().Put(k1, v2); err != nil {
			return err
		}
		return c.Bucket().Put(k2, v1)
	})
	f.wantProblem("fails its checksum")
}

// What a mistake of the program could leave: every checksum holds.
func TestCheckFindsWhatDoesNotAgree(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(f *fixture, a tenant)
		says  string
	}{
		"a wrong count": {func(f *fixture, a tenant) {
			key, _ := f.first(tableCustomerCount)
			f.forge(tableCustomerCount, key, func(value []byte) []byte {
				return binary.BigEndian.AppendUint32(value[:4:4], 77)
			})
		}, "77 devices"},
		"a device of no customer": {func(f *fixture, a tenant) {
			key, _ := f.first(tableOwner)
			f.forge(tableOwner, key, func([]byte) []byte { return key1(domain.ID{5}) })
		}, "isn't there"},
		"a device at a location of elsewhere": {func(f *fixture, a tenant) {
			key, _ := f.first(tableOwner)
			f.forge(tableOwner, key, func(value []byte) []byte { return append(value[:16:16], key1(domain.ID{5})...) })
		}, "puts it at location"},
		"an account whose owner is gone": {func(f *fixture, a tenant) {
			f.forge(tableUser, key2(a.account.ID, a.owner.User), func([]byte) []byte { return nil })
		}, "names owner"},
		"a customer under nothing": {func(f *fixture, a tenant) {
			f.forge(tableCustomer, key2(a.account.ID, a.main.ID), func([]byte) []byte { return nil })
		}, "make no tree"},
		"a name that differs from its index": {func(f *fixture, a tenant) {
			f.forge(tableCustomer, key2(a.account.ID, a.main.ID), func([]byte) []byte { return encode(customerRecord{Name: "Other"}) })
		}, "isn't a customer of that name"},
		"two devices with one unit ID": {func(f *fixture, a tenant) {
			for key := range f.keys(tableDevice) {
				f.forge(tableDevice, []byte(key), func([]byte) []byte { return encode(deviceRecord{Unit: make([]byte, 16), Name: "Twin"}) })
			}
		}, "unit ID"},
		"a unit that points elsewhere": {func(f *fixture, a tenant) {
			key, _ := f.first(tableUnit)
			f.forge(tableUnit, key, func(value []byte) []byte { return key2(a.account.ID, domain.ID{5}) })
		}, "points to something else"},
		"a user limited to nothing that is there": {func(f *fixture, a tenant) {
			key, _ := f.first(tableLocation)
			f.forge(tableLocation, key, func([]byte) []byte { return nil })
		}, "is limited to location"},
		"a record of a later kind": {func(f *fixture, a tenant) {
			key, _ := f.first(tableUser)
			f.forge(tableUser, key, func(value []byte) []byte { value[0] = 99; return value })
		}, "can't be decoded"},
		"a second factor of nobody": {func(f *fixture, a tenant) {
			_, sealed := f.first(tableFactor)
			f.raw(func(b *bolt.Tx) error {
				return newKV(b).put(tableFactor, key2(a.account.ID, domain.ID{5}), sealed[:len(sealed)-4])
			})
		}, "the second factor of user 05000000-0000-0000-0000-000000000000"},
		"a second factor that nothing opens": {func(f *fixture, a tenant) {
			key, _ := f.first(tableFactor)
			f.forge(tableFactor, key, func([]byte) []byte { return encode(factorRecord{Secret: make([]byte, 60)}) })
		}, "doesn't open with the key file"},
		"an SSH key that is none": {func(f *fixture, a tenant) {
			key, _ := f.first(tableSSHKey)
			f.forge(tableSSHKey, key, func([]byte) []byte { return encode(sshKeyRecord{Key: []byte("key")}) })
		}, "can't be read"},
		"an SSH key of nobody": {func(f *fixture, a tenant) {
			_, sealed := f.first(tableSSHKey)
			f.raw(func(b *bolt.Tx) error {
				return newKV(b).put(tableSSHKey, key3(a.account.ID, domain.ID{5}, domain.ID{6}), sealed[:len(sealed)-4])
			})
		}, "is of a user who isn't there"},
		"an RFID token of nobody": {func(f *fixture, a tenant) {
			key, _ := f.first(tableRFID)
			f.forge(tableRFID, key, func([]byte) []byte { return encode(rfidRecord{User: key1(domain.ID{5})}) })
		}, "is of user 05000000-0000-0000-0000-000000000000, who isn't there"},
		"an RFID token of no digits": {func(f *fixture, a tenant) {
			f.raw(func(b *bolt.Tx) error {
				return newKV(b).put(tableRFID, keyRFID(a.account.ID, "12 34"), encode(rfidRecord{User: key1(a.owner.User)}))
			})
		}, "isn't one of digits"},
		"an RFID token that somebody else holds": {func(f *fixture, a tenant) {
			key, _ := f.first(tableRFID)
			f.forge(tableRFID, key, func([]byte) []byte { return encode(rfidRecord{User: key1(a.owner.User)}) })
		}, "points to no RFID token of that user"},
		"a session of nobody": {func(f *fixture, a tenant) {
			_, sealed := f.first(tableSession)
			f.raw(func(b *bolt.Tx) error {
				return newKV(b).put(tableSession, key3(a.account.ID, domain.ID{5}, domain.ID{6}), sealed[:len(sealed)-4])
			})
		}, "the record of session 06"},
		"a key cut short": {func(f *fixture, a tenant) {
			f.raw(func(b *bolt.Tx) error { return newKV(b).put(tableOwner, []byte("short"), make([]byte, 16)) })
		}, "wrong length"},
	} {
		t.Run(name, func(t *testing.T) {
			f, a := furnished(t)
			c.forge(f, a)
			f.wantProblem(c.says)
		})
	}
}

func TestCheckListsAThousandProblemsAndCountsTheRest(t *testing.T) {
	f := create(t)
	f.raw(func(b *bolt.Tx) error {
		k := newKV(b)
		for i := range 1500 {
			key := numbered(i)
			if err := k.put(tableUnit, key[:], make([]byte, 32)); err != nil {
				return err
			}
		}
		return nil
	})
	report, err := f.Check(f.ctx, nil)
	f.must(err)
	if len(report.Problems) != problemsListed || report.More != 500 {
		t.Errorf("%d and %d more", len(report.Problems), report.More)
	}
}

func TestWhereNamesAnyKey(t *testing.T) {
	for i := range tables {
		for n := range 80 {
			if text := where(table(i), bytes.Repeat([]byte{0x1b}, n)); text == "" || strings.Contains(text, "\x1b") {
				t.Errorf("%s, key of %d bytes: %q", tables[i].name, n, text)
			}
		}
	}
	key := key2(domain.ID{1}, domain.ID{2})
	if got, want := where(tableUser, key), "the record of user 02000000-0000-0000-0000-000000000000 (account 01000000-0000-0000-0000-000000000000)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
