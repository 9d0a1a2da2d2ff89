package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Assignment is what an assignment did, or in a dry run would do.
type Assignment struct {
	To           string     `json:"to" doc:"The path of the customer"`
	DryRun       bool       `json:"dry_run"`
	Moved        int        `json:"moved"`
	AlreadyThere int        `json:"already_there"`
	NotFound     int        `json:"not_found" doc:"Unknown, or outside what you may see"`
	Ambiguous    int        `json:"ambiguous"`
	Malformed    int        `json:"malformed"`
	Repeated     int        `json:"repeated"`
	Entry        *domain.ID `json:"entry" nullable:"true" doc:"Undoes it; null where nothing moved"`
	Rows         []BulkRow  `json:"rows" nullable:"false"`
}

// BulkRow is what became of one line.
type BulkRow struct {
	Line       int         `json:"line" doc:"From 1"`
	Input      string      `json:"input"`
	Result     string      `json:"result" doc:"moved, already_there, not_found, ambiguous, malformed or repeated"`
	DeviceID   *domain.ID  `json:"device_id" nullable:"true"`
	From       *string     `json:"from" doc:"The path of the customer that it was with"`
	RepeatOf   int         `json:"repeat_of,omitempty" doc:"The line that this one repeats"`
	Why        string      `json:"why,omitempty" doc:"What is malformed"`
	Candidates []Candidate `json:"candidates,omitempty" nullable:"false" doc:"Devices that an ambiguous line fits"`
}

// Candidate is a device that an ambiguous line fits.
type Candidate struct {
	DeviceID domain.ID     `json:"device_id"`
	UnitID   domain.UnitID `json:"unit_id"`
	Name     string        `json:"name"`
}

// NewAssignment is the form of an assignment to a customer of a tree.
func NewAssignment(tree *domain.Tree, to domain.ID, result store.BulkResult, dryRun bool) Assignment {
	counts := result.Counts
	told := Assignment{
		To: tree.Path(to), DryRun: dryRun,
		Moved: counts[domain.ResultMoved], AlreadyThere: counts[domain.ResultAlreadyThere], NotFound: counts[domain.ResultNotFound],
		Ambiguous: counts[domain.ResultAmbiguous], Malformed: counts[domain.ResultMalformed], Repeated: counts[domain.ResultRepeated],
		Entry: Identity(result.Entry), Rows: make([]BulkRow, 0, len(result.Rows)),
	}
	paths := map[domain.ID]*string{}
	for _, row := range result.Rows {
		told.Rows = append(told.Rows, assignmentRow(tree, row, paths))
	}
	return told
}

// assignmentRow is the form of a row; paths remembers those of customers.
func assignmentRow(tree *domain.Tree, row store.BulkRow, paths map[domain.ID]*string) BulkRow {
	told := BulkRow{
		Line: row.Line, Input: row.Input, Result: row.Result.String(),
		DeviceID: Identity(row.Device), RepeatOf: row.RepeatOf, Why: row.Why,
	}
	if !row.From.IsZero() {
		if paths[row.From] == nil {
			path := tree.Path(row.From)
			paths[row.From] = &path
		}
		told.From = paths[row.From]
	}
	for _, fit := range row.Fits {
		told.Candidates = append(told.Candidates, Candidate{fit.Device, fit.UnitID, fit.Name})
	}
	return told
}

// Undone is what undoing an assignment did.
type Undone struct {
	Moved  int        `json:"moved"`
	Stayed int        `json:"stayed" doc:"Those that had moved on, or are out of reach"`
	Entry  *domain.ID `json:"entry" nullable:"true" doc:"Undoes this; null where nothing moved"`
}

// NewUndone is the form of an undoing.
func NewUndone(r store.UndoResult) Undone { return Undone{r.Moved, r.Stayed, Identity(r.Entry)} }
