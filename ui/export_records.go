package ui

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"

	"tenantry/domain"
	"tenantry/store"
)

// records writes what is exported, one thing after another: as CSV, or as a JSON
// list where the file's name ends in .json.
type records struct {
	out      io.Writer
	rows     *csv.Writer // nil for JSON
	progress store.Progress
	n        int // how many were written
}

func newRecords(out io.Writer, name string, columns []string, progress store.Progress) (*records, error) {
	r := &records{out: out, progress: progress}
	if strings.HasSuffix(strings.ToLower(name), ".json") {
		return r, nil
	}
	r.rows = csv.NewWriter(out)
	return r, notWritten(r.rows.Write(columns))
}

// write writes one thing, in the form that the file has.
func (r *records) write(record []string, object any) error {
	const often = 1000
	if r.n++; r.n%often == 0 && r.progress != nil {
		r.progress(r.n, 0)
	}
	if r.rows != nil {
		return notWritten(r.rows.Write(record))
	}
	line, err := json.Marshal(object)
	if err == nil {
		before := ","
		if r.n == 1 {
			before = "["
		}
		_, err = io.WriteString(r.out, before+"\n"+string(line))
	}
	return notWritten(err)
}

// end says how many were written, once nothing more comes; failed is why not
// all of them did.
func (r *records) end(failed error) (int, error) {
	switch {
	case failed != nil:
		return r.n, failed
	case r.rows != nil:
		r.rows.Flush()
		return r.n, notWritten(r.rows.Error())
	}
	closing := "\n]\n"
	if r.n == 0 {
		closing = "[]\n"
	}
	_, err := io.WriteString(r.out, closing)
	return r.n, notWritten(err)
}

func notWritten(err error) error {
	if err == nil {
		return nil
	}
	return domain.Errorf(domain.Unavailable, "file", "The export can't be written: %w.", err)
}
