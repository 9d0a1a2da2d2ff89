package store

import (
	"context"
	"io"

	"tenantry/domain"
)

// AccessRow is what became of one line of an import of access events.
type AccessRow struct {
	Line   int        `json:"line"`
	Event  string     `json:"event" doc:"The sender's id of it"`
	ID     *domain.ID `json:"id" nullable:"true" doc:"In the history; null where it has none"`
	Result string     `json:"result" enum:"added,already_there,conflict,unknown_device,malformed"`
	Field  string     `json:"field,omitempty" doc:"What is wrong of it"`
	Error  string     `json:"error,omitempty" doc:"What is wrong, and what to do"`
}

// AccessImport says what an import of access events did, or in a dry run would
// do.
type AccessImport struct {
	Added   int         `json:"added"`
	Already int         `json:"already_there" doc:"They came before, the same"`
	Failed  int         `json:"failed"`
	Rows    []AccessRow `json:"rows"`                      // failed lines only, the first 1,000
	Unknown []string    `json:"unknown_columns,omitempty"` // columns that were left out
	Lines   int         `json:"lines" doc:"The last line that was dealt with"`
}

// AccessImporting is how an import is done.
type AccessImporting struct {
	DryRun   bool            // it writes nothing, and sees repeats within MaxAccessBatch lines only
	Lines    bool            // it is NDJSON, whatever it begins with
	Each     func(AccessRow) // told of every line, once it is saved; may be nil
	Progress Progress        // told of events; their total isn't known
}

// ImportAccess adds access events out of a stream: NDJSON, a JSON object on each
// line, or CSV with a header (id, at, rfid, unit_id or device_id, status, in any
// order). Good lines are added, bad ones told; neither stops the other, and a
// file that comes again changes nothing. It goes in batches, each a transaction
// with the rights of its moment: where it is cancelled or fails, the result
// beside the error says how far it got, and what was added stays. Errors as
// AddAccessEvents; Invalid on "file" for what is neither of the two.
func (db *DB) ImportAccess(ctx context.Context, actor domain.Actor, r io.Reader, how AccessImporting) (AccessImport, error) {
	var result AccessImport
	// Who may send nothing is told so before a line is looked at.
	err := db.importAccess(ctx, actor, nil, &result, how)
	if err != nil {
		return result, err
	}
	lines, unknown, err := newAccessReader(r, how.Lines)
	if err != nil {
		return result, err
	}
	result.Unknown = unknown
	batch := make([]accessLine, 0, MaxAccessBatch)
	for err == nil {
		var l accessLine
		if l, err = lines.next(); err == nil {
			batch = append(batch, l)
		}
		if len(batch) == MaxAccessBatch || err == io.EOF {
			if failed := db.importAccess(ctx, actor, batch, &result, how); failed != nil {
				return result, failed
			}
			batch = batch[:0]
		}
	}
	if err == io.EOF {
		err = nil
	}
	return result, err
}

// importAccess adds a batch in one transaction, and then tells of it.
func (db *DB) importAccess(ctx context.Context, actor domain.Actor, batch []accessLine, result *AccessImport, how AccessImporting) error {
	events := make([]AccessInput, len(batch))
	for i := range batch {
		events[i] = batch[i].AccessInput
	}
	var results []AccessResult
	work := func(tx *tx, may *domain.Rights) (err error) {
		results, err = tx.addAccessEvents(may, actionAccessImport, events, how.DryRun, nil)
		return err
	}
	var err error
	if how.DryRun {
		err = db.view(ctx, actor, work)
	} else {
		err = db.update(ctx, actor, attempt{action: actionAccessImport, subject: SubjectAccess}, work)
	}
	if err != nil {
		return err
	}
	for i, r := range results {
		result.take(&batch[i], &r, how.Each)
	}
	if how.Progress != nil && len(batch) > 0 {
		how.Progress(result.Added+result.Already+result.Failed, 0)
	}
	return nil
}

// take counts what became of a line.
func (result *AccessImport) take(l *accessLine, r *AccessResult, each func(AccessRow)) {
	row := AccessRow{Line: l.line, Event: domain.CleanCut(l.Event, domain.MaxAccessEvent), Result: r.Result.String()}
	if !r.ID.IsZero() {
		row.ID = &r.ID
	}
	if r.Fault != nil {
		row.Field, row.Error = r.Fault.Field, r.Fault.Text
	}
	switch {
	case r.Result == domain.AccessAdded:
		result.Added++
	case r.Result == domain.AccessAlreadyThere:
		result.Already++
	default:
		result.Failed++
		if len(result.Rows) < maxImportRows {
			result.Rows = append(result.Rows, row)
		}
	}
	result.Lines = l.line
	if each != nil {
		each(row)
	}
}
