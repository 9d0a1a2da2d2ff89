package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesAssign() *cobra.Command {
	var to, file string
	var dryRun bool
	c := &cobra.Command{
		Use: "assign --to PATH [--ids-file FILE] [ID...]", Short: "Move devices to a customer",
		Long: "Move devices to a customer. IDs are unit IDs or device IDs, or the first eight or more digits of either where that is unique in reach; a file holds them in any form that a person has: one a line, a spreadsheet column, separated by commas. All good lines move in one step, the others are told; \"devices undo\" takes it back.",
		Args: words("[ID...]"), Annotations: reads("--ids-file", needs(domain.DevicesAssign.String())),
		Example: `  tenantry --as tom devices assign --to "Acme HQ/Nordics/Aarhus Depot" --ids-file vans.txt --dry-run`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "to"); err != nil {
				return err
			}
			if file == "" && len(args) == 0 {
				return usage(c, "Say which devices: as arguments, or with --ids-file.")
			}
			text, err := p.identifiers(file, args)
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, target, err := s.at(to)
				if err != nil {
					return err
				}
				return s.assign(ctx, seat, store.Assignment{To: target, Text: text}, dryRun)
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "the path of the customer that gets them")
	c.Flags().StringVar(&file, "ids-file", "", "read IDs from this file; - is standard input")
	c.Flags().BoolVar(&dryRun, "dry-run", false, "only say what it would do")
	return c
}

// identifiers is the text of a file and, after it, of the arguments, a line
// each. It reads little more than may be assigned at once: too much is refused
// whole, and needn't be held for that.
func (p *program) identifiers(file string, args []string) (string, error) {
	var text bytes.Buffer
	if file != "" {
		err := p.reading(file, func(r io.Reader) error {
			_, err := text.ReadFrom(io.LimitReader(r, domain.MaxPasteBytes+1))
			return unreadable(file, err)
		})
		if err != nil {
			return "", err
		}
		if n := text.Len(); n > 0 && text.Bytes()[n-1] != '\n' && len(args) > 0 {
			text.WriteByte('\n')
		}
	}
	text.WriteString(strings.Join(args, "\n"))
	return text.String(), nil
}

// reading runs fn on a file, or on standard input for "-".
func (p *program) reading(file string, fn func(io.Reader) error) error {
	if file == "-" {
		return fn(p.Stdin)
	}
	if p.Fixed != nil {
		// The files are those of a machine that whoever asks isn't on.
		return domain.Errorf(domain.Refused, "", "Send the file on standard input, and say - for it.")
	}
	f, err := os.Open(file)
	if err != nil {
		return unreadable(file, err)
	}
	defer f.Close()
	return fn(f)
}

func unreadable(file string, err error) error {
	if err == nil {
		return nil
	}
	if path, ok := err.(*os.PathError); ok {
		err = path.Err
	}
	return domain.Errorf(domain.NotFound, "file", "The file %s can't be read: %w.", domain.CleanCut(file, 200), err)
}

func (s *session) assign(ctx context.Context, seat *seat, request store.Assignment, dryRun bool) error {
	var result store.BulkResult
	var err error
	if dryRun {
		result.BulkPreview, err = s.db.PreviewBulk(ctx, seat.actor, request)
	} else {
		tell, done := s.progress("moving")
		result, err = s.db.RunBulk(ctx, seat.actor, request, tell)
		done()
	}
	if err != nil {
		return err
	}
	told := shape.NewAssignment(seat.rights.Tree(), request.To, result, dryRun)
	if err := s.answer(told, func() error { return s.describeAssignment(told, result.From) }); err != nil {
		return err
	}
	if told.NotFound+told.Ambiguous+told.Malformed > 0 {
		return errRowsFailed
	}
	return nil
}

