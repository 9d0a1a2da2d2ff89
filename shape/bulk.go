package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Placement is what putting devices at a location did, or in a dry run would do.
type Placement struct {
	At           *string    `json:"at" doc:"The name of the location; null where they were taken away from theirs"`
	AtID         *domain.ID `json:"at_id" nullable:"true" doc:"The ID of the location"`
	DryRun       bool       `json:"dry_run"`
	Moved        int        `json:"moved"`
	AlreadyThere int        `json:"already_there"`
	Refused      int        `json:"refused" doc:"Of customers that the location doesn't serve"`
	Failures
	Entry *domain.ID `json:"entry" nullable:"true" doc:"Undoes it; null where nothing moved"`
	Rows  []BulkRow  `json:"rows" nullable:"false"`
}

// DeviceEdits is what an edit of many devices did, or in a dry run would do.
type DeviceEdits struct {
	DryRun    bool `json:"dry_run"`
	Changed   int  `json:"changed"`
	AlreadySo int  `json:"already_so"`
	Refused   int  `json:"refused" doc:"That can't be changed so; each row says why"`
	Failures
	Entry *domain.ID `json:"entry" nullable:"true" doc:"Undoes it; null where nothing changed"`
	Rows  []BulkRow  `json:"rows" nullable:"false"`
}

// Failures count the rows that stand for no device of their own.
type Failures struct {
	NotFound  int `json:"not_found" doc:"Unknown, or outside what you may see"`
	Ambiguous int `json:"ambiguous"`
	Malformed int `json:"malformed"`
	Repeated  int `json:"repeated"`
}

func newFailures(counts map[domain.Result]int) Failures {
	return Failures{
		NotFound: counts[domain.ResultNotFound], Ambiguous: counts[domain.ResultAmbiguous],
		Malformed: counts[domain.ResultMalformed], Repeated: counts[domain.ResultRepeated],
	}
}

// BulkRow is what became of one line.
type BulkRow struct {
	Line       int           `json:"line" doc:"From 1"`
	Input      string        `json:"input"`
	Result     string        `json:"result" doc:"moved or changed, already_there or already_so, refused, not_found, ambiguous, malformed or repeated"`
	DeviceID   *domain.ID    `json:"device_id" nullable:"true"`
	From       *string       `json:"from" doc:"The path of the customer that it was with"`
	RepeatOf   int           `json:"repeat_of,omitempty" doc:"The line that this one repeats"`
	Why        string        `json:"why,omitempty" doc:"What is malformed, or what is against it"`
	Candidates []Candidate   `json:"candidates,omitempty" nullable:"false" doc:"Devices that an ambiguous line fits"`
	Changes    []AuditChange `json:"changes,omitempty" nullable:"false" doc:"Of an edit: what becomes what"`
}

// Candidate is a device that an ambiguous line fits.
type Candidate struct {
	DeviceID domain.ID     `json:"device_id"`
	UnitID   domain.UnitID `json:"unit_id"`
	Name     string        `json:"name"`
}

// NewPlacement is the form of a placement at a location, nil for none.
func NewPlacement(tree *domain.Tree, at *domain.Location, result store.BulkResult, dryRun bool) Placement {
	counts := result.Counts
	told := Placement{
		DryRun: dryRun, Moved: counts[domain.ResultMoved], AlreadyThere: counts[domain.ResultAlreadyThere],
		Refused: counts[domain.ResultRefused], Failures: newFailures(counts),
		Entry: Identity(result.Entry), Rows: bulkRows(tree, result.Rows),
	}
	if at != nil {
		told.At, told.AtID = &at.Name, &at.ID
	}
	return told
}

// NewDeviceEdits is the form of an edit of many devices.
func NewDeviceEdits(tree *domain.Tree, result store.BulkResult, dryRun bool) DeviceEdits {
	counts := result.Counts
	return DeviceEdits{
		DryRun: dryRun, Changed: counts[domain.ResultChanged], AlreadySo: counts[domain.ResultAlreadySo],
		Refused: counts[domain.ResultRefused], Failures: newFailures(counts),
		Entry: Identity(result.Entry), Rows: bulkRows(tree, result.Rows),
	}
}

func bulkRows(tree *domain.Tree, rows []store.BulkRow) []BulkRow {
	told := make([]BulkRow, 0, len(rows))
	paths := map[domain.ID]*string{}
	for _, row := range rows {
		told = append(told, bulkRow(tree, row, paths))
	}
	return told
}

// bulkRow is the form of a row; paths remembers those of customers.
func bulkRow(tree *domain.Tree, row store.BulkRow, paths map[domain.ID]*string) BulkRow {
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
	for _, c := range row.Changes {
		told.Changes = append(told.Changes, AuditChange(c))
	}
	return told
}

// Undone is what undoing a bulk change did.
type Undone struct {
	Moved   int        `json:"moved" doc:"Those that were moved back"`
	Changed int        `json:"changed" doc:"Those that have the fields again that they had"`
	Stayed  int        `json:"stayed" doc:"Those that had moved on or were changed since, or are out of reach"`
	Entry   *domain.ID `json:"entry" nullable:"true" doc:"Undoes this; null where nothing was taken back"`
}

// NewUndone is the form of an undoing.
func NewUndone(r store.UndoResult) Undone {
	return Undone{r.Moved, r.Changed, r.Stayed, Identity(r.Entry)}
}
