package cli

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
	"strings"

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

// auditColumns are the columns of an exported trail.
var auditColumns = []string{
	"at", "entry", "who", "user_id", "door", "from", "outcome", "action", "subject", "object_id", "name", "customers", "changes", "devices", "undoes", "text",
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
	if err := w.Write(auditColumns); err != nil {
		return nil, err
	}
	return func(r store.AuditRow) error {
		told := shape.NewAuditEntry(r)
		var where, changes []string
		for _, c := range told.Customers {
			where = append(where, c.Path)
		}
		for _, c := range told.Changes {
			changes = append(changes, c.Field+": "+c.Old+" → "+c.New)
		}
		record := []string{
			text(told.At), told.Entry.String(), told.Who, idText(told.UserID), told.Door, told.From, told.Outcome, told.Action, told.Subject,
			idText(told.ObjectID), told.Name, strings.Join(where, "; "), strings.Join(changes, "; "), strconv.Itoa(told.Devices), idText(told.Undoes), told.Text,
		}
		for i := range record {
			record[i] = domain.CSVField(domain.Clean(record[i]))
		}
		err := w.Write(record)
		w.Flush()
		return firstOf(err, w.Error())
	}, nil
}

func text(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

func idText(id *domain.ID) string {
	if id == nil {
		return ""
	}
	return id.String()
}
