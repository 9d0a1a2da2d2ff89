package store

import (
	"cmp"
	"slices"

	"tenantry/domain"
)

// move is a device on its way from one place to another: to another customer, or
// to another location.
type move struct {
	device   domain.ID
	from, to place
}

// moving is what the bulk changes share that give devices another place.
type moving struct {
	tx      *tx
	rights  *domain.Rights
	account domain.ID
	moves   []move
	cleared int // how many lose their location
	unseen  int // how many the actor doesn't see any more
}

func newMoving(tx *tx, may *domain.Rights, n int) moving {
	return moving{tx: tx, rights: may, account: may.Account().ID, moves: make([]move, 0, n)}
}

// move takes up a device.
func (m *moving) move(device domain.ID, from, to place) {
	m.moves = append(m.moves, move{device: device, from: from, to: to})
	if to.location.IsZero() && !from.location.IsZero() {
		m.cleared++
	}
	if m.rights.Narrowed() && !m.rights.AtLocation(to.location) {
		m.unseen++
	}
}

func (m *moving) tell(p *BulkPreview) { p.Cleared, p.Unseen = m.cleared, m.unseen }

func (m *moving) do(progress Progress) error { return m.tx.moveDevices(m.account, m.moves, progress) }

// moveDevices gives devices, in the order of their IDs, to other places.
func (tx *tx) moveDevices(account domain.ID, moves []move, progress Progress) error {
	return tx.eachOf(len(moves), progress, func(i int) error {
		return tx.setOwner(account, moves[i].device, moves[i].from, moves[i].to)
	})
}

func movedFrom(moves []move) []moved {
	list := make([]moved, len(moves))
	for i, m := range moves {
		list[i] = moved{device: m.device, from: m.from}
	}
	return list
}

// fromCustomers counts the moving devices by the customer they come from.
func fromCustomers(tree *domain.Tree, moves []move) []FromCount {
	counts := map[domain.ID]int{}
	for _, m := range moves {
		counts[m.from.customer]++
	}
	var from []FromCount
	for id, n := range counts {
		from = append(from, FromCount{Customer: id, Path: tree.Path(id), Devices: n})
	}
	return mostFirst(from)
}

func mostFirst(from []FromCount) []FromCount {
	slices.SortFunc(from, func(a, b FromCount) int {
		return cmp.Or(b.Devices-a.Devices, cmp.Compare(a.Path, b.Path), compareIDs(a.Customer, b.Customer), compareIDs(a.Location, b.Location))
	})
	return from
}
