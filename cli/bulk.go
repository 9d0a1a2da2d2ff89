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

// bulkFlags are what every command takes that does something to many devices.
type bulkFlags struct {
	file   string
	dryRun bool
}

// bulkWords say how the devices are named.
const bulkWords = "IDs are unit IDs or device IDs, or the first eight or more digits of either where that is unique in reach; a file holds them in any form that a person has: one a line, a spreadsheet column, separated by commas."

func (b *bulkFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&b.file, "ids-file", "", "read IDs from this file; - is standard input")
	c.Flags().BoolVar(&b.dryRun, "dry-run", false, "only say what it would do")
}

// read is the text with the IDs.
func (b *bulkFlags) read(p *program, c *cobra.Command, args []string) (string, error) {
	if b.file == "" && len(args) == 0 {
		return "", usage(c, "Say which devices: as arguments, or with --ids-file.")
	}
	return p.identifiers(b.file, args)
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
	f, err := p.files().Open(file)
	if err != nil {
		return err
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

// bulk does something to many devices, or says what it would do.
func (s *session) bulk(ctx context.Context, seat *seat, request store.Bulk, dryRun bool, doing string) (result store.BulkResult, err error) {
	if dryRun {
		result.BulkPreview, err = s.db.PreviewBulk(ctx, seat.actor, request)
		return result, err
	}
	tell, done := s.progress(doing)
	defer done()
	return s.db.RunBulk(ctx, seat.actor, request, tell)
}

// counted is how many lines have come to the same.
type counted struct {
	n    int
	what string
}

// tellBulk answers with what was done: for people the counts, of which the first
// is told even where it is zero, then each line that failed.
func (s *session) tellBulk(told any, result store.BulkResult, did []counted, rows []shape.BulkRow) error {
	counts := result.Counts
	did = append(did, []counted{
		{counts[domain.ResultNotFound], "not found: unknown, or outside what you may see"},
		{counts[domain.ResultAmbiguous], "ambiguous: fits more than one device"},
		{counts[domain.ResultMalformed], "malformed"}, {counts[domain.ResultRepeated], "repeated"},
	}...)
	return s.answerRows(told, result.Failed(), func() error { return s.describeBulk(did, rows, result) })
}

func (s *session) describeBulk(did []counted, rows []shape.BulkRow, result store.BulkResult) error {
	counts := &table{w: s.Stdout, right: numberColumns(0)}
	for i, line := range did {
		if line.n == 0 && i > 0 {
			continue
		}
		if err := counts.add(thousands(line.n), line.what); err != nil {
			return err
		}
	}
	if err := counts.flush(); err != nil {
		return err
	}
	for _, aside := range []counted{
		{result.Cleared, "lose their location, which isn't one of that customer or of one above it"},
		{result.Unseen, "go out of your sight, because you are limited to locations"},
	} {
		if aside.n > 0 {
			if err := s.say("Of these %s %s.", thousands(aside.n), aside.what); err != nil {
				return err
			}
		}
	}
	if err := s.describeFailed(rows); err != nil {
		return err
	}
	if !result.Entry.IsZero() {
		return s.say("\n\"tenantry devices undo %s\" takes it back.", result.Entry.String())
	}
	return nil
}

// describeFailed lists the lines to which nothing is done that should be, with
// their numbers.
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

// failure says in words why nothing is done to a line, if something should be.
func failure(r shape.BulkRow) (string, bool) {
	words := strings.ReplaceAll(r.Result, "_", " ")
	switch r.Result {
	case domain.ResultNotFound.String():
		return words, true
	case domain.ResultMalformed.String(), domain.ResultRefused.String():
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
