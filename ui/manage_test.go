package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// managing puts a person before Manage devices with Helsinki as the target.
func managingAs(t *testing.T, username string) *person {
	t.Helper()
	p := as(t, username)
	p.opensManage()
	p.choosesTarget("helsinki")
	return p
}

func (p *person) opensManage() {
	p.t.Helper()
	p.console.goTab("Devices")
	p.run(p.console.show())
	p.press("m")
	p.sees("Move devices to")
}

func (p *person) choosesTarget(name string) {
	p.t.Helper()
	p.types(name)
	p.press("enter")
	p.sees("To ")
}

// devices are those that the person sees and that match.
func (p *person) devices(filter string) []store.DeviceRow {
	p.t.Helper()
	list, err := p.console.db.Devices(context.Background(), p.console.actor, store.DeviceQuery{Below: true, Filter: filter, Page: store.Page{Limit: 10_000}})
	if err != nil {
		p.t.Fatal(err)
	}
	return list.Rows
}

// at is how many devices are with a customer itself.
func (p *person) at(path string) int {
	p.t.Helper()
	id, err := p.console.standing.Rights.Resolve(path)
	if err != nil {
		p.t.Fatal(err)
	}
	list, err := p.console.db.Devices(context.Background(), p.console.actor, store.DeviceQuery{Customer: id})
	if err != nil {
		p.t.Fatal(err)
	}
	return list.Total
}

// pastesAsKeys delivers text as a terminal without bracketed paste does.
func (p *person) pastesAsKeys(pieces ...string) {
	p.t.Helper()
	for _, piece := range pieces {
		ticket := p.console.pastes.put(paste{text: piece, burst: true})
		p.send(tea.PasteMsg{Content: ticket})
	}
	p.settles()
}

func unitIDs(rows []store.DeviceRow) []string {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = rows[i].UnitID.String()
	}
	return ids
}

const helsinki = "Acme HQ/Nordics/Helsinki"

func TestManagePicking(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 10}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			p := managingAs(t, "tom")
			p.resizes(size[0], size[1])
			before, cranes := p.at(helsinki), len(p.devices("crane oslo"))
			p.press("/")
			p.types("crane oslo")
			p.press("enter", "space", "space")
			p.reads("2 marked")
			p.isExact("the picker")
			p.resizes(size[0], size[1])
			p.press("home", "space") // marked already: the mark goes
			p.reads("1 marked")
			p.press("/")
			p.types("no such device")
			p.press("enter")
			p.reads("1 marked, 0 shown", "No device matches")
			p.press("esc", "/")
			p.types("crane oslo")
			p.press("enter", "home", "v", "down", "down", "v")
			p.reads("3 marked")
			p.press("a")
			p.reads(fmt.Sprintf("%d marked", cranes))
			p.press("A")
			p.reads("none marked")
			p.press("a", "enter")
			p.reads(fmt.Sprintf("%d will move", cranes))
			p.press("p")
			p.reads(fmt.Sprintf("Moved %d devices to Helsinki. u", cranes))
			if got := p.at(helsinki); got != before+cranes {
				t.Errorf("%d devices in Helsinki, want %d", got, before+cranes)
			}
			p.press("u", "y")
			p.reads(fmt.Sprintf("Moved %d devices back", cranes))
			if got := p.at(helsinki); got != before {
				t.Errorf("%d devices in Helsinki after the undo, want %d", got, before)
			}
			p.press("u")
			p.reads("undone already")
			p.press("enter")
			p.reads(fmt.Sprintf("%d will move", cranes))
			p.press("esc", "esc", "esc") // to the picker, without filter, away
			p.reads("Leave without saving?")
			p.press("y")
			p.seesNot("Leave without saving?", "To ")
		})
	}
}

// reads is sees without regard to how far words stand apart.
func (p *person) reads(texts ...string) {
	p.t.Helper()
	late := time.After(patience)
	for _, text := range texts {
		for !strings.Contains(strings.Join(strings.Fields(p.screen()), " "), text) {
			select {
			case m := <-p.messages:
				p.send(m)
			case <-late:
				p.t.Fatalf("%q isn't on the screen:\n%s", text, p.screen())
			}
		}
	}
}

// faults is a paste with every class in it, and how many of each.
func faults(p *person) (text string, moved, there int) {
	there = 2
	out := unitIDs(p.devices("crane oslo"))
	in := unitIDs(p.devices("helsinki"))
	lines := append([]string{"\ufeffUnit ID\r"}, out...)
	lines = append(lines,
		"", in[0], strings.ToUpper(in[1]),
		strings.ReplaceAll(out[0], "-", ""),    // repeated
		"23762a22-b752-4d89-6370-aacda9d029",   // malformed
		"00000000-0000-0000-0000-000000000001", // not found
		"no id at all",                         // malformed
	)
	return strings.Join(lines, "\n"), len(out), there
}

