package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

func TestOneDevice(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under()
	p.press("enter")
	p.sees(device.Name, device.UnitID.String(), "Acme HQ / Nordics / Aalborg Harbour", device.VIN, device.IMEI, device.ICCID,
		"Last communication", "History", "imported")
	p.press("y")
	p.sees("Copied " + device.UnitID.String())
	p.press("m")
	p.sees("Move 1 device to")
	p.press("esc")
	p.sees("History")
	p.press("esc")
	if got := p.under(); got.ID != device.ID {
		t.Errorf("the cursor came back on %s", got.Name)
	}
}

func TestEditingADevice(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under()
	p.press("enter", "e")
	p.sees("It is printed on the device and can't be changed.", "Move it with m")
	p.types(" b")
	p.press("ctrl+s")
	p.sees("Saved "+device.Name+" b.", "name: "+device.Name+" → ", "tom")
	p.press("esc")
	p.sees(device.Name + " b")
	p.press("e")
	p.types("c")
	p.press("esc")
	p.sees("Leave without saving?")
	p.press("n")
	p.sees(device.Name + " bc")
	p.press("esc", "y")
	p.seesNot(device.Name + " bc")
}

func TestWhatIsWrongStandsUnderItsField(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("n")
	p.resizes(80, 40)
	p.types("abc")
	p.press("tab")
	p.types("New van")
	p.press("tab", "ctrl+u")
	p.types("nowhere")
	p.press("tab", "tab", "tab", "tab", "tab")
	p.types("20x")
	p.press("ctrl+s")
	p.sees(`"abc" is not a unit ID`, "There is no customer of that name", `"20x" is not a model year`)
	p.press("esc")
	p.sees("Leave without saving?")
}

func TestRegisteringADevice(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("n")
	p.pastes("23762A22-B752-4D89-6370-AACDA9D0291F\n")
	p.press("tab")
	p.types("Crane 0 new")
	p.press("tab", "ctrl+u")
	p.types("oslo")
	p.sees("Acme HQ/Nordics/Oslo")
	p.press("tab", "ctrl+s")
	p.sees("Registered Crane 0 new to Acme HQ / Nordics / Oslo.", "635 devices")
	if got := p.under(); got.Name != "Crane 0 new" || got.UnitID.String() != "23762a22-b752-4d89-6370-aacda9d0291f" {
		t.Errorf("the cursor is on %s", got.Name)
	}
	p.press("n")
	p.pastes("23762a22b7524d896370aacda9d0291f")
	p.press("ctrl+s")
	p.sees("is registered", "it is Crane 0 new of Acme HQ/Nordics/Oslo.")
}

func TestChoosingTheCustomerInTheTree(t *testing.T) {
	p := atDevices(t, "tom")
	p.press("n", "tab", "tab", "ctrl+t")
	p.sees("Register the device to")
	p.types("oslo")
	p.press("enter")
	p.sees("Acme HQ/Nordics/Oslo")
}

func TestTwoEditOneDevice(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under().Device
	p.press("e")
	p.types(" mine")
	theirs := device
	theirs.Name, theirs.Make = "Theirs", "Liebherr"
	if _, err := p.console.db.EditDevice(context.Background(), p.operator(), theirs); err != nil {
		t.Fatal(err)
	}
	p.press("ctrl+s")
	p.sees("It was changed by the operator since you read it.", device.Name+" mine", "Meanwhile it was set to Theirs.", "Liebherr", "Changed meanwhile, from "+device.Make)
	p.press("ctrl+s")
	p.sees("Saved " + device.Name + " mine.")
	saved, err := p.console.db.Device(context.Background(), p.operator(), device.ID)
	if err != nil || saved.Make != "Liebherr" || saved.Name != device.Name+" mine" {
		t.Errorf("saved is %s of %s, %v", saved.Name, saved.Make, err)
	}
}

func TestADeviceThatGoesAway(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under()
	p.press("enter")
	p.sees("History")
	away, err := p.console.standing.Rights.Tree().Resolve("Acme HQ/Iberia")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.console.db.RunBulk(context.Background(), p.operator(), store.Assignment{To: away, Devices: []domain.ID{device.ID}}, nil); err != nil {
		t.Fatal(err)
	}
	p.sees("This device is gone, or no longer within your reach. esc leads back.")
	p.press("e")
	p.sees("gone, or no longer within your reach")
	p.press("esc")
	p.sees("633 devices")
}

func TestOlderHistoryIsReadOn(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under().Device
	for i := range 2*historyPage + 10 {
		device.Tags = []string{fmt.Sprintf("tag %d", i)}
		saved, err := p.console.db.EditDevice(context.Background(), p.operator(), device)
		if err != nil {
			t.Fatal(err)
		}
		device = saved
	}
	p.press("enter")
	p.sees("tag 109", "the operator")
	for range 10 {
		p.press("G")
		if strings.Contains(p.screen(), "imported") {
			break
		}
	}
	p.sees("→ tag 0", "imported")
	p.press("g")
	p.sees("Unit ID", "tag 109")
}

func TestFactsInOneColumnAndInTwo(t *testing.T) {
	p := atDevices(t, "tom")
	device := p.under()
	p.press("enter")
	for _, line := range strings.Split(p.screen(), "\n") {
		if strings.Contains(line, device.IMEI) && !strings.Contains(line, device.ICCID) {
			t.Errorf("80 cells have room for two columns:\n%s", p.screen())
		}
	}
	p.resizes(60, 30)
	for _, line := range strings.Split(p.screen(), "\n") {
		if strings.Contains(line, device.IMEI) && strings.Contains(line, device.ICCID) {
			t.Errorf("60 cells have no room for two columns:\n%s", p.screen())
		}
	}
}
