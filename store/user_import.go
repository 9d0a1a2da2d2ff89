package store

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"tenantry/domain"
)

// An import of users takes at most so much: it is one transaction, and people
// look at each of its lines.
const (
	maxUserImport     = 2 << 20 // bytes
	maxUserImportRows = 5000
)

const actionImportUsers = "user.import"

// userColumns are the columns of an import of users.
var userColumns = []string{"username", "email", "full_name", "phone", "customer", "groups", "rfid_tokens", "sign_in"}

// UserImport is what an import of users did or would do.
type UserImport struct {
	Rows    []UserImportRow // every line, in its order
	Made    int             // or would be
	Failed  int
	Unknown []string // columns that were left out
}

// UserImportRow is one line of the file.
type UserImportRow struct {
	Line     int
	Username string
	ID       domain.ID // zero in a dry run, and where it failed
	Mailed   bool      // the code goes out by mail, or would
	NoSignIn bool      // gets neither a code nor a mail, or would
	RFIDs    []string  // the RFID tokens that they hold now, or would
	Code     string    // to hand over, where no mail goes out; only after the import itself
	Until    time.Time
	Error    string // "" for a good line
}

// ImportUsers creates users out of CSV with a header: username, email, full_name,
// phone, customer (a path), groups and rfid_tokens (separated by spaces, commas or
// semicolons), sign_in (code, which is what is taken where it is empty, or none).
// Only username is needed; customer is where one is named in the call, else the
// actor's own. Good lines are taken, all in one transaction, and bad ones told,
// each with its reason. Everybody with a sign-in gets a code: by mail where mail is
// wanted and the line has an email, else in the row. Invalid on "file" for one without such
// a header, or too large; NotFound when the customer isn't in reach, Refused to
// those who may create no users anywhere. A dry run writes nothing.
func (db *DB) ImportUsers(ctx context.Context, actor domain.Actor, customer domain.ID, file io.Reader, mail, dryRun bool, progress Progress) (UserImport, error) {
	lines, unknown, err := readUserLines(file)
	if err != nil {
		return UserImport{}, err
	}
	var in *userImport
	work := func(tx *tx, may *domain.Rights) error {
		if err := may.MayAnywhere(domain.UsersCreate).Err(may); err != nil {
			return err
		}
		in = &userImport{
			tx: tx, may: may, customer: customer, mail: mail, dryRun: dryRun,
			customers: map[string]domain.ID{}, names: map[string]int{}, emails: map[string]int{}, rfids: map[string]int{},
			result: UserImport{Unknown: unknown},
		}
		return in.run(lines, progress)
	}
	if dryRun {
		err = db.view(ctx, actor, work)
	} else {
		err = db.update(ctx, actor, attempt{action: actionImportUsers, subject: SubjectUser, objects: ids(customer)}, work)
	}
	if err != nil {
		return UserImport{}, err
	}
	return in.result, nil
}

// userLine is a line of the file: its fields in the order of userColumns.
type userLine struct {
	line   int
	fields []string
	failed string // why it can't be read
}

func (l userLine) field(column string) string { return l.fields[slices.Index(userColumns, column)] }

