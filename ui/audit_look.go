package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// auditLook is what of the audit trail somebody looks at, beside the words of
// the filter.
type auditLook struct {
	person  string    // a username as it was
	user    domain.ID // this user, by whatever name; zero for anybody
	object  domain.ID // this thing; zero for any
	thing   string    // its name
	kind    string    // "device.": how the action begins; "" for all
	outcome store.Outcome
	door    domain.Door
	when    string // one of auditTimes
	from    string // days as typed, where when is between
	to      string
}

func (l auditLook) empty() bool { return l == auditLook{} }

// The times to look at.
const (
	auditAnyTime = ""
	auditToday   = "today"
	auditWeek    = "7"
	auditMonth   = "30"
	auditBetween = "between"
)

var auditTimes = []widget.Option{
	{Value: auditAnyTime, Label: "any time"}, {Value: auditToday, Label: "today"}, {Value: auditWeek, Label: "the last 7 days"},
	{Value: auditMonth, Label: "the last 30 days"}, {Value: auditBetween, Label: "between two days"},
}

// auditKinds are what entries may be about.
var auditKinds = []widget.Option{
	{Value: "", Label: "everything"}, {Value: "device.", Label: "devices"}, {Value: "device.assign", Label: "assignments"},
	{Value: "customer.", Label: "customers"}, {Value: "user.", Label: "users"}, {Value: "user.sign_in", Label: "sign-ins"},
	{Value: "second_factor.", Label: "second factors"}, {Value: "location.", Label: "locations"}, {Value: "token.", Label: "API tokens"},
	{Value: "ssh_key.", Label: "SSH keys"}, {Value: "rfid.", Label: "RFID tokens"}, {Value: "access.", Label: "the access history"},
	{Value: "account.", Label: "the account"},
}

var auditOutcomes = []widget.Option{
	{Value: "", Label: "any"}, {Value: string(store.OutcomeDone), Label: "done"},
	{Value: string(store.OutcomeRefused), Label: "refused"}, {Value: string(store.OutcomeFailed), Label: "failed"},
}

var auditDoors = []widget.Option{
	{Value: "", Label: "any"}, {Value: domain.DoorConsole.String(), Label: "console"}, {Value: domain.DoorSSH.String(), Label: "SSH"},
	{Value: domain.DoorAPI.String(), Label: "REST API"}, {Value: domain.DoorMachine.String(), Label: "the machine"},
}

// query is the look as the store takes it, as of a moment in the user's zone.
func (l auditLook) query(now time.Time) store.AuditQuery {
	q := store.AuditQuery{User: l.user, Object: l.object, Action: l.kind, Outcome: l.outcome, Door: l.door}
	if l.user.IsZero() {
		q.Who = l.person
	}
	y, m, d := now.Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	switch l.when {
	case auditToday:
		q.From = midnight
	case auditWeek:
		q.From = now.AddDate(0, 0, -7)
	case auditMonth:
		q.From = now.AddDate(0, 0, -30)
	case auditBetween:
		if from, err := dayTyped(l.from, "", now.Location()); err == nil {
			q.From = from
		}
		if to, err := dayTyped(l.to, "", now.Location()); err == nil && !to.IsZero() {
			q.To = to.AddDate(0, 0, 1)
		}
	}
	return q
}

// words say what is looked at: "by tom · devices · refused · today".
func (l auditLook) words(c *Console) string {
	var words []string
	add := func(text string) {
		if text != "" {
			words = append(words, text)
		}
	}
	if l.person != "" {
		add("by " + widget.Clean(l.person))
	}
	if !l.object.IsZero() {
		add("about " + widget.Clean(l.thing))
	}
	if l.kind != "" {
		add(labelOf(auditKinds, l.kind))
	}
	add(string(l.outcome))
	if l.door != 0 {
		add("by " + doorWords(l.door))
	}
	switch {
	case l.when == auditBetween && l.from != "" && l.to != "":
		add(l.from + " to " + l.to)
	case l.when == auditBetween && l.from != "":
		add("from " + l.from + " on")
	case l.when == auditBetween && l.to != "":
		add("until " + l.to)
	case l.when != auditAnyTime && l.when != auditBetween:
		add(labelOf(auditTimes, l.when))
	}
	return strings.Join(words, " "+c.theme.Glyphs.Dot+" ")
}

