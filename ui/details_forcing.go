package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
)

// This file is what the form of an account or a customer says and does about
// forcing the second factor: whom it would meet, as soon as it is switched on.

// forcing is how many users it would meet.
type forcing struct {
	asked bool
	known bool
	total int
	told  bool // the store has said that one's own comes first
}

func (f *detailsForm) places() []keys.Place { return []keys.Place{keys.Details, keys.Form} }

func (f *detailsForm) offers() []offer {
	return append(f.form.offers(), unless(f.whyNotUnenrolled(), keys.DetailsUnenrolled, func() tea.Cmd {
		return f.push(newUnenrolled(f.Console, f.atCustomer()))
	}))
}

func (f *detailsForm) whyNotUnenrolled() string {
	if f.read.id.IsZero() {
		return "It is new, and has no users yet."
	}
	return f.whyNotAnywhere(domain.UsersList)
}

// atCustomer is the customer that the form is about, the zero ID for the
// account.
func (f *detailsForm) atCustomer() domain.ID {
	if f.above == nil {
		return domain.ID{}
	}
	return f.read.id
}

func (f *detailsForm) typed(m tea.KeyPressMsg) tea.Cmd {
	f.unenrolled.told = false
	return tea.Batch(f.form.typed(m), f.countUnenrolled())
}

// switchedOn says whether the form would begin to force the second factor on
// somebody.
func (f *detailsForm) switchedOn() bool {
	return f.inputs.Checked(inputSecondFactor) && !f.read.security.ForceSecondFactor && (f.above == nil || f.above.forced == "")
}

// countUnenrolled asks once how many users have no second factor.
func (f *detailsForm) countUnenrolled() tea.Cmd {
	if !f.switchedOn() || f.unenrolled.asked || f.whyNotUnenrolled() != "" {
		return nil
	}
	f.unenrolled.asked = true
	db, actor, at := f.db, f.actor, f.atCustomer()
	return ask(&f.base, "unenrolled", func(ctx context.Context) (int, error) {
		list, err := db.Unenrolled(ctx, actor, at, store.Page{Limit: 1})
		return list.Total, err
	}, func(total int, err error) tea.Cmd {
		if err != nil {
			f.unenrolled.asked = false
			f.fail(err)
			return nil
		}
		f.unenrolled.known, f.unenrolled.total = true, total
		f.noteForcing()
		return nil
	})
}

// noteForcing says under the check who forces it already, or what switching it
// on would mean.
func (f *detailsForm) noteForcing() {
	note := f.notes[inputSecondFactor]
	switch u := f.standing.User; {
	case note != "":
	case f.above != nil && f.above.forced != "":
		note = f.above.forced + " forces it already, for everything below."
	case !f.switchedOn():
	case u != nil && !f.standing.Enrolled && !f.unenrolled.told:
		note = "Enrol your own second factor first: on the Profile tab, f."
		fallthrough
	case f.unenrolled.known:
		note = bothSentences(note, f.meets())
	}
	f.inputs.SetNote(inputSecondFactor, note)
}

// meets says whom it would meet.
func (f *detailsForm) meets() string {
	switch n := f.unenrolled.total; {
	case !f.unenrolled.known:
		return ""
	case n == 0:
		return "Everybody there has a second factor already."
	default:
		return fmt.Sprintf("%s no second factor, and must enrol one at once. %s lists them.", counted(n, "user has", "users have"), f.keyFor(keys.DetailsUnenrolled))
	}
}

// keyFor is the key of an action on this screen, for a text that names it.
func (f *detailsForm) keyFor(id keys.ID) string {
	a, _ := f.keymap.Action(f.places(), id)
	return a.Key()
}

// bothSentences is two sentences, of which either may be missing.
func bothSentences(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// isAbout says whether an error belongs to an input.
func isAbout(err error, input string) bool {
	var e *domain.Error
	return errors.As(err, &e) && e.Field == input
}
