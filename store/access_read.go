package store

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"tenantry/domain"
)

// Access events come in as NDJSON, a JSON object on each line, or as CSV with a
// header. Both have the same fields, and both are read line by line: a file may
// be larger than memory, and a line that can't be read fails alone.

// accessColumns are the fields of an access event.
var accessColumns = []string{"id", "at", "rfid", "unit_id", "device_id", "status"}

const accessFields = `{"id": "…", "at": "2026-11-27T08:15:00Z", "rfid": "0001234", "unit_id": "…" or "device_id": "…", "status": "approved"}`

// accessLine is a line of a file of access events.
type accessLine struct {
	line int
	AccessInput
}

// accessReader reads lines of access events.
type accessReader interface {
	// next reads the next line; io.EOF at the end.
	next() (accessLine, error)
}

// newAccessReader tells by its first character which of the two a file is, where
// it isn't NDJSON in any case. Unknown are the columns of a CSV file that are
// left out.
func newAccessReader(r io.Reader, isJSON bool) (lines accessReader, unknown []string, err error) {
	buffered := bufio.NewReaderSize(r, maxImportRecord)
	if isJSON {
		return &accessJSON{r: buffered}, nil, nil
	}
	start, err := buffered.Peek(maxImportRecord)
	if err != nil && err != io.EOF && len(start) == 0 {
		return nil, nil, readError(err)
	}
	if bytes.HasPrefix(start, []byte("\ufeff")) {
		start = start[3:]
		buffered.Discard(3)
	}
	switch first := bytes.TrimLeft(start, " \t\r\n"); {
	case bytes.HasPrefix(first, []byte("{")):
		return &accessJSON{r: buffered}, nil, nil
	case bytes.HasPrefix(first, []byte("[")):
		return nil, nil, domain.Errorf(domain.Invalid, "file", "Access events come one on each line, without the list around them: %s.", accessFields)
	}
	return newAccessCSV(buffered, start)
}

// accessJSON reads NDJSON.
type accessJSON struct {
	r    *bufio.Reader
	line int
}

func (j *accessJSON) next() (accessLine, error) {
	for {
		text, err := j.r.ReadSlice('\n')
		j.line++
		l := accessLine{line: j.line}
		switch {
		case err == bufio.ErrBufferFull:
			l.Fault = domain.Errorf(domain.Invalid, "", "The line is longer than %d KiB.", maxImportRecord>>10)
			return l, j.skip()
		case err != nil && err != io.EOF:
			return l, readError(err)
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			l.AccessInput = ReadAccessEvent(text)
			return l, nil
		}
		if err == io.EOF {
			return l, err
		}
	}
}

// skip passes over the rest of a line that is too long.
func (j *accessJSON) skip() error {
	for {
		switch _, err := j.r.ReadSlice('\n'); err {
		case bufio.ErrBufferFull:
		case nil, io.EOF:
			return nil
		default:
			return readError(err)
		}
	}
}

// ReadAccessEvent reads one access event out of a JSON object. What is wrong with
// it is in its Fault.
func ReadAccessEvent(text []byte) AccessInput {
	var given struct {
		ID     string `json:"id"`
		At     string `json:"at"`
		RFID   string `json:"rfid"`
		Unit   string `json:"unit_id"`
		Device string `json:"device_id"`
		Status string `json:"status"`
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&given)
	if err == nil && decoder.InputOffset() != int64(len(text)) {
		err = errors.New("something comes after it")
	}
	if err != nil {
		return AccessInput{AccessReport: domain.AccessReport{Event: given.ID}, Fault: accessJSONFault(err)}
	}
	return readAccess(given.ID, given.At, given.RFID, given.Unit, given.Device, given.Status)
}

func accessJSONFault(err error) *domain.Error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) && slices.Contains(accessColumns, wrong.Field) {
		return domain.Errorf(domain.Invalid, wrong.Field, "The %s of an access event is text, in quotes.", wrong.Field)
	}
	return domain.Errorf(domain.Invalid, "", "This is no access event as JSON (%s). It takes %s.",
		domain.CleanCut(strings.TrimPrefix(err.Error(), "json: "), 80), accessFields)
}

// readAccess reads the fields of an access event. A device is named by either of
// its identities; where both are there, its own counts.
func readAccess(id, at, rfid, unit, device, status string) (in AccessInput) {
	in.Event, in.RFID = id, rfid
	var err error
	switch {
	case device != "":
		in.Device, err = domain.ParseID(device)
	case unit != "":
		in.UnitID, err = domain.ParseUnitID(unit)
	default:
		err = domain.Errorf(domain.Invalid, "unit_id", "Say at which device it was: unit_id or device_id.")
	}
	if err == nil && device != "" && in.Device.IsZero() {
		err = domain.NoSuch("device") // 32 zeros name nothing
	}
	if err == nil && at != "" {
		in.At, err = domain.ParseAccessTime(at)
	}
	if err == nil {
		in.Status, err = domain.ParseAccessStatus(status)
	}
	in.Fault = asFault(err)
	return in
}

// accessCSV reads CSV.
type accessCSV struct {
	limit   *recordLimit
	csv     *csv.Reader
	columns []int // for each column of the file its place in accessColumns, -1 for none
}

func newAccessCSV(buffered *bufio.Reader, start []byte) (*accessCSV, []string, error) {
	c := &accessCSV{limit: &recordLimit{r: buffered, left: maxImportRecord}}
	c.csv = csv.NewReader(c.limit)
	c.csv.Comma = delimiter(start)
	c.csv.FieldsPerRecord = -1
	c.csv.ReuseRecord = true
	header, err := c.csv.Read()
	if err != nil && !errors.As(err, new(*csv.ParseError)) && err != io.EOF {
		return nil, nil, readError(err)
	}
	var unknown []string
	for _, name := range header {
		column := slices.Index(accessColumns, columnName(name))
		if column < 0 || slices.Contains(c.columns, column) {
			column = -1
			unknown = append(unknown, domain.CleanCut(name, 60))
		}
		c.columns = append(c.columns, column)
	}
	if !slices.Contains(c.columns, 0) {
		return nil, nil, domain.Errorf(domain.Invalid, "file", "The first line names no column id. It takes a header: %s, or a JSON object on each line: %s.",
			strings.Join(accessColumns, ", "), accessFields)
	}
	return c, unknown, nil
}

func (c *accessCSV) next() (accessLine, error) {
	for {
		c.limit.left = maxImportRecord
		record, err := c.csv.Read()
		var bad *csv.ParseError
		switch {
		case err == io.EOF:
			return accessLine{}, err
		case errors.As(err, &bad):
			return accessLine{line: bad.StartLine, AccessInput: AccessInput{Fault: domain.Errorf(domain.Invalid, "", "The line can't be read (%w). Put text that holds quotes or separators in quotes, and double those in it.", bad.Err)}}, nil
		case err != nil:
			return accessLine{}, readError(err)
		}
		var fields [6]string
		empty := true
		for i, text := range record {
			if i < len(c.columns) && c.columns[i] >= 0 {
				text = strings.TrimSpace(domain.CSVText(text))
				fields[c.columns[i]] = text
				empty = empty && text == ""
			}
		}
		line, _ := c.csv.FieldPos(0)
		switch {
		case len(record) > len(c.columns):
			return accessLine{line: line, AccessInput: AccessInput{Fault: domain.Errorf(domain.Invalid, "", "The line has more columns than the header. Put text that holds a separator in quotes.")}}, nil
		case !empty:
			return accessLine{line: line, AccessInput: readAccess(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5])}, nil
		}
	}
}
