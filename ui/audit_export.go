package ui

import (
	"context"
	"io"

	"tenantry/shape"
	"tenantry/store"
	"tenantry/ui/widget"
)

// newAuditExport writes the entries of a list to a file: CSV, or JSON where the
// file's name ends so. words say what of the trail the list shows.
func newAuditExport(c *Console, q store.AuditQuery, words string) *exporting {
	db, actor := c.db, c.actor
	job := exportJob{
		name: c.fileName("audit", q.Customer) + ".csv", counted: func(n int) string { return counted(n, "entry", "entries") },
		what: "Writes the audit entries of " + c.whose(q.Customer, q.Below) + ", the newest first: as CSV, or as JSON where the name ends in .json.",
		write: func(ctx context.Context, name string, w io.Writer, progress store.Progress) (int, error) {
			out, err := newRecords(w, name, shape.AuditColumns(), progress)
			if err == nil {
				err = db.ExportAudit(ctx, actor, q, func(r store.AuditRow) error {
					return out.write(shape.AuditRecord(r), shape.NewAuditEntry(r))
				})
			}
			return out.end(err)
		},
		command: "audit export" + c.selecting(q.Customer, q.Below) + auditFlags(q),
	}
	if words != "" {
		job.what += " Only those " + words + "."
	}
	if q.Filter != "" {
		job.what += " Only those that match " + widget.Clean(q.Filter) + "."
	}
	return newExporting(c, job)
}

// auditFlags are those of a plain command that asks for the same entries.
func auditFlags(q store.AuditQuery) string {
	text := ""
	if !q.User.IsZero() {
		text += " --user " + q.User.String()
	}
	if !q.Object.IsZero() {
		text += " --object " + q.Object.String()
	}
	text += asFlag("who", q.Who) + asFlag("action", q.Action) + asFlag("outcome", string(q.Outcome))
	if q.Door != 0 {
		text += asFlag("door", q.Door.String())
	}
	return text + flagTime("from", q.From) + flagTime("to", q.To) + asFlag("filter", q.Filter)
}