// describeAssignment accounts for every line: the counts, then each line that
// can't move.
func (s *session) describeAssignment(told shape.Assignment, from []store.FromCount) error {
	verb := "moved to " + told.To
	if told.DryRun {
		verb = "would move to " + told.To
	}
	counts := &table{w: s.Stdout, right: numberColumns(0)}
	for _, line := range []struct {
		n    int
		what string
	}{
		{told.Moved, verb + origins(from)}, {told.AlreadyThere, "already there"},
		{told.NotFound, "not found: unknown, or outside what you may see"}, {told.Ambiguous, "ambiguous: fits more than one device"},
		{told.Malformed, "malformed"}, {told.Repeated, "repeated"},
	} {
		if line.n == 0 && line.what != verb {
			continue
		}
		if err := counts.add(thousands(line.n), line.what); err != nil {
			return err
		}
	}
	if err := counts.flush(); err != nil {
		return err
	}
	if err := s.describeFailed(told.Rows); err != nil {
		return err
	}
	if told.Entry != nil {
		return s.say("\n\"tenantry devices undo %s\" takes it back.", told.Entry.String())
	}
	return nil
}

// origins says where the devices come from: ", from Iberia 401, Acme HQ 88".
func origins(from []store.FromCount) string {
	var parts []string
	for _, f := range from {
		parts = append(parts, f.Path+" "+thousands(f.Devices))
	}
	if len(parts) == 0 {
		return ""
	}
	if len(parts) > 3 {
		parts = append(parts[:3], "and "+count(len(from)-3, "other customer"))
	}
	return ", from " + strings.Join(parts, ", ")
}

// describeFailed lists the lines that can't move, with their numbers.
func (s *session) describeFailed(rows []shape.BulkRow) error {
	t := &table{w: s.Stdout, right: numberColumns(0)}
	listed := false
	for _, row := range rows {
		what, failed := failure(row)
		if !failed {
			continue
		}
		if !listed {
			if err := firstOf(s.say(""), t.add("Line", "Input", "What it is")); err != nil {
				return err
			}
			listed = true
		}
		if err := t.add(strconv.Itoa(row.Line), domain.CleanCut(row.Input, 60), what); err != nil {
			return err
		}
	}
	return t.flush()
}

// failure says in words why a line didn't move, if it is one that should have.
func failure(r shape.BulkRow) (string, bool) {
	words := strings.ReplaceAll(r.Result, "_", " ")
	switch r.Result {
	case domain.ResultNotFound.String():
		return words, true
	case domain.ResultMalformed.String():
		return words + ": " + r.Why, true
	case domain.ResultAmbiguous.String():
		var names []string
		for _, c := range r.Candidates {
			names = append(names, label(c))
		}
		return words + ": " + strings.Join(names, ", "), true
	}
	return "", false
}

func label(c shape.Candidate) string {
	if c.Name == "" {
		return c.UnitID.String()
	}
	return c.Name
}

func (p *program) devicesUndo() *cobra.Command {
	return &cobra.Command{
		Use: "undo ENTRY", Short: "Move back the devices of an assignment",
		Long: "Move back the devices of an assignment that are still where it put them. ENTRY is what the assignment answered.",
		Args: words("ENTRY"), Annotations: needs(domain.DevicesAssign.String()),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := domain.ParseID(args[0])
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				if err := p.confirm(ctx, "Move the devices of this assignment back?"); err != nil {
					return err
				}
				return s.undo(ctx, entry)
			})
		},
	}
}

// undo asks every seat, because only one knows the entry.
func (s *session) undo(ctx context.Context, entry domain.ID) error {
	tell, done := s.progress("moving back")
	defer done()
	var result store.UndoResult
	var err error
	for _, seat := range s.seats {
		if result, err = s.db.UndoBulk(ctx, seat.actor, entry, tell); domain.KindOf(err) != domain.NotFound {
			break
		}
	}
	if err != nil {
		return err
	}
	answer := shape.NewUndone(result)
	return s.answer(answer, func() error {
		if result.Stayed == 0 {
			return s.say("Moved %s back.", count(result.Moved, "device"))
		}
		return s.say("Moved %s back; %s stayed, because they had moved on or are out of reach.", count(result.Moved, "device"), thousands(result.Stayed))
	})
}
