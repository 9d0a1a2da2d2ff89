package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"tenantry/domain"
)

// dump is everything in a database, and all that was said while reading it.
func dump(ctx context.Context, path string, options Options) (values map[string]string, said []string) {
	values = map[string]string{}
	db, err := Open(ctx, path, options)
	if err != nil {
		return values, []string{err.Error()}
	}
	defer func() {
		if err := db.Close(); err != nil {
			said = append(said, err.Error())
		}
	}()
	say := func(err error) {
		if err != nil {
			said = append(said, err.Error())
		}
	}
	for i := range tables {
		say(db.viewFree(ctx, operator, func(tx *tx) error {
			c := tx.scan(table(i), nil)
			c.spoiled = say
			for c.next() {
				values[fmt.Sprintf("%s %x", tables[i].name, c.key())] = string(c.value())
			}
			return c.err()
		}))
	}
	report, err := db.Check(ctx, nil)
	say(err)
	for _, p := range report.Problems {
		said = append(said, p.Where+": "+p.What)
	}
	return values, said
}

// TestFlippedBitsAreNeverShownAsData flips bits all over a file. What is read
// then is what was written, or something says that it isn't. Each file is read
// by a process of its own: the race detector's own code can't be brought back
// from a fault, and must not take the tests with it.
func TestFlippedBitsAreNeverShownAsData(t *testing.T) {
	f, _ := furnished(t)
	f.must(f.Close())
	data, err := os.ReadFile(f.Path())
	f.must(err)
	f.reopen()
	path := filepath.Join(t.TempDir(), "flipped.db")
	f.copyKey(path)
	f.must(os.WriteFile(path, data, 0o600))
	want, ended := dumpApart(t, path)
	if want == "" || ended != nil {
		t.Fatal("the file as it was isn't read: ", want, ended)
	}
	meta, err := readMeta(bytes.NewReader(data))
	f.must(err)
	flips := 300
	if testing.Short() {
		flips = 60
	}
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range flips {
		at := int(meta.pageSize)*2 + random.IntN(int(meta.pages-2)*int(meta.pageSize))
		broken := bytes.Clone(data)
		broken[at] ^= 1 << random.IntN(8)
		f.must(os.WriteFile(path, broken, 0o600))
		switch got, ended := dumpApart(t, path); {
		case ended != nil && !raceEnabled:
			t.Errorf("byte %d ended the process: %v", at, ended)
		case got == "":
			found++
		case got != want:
			t.Errorf("byte %d: other data, and nothing said so", at)
		}
	}
	t.Logf("%d of %d found, the others changed nothing that is read", found, flips)
}

// dumpApart reads a whole file in a child process. It answers a sum of what was
// read, "" where something was found to be wrong, and how the child ended where
// it couldn't say.
func dumpApart(t *testing.T, path string) (sum string, ended error) {
	t.Helper()
	command := child(t, "dump", path)
	command.Env = append(command.Env, "GORACE=atexit_sleep_ms=0")
	out, err := command.Output()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(out), nil
	case errors.As(err, &exit) && exit.ExitCode() == 3:
		return "", nil
	}
	return "", err
}

// childDump reads a whole file and prints a sum of it, or ends with 3 where
// something says that it is damaged.
func childDump() {
	options, _ := newOptions(2)
	values, said := dump(backgroundOfChild(), os.Getenv("TENANTRY_TEST_FILE"), options)
	if len(said) > 0 {
		os.Exit(3)
	}
	sum := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(sum, "%q %q\n", key, values[key])
	}
	fmt.Printf("%x", sum.Sum(nil))
	os.Exit(0)
}

// decoders are all that turn bytes of the file into something.
var decoders = []func(key, value []byte) error{
	func(key, value []byte) error { _, err := accountFromValue(key, value); return err },
	func(key, value []byte) error { _, err := customerFromValue(key, value); return err },
	func(key, value []byte) error { _, err := userFromValue(key, value); return err },
	func(key, value []byte) error { _, err := locationFromValue(key, value); return err },
	func(key, value []byte) error { _, err := deviceFromValue(key, value); return err },
	func(key, value []byte) error { _, err := entryFromValue(key, value); return err },
	func(key, value []byte) error { _, err := placeFromValue(key, value); return err },
	func(_, value []byte) error { return decode(value, new(passwordRecord)) },
	func(_, value []byte) error { return decode(value, new(failureRecord)) },
	func(_, value []byte) error { return decode(value, new(addressRecord)) },
	func(_, value []byte) error { return decode(value, new(sessionRecord)) },
	func(_, value []byte) error { return decode(value, new(factorRecord)) },
	func(_, value []byte) error { return decode(value, new(invitationRecord)) },
	func(_, value []byte) error { return decode(value, new(outboxRecord)) },
	func(key, value []byte) error { _, _, err := sshKeyFromValue(key, value); return err },
	func(_, value []byte) error {
		keyFromText(value)
		_, err := readPublicKeys(string(value), "")
		return err
	},
}

