package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

// told is all that somebody is told who asks for everything there is.
func (i *isolated) told(actor domain.Actor) string {
	i.t.Helper()
	var all []any
	add := func(answer any, err error) {
		if errors.As(err, new(*domain.Error)) {
			answer = err
		} else {
			i.must(err)
		}
		all = append(all, answer)
	}
	add(i.Accounts(i.ctx, actor))
	add(i.Account(i.ctx, actor))
	customers, err := i.Customers(i.ctx, actor)
	add(customers.Rows, err)
	for _, row := range customers.Rows {
		add(i.CustomerContents(i.ctx, actor, row.ID))
	}
	users, err := i.Users(i.ctx, actor, UserQuery{})
	add(users, err)
	for _, row := range users.Rows {
		add(i.User(i.ctx, actor, row.ID))
		access, err := i.Access(i.ctx, actor, row.ID)
		add(access.told(), err)
	}
	locations, err := i.Locations(i.ctx, actor, LocationQuery{})
	add(locations, err)
	for _, row := range locations.Rows {
		add(i.Location(i.ctx, actor, row.ID))
		add(i.LimitableUsers(i.ctx, actor, row.ID))
	}
	for _, row := range customers.Rows {
		add(i.LocationsForDevice(i.ctx, actor, row.ID))
	}
	overview, err := i.Overview(i.ctx, actor, OverviewQuery{})
	add(overview, err)
	devices, err := i.Devices(i.ctx, actor, DeviceQuery{})
	add(devices, err)
	for _, row := range devices.Rows {
		history, next, err := i.DeviceHistory(i.ctx, actor, row.ID, Page{})
		add(fmt.Sprintf("%+v %s", history, next), err)
	}
	var export strings.Builder
	_, err = i.ExportDevices(i.ctx, actor, DeviceQuery{}, &export, nil)
	add(export.String(), err)
	events, err := i.AccessEvents(i.ctx, actor, AccessQuery{})
	add(events, err)
	for _, row := range events.Rows {
		add(i.AccessEvent(i.ctx, actor, row.ID))
	}
	audit, err := i.Audit(i.ctx, actor, AuditQuery{})
	add(audit, err)
	for _, row := range audit.Rows {
		add(i.AuditDevices(i.ctx, actor, row.Entry, Page{}))
	}
	return fmt.Sprintf("%+v", all)
}

// told is what an answer says, in words.
func (a Access) told() (words []string) {
	for _, line := range a.Lines {
		words = append(words, line.Own.Text(a.Rights), line.Nested.Text(a.Rights))
	}
	return append(words, a.Summary, fmt.Sprint(a.Devices, a.Users))
}

// TestNothingOutOfReachIsNamed looks for the identities and names of what is out
// of reach in all that people are told.
func TestNothingOutOfReachIsNamed(t *testing.T) {
	i := newIsolated(t)
	all := i.at["no location"]
	for _, who := range i.actors {
		if who.actor.Operator {
			continue
		}
		told := i.told(who.actor)
		hidden := map[string]string{"the owner": i.owner.User.String(), "the owner's name": "owner-acme", "Bolt's owner": "owner-bolt"}
		if who.actor == i.owner {
			hidden = map[string]string{"Bolt's owner": "owner-bolt"}
		}
		for _, at := range who.outside {
			x := i.at[at]
			hidden[at+"'s user"], hidden[at+"'s user name"] = x.user.String(), x.username
			hidden[at+"'s device"], hidden[at+"'s unit"], hidden[at+"'s location"] = x.device.String(), x.unit.String(), x.location.String()
			if at != "the parent" && at != "its own" && at != "a child" { // paths name those above, and rows the parent
				hidden[at] = x.customer.String()
			}
		}
		if who.unseen != "" {
			hidden["the device elsewhere"] = all.device.String()
		}
		for what, word := range hidden {
			if at := strings.Index(told, word); at >= 0 {
				t.Errorf("%s is told %s: …%s…", who.name, what, told[max(0, at-150):min(len(told), at+60)])
			}
		}
	}
}

