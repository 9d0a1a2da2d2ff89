package ui

import (
	"context"
	"fmt"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

// yard makes a location and leads a person with devices to Manage devices.
func (p *person) makesYard(customer, name string) domain.Location {
	p.t.Helper()
	owner, err := p.console.db.ActAs(context.Background(), "", "ann")
	if err != nil {
		p.t.Fatal(err)
	}
	rights, err := p.console.db.Standing(context.Background(), owner)
	if err != nil {
		p.t.Fatal(err)
	}
	id, err := rights.Rights.Resolve(customer)
	if err != nil {
		p.t.Fatal(err)
	}
	l, err := p.console.db.CreateLocation(context.Background(), owner, domain.Location{Customer: id, Name: name, Email: "yard@acme.example"})
	if err != nil {
		p.t.Fatal(err)
	}
	return l
}

// there is how many devices of a filter are at a location.
func (p *person) there(filter string, at domain.ID) int {
	n := 0
	for _, d := range p.devices(filter) {
		if d.Location == at {
			n++
		}
	}
	return n
}

func TestManagePlacing(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := as(t, "tom")
			nordics := p.makesYard("Acme HQ/Nordics", "Quay 1")
			p.resizes(size[0], size[1])
			cranes := len(p.devices("crane oslo"))
			p.console.goTab("Devices")
			p.run(p.console.show())
			p.press("l")
			p.reads("Put devices at")
			p.types("quay 1")
			p.reads("Quay 1")
			p.press("enter")
			p.reads("At Quay 1")
			p.press("/")
			p.types("crane oslo")
			p.press("enter", "a", "enter")
			p.reads(fmt.Sprintf("%d will move", cranes))
			p.isExact("the preview of a placement")
			p.resizes(size[0], size[1])
			p.press("p")
			p.reads(fmt.Sprintf("Put %d devices at Quay 1.", cranes))
			if got := p.there("crane oslo", nordics.ID); got != cranes {
				t.Errorf("%d of %d are there", got, cranes)
			}
			p.press("u", "y")
			p.reads(fmt.Sprintf("Put %d devices back.", cranes))
			if got := p.there("crane oslo", nordics.ID); got != 0 {
				t.Errorf("%d are still there", got)
			}
			p.press("enter") // everything as it was
			p.reads(fmt.Sprintf("%d will move", cranes))
			p.press("t")
			p.types("no location")
			p.press("enter")
			p.press("o") // the marks go along
			p.reads("What is to be done?")
			p.press("enter")
			p.choosesTarget("helsinki")
			p.reads(fmt.Sprintf("%d will move", cranes))
		})
	}
}

func TestManageTellsWhatCannotBePlaced(t *testing.T) {
	p := as(t, "ann")
	p.makesYard("Acme HQ/Nordics", "Quay 1")
	p.console.goTab("Devices")
	p.run(p.console.show())
	p.press("l")
	p.types("quay")
	p.press("enter", "/")
	p.types("crane iberia")
	p.press("enter", "a", "enter")
	p.reads("can't", "each says why", "Quay 1 is no location of its customer")
	p.press("p")
	p.reads("Nothing of this can move")
}

func TestManageEditing(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := as(t, "tom")
			p.resizes(size[0], size[1])
			rows := p.devices("crane oslo")
			p.console.goTab("Devices")
			p.run(p.console.show())
			p.press("t")
			p.reads("Change devices")
			p.press("ctrl+s")
			p.reads("Say what to change")
			p.types("sandpit, cold")
			p.press("tab", "tab")
			p.types("Liebherr")
			p.press("tab", "tab")
			p.types("12")
			p.press("ctrl+s")
			p.reads("is not a model year")
			p.press("backspace", "backspace")
			p.types("-")
			p.press("ctrl+s")
			p.reads("Change tags +sandpit")
			p.press("tab")
			p.pastes(unitIDs(rows)[0] + "\n" + unitIDs(rows)[1] + "\nzz-top\n")
			p.reads("2 will change")
			if size[1] >= 24 {
				p.press("down", "s", "home")
				p.reads(fmt.Sprintf("will change: %s · year: %d → none; tags: ", rows[0].Name, rows[0].Year))
			}
			p.isExact("the preview of an edit")
			p.resizes(size[0], size[1])
			p.press("p")
			p.reads("Changed 2 devices. u undoes it.")
			changed := p.devices("sandpit")
			if len(changed) != 2 || changed[0].Make != "Liebherr" || changed[0].Year != 0 {
				t.Errorf("%d changed", len(changed))
			}
			p.press("u", "y")
			p.reads("Gave 2 devices back what they had.")
			if left := p.devices("sandpit"); len(left) != 0 {
				t.Errorf("%d left", len(left))
			}
			p.press("enter", "t")
			p.reads("sandpit, cold")
			p.press("esc")
			p.reads("2 will change")
		})
	}
}

// TestManagePlaceOpensAtALocation is the way in from a location.
func TestManagePlaceOpensAtALocation(t *testing.T) {
	p := as(t, "tom")
	l := p.makesYard("Acme HQ/Nordics", "Quay 1")
	p.console.goTab("Devices")
	p.run(p.console.push(newManagePlace(p.console, store.LocationRow{Location: l})))
	p.reads("At Quay 1")
	p.press("esc")
	p.seesNot("At  ")
}

func TestThoseWhoMayNotEditAreToldWhy(t *testing.T) {
	p := as(t, "felix")
	p.console.goTab("Devices")
	p.run(p.console.show())
	for _, key := range []string{"t", "l"} {
		p.press(key)
		p.seesNot("Change devices", "Put devices at")
	}
}

func TestEditsAreReadAsTyped(t *testing.T) {
	c, err := readEdits(map[string]string{"make": " Ford ", "model": "-", "year": "2024", inputAddTags: "a; b"})
	if err != nil || *c.Make != "Ford" || *c.Model != "" || *c.Year != 2024 || len(c.AddTags) != 2 || c.Type != nil {
		t.Errorf("%+v, %v", c, err)
	}
	for field, typed := range map[string]map[string]string{
		inputAddTags: {inputAddTags: "a\x1bb"}, inputRemoveTags: {inputAddTags: "a", inputRemoveTags: "A"}, "year": {"year": "x"}, "make": {"make": "\x01"},
	} {
		_, err := readEdits(typed)
		e, ok := err.(*domain.Error)
		if !ok || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
