package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// failedRows are the entries about failed sign-ins that somebody reads.
func (f *fixture) failedRows(actor domain.Actor) []AuditRow {
	f.t.Helper()
	return f.allAudit(actor, AuditQuery{Outcome: OutcomeFailed})
}

func (f *fixture) fails(from, username, secret string) {
	f.t.Helper()
	_, err := f.SignIn(f.ctx, domain.DoorSSH, from, username, secret)
	kind(f.t, err, domain.Unauthenticated)
}

func TestFailedSignInsAreGathered(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	nordics := f.customer(a.owner, a.main.ID, "Nordics")
	nora := f.user(a.owner, nordics.ID, "nora", domain.AccountAdministrator)
	f.user(a.owner, a.main.ID, "boss", domain.AccountAdministrator)
	for n := range 6 {
		f.fails(fmt.Sprintf("192.0.2.%d:4022", n), "nora", "wrong")
	}
	f.fails("192.0.2.1:9", "boss", "wrong")
	f.fails("198.51.100.7:9", "my secret password", "oops") // typed into the wrong field
	if rows := f.failedRows(a.owner); len(rows) > 0 {
		t.Errorf("before their while is over: %+v", rows)
	}
	f.clock.add(gatheredFor)
	noted, err := f.NoteFailures(f.ctx, operator)
	f.must(err)
	if noted != 3 {
		t.Errorf("%d entries", noted)
	}
	rows := f.failedRows(nora)
	if len(rows) != 1 {
		t.Fatalf("nora reads %+v", rows)
	}
	r := rows[0]
	if r.Who != "someone" || r.Name != "nora" || r.Object != nora.User || r.Door != domain.DoorSSH || r.Action != "user.sign_in" ||
		r.From != "192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3 and others" || !strings.HasPrefix(r.Text, "failed to sign in as nora: tries 6, first 20") {
		t.Errorf("%+v", r)
	}
	if rows := f.failedRows(a.owner); len(rows) != 2 {
		t.Errorf("the owner reads %+v", rows)
	}
	// Names that nobody has are of no account, and what was typed is nowhere.
	outside := f.failedRows(operator)
	if len(outside) != 1 || outside[0].From != "198.51.100.7" || outside[0].Name != "" || strings.Contains(fmt.Sprintf("%+v", outside), "secret") {
		t.Errorf("outside: %+v", outside)
	}
	for name, value := range f.dumped(domain.ID{1}) {
		if strings.Contains(value, "secret") || strings.Contains(name, "secret") {
			t.Errorf("what was typed is in %q", name)
		}
	}
	if noted, err := f.NoteFailures(f.ctx, operator); noted != 0 || err != nil {
		t.Errorf("again: %d %v", noted, err)
	}
	// What is counted goes on as it was.
	if n := f.failuresOf(nora).Count; n != 6 && n != 5 {
		t.Errorf("%d counted", n)
	}
}

func TestWhoMistypesAndThenSignsInMakesNoEntryOfItsOwn(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	f.fails("192.0.2.1:1", "owner-acme", "wrong")
	_, err := f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:2", "owner-acme", goodPassword)
	f.must(err)
	if rows := f.failedRows(a.owner); len(rows) > 0 {
		t.Errorf("%+v", rows)
	}
	f.fails("192.0.2.9:1", "owner-acme", "wrong")
	f.fails("192.0.2.9:1", "owner-acme", "wrong")
	_, err = f.SignIn(f.ctx, domain.DoorSSH, "192.0.2.1:2", "owner-acme", goodPassword)
	f.must(err)
	rows := f.failedRows(a.owner)
	if len(rows) != 1 || rows[0].From != "192.0.2.9" || !strings.Contains(rows[0].Text, "tries 2") {
		t.Errorf("guesses from elsewhere: %+v", rows)
	}
	f.clock.add(gatheredFor)
	if noted, err := f.NoteFailures(f.ctx, operator); noted != 0 || err != nil {
		t.Errorf("a good sign-in is noted as failed: %d %v", noted, err)
	}
}

func TestTheNextFailureWritesWhatIsDue(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	tom := f.user(a.owner, a.main.ID, "tom", 0)
	f.fails("192.0.2.1:1", "owner-acme", "wrong")
	f.clock.add(gatheredFor)
	f.fails("192.0.2.2:1", "tom", "wrong")
	if rows := f.failedRows(a.owner); len(rows) != 1 || rows[0].Name != "owner-acme" {
		t.Errorf("%+v", rows)
	}
	f.must(f.UnlockUser(f.ctx, a.operator(), tom.User))
	if rows := f.failedRows(a.owner); len(rows) != 2 {
		t.Errorf("lifting a lock loses what was gathered: %+v", rows)
	}
}

// TestAFloodOfFailuresWritesLittle: a hundred thousand tries from ten thousand
// addresses, at names that there are and at made-up ones, in five hours.
func TestAFloodOfFailuresWritesLittle(t *testing.T) {
	f := scratched(t)
	a := f.tenant("Acme")
	const users, addresses, tries, hours = 500, 10_000, 100_000, 5
	f.inTx(func(tx *tx) error {
		for n := range users {
			u := domain.User{ID: numbered(n), Account: a.account.ID, Customer: a.main.ID, Username: fmt.Sprint("user-", n), Version: 1}
			if err := tx.putUser(u); err != nil {
				return err
			}
		}
		return nil
	})
	ends := func() (entries, bytes int) {
		f.must(f.viewFree(f.ctx, operator, func(tx *tx) error {
			for t := range tables {
				for c := tx.scan(table(t), nil); c.next(); {
					if strings.HasPrefix(tables[t].name, "audit") {
						bytes += len(c.key()) + len(c.value())
					}
					if table(t) == tableAudit {
						entries++
					}
				}
			}
			return nil
		}))
		return entries, bytes
	}
	entriesBefore, bytesBefore := ends()
	random := rand.New(rand.NewPCG(1, 2))
	for done := 0; done < tries; done += 1000 {
		f.clock.add(hours * time.Hour * 1000 / tries)
		f.must(f.updateFree(f.ctx, domain.Actor{Door: domain.DoorSSH}, func(tx *tx) error {
			tx.quiet = true
			for range 1000 {
				n := random.IntN(addresses)
				tx.actor.From = fmt.Sprintf("10.%d.%d.1:22", n/256, n%256)
				name := fmt.Sprint("user-", random.IntN(2*users)) // every other is nobody's
				who, err := tx.countTry(name, "wrong")
				if err != nil {
					return err
				}
				if err := tx.noteAround(who); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	f.clock.add(gatheredHour)
	_, err := f.NoteFailures(f.ctx, operator)
	f.must(err)
	entries, bytes := ends()
	entries, bytes = entries-entriesBefore, bytes-bytesBefore
	const most = 2 * (hours + 2) * (gatheredMost + 1) // Acme's, and those outside every account
	if entries > most || bytes > most*600 {
		t.Errorf("%d entries, %d bytes", entries, bytes)
	}
	// None of them is lost.
	told := 0
	for _, actor := range []domain.Actor{a.operator(), operator} {
		for _, row := range f.failedRows(actor) {
			for _, c := range row.Changes {
				if c.Field == "tries" {
					n := 0
					fmt.Sscan(c.New, &n)
					told += n
				}
			}
		}
	}
	if told < tries*95/100 || told > tries {
		t.Errorf("%d tries are told of %d", told, tries)
	}
	t.Logf("%d tries: %d entries, %d bytes, %d tries told", tries, entries, bytes, told)
}
