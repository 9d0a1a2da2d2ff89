package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// jump is what the palette offers to go to, because something in reach is called
// what was typed: devices by any of their identifiers, users and locations by
// name. What was found for the text of before stands until the answer is there.
type jump struct {
	offers []command
	failed string // why it can't be looked for
	// entered says that enter was pressed before the answer was there, and at
	// which row that was, "" for the first.
	entered bool
	at      string
}

// offersOfAKind is how many devices, or users, or locations are offered, and how
// many customers come before them.
const offersOfAKind = 6

// meant is what somebody may mean by a text.
type meant struct {
	devices   []meantDevice
	more      int    // devices, with those offered; 0 where these are all
	filter    string // which lists them
	users     store.UserList
	locations []store.LocationRow
}

// meantDevice is a device, and the field by which it was found.
type meantDevice struct {
	store.DeviceRow
	by domain.FilterField
}

// lookUp looks for what is called what stands in the field.
func (o *palette) lookUp() tea.Cmd {
	text := o.field.Value()
	o.jump.entered = false
	if len(domain.Identifiers(text)) == 0 {
		o.cancel("jump")
		o.jump = jump{}
		o.narrow()
		return nil
	}
	l := looking{db: o.db, actor: o.actor, text: text, fleet: o.searchable,
		devices:   o.whyNotAnywhere(domain.DevicesSee) == "",
		users:     o.whyNotAnywhere(domain.UsersList) == "",
		locations: o.whyNotAnywhere(domain.LocationsManage) == "",
	}
	return ask(&o.base, "jump", l.look, o.arrived)
}

func (o *palette) arrived(found meant, err error) tea.Cmd {
	before := o.jump
	o.jump = jump{offers: o.jumps(found)}
	if err != nil {
		o.jump.failed = sentence(err)
	}
	o.table.SetSource(commandRows(o.matching()))
	key, _ := o.table.CursorKey()
	if before.entered && (before.at == "" || before.at == key) {
		return o.take()
	}
	return nil
}

// waits says that the answer to what was typed must be there before a row is
// taken, and remembers to take it then: another may stand there by then.
func (o *palette) waits(rows []command, i int) bool {
	if !o.busy("jump") || i >= 0 && i < len(rows) && rows[i].kind != foundCommand {
		return false
	}
	o.jump.entered, o.jump.at = true, ""
	if i > 0 {
		o.jump.at, _ = o.table.CursorKey()
	}
	return true
}

func (o *palette) whyNothing() string {
	switch {
	case o.busy("jump"):
		return "Looking…"
	case o.jump.failed != "":
		return o.jump.failed
	case !o.searchable && o.whyNotAnywhere(domain.DevicesSee) == "":
		return "Nothing is called that. Devices are still being read: until then, give the whole unit ID of one."
	}
	return "Nothing is called that."
}

// cleared does something to the screen itself, once what lies over it is gone.
func (c *Console) cleared(do func() tea.Cmd) tea.Cmd {
	if len(c.overlays) == 0 {
		return do()
	}
	return c.guard(c.top(), func() tea.Cmd {
		c.closeOver()
		return c.cleared(do)
	})
}

// jumps are the offers to go to what was found.
func (o *palette) jumps(found meant) (offers []command) {
	add := func(id domain.ID, run func() tea.Cmd, kind string, parts ...string) {
		parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		words := widget.Clean(kind + " " + strings.Join(parts, " "+o.theme.Glyphs.Dot+" "))
		offers = append(offers, command{words: words, id: id.String(), kind: foundCommand, run: run})
	}
	for _, d := range found.devices {
		add(d.ID, func() tea.Cmd { return o.push(newDevice(o.Console, d.ID, &d.DeviceRow)) }, "Device", deviceName(&d.Device), identifierIn(&d), d.CustomerPath)
	}
	home := o.standing.Rights.Home()
	if found.more > 0 && o.whyNotInto(domain.SectionDevices) == "" {
		offers = append(offers, command{words: fmt.Sprintf("List all %s that match", devices(found.more)), kind: foundCommand,
			run: func() tea.Cmd { return o.listDevices(home, false, found.filter) }})
	}
	for _, u := range found.users.Rows {
		add(u.ID, func() tea.Cmd { return o.push(newUser(o.Console, u)) }, "User", u.Username, u.FullName, u.CustomerPath)
	}
	if text := o.field.Value(); found.users.Total > len(found.users.Rows) && o.whyNotInto(domain.SectionUsers) == "" {
		offers = append(offers, command{words: fmt.Sprintf("List all %s that match", counted(found.users.Total, "user", "users")), kind: foundCommand,
			run: func() tea.Cmd { return o.listUsers(home, text) }})
	}
	for _, l := range found.locations {
		add(l.ID, func() tea.Cmd { return o.push(newLocationPage(o.Console, l)) }, "Location", l.Name, l.CustomerPath)
	}
	return offers
}

