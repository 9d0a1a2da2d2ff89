package store

import (
	"encoding/binary"
	"strings"

	"tenantry/domain"
)

// auditTeller says of entries what somebody may know. An entry that concerns
// their reach may hold things from outside it as well: where a customer came
// from, who moved it, how many devices of others went along. To whoever reaches
// the whole account it tells all; the people of many entries are looked up once.
type auditTeller struct {
	tx     *tx
	may    *domain.Rights
	whole  bool
	people map[domain.ID]person
}

// person is somebody who did something.
type person struct {
	seen  bool // the actor sees them, and may go to them
	named bool // the actor may know their name
}

func (tx *tx) teller(may *domain.Rights) *auditTeller {
	return &auditTeller{tx: tx, may: may, whole: may.Reaches(domain.ID{}), people: map[domain.ID]person{}}
}

// row is what is told of an entry.
func (t *auditTeller) row(e *entry) (AuditRow, error) {
	row := AuditRow{
		Entry: e.id, At: e.at, Door: e.door, Outcome: e.outcome.told(), Action: e.action, Subject: e.subject,
		Name: t.name(e), Where: t.where(e),
	}
	who, err := t.person(e)
	if err != nil {
		return row, err
	}
	if row.Who = t.called(e, who); who.seen {
		row.User = e.user
	}
	if who.named {
		row.From = e.from
	}
	if row.Object, err = t.object(e); err != nil {
		return row, err
	}
	if row.Changes, err = t.changes(e); err != nil {
		return row, err
	}
	if row.Devices, err = t.devices(e); err != nil {
		return row, err
	}
	if row.Undoes, err = t.undoes(e); err != nil {
		return row, err
	}
	row.Undoable, row.Unbecause = t.undoable(e)
	row.Text = row.words()
	return row, nil
}

// who is the name of whoever did it, as it is told.
func (t *auditTeller) who(e *entry) (string, error) {
	who, err := t.person(e)
	return t.called(e, who), err
}

func (t *auditTeller) called(e *entry, who person) string {
	switch {
	case e.outcome == failed:
		return "someone" // whose secret was wrong is nobody yet
	case e.user.IsZero():
		return "the operator"
	case who.named:
		return e.who
	}
	return "someone"
}

// person is what the actor may know of whoever did it. Of users who are gone
// they know those who were in their reach to the last.
func (t *auditTeller) person(e *entry) (person, error) {
	if e.user.IsZero() {
		// The machine's own people are the operator's business.
		return person{named: t.whole || e.outcome == failed}, nil
	}
	if t.whole {
		return person{seen: true, named: true}, nil
	}
	if known, ok := t.people[e.user]; ok {
		return known, nil
	}
	var known person
	u, err := t.tx.user(e.account, e.user)
	switch {
	case err != nil:
		return person{}, err
	case u != nil:
		known.seen = t.may.SeesUser(u).Allowed
		known.named = known.seen
	default:
		if known.named, err = t.wasInReach(e.account, e.user); err != nil {
			return person{}, err
		}
	}
	t.people[e.user] = known
	return known, nil
}

// wasInReach says whether the last entry about a user concerns the reach: the
// one that deleted them.
func (t *auditTeller) wasInReach(account, user domain.ID) (bool, error) {
	walk := t.tx.walkIndex(tableAuditObject, key2(account, user), ^uint64(0))
	number, ok := walk.next()
	if !ok {
		return false, walk.err()
	}
	e, err := t.tx.entryNumbered(account, number)
	return err == nil && e.action == "user.delete" && t.may.ReadsEntry(e.where).Allowed, err
}

// where are the customers that an entry concerns, of those in reach.
func (t *auditTeller) where(e *entry) []Name {
	var where []Name
	for _, customer := range e.where {
		if t.may.Reaches(customer) {
			where = append(where, Name{customer, t.may.Tree().Path(customer)})
		}
	}
	return where
}

// inside says whether all that an entry concerns is the actor's to read, so that
// nothing in it is of elsewhere. A customer that was deleted was nested under the
// other that its entry names.
func (t *auditTeller) inside(e *entry) bool {
	if t.whole || e.action == actionDeleteCustomer {
		return true
	}
	for _, customer := range e.where {
		if !t.may.May(domain.AuditRead, customer).Allowed {
			return false
		}
	}
	return true
}