// TestHistoryLeavesOutWhatHappenedOutOfReach: an entry may list devices of
// several customers, of which somebody reaches one.
func TestHistoryLeavesOutWhatHappenedOutOfReach(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0].actor
	child, parent, sibling := i.at["a child"].customer, i.at["the parent"].customer, i.at["a sibling"].customer
	unit := domain.UnitID{1, 2, 3}
	result, err := i.ImportDevices(i.ctx, i.owner, strings.NewReader(
		"unit_id,name,customer\n"+unit.String()+",Tramp,"+i.at["a sibling"].path+"\n"+domain.UnitID{4}.String()+",Home,"+i.at["a child"].path+"\n"), false, nil)
	i.must(err)
	if result.Added != 2 {
		t.Fatalf("%+v", result)
	}
	found, err := i.FindDevice(i.ctx, i.owner, unit.String())
	i.must(err)
	tramp := found.ID
	own := i.device(i.owner, place{customer: child})
	move := func(to domain.ID, devices ...domain.ID) BulkResult {
		result, err := i.RunBulk(i.ctx, i.owner, Assignment{To: to, Devices: devices}, nil)
		i.must(err)
		return result
	}
	move(parent, tramp, own) // nora lost one of the two
	back := move(sibling, tramp, own)
	_, err = i.UndoBulk(i.ctx, i.owner, back.Entry, nil)
	i.must(err)
	move(child, tramp, own)
	rows, _, err := i.DeviceHistory(i.ctx, nora, tramp, Page{})
	i.must(err)
	if len(rows) != 1 || rows[0].Text != "assigned from elsewhere to Acme HQ/Nordics/Aarhus" || rows[0].Who != "someone" {
		t.Errorf("nora reads %+v", rows)
	}
	rows, _, err = i.DeviceHistory(i.ctx, nora, own, Page{})
	i.must(err)
	if len(rows) != 3 || rows[1].Text != "assigned from Acme HQ/Nordics/Aarhus to elsewhere" {
		t.Errorf("of her own nora reads %+v", rows)
	}
	rows, _, err = i.DeviceHistory(i.ctx, i.owner, tramp, Page{})
	i.must(err)
	if len(rows) != 5 {
		t.Errorf("the owner reads %+v", rows)
	}
}

// TestHistoryNamesNoPlacesOfBefore: a customer that came from elsewhere brings
// its history, and not the names of what it was nested under.
func TestHistoryNamesNoPlacesOfBefore(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0].actor
	secret := i.customer(i.owner, i.main.ID, "Secret Service")
	wanderer := i.customer(i.owner, secret.ID, "Wanderer")
	inner := i.customer(i.owner, wanderer.ID, "Inner")
	yard := i.location(i.tenant, secret.ID, "Hidden Yard")
	hall := i.location(i.tenant, wanderer.ID, "Hall")
	van := i.device(i.owner, place{customer: wanderer.ID})
	nested := i.device(i.owner, place{inner.ID, yard.ID})
	d, err := i.Device(i.ctx, i.owner, van)
	i.must(err)
	for _, at := range ids(yard.ID, hall.ID, yard.ID) {
		d.Location, d.Version = at, 0
		_, err = i.EditDevice(i.ctx, i.owner, d.Device)
		i.must(err)
	}
	i.must(i.DeleteCustomer(i.ctx, i.owner, DeleteCustomer{ID: inner.ID}))
	other := i.customer(i.owner, i.main.ID, "Secret Garden")
	for _, to := range ids(other.ID, i.nordics.ID) {
		_, err := i.MoveCustomer(i.ctx, i.owner, wanderer.ID, to)
		i.must(err)
	}
	for device, want := range map[domain.ID][]string{
		nested: {"location cleared, because Wanderer was moved", "moved to the customer above, because Inner was deleted"},
		van: {
			"location cleared, because Wanderer was moved", "location: Hall → one elsewhere", "location: one elsewhere → Hall",
			"location: none → one elsewhere", "registered",
		},
	} {
		rows, _, err := i.DeviceHistory(i.ctx, nora, device, Page{})
		i.must(err)
		var got []string
		for _, row := range rows {
			got = append(got, row.Text)
			if row.Who != "someone" {
				t.Errorf("nora reads %+v", row)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("nora reads %q, want %q", got, want)
		}
	}
}

