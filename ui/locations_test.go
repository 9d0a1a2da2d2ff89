package ui

import (
	"strings"
	"testing"

	"tenantry/domain"
	"tenantry/store"
)

// locationNow is a location of the sample as it is stored.
func (p *person) locationNow(name string) store.LocationDetail {
	p.t.Helper()
	list, err := p.console.db.Locations(p.t.Context(), p.operator(), store.LocationQuery{Page: store.Page{Limit: 100}})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, l := range list.Rows {
		if l.Name == name {
			detail, err := p.console.db.Location(p.t.Context(), p.operator(), l.ID)
			if err != nil {
				p.t.Fatal(err)
			}
			return detail
		}
	}
	p.t.Fatalf("there is no location %s", name)
	return store.LocationDetail{}
}

// findsLocation puts the cursor on a location.
func (p *person) findsLocation(name string) {
	p.press("/")
	p.types(name)
	p.press("enter")
	p.sees("› " + name)
}

func TestTheListOfLocations(t *testing.T) {
	p := as(t, "ann")
	p.goes("Locations")
	p.sees("13 locations", "Location", "Customer", "Devices", "Limited", "Quay 4", "Hall 1")
	if l := p.line("Quay 4"); !strings.Contains(l, "9") || !strings.Contains(l, "1") {
		t.Errorf("%q", l)
	}
	p.findsLocation("Winter store")
	p.sees("1 of 13 locations", "Empty until the season ends.")
	p.press("d")
	p.sees("Delete Winter store?")
	p.press("n", "esc", "s")
	p.sees("Sorted by customer. S turns it round.")
	p.press("s", "S", "home")
	p.sees("› ")
	p.resizes(150, 40)
	p.sees("Location ID", "Devices there")
}

func TestALocationIsMadeChangedAndDeleted(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("odense")
	p.press("enter")
	p.goes("Locations")
	p.isTold("There is no location here yet. n makes one")
	p.press("n")
	p.types("North gate")
	p.press("ctrl+s")
	p.isTold("email")
	p.types("gate@acme.example")
	p.press("ctrl+s")
	p.sees("Made North gate. l limits users to it.", "› North gate")
	made := p.locationNow("North gate")
	if made.CustomerPath != "Acme HQ/Nordics/Odense" {
		t.Errorf("%+v", made)
	}
	// Somebody else is at it, too.
	other := made.Location
	other.Phone = "+45 11 22 33 44"
	p.press("e")
	p.sees("stays with its customer", "North gate")
	if _, err := p.console.db.EditLocation(t.Context(), p.operator(), other); err != nil {
		t.Fatal(err)
	}
	p.types(" 2")
	p.press("ctrl+s")
	p.sees("It was changed by the operator", "+45 11 22 33 44")
	p.press("ctrl+s")
	p.sees("Saved North gate 2.")
	p.press("enter")
	p.sees("Nobody whom you may know of. l limits users to it.")
	p.press("d", "y")
	p.sees("Deleted North gate 2.", "There is no location here yet")
}

func TestUsersAreLimitedFromALocation(t *testing.T) {
	p := as(t, "ann")
	p.goes("Locations")
	p.findsLocation("Cold store")
	p.press("enter", "l")
	p.sees("Limited to Cold store", "jonas", "2 others")
	p.press("/")
	p.types("tom")
	p.press("enter", "space", "enter")
	p.sees("tom is limited to Cold store now.", "sees only what is here")
	if u := p.userNow("tom"); len(u.Locations) != 1 {
		t.Errorf("tom is limited to %v", u.Locations)
	}
	p.press("d")
	p.isTold("tom is limited to this location alone")
	p.press("l", "/")
	p.types("tom")
	p.press("enter", "space", "enter")
	p.sees("Lift the limit of tom?", "wherever it is")
	p.press("n")
	if u := p.userNow("tom"); len(u.Locations) != 1 {
		t.Errorf("tom is limited to %v", u.Locations)
	}
	p.press("l", "/")
	p.types("tom")
	p.press("enter", "space", "enter", "y")
	p.sees("tom is no longer limited to Cold store, nor to any other location.")
	if u := p.userNow("tom"); len(u.Locations) != 0 {
		t.Errorf("tom is limited to %v", u.Locations)
	}
	// From the user's side the same is asked.
	u := p.userNow("tom").User
	u.Locations = []domain.ID{p.locationNow("Cold store").ID}
	if _, err := p.console.db.EditUser(t.Context(), p.operator(), u); err != nil {
		t.Fatal(err)
	}
	p.goes("Users")
	p.findsUser("tom")
	p.press("e")
	p.goesTo("Limited to")
	p.press("space", "A", "enter", "ctrl+s")
	p.sees("Save Tom Bakke?", "tom is limited to Cold store", "will see every device")
	p.press("n")
	if u := p.userNow("tom"); len(u.Locations) != 1 {
		t.Errorf("tom is limited to %v", u.Locations)
	}
	p.press("ctrl+s", "y")
	p.sees("Saved Tom Bakke.")
	if u := p.userNow("tom"); len(u.Locations) != 0 {
		t.Errorf("tom is limited to %v", u.Locations)
	}
	p.goes("Locations")
	p.findsLocation("Cold store")
	p.press("enter")
	// What was ticked isn't lost by esc.
	p.press("l", "down", "space", "esc")
	p.sees("isn't saved")
}