// name is what the object was called. A customer is named by its path, of which
// what lay above may be out of reach.
func (t *auditTeller) name(e *entry) string {
	switch {
	case e.name == "" && e.placesDevices():
		return t.tx.placeText(t.may, e, e.object)
	case t.whole || e.name == "":
		return e.name
	case e.subject == SubjectCustomer:
		if t.reachesPath(e.name) {
			return e.name
		}
		return ownName(e.name)
	case e.action == actionAssign, e.action == actionUndo:
		return t.path(e.name)
	case e.action == actionDeleteLocation && len(e.where) > 0 && !t.may.Reaches(e.where[0]):
		return "one elsewhere"
	}
	return e.name
}

// path is the path of a customer as it was, which is told where it leads to one
// in reach now.
func (t *auditTeller) path(path string) string {
	if path == "" || t.whole || t.reachesPath(path) {
		return path
	}
	return "elsewhere"
}

func (t *auditTeller) reachesPath(path string) bool {
	id, err := t.may.Tree().Resolve(path)
	return err == nil && t.may.Reaches(id)
}

// object is the thing that an entry is about, if it is there and the actor may
// go to it.
func (t *auditTeller) object(e *entry) (domain.ID, error) {
	id := e.object
	if id.IsZero() {
		return id, nil
	}
	there, err := t.there(e)
	if !there || err != nil {
		return domain.ID{}, err
	}
	return id, nil
}

func (t *auditTeller) there(e *entry) (bool, error) {
	account, id := t.may.Account().ID, e.object
	switch e.subject {
	case SubjectAccount:
		return id == account, nil
	case SubjectCustomer:
		_, there := t.may.Tree().Customer(id)
		return there && t.may.Reaches(id), nil
	case SubjectUser:
		u, err := t.tx.user(account, id)
		return u != nil && t.may.SeesUser(u).Allowed, err
	case SubjectDevice:
		at, err := t.tx.owner(account, id)
		return at != place{} && t.may.SeesDevice(at.customer, at.location).Allowed, err
	case SubjectLocation:
		l, err := t.tx.location(account, id)
		return l != nil && t.may.Reaches(l.Customer), err
	case SubjectToken:
		_, _, err := t.tx.tokenIn(t.may, id)
		if domain.KindOf(err) == domain.NotFound {
			return false, nil
		}
		return err == nil, err
	}
	return false, nil
}

// devices counts those that a bulk entry lists and that concern the reach: they
// came from it, or went to it.
func (t *auditTeller) devices(e *entry) (int, error) {
	if e.listed == 0 || t.inside(e) {
		return e.listed, nil
	}
	reached := make([]bool, len(e.places))
	for i, p := range e.places {
		reached[i] = t.may.Reaches(p.customer)
	}
	if e.action != actionUndo {
		if e.action == actionAssign && len(e.where) > 0 && t.may.Reaches(e.where[0]) {
			return e.listed, nil
		}
		return t.tx.countMoved(e, reached)
	}
	n := 0
	to, err := t.tx.putTo(e)
	if err != nil {
		return 0, err
	}
	err = t.tx.eachMoved(e, func(m moved) error {
		put, err := to(m)
		if err == nil && (t.may.Reaches(m.from.customer) || t.may.Reaches(put.customer)) {
			n++
		}
		return err
	})
	return n, err
}

// countMoved counts the devices of a bulk entry that were at some of its places.
func (tx *tx) countMoved(e *entry, at []bool) (n int, err error) {
	c := tx.scan(tableAuditDevices, keyNumber(e.account, e.number))
	for c.next() {
		for value := c.value(); len(value) >= movedLength; value = value[movedLength:] {
			number := binary.BigEndian.Uint32(value[16:])
			if int(number) < len(at) && at[number] {
				n++
			}
		}
	}
	return n, c.err()
}

// putTo answers of the devices of a bulk change, one after another, where it put
// them.
func (tx *tx) putTo(e *entry) (func(moved) (place, error), error) {
	if e.undoes.IsZero() {
		return func(m moved) (place, error) { return e.putBy(m), nil }, nil
	}
	undone, err := tx.entry(e.account, e.undoes)
	return func(m moved) (place, error) {
		if undone == nil {
			return place{}, nil
		}
		at, _, err := tx.movedBy(undone, m.device)
		return at, err
	}, err
}

