package store

import (
	"tenantry/domain"
)

// Assignment asks to move devices to a customer: both ends in reach, with the
// right to assign at both.
type Assignment struct {
	To      domain.ID
	Text    string
	Devices []domain.ID
}

func (a Assignment) chosen() (string, []domain.ID) { return a.Text, a.Devices }

func (a Assignment) attempt() attempt {
	return attempt{action: actionAssign, subject: SubjectDevice, objects: ids(a.To)}
}

func (a Assignment) begin(tx *tx, may *domain.Rights, n int) (deed, error) {
	if err := may.May(domain.DevicesAssign, a.To).Err(may); err != nil {
		return nil, err
	}
	if a.To.IsZero() {
		return nil, domain.NoSuch("customer") // the account itself owns nothing
	}
	return &assigning{newMoving(tx, may, n), a.To, placesAt{tx: tx, may: may}}, nil
}

// assigning moves devices to a customer.
type assigning struct {
	moving
	target domain.ID
	placed placesAt
}

func (a *assigning) may(at place) domain.Decision {
	return a.rights.MayAssign(&domain.Device{Account: a.account, Customer: at.customer, Location: at.location}, a.target)
}

func (a *assigning) take(row *BulkRow, at place) error {
	if at.customer == a.target {
		row.Result = domain.ResultAlreadyThere
		return nil
	}
	to, err := a.placed.of(at, a.target)
	if err != nil {
		return err
	}
	a.move(row.Device, at, to)
	row.Result = domain.ResultMoved
	return nil
}

func (a *assigning) tell(p *BulkPreview) {
	a.moving.tell(p)
	p.From = fromCustomers(a.rights.Tree(), a.moves)
}

func (a *assigning) entry() entry {
	where := ids(a.target) // comes first: it is where they were put
	for _, from := range fromCustomers(a.rights.Tree(), a.moves) {
		where = append(where, from.Customer)
	}
	return entry{
		action: actionAssign, subject: SubjectDevice, name: a.rights.Tree().Path(a.target), where: where, devices: movedFrom(a.moves),
	}
}

// placeAt is where a device comes that goes from a place to a customer: it keeps
// its location where that is one of the customer or of one above it (rule 4).
func (tx *tx) placeAt(may *domain.Rights, from place, customer domain.ID) (place, error) {
	to := place{customer: customer}
	if from.location.IsZero() {
		return to, nil
	}
	l, err := tx.location(may.Account().ID, from.location)
	if err == nil && l != nil && may.Tree().KeepsLocation(l.Customer, customer) {
		to.location = from.location
	}
	return to, err
}

// placesAt is placeAt for many devices, of which few are at different places.
type placesAt struct {
	tx    *tx
	may   *domain.Rights
	known map[[2]place]place
}

func (p *placesAt) of(from place, customer domain.ID) (place, error) {
	key := [2]place{from, {customer: customer}}
	if to, known := p.known[key]; known {
		return to, nil
	}
	to, err := p.tx.placeAt(p.may, from, customer)
	if p.known == nil {
		p.known = map[[2]place]place{}
	}
	p.known[key] = to
	return to, err
}
