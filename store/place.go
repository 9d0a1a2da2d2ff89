package store

import (
	"tenantry/domain"
)

// Placement asks to put devices at a location, or with At zero to take them away
// from where they are. It must be a location of the device's customer or of one
// above it; devices of others are told as refused.
type Placement struct {
	At      domain.ID
	Text    string
	Devices []domain.ID
}

func (p Placement) chosen() (string, []domain.ID) { return p.Text, p.Devices }

func (p Placement) attempt() attempt {
	return attempt{action: actionPlace, subject: SubjectLocation, objects: ids(p.At)}
}

func (p Placement) begin(tx *tx, may *domain.Rights, n int) (deed, error) {
	l, err := tx.placement(may, p.At)
	if err != nil {
		return nil, err
	}
	return &placing{newMoving(tx, may, n), l}, nil
}

// placement is a location that devices may be put at, nil for none (zero).
func (tx *tx) placement(may *domain.Rights, at domain.ID) (*domain.Location, error) {
	if at.IsZero() {
		return nil, may.CheckPlacement(nil)
	}
	l, err := tx.location(may.Account().ID, at)
	if err != nil {
		return nil, err
	}
	if l == nil {
		l = &domain.Location{} // of no account: refused as one out of reach is
	}
	return l, may.CheckPlacement(l)
}

// placing puts devices at a location.
type placing struct {
	moving
	target *domain.Location // nil to take them away
}

func (p *placing) may(at place) domain.Decision {
	return p.rights.MayDevice(domain.DevicesEdit, at.customer, at.location)
}

func (p *placing) take(row *BulkRow, at place) error {
	to := place{customer: at.customer}
	if p.target != nil {
		to.location = p.target.ID
		if !p.rights.Tree().KeepsLocation(p.target.Customer, at.customer) {
			row.Result, row.Why = domain.ResultRefused, domain.CleanCut(p.target.Name, 60)+" is no location of its customer, or of one above that"
			return nil
		}
	}
	if at == to {
		row.Result = domain.ResultAlreadyThere
		return nil
	}
	p.move(row.Device, at, to)
	row.Result = domain.ResultMoved
	return nil
}

// tell leaves out how many lose their location: that is what was asked for.
func (p *placing) tell(to *BulkPreview) { to.From = p.fromLocations() }

// fromLocations counts the moving devices by the location they come from.
func (p *placing) fromLocations() []FromCount {
	counts := map[domain.ID]int{}
	for _, m := range p.moves {
		counts[m.from.location]++
	}
	var from []FromCount
	show := p.tx.shower(p.rights)
	for id, n := range counts {
		name, err := show.location(id)
		if err != nil {
			name = "" // what is damaged there is found where it matters
		}
		from = append(from, FromCount{Location: id, Path: name, Devices: n})
	}
	return mostFirst(from)
}

// entry is about the location. Its name stands in it only where nobody may read
// it who doesn't reach the location.
func (p *placing) entry() entry {
	e := entry{action: actionPlace, subject: SubjectDevice, devices: movedFrom(p.moves)}
	if p.target != nil {
		e.subject, e.object, e.name, e.where = SubjectLocation, p.target.ID, p.target.Name, ids(p.target.Customer)
	}
	e.concern(concernedBy(p.moves))
	if len(e.where) > 1 {
		e.name = ""
	}
	return e
}

// concern adds customers that an entry is about.
func (e *entry) concern(customers []domain.ID) {
	known := map[domain.ID]bool{}
	for _, id := range e.where {
		known[id] = true
	}
	for _, id := range customers {
		if !known[id] {
			known[id] = true
			e.where = append(e.where, id)
		}
	}
}

// concernedBy are the customers at both ends of moves.
func concernedBy(moves []move) []domain.ID {
	var where []domain.ID
	seen := map[domain.ID]bool{}
	for _, m := range moves {
		for _, id := range ids(m.to.customer, m.from.customer) {
			if !seen[id] {
				seen[id] = true
				where = append(where, id)
			}
		}
	}
	return where
}
