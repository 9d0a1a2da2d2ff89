package ui

import (
	"encoding/json"
	"io"
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

// trail is the audit tab that a person looks at.
func (p *person) trail() *audit {
	p.t.Helper()
	p.settles()
	s, ok := p.console.body().(*audit)
	if !ok {
		p.t.Fatalf("this isn't the audit trail:\n%s", p.screen())
	}
	return s
}

func TestTheAuditTrail(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit")
	p.sees("When", "Who", "What", "Outcome", "entries", "signed in", "done")
	p.press("/")
	p.types("mette token")
	p.sees("created token")
	p.press("enter", "enter")
	p.sees("When", "mette", "Outcome", "done", "Values", "API token")
	p.press("t")
	p.sees("About")
	p.press("esc", "esc", "p")
	p.sees("By mette", "by mette", "signed in")
	if s := p.trail(); s.table.Len() < 2 {
		t.Errorf("mette did %d things", s.table.Len())
	}
	for i := range p.trail().table.Len() {
		at, row := p.trail().at(i)
		if at.rows[row].Who != "mette" {
			t.Errorf("%s did this: %s", at.rows[row].Who, at.rows[row].Text)
		}
	}
}

func TestNarrowingTheAuditTrail(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit", "f")
	p.sees("Show only what was done", "Outcome", "When")
	p.types("lars")
	p.press("down", "right", "right", "right", "right", "down", "down", "down", "right", "ctrl+s")
	p.sees("by lars", "users", "today")
	p.press("f")
	p.goesTo("When")
	p.press("right", "right", "right")
	p.sees("First day", "Last day")
	p.goesTo("First day")
	p.types("tomorrow")
	p.press("ctrl+s")
	p.sees("Give a day as year-month-day")
	p.press("esc", "y", "esc")
	p.seesNot("by lars")
	p.press("f")
	p.press("down", "down", "right", "right", "ctrl+s")
	p.sees("refused", "was refused to", "1 entry")
}

// TestRefusedAttemptsSayInWordsThatTheyWere.
func TestRefusedAttemptsSayInWordsThatTheyWere(t *testing.T) {
	p := as(t, "ann")
	tom := p.userNow("tom").User
	actor := domain.Actor{Account: tom.Account, User: tom.ID, Door: domain.DoorMachine}
	if err := p.console.db.DeleteCustomer(t.Context(), actor, store.DeleteCustomer{ID: tom.Customer}); err == nil {
		t.Fatal("tom deleted his customer")
	}
	p.press("@Audit")
	l := p.line("was refused to")
	if !strings.Contains(l, "tom") || !strings.Contains(l, "refused") {
		t.Errorf("%q", l)
	}
	p.press("enter")
	p.sees("refused: nothing changed")
}

// TestAnAssignmentIsUndoneFromTheAuditTrail, by whoever may, after being asked.
func TestAnAssignmentIsUndoneFromTheAuditTrail(t *testing.T) {
	p := as(t, "ann")
	db, op := p.console.db, p.operator()
	list, err := db.Devices(t.Context(), op, store.DeviceQuery{Page: store.Page{Limit: 300}})
	if err != nil {
		t.Fatal(err)
	}
	var ids []domain.ID
	for _, d := range list.Rows {
		ids = append(ids, d.ID)
	}
	to := p.userNow("tom").Customer
	result, err := db.RunBulk(t.Context(), op, store.Assignment{To: to, Devices: ids}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.press("@Audit")
	p.sees("assigned")
	for p.trail().current().Entry != result.Entry {
		p.press("down")
	}
	p.press("d")
	p.sees("Device", "From", "To", "Nordics")
	if n := p.console.body().(*auditMoves).table.Len(); n == 0 || n > 300 {
		t.Errorf("%d devices", n)
	}
	p.press("end", "enter")
	p.sees("Unit ID")
	p.press("esc", "esc", "u")
	p.sees("Take this back?", "y take it back")
	p.press("n", "u", "y")
	p.sees("Took back")
	for _, d := range list.Rows {
		now, err := db.Device(t.Context(), op, d.ID)
		if err != nil || now.Customer != d.Customer {
			t.Fatalf("%s is at %s, %v", d.ID, now.CustomerPath, err)
		}
	}
	p.press("g", "u")
	p.sees("Take this back?") // what took it back can be taken back
	p.press("n", "enter", "b")
	p.sees("assigned")
}

// TestFromTheAuditTrailToTheThing, while that is there.
func TestFromTheAuditTrailToTheThing(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit", "/")
	p.types("deactivated elise")
	p.press("enter", "o")
	p.sees("elise", "inactive")
	p.press("esc")
	p.press("esc", "/")
	p.types("created token nightly")
	p.press("enter", "o")
	p.sees("nightly export")
	p.press("esc", "esc", "/")
	p.types("customer")
	p.press("enter", "o")
	p.sees("1 Overview", "Devices")
	p.press("esc")
	p.trail()
	if err := p.console.db.DeleteUser(t.Context(), p.operator(), p.userNow("elise").ID); err != nil {
		t.Fatal(err)
	}
	p.press("esc", "/")
	p.types("deactivated elise")
	p.press("enter", "o")
	p.sees("What it was about is gone, or not within your reach.")
}

// TestTheAuditTrailFollowsWithTheCursorWhereItIs.
func TestTheAuditTrailFollowsWithTheCursorWhereItIs(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit", "down", "down", "down")
	before, n := p.trail().current().Entry, p.trail().table.Len()
	tom := p.userNow("tom").User
	for i := range 3 {
		tom.FullName = strings.Repeat("x", i+1)
		now, err := p.console.db.EditUser(t.Context(), p.operator(), tom)
		if err != nil {
			t.Fatal(err)
		}
		tom = now
	}
	for p.trail().table.Cursor() != 6 {
		p.send(<-p.messages)
	}
	s := p.trail()
	if s.current().Entry != before || s.table.Len() < n {
		t.Errorf("the cursor is on %s, not %s; %d rows, of %d before", s.current().Entry, before, s.table.Len(), n)
	}
}

// TestWhoSeesWhichAuditTrail: a nested administrator that of their part, a
// technician none.
func TestWhoSeesWhichAuditTrail(t *testing.T) {
	p := as(t, "tom")
	for _, tab := range p.console.tabs {
		if tab.name == "Audit" {
			t.Error("a technician has the audit trail")
		}
	}
	p = as(t, "lars")
	p.press("@Audit")
	p.sees("entries")
	rights := p.console.standing.Rights
	for i := range p.trail().table.Len() {
		at, row := p.trail().at(i)
		concerns := false
		for _, c := range at.rows[row].Where {
			concerns = concerns || rights.May(domain.AuditRead, c.ID).Allowed
		}
		if !concerns {
			t.Errorf("%+v", at.rows[row])
		}
	}
}

// TestTheAuditTrailIsExported: as the list shows it, and as the plain command
// writes it.
func TestTheAuditTrailIsExported(t *testing.T) {
	p := as(t, "ann")
	files := map[string]*strings.Builder{}
	p.console.options.Save = func(name string, write func(io.Writer) error) (string, error) {
		files[name] = &strings.Builder{}
		return "/tmp/" + name, write(files[name])
	}
	p.press("@Audit", "/")
	p.types("tuesday")
	p.press("enter", "esc", "/")
	p.types("created location")
	p.press("enter", "x")
	p.sees("audit-acme-fleet-2026-03-12.csv", "Only those that match created", "location.")
	p.press("enter")
	p.sees("Wrote ", " entries to", "/tmp/audit-acme-fleet-2026-03-12.csv")
	text := files["audit-acme-fleet-2026-03-12.csv"].String()
	lines := strings.Count(text, "\n")
	if !strings.HasPrefix(text, "at,entry,who,") || lines < 10 || strings.Count(text, "location.create") != lines-1 {
		t.Errorf("%d lines: %.400s", lines, text)
	}
	p.press("esc", "x")
	for range 4 {
		p.press("backspace")
	}
	p.types(".json")
	p.press("enter")
	p.sees("Wrote ")
	var entries []map[string]any
	if err := json.Unmarshal([]byte(files["audit-acme-fleet-2026-03-12.json"].String()), &entries); err != nil || len(entries) != lines-1 {
		t.Errorf("%v: %d entries, and %d lines", err, len(entries), lines)
	}
	p.console.options.Save = nil
	p.console.options.Connect = "ssh -p 2222 {username}@fleet.example.com"
	p.press("esc", "x")
	p.sees("On your own machine", `ssh -p 2222 ann@fleet.example.com "audit export --filter 'created`, "> audit-acme-fleet-2026-03-12.csv")
}

// TestANarrowAuditTrailSaysWhatWasDone.
func TestANarrowAuditTrailSaysWhatWasDone(t *testing.T) {
	p := as(t, "ann")
	p.press("@Audit")
	p.resizes(40, 10)
	p.sees("When", "Who", "What", "14:32:00", "ann", "signed in")
	p.resizes(80, 24)
	p.sees("Outcome", "CET")
	p.press("f")
	p.sees("ctrl+s show")
}
