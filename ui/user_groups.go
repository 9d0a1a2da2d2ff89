package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// This file is the groups in the user form: what each gives, what it must be
// paired with, why one can't be granted, and what it all comes to.

// groupPrefix begins the names of the inputs of groups.
const groupPrefix = "group."

func inputGroup(g domain.Groups) string { return groupPrefix + g.Short() }

func groupNames() []string {
	var names []string
	for g := range domain.AllGroups.Each() {
		names = append(names, inputGroup(g))
	}
	return names
}

func groupInputs(held domain.Groups) []widget.Input {
	var inputs []widget.Input
	for g := range domain.AllGroups.Each() {
		in := widget.Input{Name: inputGroup(g), Label: strings.Join(g.Names(), ""), Kind: widget.CheckInput, Hint: g.Gives(), Help: "space switches it."}
		if needs := g.Needs(); needs != "" {
			in.Help = "space switches it. Goes with " + needs + "."
		}
		if held.Has(g) {
			in.Value = "true"
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// typedGroups are the groups that are ticked.
func (f *userForm) typedGroups() domain.Groups {
	var groups domain.Groups
	for g := range domain.AllGroups.Each() {
		if f.inputs.Checked(inputGroup(g)) {
			groups |= g
		}
	}
	return groups
}

// followGroups puts under each group what it still lacks, and in place of its
// box why it can't be granted. One that is held can be taken away all the same.
func (f *userForm) followGroups() {
	target := f.read
	if f.isNew() {
		target.Customer, _ = f.typedCustomer()
	}
	advice := f.typedGroups().Advice()
	for g := range domain.AllGroups.Each() {
		why := ""
		if d := f.standing.Rights.MayGrant(g, &target); !d.Allowed && (!f.read.Groups.Has(g) || f.isSelf()) && !target.Customer.IsZero() {
			why = d.Text(f.standing.Rights)
		}
		f.inputs.SetReadOnly(inputGroup(g), why)
		note := f.notes[inputGroup(g)]
		for _, text := range advice {
			if note == "" && strings.HasPrefix(text, strings.Join(g.Names(), "")) {
				note = text
			}
		}
		f.inputs.SetNote(inputGroup(g), note)
	}
}

// isSelf says whether this is the user who is signed in.
func (f *userForm) isSelf() bool { return !f.isNew() && f.read.ID == f.actor.User }

// groupInQuestion is the input of the group that was refused: the first that is
// ticked and may not be granted, or else the first ticked one.
func (f *userForm) groupInQuestion() string {
	target, first := f.read, ""
	if f.isNew() {
		target.Customer, _ = f.typedCustomer()
	}
	for g := range (f.typedGroups() &^ f.read.Groups).Each() {
		if !f.standing.Rights.MayGrant(g, &target).Allowed {
			return inputGroup(g)
		}
		if first == "" {
			first = inputGroup(g)
		}
	}
	if first == "" {
		first = groupNames()[0]
	}
	return first
}

// preview is what the person in the form will see and do.
type preview struct {
	asked string // what the question was about, "" to ask anew
	text  string
	wrong bool // text says why it isn't known
}

// readPreview asks what the person will see, where that may have changed.
func (f *userForm) readPreview() tea.Cmd {
	u := f.read
	u.Groups, u.Locations = f.typedGroups(), f.typedPlaces()
	var err error
	if u.Customer, err = f.typedCustomer(); err != nil {
		f.asker.cancel("preview")
		f.preview = preview{text: "Once a customer is chosen, this says what they will see and do.", wrong: true}
		return nil
	}
	about := strings.Join([]string{u.Customer.String(), u.Groups.Short(), idsText(u.Locations)}, "\n")
	if about == f.preview.asked {
		return nil
	}
	f.preview.asked = about
	db, actor := f.db, f.actor
	return ask(&f.base, "preview", func(ctx context.Context) (store.Access, error) {
		return db.PreviewAccess(ctx, actor, u)
	}, func(a store.Access, err error) tea.Cmd {
		f.preview.text, f.preview.wrong = lowerFirst(a.Summary), false
		if err != nil {
			f.preview.text, f.preview.wrong = sentence(err), true
		}
		return nil
	})
}

// typedName is what the person in the form is called.
func (f *userForm) typedName() string {
	u := domain.User{FullName: f.inputs.Value(inputFullName), Username: f.inputs.Value(inputUsername)}
	if name := called(&u); strings.TrimSpace(name) != "" {
		return name
	}
	return "This user"
}

// lowerFirst begins a sentence in small letters, to stand behind a name.
func lowerFirst(text string) string {
	if text == "" || text[0] < 'A' || text[0] > 'Z' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// drawPreview is the live line, in as many lines whatever it says, so that the
// form above it doesn't move.
func (f *userForm) drawPreview(w, h int) []string {
	most := 3
	switch {
	case h < 8 && !strings.HasPrefix(f.inputs.Focused(), groupPrefix):
		return nil
	case h < 12:
		most = 1
	case h < 20:
		most = 2
	}
	text := f.preview.text
	switch {
	case f.preview.wrong || text == "":
	case f.isNew() && f.inputs.Value(inputStart) == startNone, f.read.NoSignIn:
		text = f.typedName() + " has no sign-in, so may do nothing. With one: " + text
	case !f.isNew() && !f.inputs.Checked(inputStatus):
		text = f.typedName() + " can't sign in while inactive. Active: " + text
	default:
		text = f.typedName() + ": " + text
	}
	wrapped := widget.Wrap(text, w-4)
	if len(wrapped) > most {
		wrapped[most-1] = widget.Cut(strings.Join(wrapped[most-1:], " "), w-4)
		wrapped = wrapped[:most]
	}
	lines := make([]string, 0, most+1)
	if h >= 12 {
		lines = append(lines, "")
	}
	for _, l := range wrapped {
		if f.preview.wrong {
			l = f.theme.Dim.Render(l)
		}
		lines = append(lines, "  "+l)
	}
	for h >= 12 && len(lines) <= most {
		lines = append(lines, "")
	}
	return lines
}
