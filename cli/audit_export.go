package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) auditExport() *cobra.Command {
	var q auditQuery
	var lines bool
	c := &cobra.Command{
		Use: "export", Short: "Write audit entries as CSV, or as JSON lines",
		Args: words(), Annotations: needs(domain.AuditRead.String()),
		Example: `  tenantry --as ann audit export --from 2027-01-01 > trail.csv`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.exportAudit(ctx, q, lines || p.json) })
		},
	}
	q.add(c)
	c.Flags().BoolVar(&lines, "ndjson", false, "one JSON document a line, as audit list has them")
	return c
}

func (s *session) exportAudit(ctx context.Context, q auditQuery, lines bool) error {
	seats, asked, err := q.read(ctx, s)
	if err != nil {
		return err
	}
	if len(seats) != 1 {
		return s.choose() // a file holds one account's trail
	}
	out := bufio.NewWriterSize(s.Stdout, 64<<10)
	write := auditLines(out)
	if !lines {
		if write, err = auditRows(out); err != nil {
			return err
		}
	}
	return firstOf(s.db.ExportAudit(ctx, seats[0].actor, asked, write), out.Flush())
}

// auditLines writes entries as JSON, one a line.
func auditLines(out *bufio.Writer) func(store.AuditRow) error {
	return func(r store.AuditRow) error {
		text, err := json.Marshal(shape.NewAuditEntry(r))
		if err != nil {
			return err
		}
		_, err = out.Write(append(text, '\n'))
		return err
	}
}

// auditRows writes entries as CSV in which a spreadsheet takes nothing for a
// formula.
func auditRows(out io.Writer) (func(store.AuditRow) error, error) {
	w := csv.NewWriter(out)
	if err := w.Write(shape.AuditColumns()); err != nil {
		return nil, err
	}
	return func(r store.AuditRow) error {
		err := w.Write(shape.AuditRecord(r))
		w.Flush()
		return firstOf(err, w.Error())
	}, nil
}