func TestManagePasting(t *testing.T) {
	p := managingAs(t, "tom")
	text, moved, there := faults(p)
	before := p.at(helsinki)
	p.pastes(text)
	p.reads(fmt.Sprintf("%d will move", moved), fmt.Sprintf("%d already there", there), "1 not found", "2 malformed", "1 repeated",
		"malformed: 30 hex digits, not 32", "from Oslo")
	first := moved + 6 // of the failed lines: the header and an empty line count
	p.reads(fmt.Sprintf("%d 23762a22", first))
	p.isExact("the preview")
	if got := p.at(helsinki); got != before {
		t.Errorf("%d devices in Helsinki before anything was processed, want %d", got, before)
	}

	p.press("s")
	p.reads("will move from Oslo: ", "repeats line 2")
	p.press("s", "home", "c")
	p.reads("3 lines that can't move", "23762a22-b752-4d89-6370-aacda9d029", "no id at all", "Copied 3 lines.")
	p.isExact("what was copied")
	p.press("esc", "tab")
	p.reads("none marked")
	p.press("tab", "down")
	p.reads("23762a22")

	p.press("e")
	p.isExact("a line being corrected")
	for range len("23762a22-b752-4d89-6370-aacda9d029") {
		p.press("backspace")
	}
	p.press("esc")
	p.reads("Leave the line as it was?")
	p.press("n")
	other := unitIDs(p.devices("crane odense"))[0]
	p.types(other)
	p.press("enter")
	p.reads(fmt.Sprintf("%d will move", moved+1), "1 malformed", fmt.Sprintf("%d 00000000", first+1))

	p.press("home", "x")
	p.reads("1 malformed")
	p.seesNot("not found")
	p.reads(fmt.Sprintf("%d no id at all", first+2))

	p.press("p")
	p.reads(fmt.Sprintf("Moved %d devices to Helsinki. u undoes it.", moved+1))
	p.isExact("the result")
	if got := p.at(helsinki); got != before+moved+1 {
		t.Errorf("%d devices in Helsinki, want %d", got, before+moved+1)
	}
	p.press("esc")
	p.reads("1 line couldn't move")
	p.press("n", "enter")
	p.reads(fmt.Sprintf("%d no id at all", first+2), "0 will move")
	p.press("p")
	p.reads("Nothing of this can move.")
	p.press("X")
	p.reads("Take all lines out?")
	p.press("y", "esc", "esc")
	p.seesNot("Leave without saving?", "To ")
}

func TestManageOnASmallScreen(t *testing.T) {
	p := managingAs(t, "tom")
	p.resizes(40, 10)
	units := unitIDs(p.devices("crane odense"))
	p.press("tab")
	p.types(units[0])
	p.press("enter")
	p.reads("1 will move")
	p.types(units[1][:8])
	p.press("enter", "enter")
	p.reads("2 will move")
	p.press("p")
	p.reads("Moved 2 devices to Helsinki.", "u", "undoes it.")
	p.press("u", "y")
	p.reads("Moved 2 devices back")
}

func TestManageAmbiguousLines(t *testing.T) {
	p := as(t, "ann")
	nordics, err := p.console.standing.Rights.Resolve("Acme HQ/Nordics/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		unit, _ := domain.ParseUnitID(fmt.Sprintf("a1eeabbd-0000-0000-0000-00000000000%d", i))
		_, err := p.console.db.RegisterDevice(context.Background(), p.console.actor,
			domain.Device{Customer: nordics, UnitID: unit, Name: fmt.Sprintf("Twin %d", i)})
		if err != nil {
			t.Fatal(err)
		}
	}
	p.opensManage()
	p.choosesTarget("helsinki")
	p.pastes("a1eeabbd")
	p.reads("0 will move", "1 ambiguous", "ambiguous: Twin 0, Twin 1")
	p.press("p")
	p.reads("Nothing of this can move.")
	p.press("e", "down", "down")
	p.reads("a1eeabbd-0000-0000-0000-000000000001", "Twin 1")
	p.press("enter")
	p.reads("1 will move", "from Oslo: Twin 1")
	p.console.width = 200
	p.reads("Last communication")
}

func TestManageTypingAndPickingTogether(t *testing.T) {
	p := managingAs(t, "tom")
	p.press("space", "tab")
	p.types(unitIDs(p.devices("crane odense"))[0])
	p.press("down")
	p.reads("1 line, 1 device marked", "2 will move")
	p.press("home", "x")
	p.reads("1 will move")
	p.press("i")
	p.types("half a li")
	p.press("tab")
	p.reads("none marked")
	p.press("tab")
	p.reads("half a li")
	p.press("esc", "esc")
	p.reads("the lines you pasted or typed")
}

