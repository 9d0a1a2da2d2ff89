package store

import (
	"context"

	"tenantry/domain"
)

// Bulk is one change of many devices: an Assignment, a Placement or DeviceEdits.
// Which devices is said by text as pasted (what a person has), by identities as
// picked, or by both together.
type Bulk interface {
	chosen() (text string, devices []domain.ID)
	attempt() attempt
	// begin decides on all that isn't a matter of single devices. n is how many
	// there are at most.
	begin(tx *tx, may *domain.Rights, n int) (deed, error)
}

// deed is a bulk change in one transaction, previewed or done.
type deed interface {
	// may decides whether the actor may do it to devices at a place. Where they
	// may not, there is no such device.
	may(at place) domain.Decision
	// take classes the device of a row, and takes it up where something is to be
	// done to it. Devices come in the order of their IDs, none twice. It writes
	// the row's Result, and its Why or Changes.
	take(row *BulkRow, at place) error
	// tell adds to the preview what is known when all are taken up.
	tell(p *BulkPreview)
	// do does it to all that were taken up.
	do(progress Progress) error
	// entry is the audit entry of what was done.
	entry() entry
}

// BulkRow is one line of a paste, or one picked device (Line 0).
type BulkRow struct {
	Line     int
	Input    string
	Result   domain.Result
	Device   domain.ID     // zero where none was found
	From     domain.ID     // the customer it was with
	At       domain.ID     // the location it was at, zero for none
	Fits     []Candidate   // ambiguous: the first few that fit
	RepeatOf int           // repeated: the line it repeats, 0 for a picked device
	Why      string        // malformed or refused: what is wrong
	Ignored  int           // how many other words of the line were taken for other columns
	Changes  []AuditChange // of an edit: what becomes what; shared by rows of the same
}

// Candidate is a device that an ambiguous prefix fits.
type Candidate struct {
	Device domain.ID
	UnitID domain.UnitID
	Name   string
}

// BulkPreview is what would happen, or did: a row for each picked device and
// each line. Lines with several IDs have several.
type BulkPreview struct {
	Rows    []BulkRow
	Counts  map[domain.Result]int
	From    []FromCount // of the rows that move, most first
	Cleared int         // of those that move: how many lose their location
	Unseen  int         // of those that move: how many the actor doesn't see any more then
}

// FromCount says how many of the moving devices come from somewhere.
type FromCount struct {
	Customer domain.ID // that they move away from; zero where they stay with theirs
	Location domain.ID // that they move away from; zero for none, and where customers count
	Path     string    // the customer's path, or the location's name, empty where that isn't in reach
	Devices  int
}

// Does is how many devices something is done to.
func (p *BulkPreview) Does() int {
	return p.Counts[domain.ResultMoved] + p.Counts[domain.ResultChanged]
}

// Failed is how many rows somebody has to look at.
func (p *BulkPreview) Failed() int {
	n := 0
	for result, count := range p.Counts {
		if result.Fails() {
			n += count
		}
	}
	return n
}

// BulkResult is a finished bulk change. Entry is its audit entry, by which it
// can be undone; zero when nothing was done.
type BulkResult struct {
	BulkPreview
	Entry domain.ID
}

// The actions of the entries that list devices which a bulk change was done to.
const (
	actionAssign    = "device.assign"
	actionUndo      = "device.unassign"
	actionPlace     = "device.place"
	actionUndoPlace = "device.unplace"
	actionEdit      = "device.edit" // a single one too
	actionUndoEdit  = "device.unedit"
)

// PreviewBulk resolves and classes every row and writes nothing. NotFound when
// the target isn't in reach, Refused without the right to do this anywhere, or
// at the target; Invalid when the change itself is wrong, and when the text
// holds more than domain.MaxPasteIDs or MaxPasteBytes.
func (db *DB) PreviewBulk(ctx context.Context, actor domain.Actor, b Bulk) (BulkPreview, error) {
	c, err := readChoice(b)
	if err != nil {
		return BulkPreview{}, err
	}
	var preview BulkPreview
	err = db.view(ctx, actor, func(tx *tx, may *domain.Rights) error {
		preview, _, err = tx.resolve(may, b, c)
		return err
	})
	return preview, err
}

// RunBulk resolves, authorises and changes all good rows in one transaction, and
// writes one audit entry that lists every device and how it was before.
// Cancelling ctx before the commit leaves everything as it was. Errors are those
// of PreviewBulk.
func (db *DB) RunBulk(ctx context.Context, actor domain.Actor, b Bulk, progress Progress) (BulkResult, error) {
	c, err := readChoice(b)
	if err != nil {
		return BulkResult{}, err
	}
	var result BulkResult
	err = db.update(ctx, actor, b.attempt(), func(tx *tx, may *domain.Rights) error {
		preview, deed, err := tx.resolve(may, b, c)
		if err != nil {
			return err
		}
		result.BulkPreview = preview
		if preview.Does() == 0 {
			return nil
		}
		if err := deed.do(progress); err != nil {
			return err
		}
		result.Entry, err = tx.audit(may.Account().ID, deed.entry())
		return err
	})
	if err != nil {
		return BulkResult{}, err
	}
	return result, nil
}

// choice is which devices a bulk change is about, before any is looked up.
type choice struct {
	picked []domain.ID
	pasted []domain.PasteRow
}

func readChoice(b Bulk) (c choice, err error) {
	var text string
	text, c.picked = b.chosen()
	if len(c.picked) > maxPicked {
		return c, domain.Errorf(domain.Invalid, "devices", "That is more than %d devices. Nothing was taken. Choose fewer at a time.", maxPicked)
	}
	c.pasted, err = domain.ParsePaste(text)
	return c, err
}

// maxPicked is how many picked devices are changed at once: all of an account
// that is as large as this program is made for.
const maxPicked = 1_000_000

// atOnce is how many devices are changed between two looks at whether it was
// called off.
const atOnce = 5000

// eachOf calls do with every number below n, tells the progress, and stops when
// it is called off.
func (tx *tx) eachOf(n int, progress Progress, do func(i int) error) error {
	for i := range n {
		if i%atOnce == 0 {
			if err := tx.ctx.Err(); err != nil {
				return err
			}
			if progress != nil {
				progress(i, n)
			}
		}
		if err := do(i); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(n, n)
	}
	return nil
}