// TestUndoCountsOnlyWhatIsSeen: an assignment may list devices that somebody who
// may undo a part of it never saw.
func TestUndoCountsOnlyWhatIsSeen(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0].actor
	child, sibling, parent := i.at["a child"].customer, i.at["a sibling"].customer, i.at["the parent"].customer
	var devices []domain.ID
	for range 5 {
		devices = append(devices, i.device(i.owner, place{customer: sibling}))
	}
	own := i.device(i.owner, place{customer: child})
	result, err := i.RunBulk(i.ctx, i.owner, Assignment{To: parent, Devices: append(slices.Clone(devices), own)}, nil)
	i.must(err)
	undone, err := i.UndoBulk(i.ctx, nora, result.Entry, nil)
	i.must(err)
	if undone.Moved != 0 || undone.Stayed != 1 {
		t.Errorf("nora learns of %+v", undone)
	}
	undone, err = i.UndoBulk(i.ctx, i.owner, result.Entry, nil)
	i.must(err)
	if undone.Moved != 6 || undone.Stayed != 0 {
		t.Errorf("the owner: %+v", undone)
	}
}

// TestUndoTakesTheRightsOfItsMoment: of whoever undoes, at both ends, in the
// tree as it is by then.
func TestUndoTakesTheRightsOfItsMoment(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0]
	child, own := i.at["a child"].customer, i.nordics.ID
	assign := func() domain.ID {
		van := i.device(i.owner, place{customer: own})
		result, err := i.RunBulk(i.ctx, nora.actor, Assignment{To: child, Devices: ids(van)}, nil)
		i.must(err)
		return result.Entry
	}
	taken := assign()
	i.change(nora.actor, func(u *domain.User) { u.Groups &^= domain.FullDeviceAccess | domain.AccountAdministrator })
	_, err := i.UndoBulk(i.ctx, nora.actor, taken, nil)
	kind(t, err, domain.Refused)
	i.change(nora.actor, func(u *domain.User) { u.Groups |= domain.FullDeviceAccess })
	below := i.at["a child"].customer
	i.change(nora.actor, func(u *domain.User) { u.Customer = below }) // it came from above her now
	undone, err := i.UndoBulk(i.ctx, nora.actor, taken, nil)
	i.must(err)
	if undone.Moved != 0 {
		t.Errorf("moved out of reach: %+v", undone)
	}
	// Undoing by somebody else's hand: the entry is known, and nothing is theirs.
	tina := i.actors[7].actor
	_, err = i.UndoBulk(i.ctx, tina, taken, nil)
	kind(t, err, domain.NotFound)
	// What it came from is gone.
	gone := i.customer(i.owner, own, "Gone")
	van := i.device(i.owner, place{customer: gone.ID})
	result, err := i.RunBulk(i.ctx, i.owner, Assignment{To: child, Devices: ids(van)}, nil)
	i.must(err)
	i.must(i.DeleteCustomer(i.ctx, i.owner, DeleteCustomer{ID: gone.ID}))
	undone, err = i.UndoBulk(i.ctx, i.owner, result.Entry, nil)
	i.must(err)
	if undone.Moved != 0 || undone.Stayed != 1 {
		t.Errorf("back to where nothing is: %+v", undone)
	}
}

