package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"tenantry/domain"
)

// Outcome says how what an audit entry tells ended.
type Outcome string

const (
	OutcomeDone    Outcome = "done"
	OutcomeRefused Outcome = "refused" // nothing changed: out of reach, not there, or not allowed
	OutcomeFailed  Outcome = "failed"  // sign-ins whose secret was wrong
)

var outcomes = [...]Outcome{done: OutcomeDone, refused: OutcomeRefused, failed: OutcomeFailed}

// Outcomes are all that there are.
func Outcomes() []Outcome { return outcomes[:] }

func (o outcome) told() Outcome {
	if int(o) < len(outcomes) {
		return outcomes[o]
	}
	return ""
}

// AuditQuery selects entries of the audit trail.
type AuditQuery struct {
	Customer domain.ID // that concern this one; zero: the actor's whole reach
	Below    bool      // or one of those nested under it
	User     domain.ID // of what this user did
	Who      string    // of what the user with this name at that time did
	Action   string    // "device.assign", or what it begins with: "device."
	Object   domain.ID // about this thing; for a device also those that list it
	Outcome  Outcome   // empty: any
	Door     domain.Door
	From, To time.Time // from the one on, and before the other; zero: no bound
	Filter   string    // words over who, text, name and from
	Page
}

// AuditChange is a field before and after.
type AuditChange struct{ Field, Old, New string }

// AuditRow is an entry of the audit trail as somebody may read it: what lies
// outside their reach is neither named nor counted.
type AuditRow struct {
	Entry     domain.ID
	At        time.Time
	User      domain.ID // zero for the operator, and for whom the actor doesn't reach
	Who       string    // username at that time; "the operator"; "someone"
	Door      domain.Door
	From      string // empty where Who is "someone"
	Outcome   Outcome
	Action    string
	Subject   Subject
	Object    domain.ID // zero where there is nothing to go to
	Name      string    // the object's, at that time
	Where     []Name    // the customers in reach that it concerns, with their paths of now
	Changes   []AuditChange
	Devices   int       // that a bulk entry lists, of those that concern the reach
	Undoes    domain.ID // the entry that this one took back
	Text      string    // all of it on one line
	Undoable  bool      // it moved devices, and the actor may assign some
	Unbecause string    // why it isn't undoable, where it moved devices
}

// AuditList is a page of entries, the newest first. A page may have fewer rows
// than were asked for, even none, and a next: a filter that finds little looks
// only so far at a time.
type AuditList struct {
	Rows    []AuditRow
	Next    string // cursor of the next page, empty at the end
	Total   int    // of all pages, as far as they were counted
	AtLeast bool   // there may be more than Total
	Reason  string // why there are none, where that is a matter of rights
}

const (
	// auditLooked is how many entries one page looks at, for a filter that finds
	// little must not hold the database for long: some 50 ms. One that has to be
	// put in words to be decided on counts as auditTold.
	auditLooked = 8_000
	auditTold   = 4
	// auditCounted is how many entries are counted where that takes no more than
	// going along an index.
	auditCounted = 10_000
)

// Audit lists entries of the audit trail, the newest first: those that concern
// customers whose trail the actor may read. NotFound when q.Customer isn't in
// reach, or q.User is nobody whom the actor sees; Invalid for an outcome or a
// cursor that isn't one.
func (db *DB) Audit(ctx context.Context, actor domain.Actor, q AuditQuery) (AuditList, error) {
	var list AuditList
	err := db.viewAudit(ctx, actor, func(tx *tx, may *domain.Rights) error {
		l, err := tx.auditListing(may, q)
		if err != nil || l.reason != "" {
			list.Reason = l.because()
			return err
		}
		list, err = l.page(q.limit(), auditLooked)
		return err
	})
	return list, err
}