// identifierIn is the identifier by which a device was found, where its name
// isn't that.
func identifierIn(d *meantDevice) string {
	switch d.by {
	case domain.FilterUnit:
		if d.Name == "" {
			return ""
		}
		return d.UnitID.String()
	case domain.FilterID:
		return "device ID " + d.ID.String()
	case domain.FilterIMEI:
		return "IMEI " + d.IMEI
	case domain.FilterICCID:
		return "ICCID " + d.ICCID
	case domain.FilterPhone:
		return d.Phone
	case domain.FilterVIN:
		return "VIN " + d.VIN
	}
	return d.Plate
}

// looking looks for what is called so, off the loop.
type looking struct {
	db                        *store.DB
	actor                     domain.Actor
	text                      string
	fleet                     bool // it is ready to be searched
	devices, users, locations bool // may be listed
}

func (l looking) look(ctx context.Context) (found meant, err error) {
	if l.devices {
		if err = l.lookForDevices(ctx, &found); err != nil {
			return found, err
		}
	}
	if l.users {
		found.users, err = l.db.Users(ctx, l.actor, store.UserQuery{Filter: l.text, Names: true, Sort: store.SortUserUsername, Page: store.Page{Limit: offersOfAKind}})
	}
	if l.locations && err == nil {
		err = l.lookForLocations(ctx, &found)
	}
	return found, err
}

// lookForDevices looks in one field after the other, the surest first, until
// there are enough.
func (l looking) lookForDevices(ctx context.Context, found *meant) error {
	if !l.fleet {
		row, err := l.db.FindDevice(ctx, l.actor, l.text)
		switch domain.KindOf(err) {
		case domain.NotFound, domain.Conflict, domain.Invalid:
			return nil // there may be, once the fleet is ready
		}
		if err == nil {
			found.devices = []meantDevice{{row, domain.FilterUnit}}
		}
		return err
	}
	fleet, err := l.db.Fleet(ctx, l.actor, nil)
	if err != nil {
		return err
	}
	by := map[domain.ID]domain.FilterField{}
	var ids []domain.ID
	search := func(filter string) (*store.Found, error) {
		return l.db.Search(ctx, l.actor, fleet, store.FleetQuery{Filter: filter})
	}
	for _, way := range domain.Identifiers(l.text) {
		all, err := search(way.Filter)
		if err != nil {
			return err
		}
		for i := range min(all.Len(), 2*offersOfAKind) {
			if id := all.ID(i); by[id] == 0 && len(ids) < offersOfAKind {
				ids, by[id] = append(ids, id), way.Field
			}
		}
		if all.Len() > max(offersOfAKind, found.more) {
			found.more, found.filter = all.Len(), way.Filter
		}
		if len(ids) == offersOfAKind {
			break
		}
	}
	if found.more > 0 {
		// The list is of what its filter would find by the same words.
		if all, err := search(domain.Anywhere(l.text)); err != nil {
			return err
		} else if all.Len() >= found.more {
			found.more, found.filter = all.Len(), domain.Anywhere(l.text)
		}
	}
	rows, err := l.db.DeviceRows(ctx, l.actor, ids)
	for _, row := range rows {
		found.devices = append(found.devices, meantDevice{row, by[row.ID]})
	}
	return err
}

// lookForLocations keeps those whose name it is, not their address.
func (l looking) lookForLocations(ctx context.Context, found *meant) error {
	list, err := l.db.Locations(ctx, l.actor, store.LocationQuery{Filter: l.text, Sort: store.SortLocationName, Page: store.Page{Limit: 1000}})
	words := strings.Fields(domain.Fold(l.text))
	for _, row := range list.Rows {
		if len(found.locations) < offersOfAKind && containsAll(domain.Fold(row.Name), words) {
			found.locations = append(found.locations, row)
		}
	}
	return err
}
