package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"

	"tenantry/domain"
)

// TestPasswordsAreNowhereButInTheirHashes: not in the file, the audit trail or
// an error, whatever becomes of them.
func TestPasswordsAreNowhereButInTheirHashes(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	const secret, wrong, short = "marzipan-otter-violin-42", "gravel-lantern-kettle-17", "zebra-q-short"
	var said []string
	hear := func(answer any, err error) {
		said = append(said, fmt.Sprintf("%+v %v", answer, err))
		for ; err != nil; err = errors.Unwrap(err) {
			said = append(said, fmt.Sprintf("%+v %#v", err, err))
		}
	}
	u := domain.User{Customer: n.main.ID, Username: "tom", FullName: "Tom"}
	hear(f.CreateUser(f.ctx, n.owner, u, Start{Password: secret}))
	hear(f.CreateUser(f.ctx, n.owner, u, Start{Password: wrong})) // the name is taken
	u.Username = "tim"
	hear(f.CreateUser(f.ctx, n.owner, u, Start{Password: short}))
	hear(f.CreateUser(f.ctx, n.owner, u, Start{Password: wrong + "\xff"}))
	hear(f.CreateUser(f.ctx, n.owner, u, Start{Password: strings.Repeat(wrong, 20)}))
	hear(f.SignIn(f.ctx, domain.DoorSSH, "here", "tom", secret))
	hear(f.SignIn(f.ctx, domain.DoorSSH, "here", "tom", wrong))
	hear(f.SignIn(f.ctx, domain.DoorSSH, "here", "none", wrong))
	tomHere := f.seat(f.actAs("tom"))
	hear(nil, f.Confirm(f.ctx, tomHere, wrong))
	hear(nil, f.Confirm(f.ctx, tomHere, secret))
	hear(nil, f.SetPassword(f.ctx, tomHere, wrong, secret))
	hear(nil, f.SetPassword(f.ctx, tomHere, secret, short))
	hear(nil, f.SetPassword(f.ctx, tomHere, secret, strings.Repeat(wrong, 20)))
	f.must(f.SetPassword(f.ctx, tomHere, secret, wrong)) // and back: both were hashed
	f.must(f.SetPassword(f.ctx, tomHere, wrong, secret))
	hear(f.Users(f.ctx, n.owner, UserQuery{}))
	hear(f.Why(f.ctx, n.owner, "tom", domain.DevicesSee, ""))
	for number := uint64(1); number <= f.lastEntry(n.account.ID).number; number++ {
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
			e, err := tx.entryNumbered(n.account.ID, number)
			hear(fmt.Sprintf("%+v", e), err)
			return err
		}))
	}
	file, err := os.ReadFile(f.Path())
	f.must(err)
	said = append(said, string(file))
	var hash []byte
	tom, err := f.ActAs(f.ctx, "", "tom")
	f.must(err)
	f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
		record, err := tx.password(tom.Account, tom.User)
		hash = record.Hash
		if record.cost() != f.options.Cost || len(record.Salt) != saltLength ||
			!bytes.Equal(hash, argon2.IDKey([]byte(secret), record.Salt, record.Passes, record.Memory, record.Threads, hashLength)) {
			t.Errorf("the record isn't argon2id of the password at its cost: %+v", record)
		}
		return err
	}))
	for i, text := range said {
		for _, word := range []string{secret, wrong, short, "marzipan", "gravel"} {
			if strings.Contains(text, word) {
				t.Errorf("%s is in what was said: %.200q", word, text)
			}
		}
		if i < len(said)-1 && strings.Contains(text, string(hash)) {
			t.Errorf("a hash is in what was said: %.200q", text)
		}
	}
	for key, value := range f.dumped(domain.ID{}) {
		if !strings.HasPrefix(key, "password ") && strings.Contains(value, string(hash)) {
			t.Errorf("the hash is in %.20q", key)
		}
	}
}

// TestWhatDevicesSayIsCleaned: a device is no person to tell what is wrong with
// its words, and they mustn't stop people from editing it.
func TestWhatDevicesSayIsCleaned(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	van := f.device(n.owner, place{customer: n.main.ID})
	row, err := f.Device(f.ctx, n.owner, van)
	f.must(err)
	for _, said := range []string{"1.2\x1b]0;owned\a\u202e", strings.Repeat("x", 10_000), "\xff\xfe", "\n\t "} {
		_, err = f.ReportDevices(f.ctx, n.operator(), []Report{{UnitID: row.UnitID, Status: domain.StatusOnline, BoardVersion: said}})
		f.must(err)
		now, err := f.Device(f.ctx, n.owner, van)
		f.must(err)
		if domain.Clean(now.BoardVersion) != now.BoardVersion || len([]rune(now.BoardVersion)) > domain.MaxText {
			t.Errorf("%.20q is kept as %.100q", said, now.BoardVersion)
		}
		now.Name += "x"
		_, err = f.EditDevice(f.ctx, n.owner, now.Device)
		f.must(err)
	}
	_, err = f.ReportDevices(f.ctx, n.operator(), []Report{{UnitID: row.UnitID, Status: 200}})
	kind(t, err, domain.Invalid)
}
