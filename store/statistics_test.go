package store

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/domain"
)

func TestOnlyTheMachineIsToldStatistics(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	_, err := f.Statistics(f.ctx, n.owner)
	kind(t, err, domain.Refused)
	before, err := f.Statistics(f.ctx, operator)
	f.must(err)

	_, err = f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:4022", "owner-acme", "not the password at all")
	kind(t, err, domain.Unauthenticated)
	_, err = f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:4022", "owner-acme", goodPassword)
	f.must(err)
	left, err := f.SignIn(f.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	f.must(err)
	f.must(f.SignOut(f.ctx, left))
	_, err = f.CreateUser(f.ctx, n.owner, domain.User{Customer: n.main.ID, Username: "tina", Email: "tina@acme.example"}, Start{Mail: true})
	f.must(err)

	s, err := f.Statistics(f.ctx, operator)
	f.must(err)
	if s.Sessions[domain.DoorSSH] != 1 || s.Sessions[domain.DoorConsole] != 0 || s.MailWaiting != 1 || s.Stopped != "" {
		t.Errorf("open: %+v", s)
	}
	if s.SignIns[domain.DoorSSH] != (SignIns{1, 1}) || s.SignIns[domain.DoorConsole] != (SignIns{1, 0}) {
		t.Errorf("sign-ins: %+v", s.SignIns)
	}
	if s.Commits <= before.Commits || s.Bytes < 1<<12 {
		t.Errorf("%d commits after %d, %d bytes", s.Commits, before.Commits, s.Bytes)
	}
	f.clock.add(domain.DefaultLimits().Session)
	if s, err = f.Statistics(f.ctx, operator); err != nil || s.Sessions[domain.DoorSSH] != 0 {
		t.Errorf("a session that is over counts: %+v, %v", s, err)
	}
}

func TestOperationsAreMeasured(t *testing.T) {
	options, _ := newOptions(1)
	var read, wrote atomic.Int64
	options.Observe = func(o Operation) {
		switch {
		case o.Took <= 0 || o.Took > time.Hour:
			t.Errorf("%+v", o)
		case o.Door != domain.DoorMachine: // the store's own, at opening
		case o.Wrote:
			wrote.Add(1)
		default:
			read.Add(1)
		}
	}
	db, err := Create(t.Context(), filepath.Join(t.TempDir(), "t.db"), options)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, _, _, err := db.Init(t.Context(), operator, newAccount("Acme")); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Accounts(t.Context(), operator); err != nil {
		t.Fatal(err)
	}
	if read.Load() != 1 || wrote.Load() != 1 {
		t.Errorf("%d reads, %d writes", read.Load(), wrote.Load())
	}
}

func TestHeld(t *testing.T) {
	f := create(t)
	if !Held(f.Path()) {
		t.Error("an open database isn't held")
	}
	f.must(f.Close())
	if Held(f.Path()) || Held(f.Path()+".not") {
		t.Error("a closed one is, or one that isn't there")
	}
	f.reopen()
}
