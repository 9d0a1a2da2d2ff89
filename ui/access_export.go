package ui

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"

	"tenantry/domain"
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
			return writeAccess(ctx, db, actor, wanted.query(ctx, db, actor), strings.HasSuffix(strings.ToLower(name), ".json"), w, progress)
		},
		command: "tenantry access export" + c.selecting(wanted.scope, wanted.below),
	}
	if wanted.filter != "" {
		job.what += " Only those that match " + widget.Clean(wanted.filter) + "."
	}
	return newExporting(c, job)
}

// writeAccess writes all events of a query.
func writeAccess(ctx context.Context, db *store.DB, actor domain.Actor, q store.AccessQuery, asJSON bool, w io.Writer, progress store.Progress) (n int, err error) {
	write := writeAccessCSV
	if asJSON {
		write = writeAccessJSON
	}
	each, end := write(w)
	err = db.ExportAccess(ctx, actor, q, func(e store.AccessEvent) error {
		if n++; n%1000 == 0 && progress != nil {
			progress(n, 0)
		}
		return notWritten(each(&e))
	})
	if err == nil {
		err = notWritten(end())
	}
	return n, err
}

func notWritten(err error) error {
	if err == nil {
		return nil
	}
	return domain.Errorf(domain.Unavailable, "file", "The export can't be written: %w.", err)
}

// accessFields are the columns of the history as CSV and the fields of it as
// JSON. An import reads those that it knows.
var accessFields = []string{"at", "holder", "rfid", "status", "device", "plate", "customer", "location", "id", "unit_id", "device_id", "received_at"}

// accessRecord is an event in the order of accessFields.
func accessRecord(e *store.AccessEvent) []string {
	return []string{
		e.At.UTC().Format(time.RFC3339Nano), e.HolderName, e.RFID, e.Status.String(), e.DeviceName, e.Plate, e.CustomerPath, e.LocationName,
		e.Event, e.UnitID.String(), e.Device.String(), e.ReceivedAt.UTC().Format(time.RFC3339),
	}
}

// writeAccessCSV writes events as CSV, in which a spreadsheet takes no text for a
// formula.
func writeAccessCSV(w io.Writer) (each func(*store.AccessEvent) error, end func() error) {
	out := csv.NewWriter(w)
	failed := out.Write(accessFields)
	each = func(e *store.AccessEvent) error {
		if failed != nil {
			return failed
		}
		record := accessRecord(e)
		for i := range record {
			record[i] = domain.CSVField(record[i])
		}
		return out.Write(record)
	}
	return each, func() error {
		out.Flush()
		return out.Error()
	}
}

// writeAccessJSON writes events as a list of objects, a line each.
func writeAccessJSON(w io.Writer) (each func(*store.AccessEvent) error, end func() error) {
	before := "["
	each = func(e *store.AccessEvent) error {
		fields := make(map[string]string, len(accessFields))
		for i, text := range accessRecord(e) {
			fields[accessFields[i]] = text
		}
		line, err := json.Marshal(fields)
		if err == nil {
			_, err = io.WriteString(w, before+"\n"+string(line))
		}
		before = ","
		return err
	}
	return each, func() error {
		end := "\n]\n"
		if before == "[" {
			end = "[]\n"
		}
		_, err := io.WriteString(w, end)
		return err
	}
}