// change edits a user behind the store's back.
func (f *fixture) change(who domain.Actor, change func(*domain.User)) {
	f.t.Helper()
	f.inTx(func(tx *tx) error {
		u, err := tx.user(who.Account, who.User)
		if err != nil {
			return err
		}
		change(u)
		return tx.putUser(*u)
	})
}

// TestConflictsNameNobodyOutOfReach: what is unique in the installation can't be
// taken twice, which tells that somebody has it, and no more.
func TestConflictsNameNobodyOutOfReach(t *testing.T) {
	i := newIsolated(t)
	nora := i.actors[0].actor
	own := i.at["a child"].customer
	says := map[string][]string{}
	for _, at := range []string{"the parent", "a sibling", "another account"} {
		x := i.at[at]
		_, err := i.CreateUser(i.ctx, nora, domain.User{Customer: own, Username: strings.ToUpper(x.username)}, Start{Password: goodPassword})
		kind(t, err, domain.Conflict)
		says["username"] = append(says["username"], err.Error())
		i.change(domain.Actor{Account: map[bool]domain.ID{true: i.bolt.account.ID, false: i.account.ID}[at == "another account"], User: x.user},
			func(u *domain.User) { u.Email = x.username + "@x.example" })
		_, err = i.CreateUser(i.ctx, nora, domain.User{Customer: own, Username: "fresh", Email: x.username + "@X.example"}, Start{Password: goodPassword})
		kind(t, err, domain.Conflict)
		says["email"] = append(says["email"], err.Error())
		_, err = i.RegisterDevice(i.ctx, nora, domain.Device{Customer: own, UnitID: x.unit})
		kind(t, err, domain.Conflict)
		says["unit"] = append(says["unit"], strings.ReplaceAll(err.Error(), x.unit.String(), "GIVEN"))
		for _, dryRun := range []bool{true, false} {
			result, err := i.ImportDevices(i.ctx, nora, strings.NewReader("unit_id\n"+x.unit.String()+"\n"), dryRun, nil)
			i.must(err)
			says["import"] = append(says["import"], strings.ReplaceAll(result.Rows[0].Error, x.unit.String(), "GIVEN"))
		}
	}
	_, err := i.EditCustomer(i.ctx, nora, domain.Customer{ID: i.nordics.ID, Name: "iberia"})
	kind(t, err, domain.Conflict)
	says["sibling"] = append(says["sibling"], err.Error())
	for what, all := range says {
		slices.Sort(all)
		if len(slices.Compact(all)) != 1 {
			t.Errorf("%s: %q", what, all)
		}
		for _, name := range []string{"Bolt", "Iberia", "owner", "user-", "Van"} {
			if strings.Contains(all[0], name) {
				t.Errorf("%s names %s: %q", what, name, all[0])
			}
		}
	}
}

// TestAnotherAccountsFleetIsNobodysHere: what one account's console holds is of
// no use in another.
func TestAnotherAccountsFleetIsNobodysHere(t *testing.T) {
	i := newIsolated(t)
	theirs, err := i.Fleet(i.ctx, i.bolt.owner, nil)
	i.must(err)
	_, err = i.Search(i.ctx, i.owner, theirs, FleetQuery{})
	kind(t, err, domain.NotFound)
	found, err := i.Search(i.ctx, i.bolt.owner, theirs, FleetQuery{})
	i.must(err)
	var list []domain.ID
	for n := range found.Len() {
		list = append(list, found.ID(n))
	}
	rows, err := i.DeviceRows(i.ctx, i.owner, list)
	i.must(err)
	if len(list) == 0 || len(rows) > 0 {
		t.Errorf("%d of %d rows", len(rows), len(list))
	}
	mine, err := i.Fleet(i.ctx, i.owner, nil)
	i.must(err)
	narrowed, err := i.Search(i.ctx, i.owner, mine, FleetQuery{Filter: "van", Within: found})
	i.must(err)
	for n := range narrowed.Len() {
		if slices.Contains(list, narrowed.ID(n)) {
			t.Errorf("found %s", narrowed.ID(n))
		}
	}
}

