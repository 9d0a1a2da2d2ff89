package shape

import (
	"strconv"
	"strings"

	"tenantry/domain"
	"tenantry/store"
)

// AuditEntry is an entry of the audit trail. What lies outside the reach of
// whoever asks is left out.
type AuditEntry struct {
	Entry     domain.ID     `json:"entry" doc:"Its ID"`
	Account   string        `json:"account,omitempty" doc:"The account's name, where several are listed"`
	At        *string       `json:"at"`
	Who       string        `json:"who" doc:"The username at that time; the operator; or someone, for whom you don't reach"`
	UserID    *domain.ID    `json:"user_id" nullable:"true" doc:"Null for the operator, and for whom you don't reach"`
	Door      string        `json:"door" doc:"console, machine, ssh or api"`
	From      string        `json:"from" doc:"An address, with the name of the API token; or a user of the machine"`
	Outcome   string        `json:"outcome" doc:"done, refused, or failed for a sign-in"`
	Action    string        `json:"action" doc:"Such as device.assign"`
	Subject   string        `json:"subject" doc:"What kind of thing it is about"`
	ObjectID  *domain.ID    `json:"object_id" nullable:"true" doc:"The thing, where it is still there and in reach"`
	Name      string        `json:"name" doc:"What the thing was called; of a customer the path"`
	Customers []AuditWhere  `json:"customers" nullable:"false" doc:"Those that it concerns"`
	Changes   []AuditChange `json:"changes" nullable:"false"`
	Devices   int           `json:"devices" doc:"How many devices it lists"`
	Undoes    *domain.ID    `json:"undoes" nullable:"true" doc:"The entry that this one took back"`
	Undoable  bool          `json:"undoable" doc:"It moved devices, and you may move some back"`
	Text      string        `json:"text" doc:"All of it on one line"`
}

// AuditWhere is a customer that an entry concerns.
type AuditWhere struct {
	ID   domain.ID `json:"id"`
	Path string    `json:"path"`
}

// AuditChange is a field before and after.
type AuditChange struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// NewAuditEntry is the form of an entry.
func NewAuditEntry(r store.AuditRow) AuditEntry {
	told := AuditEntry{
		Entry: r.Entry, At: Instant(r.At), Who: r.Who, UserID: Identity(r.User), Door: r.Door.String(), From: r.From,
		Outcome: string(r.Outcome), Action: r.Action, Subject: r.Subject.String(), ObjectID: Identity(r.Object), Name: r.Name,
		Customers: []AuditWhere{}, Changes: []AuditChange{},
		Devices: r.Devices, Undoes: Identity(r.Undoes), Undoable: r.Undoable, Text: r.Text,
	}
	for _, w := range r.Where {
		told.Customers = append(told.Customers, AuditWhere{w.ID, w.Name})
	}
	for _, c := range r.Changes {
		told.Changes = append(told.Changes, AuditChange(c))
	}
	return told
}

// AuditColumns head an audit trail as CSV.
func AuditColumns() []string {
	return []string{
		"at", "entry", "who", "user_id", "door", "from", "outcome", "action", "subject", "object_id", "name", "customers", "changes", "devices", "undoes", "text",
	}
}

// AuditRecord is an entry in the order of AuditColumns. A spreadsheet takes no
// text in it for a formula.
func AuditRecord(r store.AuditRow) []string {
	told := NewAuditEntry(r)
	var where, changes []string
	for _, c := range told.Customers {
		where = append(where, c.Path)
	}
	for _, c := range told.Changes {
		changes = append(changes, c.Field+": "+c.Old+" → "+c.New)
	}
	record := []string{
		textOr(told.At), told.Entry.String(), told.Who, identityText(told.UserID), told.Door, told.From, told.Outcome, told.Action, told.Subject,
		identityText(told.ObjectID), told.Name, strings.Join(where, "; "), strings.Join(changes, "; "), strconv.Itoa(told.Devices), identityText(told.Undoes), told.Text,
	}
	for i := range record {
		record[i] = domain.CSVField(domain.Clean(record[i]))
	}
	return record
}

func textOr(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

func identityText(id *domain.ID) string {
	if id == nil {
		return ""
	}
	return id.String()
}

// AuditDevice is a device that an entry lists.
type AuditDevice struct {
	ID     domain.ID `json:"id"`
	UnitID *string   `json:"unit_id" nullable:"true" doc:"Null where you don't see the device any more"`
	Name   string    `json:"name" doc:"Of now"`
	From   string    `json:"from" doc:"The customer that it came from; elsewhere, where that is out of reach"`
	To     string    `json:"to" doc:"The customer that it went to; empty where it stayed with its own"`

	Changes []AuditChange `json:"changes" nullable:"false" doc:"What was changed of it"`
}

// NewAuditDevice is the form of a listed device.
func NewAuditDevice(d store.AuditDevice) AuditDevice {
	told := AuditDevice{ID: d.ID, Name: d.Name, From: d.From, To: d.To, Changes: []AuditChange{}}
	for _, c := range d.Changes {
		told.Changes = append(told.Changes, AuditChange(c))
	}
	if d.Seen {
		unit := d.UnitID.String()
		told.UnitID = &unit
	}
	return told
}

// AuditVerified is what following an audit trail found.
type AuditVerified struct {
	Account  *domain.ID     `json:"account_id" nullable:"true" doc:"Null for what happens outside every account"`
	Name     string         `json:"account"`
	Entries  int            `json:"entries"`
	Head     string         `json:"head" doc:"The end of now, to be noted somewhere else"`
	Noted    int            `json:"noted" doc:"Heads noted earlier that are in the trail"`
	Problems []AuditProblem `json:"problems" nullable:"false"`
	More     int            `json:"more" doc:"Problems beyond these"`
}

// AuditProblem is one thing that is wrong with an audit trail.
type AuditProblem struct {
	Number uint64 `json:"number" doc:"Of the entry"`
	What   string `json:"what"`
}

// NewAuditVerified is the form of a verification.
func NewAuditVerified(name string, v store.AuditVerified) AuditVerified {
	told := AuditVerified{
		Account: Identity(v.Account), Name: name, Entries: v.Entries, Head: v.Head.String(), Noted: v.Noted, Problems: []AuditProblem{}, More: v.More,
	}
	for _, p := range v.Problems {
		told.Problems = append(told.Problems, AuditProblem(p))
	}
	return told
}