func TestManageTooMuch(t *testing.T) {
	p := managingAs(t, "tom")
	units := unitIDs(p.devices("crane odense"))
	p.pastes(units[0])
	p.reads("1 will move")

	p.pastes(strings.Repeat("a1eeabbd-0000-0000-0000-000000000001\n", domain.MaxPasteBytes/37+1))
	p.reads("more than 8 MiB", "1 will move", "1 line")
	p.pastes(strings.Repeat("a1eeabbd\n", domain.MaxPasteIDs))
	p.reads("more than 100,000", "1 will move", "From 1 line")

	// As keys it comes in pieces: those of it that fitted are taken back.
	piece := strings.Repeat("a1eeabbd\n", 40_000)
	p.pastesAsKeys(piece, piece, piece, piece)
	p.reads("From 1 line", "1 will move")
	p.pastesAsKeys(piece)
	p.reads("From 1 line")
	p.press("backspace")
	p.pastesAsKeys(units[1] + "\r")
	p.reads("2 will move")
}

func TestManagePastedAsKeys(t *testing.T) {
	p := managingAs(t, "tom")
	units := unitIDs(p.devices("crane"))
	text := strings.Join(units, "\r") + "\r"
	var pieces []string
	for len(text) > 50 {
		pieces, text = append(pieces, text[:50]), text[50:]
	}
	p.pastesAsKeys(append(pieces, text)...)
	p.reads(fmt.Sprintf("From %d lines", len(units)), fmt.Sprintf("%d will move", len(units)-len(p.devices("crane helsinki"))))
	p.types("0123") // the tail of a paste may come as keys: it must not be taken for actions
	p.reads("0123")

	p = managingAs(t, "tom")
	p.pastesAsKeys(units[0], units[1]) // two pastes
	p.reads("1 line", "1 will move", units[1])
	p.press("down")
	p.reads("2 lines", "2 will move")

	p = managingAs(t, "tom") // single keys in the middle of it
	p.pastesAsKeys(units[0] + "\r" + units[1][:7])
	p.types(units[1][7:8])
	p.pastesAsKeys(units[1][8:] + "\r" + units[2])
	p.press("enter", "enter")
	p.reads("3 lines", "3 will move")
}