func labelOf(options []widget.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// dayTyped reads a day in a zone, from its first moment on; the zero time for
// none. An Invalid error on the field for what is no day.
func dayTyped(text, field string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-1-2", "2.1.2006", "2 Jan 2006", "2 January 2006"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, domain.Errorf(domain.Invalid, field, "Give a day as year-month-day, such as 2026-03-01.")
}

// The names of the inputs.
const (
	inputPerson  = "person"
	inputKind    = "kind"
	inputOutcome = "outcome"
	inputDoor    = "door"
	inputWhen    = "when"
	inputFrom    = "from"
	inputTo      = "to"
)

// newAuditNarrow is the form in which one says what to look at.
func newAuditNarrow(s *audit) *form {
	f := &form{base: base{Console: s.Console}, name: "Narrow", word: "show"}
	now := s.options.Now().In(s.zone())
	door := ""
	if s.look.door != 0 {
		door = s.look.door.String()
	}
	f.inputs = widget.NewForm(
		widget.Input{Label: "Show only what was done", Kind: widget.HeadingInput},
		widget.Input{Name: inputPerson, Label: "By", Value: s.look.person, Limit: domain.MaxName, Placeholder: "a username; empty for anybody",
			Help: "The username that they had at that time."},
		widget.Input{Name: inputKind, Label: "About", Kind: widget.ChoiceInput, Options: auditKinds, Value: s.look.kind, Help: "← → choose."},
		widget.Input{Name: inputOutcome, Label: "Outcome", Kind: widget.ChoiceInput, Options: auditOutcomes, Value: string(s.look.outcome), Help: "← → choose."},
		widget.Input{Name: inputDoor, Label: "Door", Kind: widget.ChoiceInput, Options: auditDoors, Value: door, Help: "← → choose."},
		widget.Input{Name: inputWhen, Label: "When", Kind: widget.ChoiceInput, Options: auditTimes, Value: s.look.when, Help: "← → choose. Days are those of " + s.zone().String() + "."},
		widget.Input{Name: inputFrom, Label: "First day", Value: s.look.from, Limit: 20, Placeholder: "such as " + now.AddDate(0, -1, 0).Format(time.DateOnly)},
		widget.Input{Name: inputTo, Label: "Last day", Value: s.look.to, Limit: 20, Placeholder: "such as " + now.Format(time.DateOnly)},
	)
	f.live = func() {
		for _, name := range []string{inputFrom, inputTo} {
			f.inputs.SetHidden(name, f.inputs.Value(inputWhen) != auditBetween)
		}
	}
	f.live()
	zone, look := s.zone(), s.look
	f.save = func() func(context.Context) (any, error) {
		typed := look
		typed.person = strings.TrimSpace(f.inputs.Value(inputPerson))
		typed.kind, typed.outcome, typed.when = f.inputs.Value(inputKind), store.Outcome(f.inputs.Value(inputOutcome)), f.inputs.Value(inputWhen)
		typed.door = doorNamed(f.inputs.Value(inputDoor))
		typed.from, typed.to = "", ""
		if typed.when == auditBetween {
			typed.from, typed.to = strings.TrimSpace(f.inputs.Value(inputFrom)), strings.TrimSpace(f.inputs.Value(inputTo))
		}
		return func(context.Context) (any, error) { return typed, typed.check(zone) }
	}
	f.saved = func(value any) tea.Cmd {
		s.look = value.(auditLook)
		if s.look.person != look.person {
			s.look.user = domain.ID{}
		}
		return tea.Batch(s.drop(f), s.looksFor())
	}
	return f
}

// check says what of the typed days is none.
func (l auditLook) check(zone *time.Location) error {
	from, err := dayTyped(l.from, inputFrom, zone)
	if err != nil {
		return err
	}
	to, err := dayTyped(l.to, inputTo, zone)
	if err == nil && !to.IsZero() && to.Before(from) {
		err = domain.Errorf(domain.Invalid, inputTo, "The last day is before the first. Turn the two round.")
	}
	return err
}

func doorNamed(name string) domain.Door {
	for _, d := range []domain.Door{domain.DoorConsole, domain.DoorMachine, domain.DoorSSH, domain.DoorAPI} {
		if d.String() == name {
			return d
		}
	}
	return 0
}
