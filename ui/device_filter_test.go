package ui

import (
	"strings"
	"testing"

	"tenantry/store"
)

// eachKey types a text and looks at the screen after every letter of it.
func (p *person) eachKey(text string, look func(typed string)) {
	p.t.Helper()
	for i, r := range text {
		p.types(string(r))
		p.settles()
		look(text[:i+len(string(r))])
	}
}

func TestAFilterByField(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.sees("like customer:nordics status:online tag:van")
	p.eachKey("van status:online", func(typed string) {
		if p.list().matches() == 0 {
			t.Fatalf("after %q the list is blank:\n%s", typed, p.screen())
		}
	})
	p.seesNot("offline", "retired", "Crane")
	p.sees("of 634 devices")
	p.press("enter")
	p.seesNot("like customer:")
	for i := range p.list().set.Len() {
		if row := p.list().rows.row(p.list().set.ID(i)); row != nil && row.Status.String() != "online" {
			t.Fatalf("%s is %s", row.Name, row.Status)
		}
	}
}

func TestAnUnfinishedField(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("crane stat")
	p.sees("status:", "Crane 1 Aalborg")
	p.types("us:")
	p.sees("status: new, online, offline or retired", "Crane 1 Aalborg")
	// As it stands it is no word of a device, once the filter is closed.
	for range "us:" {
		p.press("backspace")
	}
	p.sees("Crane 1 Aalborg")
	p.press("enter")
	p.sees("No device matches.")
	p.press("/")
	p.types("us:")
	p.press("enter")
	p.sees("Say which after status: new, online, offline or retired.")
}

func TestAFieldThatThereIsnt(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("crane ")
	p.sees("Crane 1 Aalborg")
	p.types("colour:red")
	p.sees(`There is no field "colour". Fields are name, tag`, "Crane 1 Aalborg")
	p.resizes(40, 10)
	p.sees(`no field`, "Crane")
	p.resizes(80, 24)
	p.press("esc")
	p.sees("634 devices")
	p.seesNot("no field")
	p.press("/")
	p.pastes("evil\x1b]0;x\a:red")
	p.isExact("a hostile filter")
}

func TestTheFilterIsExplained(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("?")
	p.sees("Keys of this screen")
	p.press("end")
	p.sees("registered:<30d")
	p.press("up", "up", "up", "up")
	p.sees("plate:*", "-tag:van")
	p.press("esc", "m", "enter", "?")
	p.sees("Keys of this screen")
	p.press("end")
	p.sees("registered:<30d")
}

func TestMarkingWhatAFilterDoesntSay(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("m", "enter", "/")
	p.types("tag:cold -name:van")
	p.press("enter")
	p.seesNot("Van 0")
	p.press("/")
	p.types(" stauts:online")
	p.sees("There is no field")
	p.press("enter", "a")
	p.sees("The list isn't what the filter says.")
	p.press("esc")
}

func TestWhatWasSeenIsLive(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("seen:<0m")
	p.press("enter")
	p.sees("0 of 634 devices")
	d, err := p.console.db.Devices(t.Context(), p.operator(), store.DeviceQuery{Filter: "crane aalborg", Page: store.Page{Limit: 1}})
	if err != nil || len(d.Rows) == 0 {
		t.Fatal(err)
	}
	unit := d.Rows[0].UnitID
	if _, err := p.console.db.ReportDevices(t.Context(), p.operator(), []store.Report{{UnitID: unit, Status: 1, At: clock()}}); err != nil {
		t.Fatal(err)
	}
	p.sees("1 of 634 devices", strings.SplitN(d.Rows[0].Name, " ", 2)[0])
}

// TestAFilterByAgeFollowsTheClock: a list by age is read again when a minute has
// passed, though nothing changed.
func TestAFilterByAgeFollowsTheClock(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("/")
	p.types("seen:never")
	p.press("enter")
	p.settles()
	if !p.list().filter.ages(p.console) {
		t.Fatal("seen:never doesn't go by the clock")
	}
	p.send(minute{})
	if !p.list().busy("list") {
		t.Error("the list isn't read again")
	}
	p.settles()
	p.press("/")
	for range "seen:never" {
		p.press("backspace")
	}
	p.types("crane")
	p.press("enter")
	p.send(minute{})
	if p.list().busy("list") {
		t.Error("the list is read again for nothing")
	}
}