// readUserLines reads the whole file.
func readUserLines(file io.Reader) (lines []userLine, unknown []string, err error) {
	text, err := io.ReadAll(io.LimitReader(file, maxUserImport+1))
	if err != nil {
		return nil, nil, readError(err)
	}
	if len(text) > maxUserImport {
		return nil, nil, domain.Errorf(domain.Invalid, "file", "The file is larger than %d MiB. Import it in parts.", maxUserImport>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	limit := &recordLimit{r: bytes.NewReader(text), left: maxUserImport + 1}
	r := csv.NewReader(limit)
	r.Comma, r.FieldsPerRecord = delimiter(text), -1
	header, err := r.Read()
	if err != nil && !errors.As(err, new(*csv.ParseError)) && err != io.EOF {
		return nil, nil, readError(err)
	}
	columns, unknown := userHeader(header)
	if !slices.Contains(columns, 0) {
		return nil, nil, domain.Errorf(domain.Invalid, "file", "The first line names no column username. It takes a header: %s.", strings.Join(userColumns, ", "))
	}
	for {
		l, err := readUserLine(r, columns)
		switch {
		case err == io.EOF:
			return lines, unknown, nil
		case err != nil:
			return nil, nil, readError(err)
		case l == nil:
			continue // blank
		case len(lines) == maxUserImportRows:
			return nil, nil, domain.Errorf(domain.Invalid, "file", "The file has more than %d lines. Import it in parts.", maxUserImportRows)
		}
		lines = append(lines, *l)
	}
}

// userHeader is, for each column of the file, its place in userColumns, -1 for
// one that is unknown or there twice.
func userHeader(header []string) (columns []int, unknown []string) {
	for _, name := range header {
		column := slices.Index(userColumns, columnName(name))
		if column < 0 || slices.Contains(columns, column) {
			column = -1
			unknown = append(unknown, domain.CleanCut(name, 60))
		}
		columns = append(columns, column)
	}
	return columns, unknown
}

// readUserLine reads a line; nil for one that holds nothing.
func readUserLine(r *csv.Reader, columns []int) (*userLine, error) {
	record, err := r.Read()
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return &userLine{line: bad.StartLine, failed: "The line can't be read (" + bad.Err.Error() + "). Put text that holds quotes or separators in quotes, and double those in it."}, nil
	}
	if err != nil {
		return nil, err
	}
	l := &userLine{fields: make([]string, len(userColumns))}
	l.line, _ = r.FieldPos(0)
	if len(record) > len(columns) {
		l.failed = "The line has more columns than the header. Put text that holds a separator in quotes."
		return l, nil
	}
	blank := true
	for i, text := range record {
		if text = strings.TrimSpace(domain.CSVText(text)); text != "" {
			blank = false
			if columns[i] >= 0 {
				l.fields[columns[i]] = text
			}
		}
	}
	if blank {
		return nil, nil
	}
	return l, nil
}

// userImport is an import under way, in its transaction.
type userImport struct {
	tx           *tx
	may          *domain.Rights
	customer     domain.ID
	mail, dryRun bool
	customers    map[string]domain.ID // by path
	names        map[string]int       // lines by folded username
	emails       map[string]int       // and by email
	rfids        map[string]int       // and by RFID token
	result       UserImport
}

func (in *userImport) run(lines []userLine, progress Progress) error {
	if !in.customer.IsZero() && !in.may.Reaches(in.customer) {
		return domain.NoSuch("customer")
	}
	if in.customer.IsZero() && in.may.User() != nil {
		in.customer = in.may.User().Customer
	}
	for i, l := range lines {
		if progress != nil && i%100 == 0 {
			progress(i, len(lines))
		}
		if err := in.tx.ctx.Err(); err != nil {
			return err
		}
		row, err := in.take(l)
		if err != nil && !failsLine(err) {
			return err
		}
		if err != nil {
			row.Error = err.Error()
			in.result.Failed++
		} else {
			in.result.Made++
		}
		in.result.Rows = append(in.result.Rows, row)
	}
	if progress != nil {
		progress(len(lines), len(lines))
	}
	return nil
}

// failsLine says whether an error is about one line and no other.
func failsLine(err error) bool {
	switch domain.KindOf(err) {
	case domain.Invalid, domain.NotFound, domain.Refused, domain.Conflict:
		return true
	}
	return false
}

// take makes the user of a line. All that can fail a line is asked before
// anything is written, so that a bad line leaves nothing.
func (in *userImport) take(l userLine) (UserImportRow, error) {
	row := UserImportRow{Line: l.line}
	if l.failed != "" {
		return row, domain.Errorf(domain.Invalid, "line", "%s", l.failed)
	}
	row.Username = domain.CleanCut(l.field("username"), 60)
	u, err := in.user(l)
	if err != nil {
		return row, err
	}
	none, err := noSignIn(l.field("sign_in"))
	if err != nil {
		return row, err
	}
	start := Start{Mail: in.mail && u.Email != "" && !none, NoSignIn: none}
	u = newUser(in.tx, in.may, u, start)
	if err := in.tx.checkNewUser(in.may, &u); err != nil {
		return row, err
	}
	rfids, err := in.tokens(l, &u)
	if err != nil {
		return row, err
	}
	if err := in.unique(l.line, &u); err != nil {
		return row, err
	}
	for _, digits := range rfids {
		in.rfids[digits] = l.line
	}
	row.Username, row.Mailed, row.NoSignIn, row.RFIDs = u.Username, start.Mail, none, rfids
	if in.dryRun {
		return row, nil
	}
	started, err := in.tx.createUser(u, start, passwordRecord{})
	if err != nil {
		// Nothing that may fail is left, so this is no matter of one line.
		return row, fmt.Errorf("line %d: %w", l.line, notOfLine(err))
	}
	for _, digits := range rfids {
		if err := in.tx.giveRFID(&started.User, digits); err != nil {
			return row, fmt.Errorf("line %d: %w", l.line, notOfLine(err))
		}
	}
	row.ID, row.Code, row.Until = started.User.ID, started.Code, started.Until
	return row, nil
}

// noSignIn says whether a line asks for no sign-in.
func noSignIn(text string) (bool, error) {
	switch domain.Fold(text) {
	case "", "code":
		return false, nil
	case "none":
		return true, nil
	}
	return false, domain.Errorf(domain.Invalid, "sign_in", "%q is no sign-in. Write code or nothing for a code, or none for who only holds an RFID token.", domain.CleanCut(text, 40))
}

// tokens are the RFID tokens of a line, which its user may be given.
func (in *userImport) tokens(l userLine, u *domain.User) ([]string, error) {
	var rfids []string
	texts := strings.FieldsFunc(l.field("rfid_tokens"), func(r rune) bool { return r == ';' || r == ',' || unicode.IsSpace(r) })
	if len(texts) == 0 {
		return nil, nil
	}
	if err := in.may.MayEditRFID(u).Err(in.may); err != nil {
		return nil, err
	}
	for _, text := range texts {
		digits, err := domain.CheckRFID(text)
		if err != nil {
			return nil, err
		}
		if slices.Contains(rfids, digits) {
			continue
		}
		if first := in.rfids[digits]; first > 0 {
			return nil, domain.Errorf(domain.Conflict, "rfid_tokens", "The RFID token %s is on line %d already.", digits, first)
		}
		if err := in.tx.freeRFID(in.may, u, digits); err != nil {
			return nil, err
		}
		rfids = append(rfids, digits)
	}
	if len(rfids) > domain.MaxRFIDs {
		return nil, errRFIDsFull()
	}
	return rfids, nil
}

// notOfLine keeps an error that came after the first write from being told as
// one of a line, which would leave a half user.
func notOfLine(err error) error {
	if failsLine(err) {
		return domain.Errorf(domain.Unavailable, "", "The import failed and nothing was saved: %w", err)
	}
	return err
}

// user is the user that a line describes.
func (in *userImport) user(l userLine) (domain.User, error) {
	u := domain.User{
		Customer: in.customer, Username: l.field("username"), Email: l.field("email"),
		FullName: l.field("full_name"), Phone: l.field("phone"),
	}
	var err error
	if u.Groups, err = domain.ParseGroups(l.field("groups")); err != nil {
		return u, err
	}
	path := l.field("customer")
	if path == "" && u.Customer.IsZero() {
		return u, domain.Errorf(domain.Invalid, "customer", "Say which customer: in the column customer, or for the whole file.")
	}
	if path == "" {
		return u, nil
	}
	id, known := in.customers[path]
	if !known {
		if id, err = in.may.Resolve(path); err != nil {
			return u, err
		}
		in.customers[path] = id
	}
	u.Customer = id
	return u, nil
}

// unique refuses a name that an earlier line or another user has.
func (in *userImport) unique(line int, u *domain.User) error {
	name, email := domain.Fold(u.Username), domain.Fold(u.Email)
	if first := in.names[name]; first > 0 {
		return domain.Errorf(domain.Conflict, "username", "The username %s is on line %d already.", u.Username, first)
	}
	if first := in.emails[email]; first > 0 && email != "" {
		return domain.Errorf(domain.Conflict, "email", "The email %s is on line %d already.", u.Email, first)
	}
	if err := in.tx.checkUserNames(u); err != nil {
		return err
	}
	in.names[name], in.emails[email] = line, line
	return nil
}
