package shape

import (
	"tenantry/domain"
	"tenantry/store"
)

// Assignment is what an assignment did, or in a dry run would do.
type Assignment struct {
	To           string `json:"to" doc:"The path of the customer"`
	DryRun       bool   `json:"dry_run"`
	Moved        int    `json:"moved"`
	AlreadyThere int    `json:"already_there"`
	LoseLocation int    `json:"lose_location" doc:"How many of those that move lose their location, because it isn't one of that customer or of one above it"`
	OutOfSight   int    `json:"out_of_sight" doc:"How many of those that move you don't see any more then, because you are limited to locations"`
	Failures
	Entry *domain.ID `json:"entry" nullable:"true" doc:"Undoes it; null where nothing moved"`
	Rows  []BulkRow  `json:"rows" nullable:"false"`
}

// NewAssignment is the form of an assignment to a customer of a tree.
func NewAssignment(tree *domain.Tree, to domain.ID, result store.BulkResult, dryRun bool) Assignment {
	counts := result.Counts
	return Assignment{
		To: tree.Path(to), DryRun: dryRun,
		Moved: counts[domain.ResultMoved], AlreadyThere: counts[domain.ResultAlreadyThere],
		LoseLocation: result.Cleared, OutOfSight: result.Unseen, Failures: newFailures(counts),
		Entry: Identity(result.Entry), Rows: bulkRows(tree, result.Rows),
	}
}
