package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
)

// anyDevice is a device that the person sees, with something in every field.
func (p *person) anyDevice(fits func(*store.DeviceRow) bool) store.DeviceRow {
	p.t.Helper()
	all, err := p.console.db.Devices(p.t.Context(), p.console.actor, store.DeviceQuery{Below: true, Page: store.Page{Limit: 10_000}})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, row := range all.Rows {
		if fits(&row) {
			return row
		}
	}
	p.t.Fatal("there is no such device")
	return store.DeviceRow{}
}

func whole(d *store.DeviceRow) bool {
	return d.IMEI != "" && d.ICCID != "" && d.VIN != "" && d.Plate != "" && d.Phone != "" && d.Name != ""
}

func TestJumpToADeviceByAnyIdentifier(t *testing.T) {
	for _, username := range []string{"ann", "tom", "jonas"} {
		p := as(t, username)
		d := p.anyDevice(whole)
		unit := d.UnitID.String()
		p.press("@Profile")
		for _, text := range []string{
			unit, strings.ToUpper(strings.ReplaceAll(unit, "-", "")), unit[:13], " {" + unit + "} ", d.ID.String(), d.ID.String()[:18],
			d.IMEI, d.VIN, d.Plate, strings.ReplaceAll(strings.ToLower(d.Plate), " ", ""), d.ICCID, d.Phone, d.Name,
		} {
			p.press(":")
			p.pastes(text)
			p.press("enter")
			if s, ok := p.console.body().(*device); !ok || s.id != d.ID {
				t.Fatalf("%s, %q leads to:\n%s", username, text, p.screen())
			}
			p.press("esc")
			if _, ok := p.console.body().(*profile); !ok {
				t.Fatalf("esc doesn't lead back:\n%s", p.screen())
			}
		}
	}
}

func TestJumpLeadsNowhereOutOfReach(t *testing.T) {
	owner := as(t, "ann")
	for _, username := range []string{"tom", "jonas"} {
		p := as(t, username)
		seen := map[domain.ID]bool{}
		p.anyDevice(func(d *store.DeviceRow) bool { seen[d.ID] = true; return true })
		all, _ := p.console.db.Devices(t.Context(), p.console.actor, store.DeviceQuery{Below: true, Page: store.Page{Limit: 10_000}})
		for _, row := range all.Rows {
			seen[row.ID] = true
		}
		// Every person has a copy of the same file, with the same identities.
		d := owner.anyDevice(func(d *store.DeviceRow) bool { return whole(d) && !seen[d.ID] })
		for _, text := range []string{d.UnitID.String(), d.ID.String(), d.IMEI, d.VIN, d.ICCID, d.UnitID.String()[:13]} {
			p.press(":")
			p.pastes(text)
			p.sees("Nothing is called that.")
			p.seesNot(d.CustomerPath)
			p.press("esc")
		}
	}
}

func (p *person) commandAtCursor() command {
	o := p.console.top().(*palette)
	return o.matching()[o.table.Cursor()]
}

func TestJumpOffers(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", ":")
	p.types("cr")
	p.seesNot("Device Crane")
	p.eachKey("ane 1 ", func(typed string) { p.sees("Device Crane") })
	p.sees("Device Crane 1 Aalborg", "List all ")
	for !strings.HasPrefix(p.commandAtCursor().words, "List all") {
		p.press("down")
	}
	p.press("enter")
	p.sees("/ crane", "Crane 1 Aalborg")
	p.press("esc", "esc")
	if p.console.tabs[p.console.tab].name != "Customers" {
		t.Fatalf("esc doesn't lead back:\n%s", p.screen())
	}
}

// TestJumpBeforeTheAnswer presses enter as soon as the last letter is typed:
// what opens is what that finds, not what stood there before.
func TestJumpBeforeTheAnswer(t *testing.T) {
	p := as(t, "tom")
	d := p.anyDevice(func(d *store.DeviceRow) bool { return d.Name == "Crane 1 Aalborg" })
	other := p.anyDevice(func(d *store.DeviceRow) bool { return whole(d) && d.ID != d.Customer && d.Name != "Crane 1 Aalborg" })
	p.press(":")
	p.types("crane 1 a")
	p.sees("Device Crane 1 Aalborg")
	for p.console.top().(*palette).field.Value() != "" {
		p.send(keyNamed("backspace"))
	}
	p.send(tea.PasteMsg{Content: other.UnitID.String()})
	p.send(keyNamed("enter"))
	p.settles()
	if s, ok := p.console.body().(*device); !ok || s.id != other.ID || s.id == d.ID {
		t.Fatalf("it leads to:\n%s", p.screen())
	}
}

func TestJumpToAUserOrALocation(t *testing.T) {
	p := as(t, "ann")
	p.press("@Devices", ":")
	p.types("jonas")
	p.sees("User jonas")
	p.press("enter")
	if s, ok := p.console.body().(*user); !ok || s.row.Username != "jonas" {
		t.Fatalf("it leads to:\n%s", p.screen())
	}
	p.press("esc", ":")
	p.types("quay 4")
	p.sees("Location Quay 4")
	p.press("enter")
	p.sees("Quay 4", "Limited to it")
	p.press("esc")
	p.sees("Devices")

	tom := as(t, "tom")
	tom.press(":")
	tom.types("jonas")
	tom.sees("Nothing is called that.")
}

func TestJumpWithHostileText(t *testing.T) {
	p := as(t, "tom")
	p.resizes(40, 10)
	for _, text := range []string{hostile, "\x1b]52;c;aGk=\x07abc", `"""***`, "a:b:c", "-van", strings.Repeat("a ", 500), "'; drop", "status:online", "\u202evan\u202c"} {
		p.press(":")
		p.pastes(text)
		p.isExact("the palette with " + text)
		p.press("esc")
	}
	p.press(":")
	p.types("crane 1")
	p.sees("Device Crane 1")
	p.isExact("offers")
}
