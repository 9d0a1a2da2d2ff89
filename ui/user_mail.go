package ui

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// userMail follows the mail that carries somebody's code until it is sent, and
// lets the code be taken instead where that doesn't come to pass.
type userMail struct {
	base
	user  domain.User
	state *store.Invitation // nil before it is read, and once the code is used
	read  bool
	done  func() tea.Cmd
}

func newUserMail(c *Console, u domain.User, done func() tea.Cmd) *userMail {
	return &userMail{base: base{Console: c}, user: u, done: done}
}

func (s *userMail) refresh() tea.Cmd {
	db, actor, id := s.db, s.actor, s.user.ID
	return ask(&s.base, "mail", func(ctx context.Context) (store.UserDetail, error) {
		return db.User(ctx, actor, id)
	}, s.arrived)
}

func (s *userMail) arrived(d store.UserDetail, err error) tea.Cmd {
	if err != nil {
		s.fail(err)
		return nil
	}
	s.user, s.state, s.read = d.User, d.Invitation, true
	return nil
}

func (s *userMail) places() []keys.Place { return []keys.Place{keys.Mailed} }

func (s *userMail) offers() []offer {
	if s.busy("take") {
		return []offer{unless("The code is being taken.", keys.Back, nil)}
	}
	q := question{
		title: "Take the code?", yes: "take it",
		lines: []string{"The mail to " + widget.Cut(s.user.Email, 60) + " isn't sent then. The code is shown here once, for you to hand over."},
	}
	return []offer{
		can(keys.MailedDone, s.leave),
		can(keys.Back, s.leave),
		asking(s.whyNotTake(), keys.MailedCode, q, s.take),
	}
}

// leave goes back to where the form was opened from.
func (s *userMail) leave() tea.Cmd { return tea.Batch(s.drop(s), s.done()) }

func (s *userMail) whyNotTake() string {
	switch {
	case !s.read:
		return "It is still being read."
	case s.state == nil:
		return "There is no code any more: it was used, or another was made."
	case s.state.Mail.Sent && !s.state.Mail.Waiting:
		return "The mail has gone out. Where it doesn't arrive, " + s.anew() + "."
	case !s.state.Mail.Waiting:
		return "The mail is given up, and its code with it: " + s.anew() + "."
	}
	return ""
}

// anew is how another code is made.
func (s *userMail) anew() string {
	if s.state.Reset {
		return "reset the password again with a code shown here"
	}
	return "invite them again with a code shown here"
}

// take takes the mail back, and shows its code.
func (s *userMail) take() tea.Cmd {
	db, actor, id := s.db, s.actor, s.user.ID
	return ask(&s.base, "take", func(ctx context.Context) (store.Started, error) {
		return db.TakeCode(ctx, actor, id)
	}, func(started store.Started, err error) tea.Cmd {
		switch {
		case unproven(err):
			return s.prove("Type your password or a code to see their code.", s.take)
		case err != nil:
			s.fail(err)
			return s.refresh()
		}
		started.User = s.user
		gone := s.drop(s)
		return tea.Batch(gone, s.showStarted(startedBy{Started: started}, s.done))
	})
}

func (s *userMail) crumb() string { return "Mail" }

func (s *userMail) draw(w, h int) []string {
	lines := []string{"", "  " + s.theme.Title.Render(widget.Cut(calledBoth(&s.user), w-4)), ""}
	if h < 8 {
		lines = lines[1:2]
	}
	text, tone := s.words()
	for _, l := range indent(widget.Wrap(text, w-4)) {
		lines = append(lines, s.theme.Tone(tone).Render(l))
	}
	if s.state != nil {
		lines = append(lines, "")
		lines = append(lines, s.dim("The code in it is good until "+s.moment(s.state.Until)+".", w)...)
	}
	return widget.Block(lines, w, h)
}

// words say what became of the mail.
func (s *userMail) words() (string, widget.Tone) {
	if !s.read {
		return "The mail is being written…", widget.ToneDim
	}
	if s.state == nil {
		return "The code was used, or another one was made since.", widget.ToneNormal
	}
	switch m := s.state.Mail; {
	case m.Waiting && m.Error != "":
		return fmt.Sprintf("It couldn't be sent to %s: %s It is tried again at %s. t shows the code, to hand it over yourself.",
			m.To, ended(m.Error), s.moment(m.NextTry)), widget.ToneWarn
	case m.Waiting:
		return "Waiting to be sent to " + m.To + ".", widget.ToneNormal
	case m.Sent:
		return "Sent to " + m.To + ".", widget.ToneGood
	case m.Error != "":
		return fmt.Sprintf("It couldn't be sent to %s, and isn't tried any more: %s To hand over a code yourself, %s.",
			m.To, ended(m.Error), s.anew()), widget.ToneBad
	}
	return "No mail goes out with this code.", widget.ToneNormal
}

// ended is a text that ends as a sentence does.
func ended(text string) string {
	text = widget.Clean(text)
	if text == "" || text[len(text)-1] == '.' {
		return text
	}
	return text + "."
}
