package store

import (
	"slices"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// This part of the model puts devices at locations and edits many at once.

// drawDevices are some devices as a bulk change names them.
func (m *model) drawDevices() (text string, picked []domain.ID) {
	for range rapid.IntRange(1, 5).Draw(m.rt, "count") {
		id := m.drawDevice()
		if d := m.devices[id]; rapid.Bool().Draw(m.rt, "pasted") && !d.ID.IsZero() {
			text += d.UnitID.String() + "\n"
		} else {
			picked = append(picked, id)
		}
	}
	return text, picked
}

func (m *model) home(location domain.ID) domain.ID {
	for _, l := range m.locations {
		if l.ID == location {
			return l.Customer
		}
	}
	return domain.ID{}
}

// mayPlace says whether somebody may put a device of a customer at a location.
func (m *model) mayPlace(may *domain.Rights, customer, at domain.ID) bool {
	return may.AtLocation(at) && (at.IsZero() || may.Reaches(m.home(at)) && may.Tree().KeepsLocation(m.home(at), customer))
}

func (m *model) Place(*rapid.T) {
	actor, at := m.drawActor(), m.drawLocation()
	may := m.rights(actor)
	p := Placement{At: at}
	p.Text, p.Devices = m.drawDevices()
	result, err := m.RunBulk(m.ctx, actor, p, nil)
	allowed := may.MayAnywhere(domain.DevicesEdit).Allowed && may.AtLocation(at) && (at.IsZero() || may.Reaches(m.home(at)))
	if (err == nil) != allowed {
		m.rt.Fatalf("place: %v, want %v", err, allowed)
	}
	if err != nil {
		return
	}
	e := modelEntry{id: result.Entry, places: true, at: map[domain.ID]place{}, put: map[domain.ID]domain.ID{}}
	for _, row := range result.Rows {
		d := m.devices[row.Device]
		mayEdit := may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed
		switch row.Result {
		case domain.ResultMoved:
			if !mayEdit || d.Location == at || !m.mayPlace(may, d.Customer, at) {
				m.rt.Fatalf("put %+v of %+v", row, d)
			}
			e.at[d.ID], e.put[d.ID] = place{d.Customer, d.Location}, at
			d.Location = at
			m.devices[d.ID] = d
		case domain.ResultAlreadyThere:
			if d.Location != at {
				m.rt.Fatalf("already there: %+v of %+v", row, d)
			}
		case domain.ResultRefused:
			if !mayEdit || m.mayPlace(may, d.Customer, at) {
				m.rt.Fatalf("refused: %+v of %+v", row, d)
			}
		case domain.ResultNotFound:
			if !row.Device.IsZero() {
				m.rt.Fatalf("not found: %+v", row)
			}
		}
	}
	for _, id := range p.Devices {
		d, there := m.devices[id]
		if there && may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed && d.Location != at && m.mayPlace(may, d.Customer, at) {
			m.rt.Fatalf("%s wasn't put there", id)
		}
	}
	if len(e.at) > 0 {
		m.entries = append(m.entries, e)
	}
}

func (m *model) undoPlacement(actor domain.Actor, e modelEntry) {
	may := m.rights(actor)
	undone := modelEntry{places: true, at: map[domain.ID]place{}, put: map[domain.ID]domain.ID{}}
	for id, was := range e.at {
		d := m.devices[id]
		if d.Customer == was.customer && d.Location == e.put[id] && may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed && m.mayPlace(may, d.Customer, was.location) {
			undone.at[id], undone.put[id] = place{d.Customer, d.Location}, was.location
		}
	}
	result, err := m.UndoBulk(m.ctx, actor, e.id, nil)
	if err != nil && len(undone.at) > 0 || err == nil && result.Moved != len(undone.at) {
		m.rt.Fatalf("undo of a placement: %+v, %v, want %d of %d", result, err, len(undone.at), len(e.at))
	}
	for id, at := range undone.put {
		d := m.devices[id]
		d.Location = at
		m.devices[id] = d
	}
	if len(undone.at) > 0 {
		undone.id = result.Entry
		m.entries = append(m.entries, undone)
	}
}

func (m *model) EditMany(*rapid.T) {
	actor := m.drawActor()
	may := m.rights(actor)
	b := DeviceEdits{}
	b.Text, b.Devices = m.drawDevices()
	b.Change.AddTags = rapid.SampledFrom([][]string{nil, {"COLD"}, {"winter"}, {"winter", "van"}}).Draw(m.rt, "add")
	b.Change.RemoveTags = rapid.SampledFrom([][]string{nil, {"tail LIFT"}, {"cold"}}).Draw(m.rt, "remove")
	if kind := rapid.SampledFrom([]string{"-", "", "Ford", "Škoda"}).Draw(m.rt, "made"); kind != "-" {
		b.Change.Make = &kind
	}
	clash := slices.Equal(b.Change.AddTags, []string{"COLD"}) && slices.Equal(b.Change.RemoveTags, []string{"cold"})
	result, err := m.RunBulk(m.ctx, actor, b, nil)
	allowed := may.MayAnywhere(domain.DevicesEdit).Allowed && !b.Change.Empty() && !clash
	if (err == nil) != allowed {
		m.rt.Fatalf("edit many: %v, want %v", err, allowed)
	}
	if err != nil {
		return
	}
	e := modelEntry{id: result.Entry, edited: map[domain.ID][2]domain.Device{}}
	for _, row := range result.Rows {
		d := m.devices[row.Device]
		if row.Result != domain.ResultChanged && row.Result != domain.ResultAlreadySo {
			continue
		}
		after := naiveEdit(d, b.Change)
		if !may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed || sameEdited(d, after) == (row.Result == domain.ResultChanged) {
			m.rt.Fatalf("edited %+v of %+v", row, d)
		}
		if row.Result == domain.ResultChanged {
			e.edited[d.ID] = [2]domain.Device{d, after}
			m.devices[d.ID] = after
		}
		m.sameAsStored(d.ID)
	}
	for _, id := range b.Devices {
		if d, there := m.devices[id]; there && may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed && !sameEdited(d, naiveEdit(d, b.Change)) {
			m.rt.Fatalf("%s wasn't edited", id)
		}
	}
	if len(e.edited) > 0 {
		m.entries = append(m.entries, e)
	}
}

// sameAsStored compares what an edit writes.
func (m *model) sameAsStored(id domain.ID) {
	d, err := m.Device(m.ctx, m.owner, id)
	m.must(err)
	if !sameEdited(d.Device, m.devices[id]) {
		m.rt.Fatalf("%+v, want %+v", d.Device, m.devices[id])
	}
}

func sameEdited(a, b domain.Device) bool { return a.Make == b.Make && slices.Equal(a.Tags, b.Tags) }

// naiveEdit is what a change makes of a device.
func naiveEdit(d domain.Device, c domain.DeviceChange) domain.Device {
	if c.Make != nil {
		d.Make = *c.Make
	}
	var tags, folded []string
	for _, tag := range append(slices.Clone(d.Tags), c.AddTags...) {
		gone := slices.ContainsFunc(c.RemoveTags, func(r string) bool { return domain.Fold(r) == domain.Fold(tag) })
		if !gone && !slices.Contains(folded, domain.Fold(tag)) {
			tags, folded = append(tags, tag), append(folded, domain.Fold(tag))
		}
	}
	d.Tags = tags
	return d
}

func (m *model) undoEdits(actor domain.Actor, e modelEntry) {
	may := m.rights(actor)
	undone := modelEntry{edited: map[domain.ID][2]domain.Device{}}
	concerns := false // what happened out of their reach isn't there for them, wherever the devices are now
	for _, both := range e.edited {
		concerns = concerns || may.Reaches(both[0].Customer)
	}
	for id, both := range e.edited {
		if !concerns {
			break
		}
		d := m.devices[id]
		sameMake := both[0].Make == both[1].Make || d.Make == both[1].Make
		sameTags := slices.Equal(both[0].Tags, both[1].Tags) || slices.Equal(d.Tags, both[1].Tags)
		if !sameMake || !sameTags || !may.MayDevice(domain.DevicesEdit, d.Customer, d.Location).Allowed {
			continue
		}
		back := d
		if both[0].Make != both[1].Make {
			back.Make = both[0].Make
		}
		if !slices.Equal(both[0].Tags, both[1].Tags) {
			back.Tags = both[0].Tags
		}
		undone.edited[id] = [2]domain.Device{d, back}
	}
	result, err := m.UndoBulk(m.ctx, actor, e.id, nil)
	if err != nil && len(undone.edited) > 0 || err == nil && result.Changed != len(undone.edited) {
		m.rt.Fatalf("undo of an edit: %+v, %v, want %d of %d", result, err, len(undone.edited), len(e.edited))
	}
	for id, both := range undone.edited {
		m.devices[id] = both[1]
		m.sameAsStored(id)
	}
	if len(undone.edited) > 0 {
		undone.id = result.Entry
		m.entries = append(m.entries, undone)
	}
}