// undoes is the entry that an entry took back, if the actor may read it.
func (t *auditTeller) undoes(e *entry) (domain.ID, error) {
	if e.undoes.IsZero() || t.whole {
		return e.undoes, nil
	}
	before, err := t.tx.entry(e.account, e.undoes)
	if before == nil || err != nil || !t.may.ReadsEntry(before.where).Allowed {
		return domain.ID{}, err
	}
	return e.undoes, nil
}

// undoable says whether undoing an entry would be tried at all; what it moves
// back is decided when it is done.
func (t *auditTeller) undoable(e *entry) (bool, string) {
	if !e.undoable() {
		return false, ""
	}
	if err := mayUndo(t.may); err != nil {
		return false, err.Error()
	}
	return true, ""
}

// changes are the fields that an entry tells. A refused attempt tells what was
// asked for, whatever that is.
func (t *auditTeller) changes(e *entry) ([]AuditChange, error) {
	var told []AuditChange
	if e.outcome == refused && !e.object.IsZero() {
		told = append(told, AuditChange{Field: "id", New: e.object.String()})
	}
	inside := t.inside(e)
	for _, c := range e.changes {
		if shown, ok, err := t.change(e, c, inside); err != nil {
			return nil, err
		} else if ok {
			told = append(told, shown)
		}
	}
	return told, nil
}

// change is one field, as far as the actor may know it.
func (t *auditTeller) change(e *entry, c change, inside bool) (AuditChange, bool, error) {
	told := AuditChange{c.field, c.old, c.new}
	if t.whole && c.field != "location" && c.field != "locations" {
		return told, true, nil
	}
	var err error
	switch kindOfField(e, c.field) {
	case fieldPlain:
		return told, inside, nil
	case fieldPath:
		told.Old, told.New = t.path(c.old), t.path(c.new)
		return told, true, nil
	case fieldUser:
		if told.Old, err = t.username(c.old); err == nil {
			told.New, err = t.username(c.new)
		}
		return told, true, err
	case fieldLocation:
		told.Old, told.New = t.locations(c.old), t.locations(c.new)
		return told, inside, nil
	}
	return told, false, nil
}

// username is the name of a user, for those who see them.
func (t *auditTeller) username(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	u, err := t.tx.userNamed(name)
	if err != nil {
		return "", err
	}
	if u != nil && u.Account == t.may.Account().ID && t.may.SeesUser(u).Allowed {
		return name, nil
	}
	return "someone", nil
}

// locations names those of a list that are kept by their IDs, as locations of
// customers above are.
func (t *auditTeller) locations(list string) string {
	names := strings.Split(list, ", ")
	for i, name := range names {
		names[i] = t.tx.locationText(t.may, name)
	}
	return strings.Join(names, ", ")
}

// fieldKind says what the values of a field are of.
type fieldKind uint8

const (
	fieldUnknown  fieldKind = iota // told to nobody but those who reach the whole account
	fieldPlain                     // of the object itself
	fieldPath                      // a customer
	fieldUser                      // a username
	fieldLocation                  // a location, or several
	fieldAccount                   // of the whole account, numbers of what is in it
)

// fields are all that entries have. One that is missing here is told to nobody
// who doesn't reach the whole account.
var fields = map[string]fieldKind{
	"customer": fieldPath, "devices_to": fieldPath, "path": fieldPath,
	"owner": fieldUser, "location": fieldLocation, "locations": fieldLocation,
	"second_factors_ended": fieldAccount, "mails_given_up": fieldAccount,
	"events": fieldAccount, "first": fieldAccount, "last": fieldAccount,
	"customers": fieldAccount, "users": fieldAccount, "devices": fieldAccount,
}

func init() {
	for _, field := range strings.Fields(`access_control address add_tags board_version code country email expires_at failed_before first gathered_of last doors
		force_second_factor full_name groups iccid id idle imei invitation make model more name phone plate note notes prefix read_only remove_tags
		reason recovery_codes rfid session sessions sessions_ended ssh_key start status suspended tags time_format time_zone
		token_days tries type unit_id units user username vin wrong_in_a_row year`) {
		fields[field] = fieldPlain
	}
}

// kindOfField is what a field of an entry is about. Where a deleted customer's
// user went is under the user's name.
func kindOfField(e *entry, field string) fieldKind {
	if e.action == actionDeleteCustomer && strings.HasPrefix(field, "user ") {
		return fieldPath
	}
	return fields[field]
}
