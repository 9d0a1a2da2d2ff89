package store

import (
	"cmp"
	"context"
	"slices"

	"tenantry/domain"
)

// Assignment asks to move devices to a customer: either Text as pasted (what a
// person has), or Devices as picked. The two may be used together.
type Assignment struct {
	To      domain.ID
	Text    string
	Devices []domain.ID
}

// AssignmentRow is one line of a paste, or one picked device (Line 0).
type AssignmentRow struct {
	Line     int
	Input    string
	Result   domain.Result
	Device   domain.ID   // zero where none was found
	From     domain.ID   // the customer it was with
	Fits     []Candidate // ambiguous: the first few that fit
	RepeatOf int         // repeated: the line it repeats, 0 for a picked device
	Why      string      // malformed: what is wrong
	Ignored  int         // how many other words of the line were taken for other columns
}

// Candidate is a device that an ambiguous prefix fits.
type Candidate struct {
	Device domain.ID
	UnitID domain.UnitID
	Name   string
}

// AssignmentPreview is what would happen, or did: a row for each picked device
// and each line. Lines with several IDs have several.
type AssignmentPreview struct {
	To     domain.ID
	Rows   []AssignmentRow
	Counts map[domain.Result]int
	From   []FromCount // of the rows that move, most first
}

// FromCount says how many of the moving devices come from a customer.
type FromCount struct {
	Customer domain.ID
	Path     string
	Devices  int
}

// AssignmentResult is a finished assignment. Entry is its audit entry, by
// which it can be undone; zero when nothing moved.
type AssignmentResult struct {
	AssignmentPreview
	Entry domain.ID
}

// The actions of the entries that list assigned devices.
const (
	actionAssign = "device.assign"
	actionUndo   = "device.unassign"
)

// PreviewAssignment resolves and classes every row and writes nothing. NotFound
// when the customer isn't in reach, Refused without the right to assign, Invalid
// when the text holds more than domain.MaxPasteIDs or MaxPasteBytes.
func (db *DB) PreviewAssignment(ctx context.Context, actor domain.Actor, a Assignment) (AssignmentPreview, error) {
	pasted, err := a.parse()
	if err != nil {
		return AssignmentPreview{}, err
	}
	var preview AssignmentPreview
	err = db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		preview, _, err = tx.resolve(may, a, pasted)
		return err
	})
	return preview, err
}

// AssignDevices resolves, authorises and moves all good rows in one
// transaction, and writes one audit entry that lists every device and where it
// came from. Cancelling ctx before the commit leaves everything as it was.
// Errors are those of PreviewAssignment.
func (db *DB) AssignDevices(ctx context.Context, actor domain.Actor, a Assignment, progress Progress) (AssignmentResult, error) {
	pasted, err := a.parse()
	if err != nil {
		return AssignmentResult{}, err
	}
	var result AssignmentResult
	assign := attempt{action: actionAssign, subject: SubjectDevice, objects: ids(a.To)}
	err = db.update(ctx, actor, assign, func(tx *tx, may *domain.Rights) error {
		preview, moves, err := tx.resolve(may, a, pasted)
		if err != nil {
			return err
		}
		result.AssignmentPreview = preview
		if len(moves) == 0 {
			return nil
		}
		if err := tx.moveDevices(may.Account().ID, moves, progress); err != nil {
			return err
		}
		result.Entry, err = tx.audit(may.Account().ID, entry{
			action: actionAssign, subject: SubjectDevice, name: may.Tree().Path(a.To),
			where: preview.concerns(), devices: movedFrom(moves),
		})
		return err
	})
	if err != nil {
		return AssignmentResult{}, err
	}
	return result, nil
}

// concerns are the target, which comes first, and the customers that devices
// are taken from.
func (p *AssignmentPreview) concerns() []domain.ID {
	where := ids(p.To)
	for _, from := range p.From {
		where = append(where, from.Customer)
	}
	return where
}

func (a Assignment) parse() ([]domain.PasteRow, error) {
	if len(a.Devices) > maxPicked {
		return nil, domain.Errorf(domain.Invalid, "devices", "That is more than %d devices. Nothing was taken. Choose fewer at a time.", maxPicked)
	}
	return domain.ParsePaste(a.Text)
}

// maxPicked is how many picked devices are moved at once: all of an account
// that is as large as this program is made for.
const maxPicked = 1_000_000

// move is a device on its way from one place to another.
type move struct {
	device   domain.ID
	from, to place
}

func movedFrom(moves []move) []moved {
	list := make([]moved, len(moves))
	for i, m := range moves {
		list[i] = moved{m.device, m.from}
	}
	return list
}

// movesAtOnce is how many devices are moved between two looks at whether it was
// called off.
const movesAtOnce = 5000

// moveDevices gives devices, in the order of their IDs, to other places.
func (tx *tx) moveDevices(account domain.ID, moves []move, progress Progress) error {
	for i, m := range moves {
		if i%movesAtOnce == 0 {
			if err := tx.ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(i, len(moves))
			}
		}
		if err := tx.setOwner(account, m.device, m.from, m.to); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(len(moves), len(moves))
	}
	return nil
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

// fromCounts counts the moving devices by the customer they come from.
func fromCounts(tree *domain.Tree, moves []move) []FromCount {
	counts := map[domain.ID]int{}
	for _, m := range moves {
		counts[m.from.customer]++
	}
	var from []FromCount
	for id, n := range counts {
		from = append(from, FromCount{Customer: id, Path: tree.Path(id), Devices: n})
	}
	slices.SortFunc(from, func(a, b FromCount) int {
		return cmp.Or(b.Devices-a.Devices, cmp.Compare(a.Path, b.Path), compareIDs(a.Customer, b.Customer))
	})
	return from
}
