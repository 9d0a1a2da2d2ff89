package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/ui/widget"
)

// prove lays a prompt over the screen that asks for the password or a code
// again, and does then once it was right. It is the answer to a store.DB
// operation that says domain.Unproven:
//
//	if unproven(err) {
//		return s.prove("Type your password or a code to switch off …", s.switchOff)
//	}
func (c *Console) prove(why string, then func() tea.Cmd) tea.Cmd {
	o := &proof{base: base{Console: c}, why: why, secret: widget.NewField(), then: then}
	o.secret.Secret, o.secret.Limit = true, passwordLimit
	return c.over(o)
}

func unproven(err error) bool { return domain.KindOf(err) == domain.Unproven }

// proof is the prompt.
type proof struct {
	base
	why    string
	secret *widget.Field
	wrong  string // what was wrong with the last try
	then   func() tea.Cmd
}

func (o *proof) places() []keys.Place { return []keys.Place{keys.Proving} }

func (o *proof) offers() []offer {
	return []offer{unless(o.whyNotYet(), keys.ProveGive, o.give)}
}

func (o *proof) whyNotYet() string {
	switch {
	case o.busy("prove"):
		return "It is being checked."
	case o.secret.Value() == "":
		return "Type your password, or a code of your second factor."
	}
	return ""
}

func (o *proof) give() tea.Cmd {
	db, actor, secret := o.db, o.actor, o.secret.Value()
	return ask(&o.base, "prove", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, wrongSecret(db.Confirm(ctx, actor, secret), "secret", "That is neither your password nor a code of your second factor. After several wrong ones, wait a while.")
	}, func(_ struct{}, err error) tea.Cmd {
		o.secret.SetValue("")
		if err != nil {
			o.wrong = sentence(err)
			return o.reread() // too many wrong ones end the session
		}
		o.drop(o)
		return o.then()
	})
}

// wrongSecret is an error about a secret that somebody who is signed in typed
// again. The store answers it as a failed sign-in; here it isn't the sign-in
// that has ended, and the sentence belongs to the field.
func wrongSecret(err error, field, text string) error {
	if domain.KindOf(err) == domain.Unauthenticated {
		return domain.Errorf(domain.Invalid, field, "%s", text)
	}
	return err
}

func (o *proof) typing() bool { return !o.busy("prove") }

func (o *proof) typed(m tea.KeyPressMsg) tea.Cmd {
	if o.secret.Update(m) {
		o.wrong = ""
	}
	return nil
}

func (o *proof) pasted(text string, _ bool) tea.Cmd {
	if o.typing() && o.secret.Update(tea.PasteMsg{Content: text}) {
		o.wrong = ""
	}
	return nil
}

func (o *proof) draw(w, h int) []string {
	d := widget.Dialog{Title: "Is it you?", Body: []string{o.why}, Width: boxWidth(w) - 4, Scroll: 1 << 16}
	d.Foot = []string{o.secret.Draw(o.theme, d.Width, true)}
	switch {
	case o.busy("prove"):
		d.Foot = append(d.Foot, o.theme.Dim.Render("Checking"+o.theme.Glyphs.Ellipsis))
	case o.wrong != "":
		for _, line := range widget.Wrap("! "+o.wrong, d.Width) {
			d.Foot = append(d.Foot, o.theme.Bad.Render(line))
		}
	}
	d.Hints = roomFor(h, widget.Hint{Key: "enter", Text: "go on"}, widget.Hint{Key: "esc", Text: "leave it"})
	return d.Draw(o.theme, boxWidth(w), h)
}
