package ui

import (
	"strings"
	"testing"

	"tenantry/store"
)

// forgetsFilters deletes the filters that the sample keeps for somebody.
func (p *person) forgetsFilters() {
	p.t.Helper()
	all, err := p.console.db.SavedFilters(p.t.Context(), p.console.actor)
	for _, f := range all {
		if err == nil {
			err = p.console.db.DeleteFilter(p.t.Context(), p.console.actor, f.ID)
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.settles()
}

func TestAFilterIsKeptAndTaken(t *testing.T) {
	p := atDevices(t, "tom")
	p.forgetsFilters()
	p.press("f")
	p.sees("You keep no filter yet.")
	p.press("n")
	p.sees("The list has no filter now.")
	p.press("esc", "/")
	p.types("crane -status:retired")
	p.press("enter", "f", "n")
	p.sees("Name of the filter", "crane -status:retired")
	p.types("Cranes at work")
	p.press("esc")
	p.sees("Leave without saving?")
	p.press("n")
	p.press("enter")
	p.sees("Kept as Cranes at work.", "1 Cranes at work")
	p.press("n")
	p.types("CRANES AT WORK")
	p.press("enter")
	p.sees("You have a filter called")
	p.press("esc", "y", "esc", "esc")
	p.sees("634 devices")
	// Two keys.
	p.press("f", "1")
	p.sees("/ crane -status:retired", "Crane 1 Aalborg")
	p.seesNot("Van 0")
	p.press("f", "9")
	p.sees("You keep no filter of that number.")
	p.press("e")
	p.types(", all")
	p.press("enter")
	p.sees("Cranes at work, all")
	p.resizes(40, 10)
	p.sees("Cranes at work")
	p.isExact("saved filters")
	p.press("d")
	p.sees("Delete the filter")
	p.press("y")
	p.sees("You keep no filter yet.")
}

func TestAFilterTakenWhilePicking(t *testing.T) {
	p := atDevices(t, "tom")
	p.forgetsFilters()
	if _, err := p.console.db.SaveFilter(t.Context(), p.console.actor, store.SavedFilter{Name: "Cranes", Filter: "name:crane"}); err != nil {
		t.Fatal(err)
	}
	p.press("m", "enter")
	p.sees("634 devices")
	p.press("f", "1")
	p.sees("/ name:crane")
	p.seesNot("Van 0", "634 devices")
	p.press("a")
	p.sees("marked")
}

func TestColumnsAreOrderedAndKept(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("c")
	p.sees("Columns", "Name")
	p.press("left")
	p.sees("The name always stands first")
	p.press("down", "space", "s") // the plate
	p.sees("Sorted by plate")
	p.press("down", "down", "left", "left") // the customer, before the plate
	p.press("esc")
	order := func(p *person) string {
		for _, line := range strings.Split(p.screen(), "\n") {
			if strings.Contains(line, "Plate ↑") {
				return strings.Join(strings.Fields(line), " ")
			}
		}
		return ""
	}
	p.sees("Plate ↑")
	want := order(p)
	if !strings.HasPrefix(want, "Name Customer Plate ↑ Unit ID Status") {
		t.Errorf("the columns are %q", want)
	}
	p.settles()
	p.press("S", "b", "b")
	p.sees("Plate ↓")
	p.press("S")
	p.sees("Plate ↑")
	p.settles()
	standing, err := p.console.db.Standing(t.Context(), p.console.actor)
	if err != nil || standing.Views.Devices.Sort != "plate" || standing.Views.Devices.Reverse {
		t.Fatalf("kept %+v, %v", standing.Views, err)
	}
	p.comesBack("tom")
	p.goes("Devices")
	p.sees("Plate ↑")
	if got := order(p); got != want {
		t.Errorf("in the next session the columns are %q, not %q", got, want)
	}
	// Somebody else has their own.
	p.comesBack("ann")
	p.goes("Devices")
	p.sees("Name ↑")
	p.seesNot("Plate")
	p.comesBack("tom")
	p.goes("Devices")
	p.press("c", "r", "esc")
	p.seesNot("Plate")
}

// comesBack signs out, and somebody in who was signed in before.
func (p *person) comesBack(username string) {
	p.t.Helper()
	p.press("q", "y")
	p.sees("sign in")
	p.signIn(username)
}

func TestColumnsOfAnotherProgramAreLeftOut(t *testing.T) {
	p := as(t, "tom")
	views := store.Views{Devices: store.ListView{Columns: []string{"vin", "nonsense", "vin", "status"}, Sort: "nonsense"}}
	p.console.takeUpViews(views)
	if got := p.console.kept().Devices.Columns; strings.Join(got, " ") != "name vin status" {
		t.Errorf("%q", got)
	}
	if p.console.deviceView.sortedBy() != store.SortName {
		t.Error("sorted by a column that there isn't")
	}
}

// TestNoSavedFilterSaysWhatToDo, on a narrow screen too; the key that opened the
// list closes it.
func TestNoSavedFilterSaysWhatToDo(t *testing.T) {
	p := atDevices(t, "lars")
	p.resizes(40, 10)
	p.press("f")
	p.sees("You keep no filter yet.", "then press f", "and n.")
	p.press("f")
	p.seesNot("Saved filters")
	p.press("c")
	p.sees("Columns")
	p.press("c")
	p.seesNot("[x]")
}