// viewAudit is view, and gives the operator who names no account the trail of
// what happens outside every account.
func (db *DB) viewAudit(ctx context.Context, actor domain.Actor, fn func(*tx, *domain.Rights) error) error {
	if !actor.Operator || !actor.Account.IsZero() {
		return db.view(ctx, actor, fn)
	}
	return db.viewFree(ctx, actor, func(tx *tx) error {
		nowhere := domain.Account{}
		tree, err := domain.NewTree(nowhere, nil)
		if err != nil {
			return err
		}
		return fn(tx, domain.OperatorRights(&nowhere, tree))
	})
}

// ExportAudit tells every entry that a query selects, whatever its page, the
// newest first. It reads them in many transactions: what comes meanwhile is left
// out.
func (db *DB) ExportAudit(ctx context.Context, actor domain.Actor, q AuditQuery, each func(AuditRow) error) error {
	q.Page = Page{Limit: 1000}
	for {
		list, err := db.Audit(ctx, actor, q)
		if err != nil {
			return err
		}
		for _, row := range list.Rows {
			if err := each(row); err != nil {
				return err
			}
		}
		if q.Cursor = list.Next; q.Cursor == "" {
			return nil
		}
	}
}

// AuditEntry reads one entry. NotFound for one that concerns nothing of which
// the actor may read the audit trail, as for one that isn't there.
func (db *DB) AuditEntry(ctx context.Context, actor domain.Actor, id domain.ID) (AuditRow, error) {
	var row AuditRow
	err := db.viewAudit(ctx, actor, func(tx *tx, may *domain.Rights) error {
		e, err := tx.entryIn(may, id)
		if err == nil {
			row, err = tx.teller(may).row(e)
		}
		return err
	})
	return row, err
}

// entryIn is an entry that the actor may read; NotFound for any other ID.
func (tx *tx) entryIn(may *domain.Rights, id domain.ID) (*entry, error) {
	e, err := tx.entry(may.Account().ID, id)
	if err != nil {
		return nil, err
	}
	if e == nil || !may.ReadsEntry(e.where).Allowed {
		return nil, domain.NoSuch("audit entry")
	}
	return e, nil
}

// auditListing is a query under way.
type auditListing struct {
	tx     *tx
	may    *domain.Rights
	q      AuditQuery
	reason string // why nothing is listed
	who    string // q.Who, folded
	words  []string
	teller *auditTeller

	walk   func() auditWalk // makes a walk from where the page begins
	low    uint64           // numbers from here on
	high   uint64           // and below this
	before int              // rows of the pages before
	looked int              // entries that this page has looked at
}

func (l *auditListing) because() string {
	if l == nil {
		return ""
	}
	return l.reason
}

func (tx *tx) auditListing(may *domain.Rights, q AuditQuery) (*auditListing, error) {
	l := &auditListing{tx: tx, may: may, q: q, who: domain.Fold(strings.TrimSpace(q.Who)), words: strings.Fields(domain.Fold(q.Filter))}
	if q.Outcome != "" && q.Outcome != OutcomeDone && q.Outcome != OutcomeRefused && q.Outcome != OutcomeFailed {
		return nil, domain.Errorf(domain.Invalid, "outcome", "There is no outcome %q. They are done, refused and failed.", domain.CleanCut(string(q.Outcome), 30))
	}
	customers, err := l.customers()
	if err != nil || l.reason != "" {
		return l, err
	}
	if err := l.seesUser(); err != nil {
		return nil, err
	}
	l.teller = tx.teller(may)
	if err := l.bounds(); err != nil {
		return nil, err
	}
	account := may.Account().ID
	switch {
	case !q.Object.IsZero():
		l.walk = func() auditWalk { return tx.walkObject(account, q.Object, l.high) }
	case !q.User.IsZero():
		l.walk = func() auditWalk { return tx.walkIndex(tableAuditUser, key2(account, q.User), l.high) }
	case customers == nil:
		l.walk = func() auditWalk { return tx.walkIndex(tableAudit, key1(account), l.high) }
	default:
		l.walk = func() auditWalk { return tx.walkCustomers(account, customers, l.high) }
	}
	return l, nil
}

