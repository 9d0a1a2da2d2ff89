package store

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"tenantry/domain"
)

// Progress is told how far long work is: done of total (0: unknown). It is
// called by one goroutine at a time, and must be quick.
type Progress func(done, total int)

// ImportRow is what became of one line of an import.
type ImportRow struct {
	Line  int    `json:"line"`
	Field string `json:"field,omitempty"`
	Error string `json:"error"`
}

// ImportResult says what an import did, or in a dry run would do.
type ImportResult struct {
	Added   int         `json:"added"`
	Failed  int         `json:"failed"`
	Rows    []ImportRow `json:"rows"`                      // failed lines only, the first 1,000
	Unknown []string    `json:"unknown_columns,omitempty"` // columns that were left out
	Lines   int         `json:"lines"`                     // how far it got: the last line that was dealt with
}

const actionImport = "device.import"

// importBatch is how many lines are registered in one transaction: enough that
// the pages they change are written few times, and few enough that nobody waits
// longer than about a second.
const importBatch = 10_000

// maxImportRows is how many failed lines are told one by one.
const maxImportRows = 1000

// maxImportRecord is how long one line may be. A quote that is never closed
// would otherwise make a line of all that follows.
const maxImportRecord = 64 << 10

// deviceColumns are the columns of an import and an export.
var deviceColumns = []string{"unit_id", "name", "customer", "make", "model", "year", "type", "imei", "iccid", "phone", "vin", "tags", "plate"}

// ImportDevices streams a CSV file with a header (unit_id, name, customer,
// make, model, year, type, imei, iccid, phone, vin, tags, and plate, in any
// order; customer is a path, empty for the actor's own). Good lines are
// registered, bad ones told; neither stops the other. It goes in batches, each
// a transaction with the rights of its moment: where it is cancelled or fails,
// the result beside the error says how far it got, and what was added stays.
// Invalid when the file has no such header, Refused without the right to
// register anywhere.
func (db *DB) ImportDevices(ctx context.Context, actor domain.Actor, r io.Reader, dryRun bool, progress Progress) (ImportResult, error) {
	in := deviceImport{db: db, actor: actor, dryRun: dryRun, lines: map[domain.UnitID]int{}}
	if err := in.open(r); err != nil {
		return in.result, err
	}
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return in.result, err
		}
		var batch []importLine
		var err error
		if batch, more, err = in.read(); err != nil {
			return in.result, err
		}
		if err := in.register(ctx, batch); err != nil {
			return in.result, err
		}
		if progress != nil {
			progress(in.result.Added+in.result.Failed, 0)
		}
	}
	return in.result, nil
}

// deviceImport is an import under way.
type deviceImport struct {
	db      *DB
	actor   domain.Actor
	dryRun  bool
	limit   *recordLimit
	csv     *csv.Reader
	columns []int // for each column of the file its place in deviceColumns, -1 for none
	lines   map[domain.UnitID]int
	result  ImportResult
}

// importLine is a line of the file: its fields in the order of deviceColumns.
type importLine struct {
	line   int
	fields []string
	failed *ImportRow
}

// open reads the header.
func (in *deviceImport) open(r io.Reader) error {
	buffered := bufio.NewReaderSize(r, maxImportRecord)
	start, err := buffered.Peek(maxImportRecord)
	if err != nil && err != io.EOF && len(start) == 0 {
		return readError(err)
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		start = start[3:]
		buffered.Discard(3)
	}
	in.limit = &recordLimit{r: buffered, left: maxImportRecord}
	in.csv = csv.NewReader(in.limit)
	in.csv.Comma = delimiter(start)
	in.csv.FieldsPerRecord = -1
	in.csv.ReuseRecord = true
	header, err := in.csv.Read()
	if err != nil && !errors.As(err, new(*csv.ParseError)) && err != io.EOF {
		return readError(err)
	}
	for _, name := range header {
		column := slices.Index(deviceColumns, columnName(name))
		if column < 0 || slices.Contains(in.columns, column) {
			column = -1
			in.result.Unknown = append(in.result.Unknown, domain.CleanCut(name, 60))
		}
		in.columns = append(in.columns, column)
	}
	if !slices.Contains(in.columns, 0) {
		return domain.Errorf(domain.Invalid, "file", "The first line names no column unit_id. It takes a header: %s.", strings.Join(deviceColumns, ", "))
	}
	return nil
}

// columnName is a header's word as deviceColumns has it: "Unit ID" is unit_id.
func columnName(name string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), "_")
}

// delimiter is what separates the columns: the commonest of those that
// spreadsheets write, in the first line.
func delimiter(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte{'\n'})
	best := ','
	for _, other := range ";\t" {
		if bytes.Count(line, []byte(string(other))) > bytes.Count(line, []byte(string(best))) {
			best = other
		}
	}
	return best
}

func readError(err error) error {
	if errors.Is(err, errRecordTooLong) {
		return domain.Errorf(domain.Invalid, "file", "A line is longer than %d KiB. Is there a quote that isn't closed?", maxImportRecord>>10)
	}
	return domain.Errorf(domain.Unavailable, "file", "The file can't be read: %w.", err)
}

var errRecordTooLong = errors.New("record too long")

// recordLimit lets each record be read up to a length.
type recordLimit struct {
	r    io.Reader
	left int
}

func (l *recordLimit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errRecordTooLong
	}
	n, err := l.r.Read(p)
	l.left -= n
	return n, err
}