func TestManageFollowsWhatOthersDo(t *testing.T) {
	p := managingAs(t, "tom")
	cranes := p.devices("crane oslo")
	p.pastes(strings.Join(unitIDs(cranes), "\n"))
	p.reads(fmt.Sprintf("%d will move", len(cranes)))
	to, _ := p.console.standing.Rights.Resolve(helsinki)
	_, err := p.console.db.RunBulk(context.Background(), p.console.actor, store.Assignment{To: to, Devices: []domain.ID{cranes[0].ID}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	p.reads(fmt.Sprintf("%d will move", len(cranes)-1), "1 already there")
}

func TestManageStopped(t *testing.T) {
	p := managingAs(t, "tom")
	before := p.at(helsinki)
	p.pastes(unitIDs(p.devices("crane oslo"))[0])
	p.reads("1 will move")
	_, work := p.console.Update(keyNamed("p"))
	p.reads("Moving 1 device to Helsinki")
	p.console.Update(tea.PasteMsg{Content: "more"})
	p.reads("Devices are being moved.")
	p.console.Update(keyNamed("esc"))
	p.run(work)
	p.settles()
	p.reads("Stopped. Nothing was moved.", "1 will move")
	if got := p.at(helsinki); got != before {
		t.Errorf("%d devices in Helsinki, want %d", got, before)
	}
	s := p.console.body().(*manage)
	p.run(s.processed(moves{}, domain.Errorf(domain.Uncertain, "", "It may or may not have been saved.")))
	p.reads("It may or may not have been saved.")
	p.isExact("trouble")
	p.press("up")
	p.reads("It may or may not have been saved.")
}

func TestManageInAScope(t *testing.T) {
	p := as(t, "ann")
	oslo, err := p.console.standing.Rights.Resolve("Acme HQ/Nordics/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	p.run(p.console.setScope(oslo))
	p.opensManage()
	p.choosesTarget("helsinki")
	p.reads("devices in Oslo")
	p.press("a", "w")
	p.reads("2,000 devices")
	p.press("a")
	p.reads("2,000 marked")
	p.press("space")
	p.reads("1,999 marked")
	p.press("w")
	p.reads("devices in Oslo", "1,999 marked, ")
}

func TestManageAsOthers(t *testing.T) {
	p := as(t, "felix") // fleet management: sees devices, moves none
	p.console.goTab("Devices")
	p.run(p.console.show())
	p.press("m")
	p.seesNot("Move devices to")
	p.reads("It takes Account Administrator, or Full Device Access with Device Management")

	p = as(t, "tom") // what is outside of Nordics isn't there, in any way
	outside := as(t, "ann").devices("benelux")[0].UnitID.String()
	p.opensManage()
	p.types("benelux")
	p.reads("No customer is called that")
	p.press("esc")
	p.seesNot("Manage")
	p.press("m")
	p.choosesTarget("helsinki")
	p.pastes(outside)
	p.reads("1 not found")
}

func TestManageAnEmptyFleet(t *testing.T) {
	path := t.TempDir() + "/empty.db"
	db, err := store.Create(context.Background(), path, storeOptions())
	if err != nil {
		t.Fatal(err)
	}
	_, _, _, err = db.Init(context.Background(), domain.Actor{Operator: true, Door: domain.DoorConsole}, store.NewAccount{
		Account:  domain.Account{Name: "Empty", Email: "ops@empty.example", Country: "DK", Settings: domain.DefaultSettings("DK")},
		Owner:    domain.User{Username: "eve"},
		Password: "nobody has any device",
	})
	if err != nil {
		t.Fatal(err)
	}
	p := sitDown(t, Options{Path: path, Door: domain.DoorConsole, From: "test", Now: clock,
		Open: func(context.Context) (*store.DB, error) { return db, nil }})
	p.types("eve")
	p.press("enter")
	p.types("nobody has any device")
	p.press("enter")
	p.opensManage()
	p.press("enter")
	p.reads("There is no device yet.")
	p.press("space")
	p.reads("There is no device yet.")
	p.isExact("an empty picker")
	p.press("enter")
	p.reads("Nothing is marked yet.")
}

func TestManageHostileLines(t *testing.T) {
	p := managingAs(t, "tom")
	p.pastes(hostile + "\n" + strings.Repeat("x", 100_000) + "\nab\x00cd\n" + hostile)
	p.isExact("hostile lines")
	p.press("s", "end")
	p.isExact("all hostile lines")
	p.press("home", "e")
	p.isExact("a hostile line being corrected")
	p.press("esc", "c")
	p.isExact("hostile lines that were copied")
}

func TestManageAHundredThousandLines(t *testing.T) {
	p := managingAs(t, "tom")
	units := unitIDs(p.devices(""))
	there := len(p.devices("helsinki"))
	var b strings.Builder
	for _, unit := range units {
		b.WriteString(unit + "\r\n")
	}
	n := domain.MaxPasteIDs - len(units)
	for i := range n {
		fmt.Fprintf(&b, "ffffffff-0000-0000-0000-%012x\r\n", i)
	}
	p.pastes(b.String())
	p.reads("From 100,000 lines", fmt.Sprintf("%d will move", len(units)-there))

	started := time.Now()
	const moves = 200
	for range moves {
		p.console.Update(keyNamed("down"))
		p.console.frame()
	}
	if each := time.Since(started) / moves; each > 5*time.Millisecond {
		t.Errorf("moving the cursor takes %v among 100,000 lines", each)
	}
	p.settles()
	p.press("end", "x")
	p.reads("From 99,999 lines")
	p.press("end", "e", "backspace", "enter")
	p.reads("1 malformed")
	p.press("p")
	p.reads(fmt.Sprintf("Moved %d devices to Helsinki", len(units)-there))
	p.press("enter")
	p.reads("0 will move")
}

func TestManageTellsTheWholeOfTheLineUnderTheCursor(t *testing.T) {
	p := managingAs(t, "tom")
	units := unitIDs(p.devices(""))
	p.pastes("unit id;name\n" + units[0] + ";Van One of the workshop\n12b7\n")
	p.reads("From 2 lines, other words left aside")
	p.reads("malformed: 4 hex digits, and a prefix takes 8")
	p.press("s", "home")
	p.reads("1 other word of the line left aside", "s show failed")
	p.resizes(40, 10)
	p.press("end")
	p.reads("malformed: 4 hex digits, and a prefix takes 8")
	p.isExact("a small preview")
	p.press("e")
	p.types("5")
	p.isExact("a line corrected in a small preview")
	p.press("enter")
	p.reads("5 hex digits")
}

func TestCopiedLinesAreReadWhole(t *testing.T) {
	p := managingAs(t, "tom")
	p.resizes(40, 10)
	long := "no such thing as this is known to anybody who is here"
	p.pastes(long)
	p.press("c")
	p.reads("known to", "here")
	p.isExact("copied lines on a small screen")
}