func TestTheDevicesAtALocation(t *testing.T) {
	p := as(t, "ann")
	p.goes("Locations")
	p.findsLocation("Quay 4")
	p.press("v")
	p.sees("9 devices", "Devices at Quay 4")
	p.press("b")
	p.isTold("This list is of one location.")
	p.press("esc")
	p.sees("1 of 13 locations")
	p.press("esc")
	p.findsLocation("Winter store")
	p.press("v")
	p.isTold("There is no device at Winter store.")
	p.press("esc", "m")
	p.sees("Winter store", "From")
}

// TestALimitedUserIsToldSo everywhere.
func TestALimitedUserIsToldSo(t *testing.T) {
	p := as(t, "jonas")
	p.goes("Devices")
	p.sees("16 devices, limited", "Limited to Quay 4, Container yard: only the devices there are listed.")
	p.press("enter")
	p.sees("you are limited to Quay 4, Container")
	p.press("esc", "/")
	p.types("zzzz")
	p.press("enter", "esc")
	p.goes("Locations")
	p.sees("3 locations")
	if l := p.line("Cold store"); !strings.Contains(l, "?") {
		t.Errorf("%q tells how many devices are there", l)
	}
	p.findsLocation("Cold store")
	p.press("v")
	p.isTold("You are limited to Quay 4, Container yard, and see no device here.")
	p.press("l")
	p.isTold("It takes Account Administrator")
}

func TestADeviceIsPutAtALocation(t *testing.T) {
	p := as(t, "ann")
	p.goes("Locations")
	p.findsLocation("Winter store")
	winter := p.locationNow("Winter store")
	if winter.Devices != 0 {
		t.Fatalf("%d devices", winter.Devices)
	}
	p.press("@Customers")
	p.findsCustomer("lisboa")
	p.press("enter")
	p.goes("Devices")
	p.press("e", "down")
	p.sees("Location", "none")
	p.press("shift+tab") // back to the name
	p.press("tab", "tab", "space")
	p.sees("Where it is", "Winter store", "no location")
	p.types("winter")
	p.seesNot("no location")
	p.press("enter")
	p.sees("Winter store")
	p.press("ctrl+s")
	p.sees("Saved ")
	if winter = p.locationNow("Winter store"); winter.Devices != 1 {
		t.Errorf("%d devices", winter.Devices)
	}

	// The chooser begins where the device is, and none is a choice too.
	p.press("e", "down", "tab", "space")
	p.press("enter")
	p.sees("Location  Winter store")
	p.press("space")
	p.types("no loc")
	p.press("enter")
	p.sees("Location  none")
	p.press("ctrl+s")
	p.sees("Saved ")
	if winter = p.locationNow("Winter store"); winter.Devices != 0 {
		t.Errorf("%d devices", winter.Devices)
	}
}

func TestWhoMayManageNoLocationHasNoTab(t *testing.T) {
	p := as(t, "tom")
	p.seesNot("Locations")
	_, err := p.console.db.Locations(t.Context(), p.console.actor, store.LocationQuery{})
	if domain.KindOf(err) != domain.Refused {
		t.Error(err)
	}
}

func TestDevicesArePutHereFromTheLocation(t *testing.T) {
	p := as(t, "ann")
	before := p.locationNow("Cold store")
	p.press("@Locations", "/")
	p.types("cold store")
	p.press("enter", "m")
	p.reads("At Cold store")
	rows := p.devices("crane aalborg")
	p.press("tab")
	p.pastes(strings.Join(unitIDs(rows)[:3], "\n") + "\n")
	p.reads("3 will move")
	p.press("p")
	p.reads("Put 3 devices at Cold store.")
	if now := p.locationNow("Cold store"); now.Devices != before.Devices+3 {
		t.Errorf("%d devices, before %d", now.Devices, before.Devices)
	}
	p.press("esc")
	p.seesNot("Put 3 devices")
	p.sees("Cold store")
}

// TestLocationsSayNoKeyThatIsOfNoUse: who manages locations and edits no users
// isn't told to limit some, and hears why devices aren't counted.
func TestLocationsSayNoKeyThatIsOfNoUse(t *testing.T) {
	p := as(t, "nina")
	p.press("@Locations")
	p.sees("? is what isn't counted: you don't see the devices there.")
	p.press("enter")
	p.sees("Nobody whom you may know of.")
	p.seesNot("l limits")
}