// FuzzDecode feeds every decoder with anything at all: an error or a value, and
// never a panic. That nothing but what was written gets this far is up to the
// checksum, fuzzed along with them.
func FuzzDecode(f *testing.F) {
	id := domain.ID{1, 2, 3}
	for _, record := range []any{
		accountRecord{Name: "Acme", Settings: &settingsRecord{TimeZone: "Europe/Copenhagen", Clock: 24, Units: 1}, Owner: id[:]},
		customerRecord{Name: "Nordics", Parent: id[:], CreatedAt: 1},
		userRecord{Username: "ann", Groups: 63, Locations: key2(id, id)},
		locationRecord{Name: "Depot"},
		deviceRecord{Name: "Van", Unit: id[:], Tags: []string{"cold"}},
		passwordRecord{Hash: make([]byte, 32), Salt: make([]byte, 16), Memory: 1, Passes: 1, Threads: 1},
		failureRecord{Count: 1, Last: 1},
		sessionRecord{Door: 1, From: "here", Started: 1, Seen: 1, Code: true},
		factorRecord{Secret: make([]byte, 60), Step: 1, Recovery: [][]byte{make([]byte, 32)}},
		invitationRecord{Hash: make([]byte, 32), Until: 1, Mail: id[:]},
		outboxRecord{User: id[:], Code: make([]byte, 60)},
		sshKeyRecord{Key: []byte("\x00\x00\x00\x0bssh-ed25519"), Name: "laptop"},
		entryRecord{ID: id[:], Action: "x", Changes: []changeRecord{{Field: "a"}}, Places: make([]byte, 64)},
	} {
		f.Add(key2(id, id), encode(record), uint8(0), uint(0))
		f.Add(keyNumber(id, 1), append(make([]byte, 32), encode(record)...), uint8(5), uint(9))
	}
	f.Fuzz(func(t *testing.T, key, value []byte, in uint8, bit uint) {
		for _, decode := range decoders {
			_ = decode(key, value)
		}
		k := &kv{}
		sealed := bytes.Clone(k.seal(table(in), key, value))
		if got, err := unseal(table(in), key, sealed); err != nil || !bytes.Equal(got, value) {
			t.Fatal(err)
		}
		bit %= uint(len(sealed) * 8)
		sealed[bit/8] ^= 1 << (bit % 8)
		if int(in) < len(tables) {
			if _, err := unseal(table(in), key, sealed); err == nil {
				t.Fatal("a flipped bit was taken")
			}
			_ = where(table(in), key)
		}
	})
}

// FuzzFile looks at files that are anything at all, before they are mapped.
func FuzzFile(f *testing.F) {
	page := make([]byte, 2*4096)
	f.Add(page)
	f.Add([]byte("SQLite format 3\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "any")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		meta, err := readMeta(file)
		if err != nil {
			if checkFile(file) == nil {
				t.Fatal("a file without a meta page was let through")
			}
		} else if int64(meta.pages)*meta.pageSize > int64(len(data)) && checkFile(file) == nil {
			t.Fatal("a file that was cut was let through")
		}
	})
}

// TestPagesInACircleAreFound: pages that lead back to themselves have a way down
// without an end. It must be found at once, by a check that ends.
func TestPagesInACircleAreFound(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	for range 200 {
		f.device(n.owner, place{customer: n.main.ID})
	}
	options := f.options
	f.must(f.Close())
	data, err := os.ReadFile(f.Path())
	f.must(err)
	f.reopen()
	meta, err := readMeta(bytes.NewReader(data))
	f.must(err)
	const branchPage, firstElement, pageOfElement = 1, pageHeader, 8 // of bbolt: see metaLength
	path := filepath.Join(t.TempDir(), "circle.db")
	circles := 0
	for page := int64(2); page < int64(meta.pages); page++ {
		at := page * meta.pageSize
		if binary.NativeEndian.Uint16(data[at+8:]) != branchPage || int64(binary.NativeEndian.Uint64(data[at:])) != page {
			continue
		}
		broken := bytes.Clone(data)
		binary.NativeEndian.PutUint64(broken[at+firstElement+pageOfElement:], uint64(page))
		f.must(os.WriteFile(path, broken, 0o600))
		if err := CheckStructure(t.Context(), path, options); err != nil {
			kind(t, err, domain.Damaged)
			circles++
		}
		f.must(os.Remove(path))
	}
	if circles == 0 {
		t.Error("no page in use was made a circle: the test tries nothing")
	}
}
