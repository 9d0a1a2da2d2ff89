package ui

import (
	"context"
	"io"
	"strings"
	"time"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
	"tenantry/ui/widget"
)

// newAccessExport writes the events of a list to a file: CSV, or JSON where the
// file's name ends so.
func newAccessExport(c *Console, wanted accessWanted) *exporting {
	db, actor := c.db, c.actor
	job := exportJob{
		name: c.fileName("access", wanted.scope) + ".csv", counted: func(n int) string { return counted(n, "event", "events") },
		what: "Writes the access events of " + c.whose(wanted.scope, wanted.below) + ", the newest first: as CSV, or as JSON where the name ends in .json.",
		write: func(ctx context.Context, name string, w io.Writer, progress store.Progress) (int, error) {
			out, err := newRecords(w, name, shape.AccessColumns(), progress)
			if err == nil {
				err = db.ExportAccess(ctx, actor, wanted.query(ctx, db, actor), func(e store.AccessEvent) error {
					return out.write(shape.AccessRecord(e), shape.NewAccessEvent(e))
				})
			}
			return out.end(err)
		},
		command: "access export" + c.selecting(wanted.scope, wanted.below) + wanted.flags(),
	}
	if wanted.filter != "" {
		job.what += " Only those that match " + widget.Clean(wanted.filter) + "."
	}
	return newExporting(c, job)
}

// flags are those of a plain command that asks for the same events. A device is
// looked for by its words, because the command takes its IDs only.
func (w accessWanted) flags() string {
	f, _ := domain.ParseAccessFilter(w.filter, w.now) // it was one when it was taken
	text := asFlag("person", f.Person) + asFlag("rfid", f.RFID) + asFlag("location", f.Location)
	if f.Status != 0 {
		text += asFlag("status", f.Status.String())
	}
	return text + flagTime("from", f.From) + flagTime("to", f.To) + asFlag("filter", strings.TrimSpace(f.Words+" "+f.Device))
}

// asFlag is a flag of a plain command, nothing where there is no value.
func asFlag(name, value string) string {
	if value == "" {
		return ""
	}
	return " --" + name + " " + quoted(value)
}

func flagTime(name string, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return " --" + name + " " + at.UTC().Format(time.RFC3339)
}
