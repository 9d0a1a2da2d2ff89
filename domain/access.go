package domain

import (
	"fmt"
	"strconv"
	"strings"
)

// AccessLine is one capability of somebody in their own customer and in nested
// ones, each with its reasons.
type AccessLine struct {
	Capability  Capability
	Own, Nested Decision
}

// AccessOf is what somebody may do, capability by capability, in the order of
// the table. Nested is about any customer nested under their own, whether or
// not there is one yet.
func AccessOf(r *Rights) []AccessLine {
	lines := make([]AccessLine, 0, capabilities-1)
	for _, c := range Capabilities() {
		line := AccessLine{Capability: c}
		switch {
		case r.void != 0:
			line.Own = Decision{Reason: r.void, Capability: c}
			line.Nested = line.Own
		case r.whole():
			line.Own, line.Nested = r.own[c], r.nested[c]
		case r.from == r.to:
			line.Own = Decision{Reason: ReasonNowhere, Capability: c}
			line.Nested = line.Own
		default:
			line.Own, line.Nested = r.mayAt(c, r.from), r.nested[c]
		}
		lines = append(lines, line)
	}
	return lines
}

// OpenSections are the tabs that are there for somebody because of their groups,
// in their order: without those that are everybody's.
func OpenSections(r *Rights) []Section {
	var open []Section
	for _, s := range Sections() {
		if s.HasTab() && sectionTable[s].opens != nil && r.Opens(s).Allowed {
			open = append(open, s)
		}
	}
	return open
}

// AccessSummary says in a sentence or two what somebody can see and do, and
// which tabs they will find. devices is how many devices they see and users how
// many users they may list, each -1 where whoever reads this may not know.
//
// It leaves out whose rights they are, so that it stands after any name, and for
// somebody who doesn't exist yet.
func AccessSummary(r *Rights, devices, users int) string {
	switch {
	case r.void != 0:
		return Decision{Reason: r.void}.Text(r)
	case r.whole():
		return ownerSummary(devices, users)
	case r.from == r.to:
		return Decision{Reason: ReasonNowhere}.Text(r)
	}
	clauses := append(r.deviceClauses(devices), r.userClause(users))
	if c := r.customerClause(); c != "" {
		clauses = append(clauses, c)
	}
	text := strings.Join(clauses, "; ")
	return strings.ToUpper(text[:1]) + text[1:] + ". " + r.sectionWords()
}

func ownerSummary(devices, users int) string {
	const all = "Owns the account, and may do everything in it"
	if devices < 0 || users < 0 {
		return all + "."
	}
	return fmt.Sprintf("%s: %s, %s.", all, counted(devices, "device"), counted(users, "user"))
}

// homeWords names the user's own customer, and whether what is nested under it is
// meant too, which is left out where nothing is.
func (r *Rights) homeWords(nested bool) string {
	home := r.customerName(r.from)
	if nested && r.to-r.from > 1 {
		return home + " and below"
	}
	return home
}

func (r *Rights) deviceClauses(n int) []string {
	if !r.own[DevicesSee].Allowed {
		return []string{"sees no devices"}
	}
	which, where := "the devices", r.homeWords(true)
	if n > 0 {
		which = counted(n, "device")
	}
	if r.narrowed {
		which += " at " + r.LimitWords()
	}
	sees := fmt.Sprintf("sees %s in %s", which, where)
	if n == 0 {
		sees += " (none yet)"
	}
	if r.own[DevicesAssign].Allowed {
		return []string{sees, "may register, edit and assign them"}
	}
	return []string{sees, "may not change them"}
}

func (r *Rights) userClause(n int) string {
	if !r.own[UsersList].Allowed {
		return "may not manage users"
	}
	where := r.homeWords(r.nested[UsersList].Allowed)
	if n >= 0 {
		where = fmt.Sprintf("%s (%s)", where, grouped(n))
	}
	switch {
	case r.own[UsersEdit].Allowed:
		return "manages the users of " + where
	case r.nested[UsersCreate].Allowed:
		return fmt.Sprintf("lists the users of %s, creates some below %s and edits none", where, r.customerName(r.from))
	}
	return "lists the users of " + where + " and edits none"
}

// customerClause is about editing customers; "" for who may edit none.
func (r *Rights) customerClause() string {
	home := r.customerName(r.from)
	own, nested, create := r.own[CustomersEdit].Allowed, r.nested[CustomersEdit].Allowed, r.own[CustomersCreate].Allowed
	switch {
	case own && create:
		return fmt.Sprintf("edits %s; creates, moves and deletes customers below %s", r.homeWords(nested), home)
	case own:
		return "edits " + r.homeWords(nested)
	case nested && create:
		return "edits, creates, moves and deletes customers below " + home
	case nested:
		return "edits customers below " + home
	}
	return ""
}

// sectionWords name the tabs that the groups open.
func (r *Rights) sectionWords() string {
	var tabs []string
	for _, s := range OpenSections(r) {
		name := s.String()
		if s == SectionDevices && !r.own[DevicesSee].Allowed {
			name += " (empty)"
		}
		tabs = append(tabs, name)
	}
	switch n := len(tabs); n {
	case 0:
		return "Opens no tab but those that everybody has."
	case 1:
		return "Opens the tab " + tabs[0] + "."
	default:
		return "Opens the tabs " + strings.Join(tabs[:n-1], ", ") + " and " + tabs[n-1] + "."
	}
}

// counted is count with its thousands set apart.
func counted(n int, thing string) string {
	words := count(n, thing)
	return grouped(n) + words[len(strconv.Itoa(n)):]
}

// grouped writes a number with its thousands set apart: 2,000.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}