// customers are those whose entries are listed, nil for all of the account.
func (l *auditListing) customers() ([]domain.ID, error) {
	root, below := l.q.Customer, l.q.Below
	if root.IsZero() {
		if l.may.Reaches(root) {
			return nil, nil
		}
		root, below = l.may.Home(), true
	}
	if !l.may.Reaches(root) {
		if l.q.Customer.IsZero() {
			l.reason = l.may.MayAnywhere(domain.AuditRead).Text(l.may)
			return nil, nil
		}
		return nil, domain.NoSuch("customer")
	}
	tree := l.may.Tree()
	from, to := tree.Span(root)
	if !below {
		to = from + 1
	}
	customers := []domain.ID{}
	for at := from; at < to; at++ {
		if l.may.MayAt(domain.AuditRead, at).Allowed {
			customers = append(customers, tree.At(at).ID)
		}
	}
	if len(customers) == 0 {
		l.reason = l.may.May(domain.AuditRead, root).Text(l.may)
	}
	return customers, nil
}

// seesUser refuses a query about a user whom the actor doesn't see. To those who
// reach the whole account, users who are gone are known too.
func (l *auditListing) seesUser() error {
	if l.q.User.IsZero() || l.may.Reaches(domain.ID{}) {
		return nil
	}
	u, err := l.tx.user(l.may.Account().ID, l.q.User)
	if err != nil {
		return err
	}
	if u == nil || !l.may.SeesUser(u).Allowed {
		return domain.NoSuch("user")
	}
	return nil
}

// bounds finds the numbers between which the page lies: by its times, and by its
// cursor. A clock that was set back leaves entries whose times don't rise; those
// are found with their neighbours.
func (l *auditListing) bounds() (err error) {
	account := l.may.Account().ID
	last, _, err := l.tx.auditHead(account)
	if err != nil {
		return err
	}
	l.low, l.high = 1, last+1
	if !l.q.From.IsZero() {
		if l.low, err = l.tx.firstEntryAt(account, last, l.q.From); err != nil {
			return err
		}
	}
	if !l.q.To.IsZero() {
		if l.high, err = l.tx.firstEntryAt(account, last, l.q.To); err != nil {
			return err
		}
	}
	text, err := readCursor(l.q.Cursor)
	if text == "" || err != nil {
		return err
	}
	count, id, _ := strings.Cut(text, " ")
	at, err := domain.ParseID(id)
	if err == nil {
		l.before, err = strconv.Atoi(count)
	}
	if err != nil || l.before < 0 {
		return errCursorGone()
	}
	e, err := l.tx.entryIn(l.may, at)
	if domain.KindOf(err) == domain.NotFound {
		return errCursorGone()
	}
	if err == nil {
		l.high = min(l.high, e.number)
	}
	return err
}