// TestCursorsOfOthersOpenNothing: a cursor says where to go on, and no more.
func TestCursorsOfOthersOpenNothing(t *testing.T) {
	i := newIsolated(t)
	bolt, err := i.Devices(i.ctx, i.bolt.owner, DeviceQuery{Page: Page{Limit: 1}})
	i.must(err)
	users, err := i.Users(i.ctx, i.owner, UserQuery{Page: Page{Limit: 3}})
	i.must(err)
	for _, to := range ids(i.at["a sibling"].customer, i.nordics.ID) {
		_, err := i.RunBulk(i.ctx, i.owner, Assignment{To: to, Devices: ids(i.at["its own"].device)}, nil)
		i.must(err)
	}
	_, history, err := i.DeviceHistory(i.ctx, i.owner, i.at["its own"].device, Page{Limit: 1})
	i.must(err)
	for _, who := range i.actors[:10] {
		all := i.told(who.actor)
		for _, cursor := range []string{bolt.Next, users.Next, history, writeCursor("\x00"), writeCursor(strings.Repeat("\x00", 16)), writeCursor("18446744073709551615")} {
			list, err := i.Devices(i.ctx, who.actor, DeviceQuery{Page: Page{Cursor: cursor}})
			if err != nil {
				continue
			}
			for _, row := range list.Rows {
				if !strings.Contains(all, row.ID.String()) {
					t.Errorf("%s sees %s by a cursor", who.name, row.ID)
				}
			}
			people, err := i.Users(i.ctx, who.actor, UserQuery{Page: Page{Cursor: cursor}})
			if err == nil && len(people.Rows) > 0 && !strings.Contains(all, people.Rows[0].ID.String()) {
				t.Errorf("%s sees %s by a cursor", who.name, people.Rows[0].Username)
			}
			_, _, err = i.DeviceHistory(i.ctx, who.actor, i.at["another account"].device, Page{Cursor: cursor})
			if err == nil {
				t.Errorf("%s reads another account's history", who.name)
			}
		}
	}
	// Of how much happens in an account, a cursor tells nothing.
	text, err := readCursor(history)
	i.must(err)
	if _, err := domain.ParseID(text); err != nil {
		t.Errorf("a cursor of the history counts the account's entries: %q", text)
	}
}

// TestNobodyHearsOfAnotherAccount: events stay in their account, and refusals
// make none.
func TestNobodyHearsOfAnotherAccount(t *testing.T) {
	i := newIsolated(t)
	acme, stop := i.Watch(i.account.ID)
	defer stop()
	bolt, stopBolt := i.Watch(i.bolt.account.ID)
	defer stopBolt()
	van := i.device(i.owner, place{customer: i.main.ID})
	_, err := i.RunBulk(i.ctx, i.owner, Assignment{To: i.nordics.ID, Devices: ids(van)}, nil)
	i.must(err)
	_, err = i.MoveCustomer(i.ctx, i.owner, i.at["a sibling"].customer, i.nordics.ID)
	i.must(err)
	_, err = i.ReportDevices(i.ctx, i.operator(), []Report{{UnitID: i.at["its own"].unit, Status: domain.StatusOnline}})
	i.must(err)
	_, err = i.SignIn(i.ctx, domain.DoorConsole, "", "owner-acme", goodPassword)
	i.must(err)
	heard := 0
	for len(acme) > 0 {
		if e := <-acme; e.Account == i.account.ID {
			heard++
		}
	}
	if heard != 5 || len(bolt) != 0 {
		t.Errorf("Acme heard of %d, Bolt of %d", heard, len(bolt))
	}
	_, err = i.EditCustomer(i.ctx, i.actors[0].actor, domain.Customer{ID: i.main.ID, Name: "X"})
	kind(t, err, domain.NotFound)
	if len(acme) != 0 {
		t.Errorf("a refusal was told: %+v", <-acme)
	}
}