// read reads the next lines; more is false at the end of the file.
func (in *deviceImport) read() (batch []importLine, more bool, err error) {
	for len(batch) < importBatch {
		in.limit.left = maxImportRecord
		record, err := in.csv.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return batch, false, nil
		case errors.As(err, &bad):
			batch = append(batch, importLine{line: bad.StartLine, failed: &ImportRow{
				Line: bad.StartLine, Error: "The line can't be read (" + bad.Err.Error() + "). Put text that holds quotes or separators in quotes, and double those in it.",
			}})
		case err != nil:
			return batch, false, readError(err)
		default:
			line, _ := in.csv.FieldPos(0)
			if l := in.line(line, record); l.failed != nil || slices.ContainsFunc(l.fields, func(s string) bool { return s != "" }) {
				batch = append(batch, l)
			}
		}
	}
	return batch, true, nil
}

func (in *deviceImport) line(number int, record []string) importLine {
	l := importLine{line: number, fields: make([]string, len(deviceColumns))}
	if len(record) > len(in.columns) {
		l.failed = &ImportRow{Line: number, Error: "The line has more columns than the header. Put text that holds a separator in quotes."}
		return l
	}
	for i, text := range record {
		if column := in.columns[i]; column >= 0 {
			l.fields[column] = strings.TrimSpace(domain.CSVText(text))
		}
	}
	return l
}

// register registers the good lines of a batch in one transaction.
func (in *deviceImport) register(ctx context.Context, batch []importLine) error {
	var failed []ImportRow
	added := map[domain.UnitID]int{}
	work := func(tx *tx, may *domain.Rights) error {
		if err := may.MayAnywhere(domain.DevicesRegister).Err(may); err != nil {
			return err
		}
		failed = nil
		clear(added)
		return in.registerIn(tx, may, batch, added, &failed)
	}
	var err error
	if in.dryRun {
		err = in.db.view(ctx, in.actor, work)
	} else {
		err = in.db.update(ctx, in.actor, attempt{action: actionImport, subject: SubjectDevice}, work)
	}
	if err != nil {
		return err
	}
	for unit, line := range added {
		in.lines[unit] = line
	}
	in.result.Added += len(added)
	in.result.Failed += len(failed)
	in.result.Rows = append(in.result.Rows, failed[:min(len(failed), maxImportRows-len(in.result.Rows))]...)
	if len(batch) > 0 {
		in.result.Lines = batch[len(batch)-1].line
	}
	return nil
}

func (in *deviceImport) registerIn(tx *tx, may *domain.Rights, batch []importLine, added map[domain.UnitID]int, failed *[]ImportRow) error {
	customers := map[string]domain.ID{}
	e := entry{action: actionImport, subject: SubjectDevice}
	for i, l := range batch {
		if i%1000 == 0 && tx.ctx.Err() != nil {
			return tx.ctx.Err()
		}
		d, err := in.registerLine(tx, may, l, customers, added)
		if err != nil {
			row, ok := importFault(l, err)
			if !ok {
				return err
			}
			*failed = append(*failed, row)
			continue
		}
		added[d.UnitID] = l.line
		// Not where it was, but where it was put: there is nothing before.
		e.devices = append(e.devices, moved{device: d.ID, from: place{customer: d.Customer}})
		if !slices.Contains(e.where, d.Customer) {
			e.where = append(e.where, d.Customer)
		}
	}
	if in.dryRun || len(e.devices) == 0 {
		return nil
	}
	_, err := tx.audit(may.Account().ID, e)
	return err
}

// importFault is an error that fails a line and nothing else.
func importFault(l importLine, err error) (ImportRow, bool) {
	if l.failed != nil {
		return *l.failed, true
	}
	switch domain.KindOf(err) {
	case domain.Invalid, domain.NotFound, domain.Refused, domain.Conflict:
		fault := new(domain.Error)
		errors.As(err, &fault)
		return ImportRow{Line: l.line, Field: fault.Field, Error: fault.Text}, true
	}
	return ImportRow{}, false
}

var errLineFailed = errors.New("the line can't be read")

func (in *deviceImport) registerLine(tx *tx, may *domain.Rights, l importLine, customers map[string]domain.ID, added map[domain.UnitID]int) (domain.Device, error) {
	if l.failed != nil {
		return domain.Device{}, errLineFailed
	}
	d, err := l.device(may, customers)
	if err != nil {
		return d, err
	}
	first := in.lines[d.UnitID]
	if first == 0 {
		first = added[d.UnitID]
	}
	if first > 0 {
		return d, domain.Errorf(domain.Conflict, "unit_id", "The unit ID %s is on line %d already.", d.UnitID, first)
	}
	if err := tx.checkNewDevice(may, &d); err != nil || in.dryRun {
		return d, err
	}
	return d, tx.putDevice(d)
}

// device is the device that a line describes.
func (l importLine) device(may *domain.Rights, customers map[string]domain.ID) (d domain.Device, err error) {
	f := func(column string) string { return l.fields[slices.Index(deviceColumns, column)] }
	d = domain.Device{
		Name: f("name"), Make: f("make"), Model: f("model"), Type: f("type"), Plate: f("plate"),
		IMEI: f("imei"), ICCID: f("iccid"), Phone: f("phone"), VIN: f("vin"),
	}
	if d.UnitID, err = domain.ParseUnitID(f("unit_id")); err != nil {
		return d, err
	}
	if d.Year, err = domain.ParseYear(f("year")); err != nil {
		return d, err
	}
	if d.Tags, err = domain.ParseTags(f("tags")); err != nil {
		return d, err
	}
	path := f("customer")
	if path == "" {
		return d, nil
	}
	id, known := customers[path]
	if !known {
		if id, err = may.Resolve(path); err != nil {
			return d, err
		}
		customers[path] = id
	}
	d.Customer = id
	return d, nil
}