// firstEntryAt is the number of the first entry that isn't before a time, one
// more than the last where all are.
func (tx *tx) firstEntryAt(account domain.ID, last uint64, at time.Time) (uint64, error) {
	low, high := uint64(1), last+1
	for low < high {
		middle := low + (high-low)/2
		e, err := tx.entryNumbered(account, middle)
		if err != nil {
			return 0, err
		}
		if e.at.Before(at) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, nil
}

// page reads one page, looking at so many entries at most.
func (l *auditListing) page(limit, most int) (AuditList, error) {
	var list AuditList
	var last *entry // that was looked at, and that the actor may read
	walk := l.walk()
	for {
		e, err := l.next(walk)
		if err != nil {
			return AuditList{}, err
		}
		if e == nil {
			list.Total = l.before + len(list.Rows)
			return list, l.tx.ctx.Err()
		}
		if len(list.Rows) == limit || l.looked >= most {
			list.Next = writeCursor(strconv.Itoa(l.before+len(list.Rows)) + " " + last.id.String())
			return list, l.count(&list, walk)
		}
		last = e
		l.looked++
		if err := l.add(&list, e); err != nil {
			return AuditList{}, err
		}
	}
}

// next is the next entry in the page's bounds that the actor may read, nil at
// the end.
func (l *auditListing) next(walk auditWalk) (*entry, error) {
	for skipped := 1; ; skipped++ {
		number, ok := walk.next()
		if !ok || number < l.low {
			return nil, walk.err()
		}
		if skipped%256 == 0 && l.tx.ctx.Err() != nil {
			return nil, l.tx.ctx.Err()
		}
		e, err := l.tx.entryNumbered(l.may.Account().ID, number)
		if err != nil {
			return nil, err
		}
		if l.reads(e) {
			return e, nil
		}
	}
}

// reads says whether an entry is one of those that a page may look at.
func (l *auditListing) reads(e *entry) bool {
	if !l.may.ReadsEntry(e.where).Allowed {
		return false
	}
	if l.q.Customer.IsZero() {
		return true
	}
	for _, customer := range e.where {
		within := customer == l.q.Customer || l.q.Below && l.may.Tree().Within(customer, l.q.Customer)
		if within && l.may.May(domain.AuditRead, customer).Allowed {
			return true
		}
	}
	return false
}

// add puts an entry into the list if the query wants it. Words are looked for in
// what is told, so that nothing can be found out by looking for it.
func (l *auditListing) add(list *AuditList, e *entry) error {
	if l.tx.ctx.Err() != nil {
		return l.tx.ctx.Err()
	}
	if !l.wants(e) {
		return nil
	}
	if !l.q.Object.IsZero() && e.object != l.q.Object {
		if here, err := l.tx.happenedInReach(l.may, e, l.q.Object); !here || err != nil {
			return err
		}
	}
	if l.who != "" {
		who, err := l.teller.who(e)
		if err != nil || domain.Fold(who) != l.who {
			return err
		}
	}
	row, err := l.teller.row(e)
	if err != nil {
		return err
	}
	l.looked += auditTold - 1
	if row.matches(l.words) {
		list.Rows = append(list.Rows, row)
	}
	return nil
}

// wants looks at what of an entry is told to everybody who may read it.
func (l *auditListing) wants(e *entry) bool {
	q := &l.q
	switch {
	case q.Action != "" && e.action != q.Action && !(strings.HasSuffix(q.Action, ".") && strings.HasPrefix(e.action, q.Action)),
		q.Outcome != "" && e.outcome.told() != q.Outcome,
		q.Door != 0 && e.door != q.Door,
		!q.User.IsZero() && e.user != q.User,
		!q.From.IsZero() && e.at.Before(q.From),
		!q.To.IsZero() && !e.at.Before(q.To):
		return false
	}
	return true
}

// matches says whether a row holds every word.
func (r *AuditRow) matches(words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := domain.Fold(strings.Join([]string{r.Who, r.Action, r.Name, r.From, r.Text}, "\n"))
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// plain says that every entry of the walk is a row.
func (l *auditListing) plain() bool {
	q := &l.q
	return q.Object.IsZero() && q.Action == "" && q.Outcome == "" && q.Door == 0 && l.who == "" && len(l.words) == 0 &&
		q.From.IsZero() && q.To.IsZero() && (q.User.IsZero() || l.may.Reaches(domain.ID{}) && q.Customer.IsZero())
}

// count goes on along the walk after a full page, as far as counting takes no
// reading. The walk has moved past one more than the list has.
func (l *auditListing) count(list *AuditList, walk auditWalk) error {
	list.Total, list.AtLeast = l.before+len(list.Rows)+1, true
	switch {
	case !l.plain():
		list.Total = l.before + len(list.Rows)
		return nil
	case l.q.User.IsZero() && l.q.Customer.IsZero() && l.may.Reaches(domain.ID{}):
		last, _, err := l.tx.auditHead(l.may.Account().ID)
		list.Total, list.AtLeast = int(last), false
		return err
	}
	for list.Total < l.before+auditCounted {
		number, ok := walk.next()
		if !ok || number < l.low {
			list.AtLeast = false
			break
		}
		list.Total++
	}
	return walk.err()
}
