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

// profile is what everybody looks after themselves: who they are here, what
// they may do and why, and how they get in.
type profile struct {
	base
	reading reading
	seen    *own
}

// own is what the tab has read beside the standing that the console keeps.
type own struct {
	detail store.UserDetail
	access store.Access
}

func newProfile(c *Console) *profile { return &profile{base: base{Console: c}} }

func (s *profile) refresh() tea.Cmd {
	u := s.standing.User
	if u == nil {
		return nil
	}
	db, actor, id := s.db, s.actor, u.ID
	return ask(&s.base, "read", func(ctx context.Context) (*own, error) {
		detail, err := db.User(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		access, err := db.Access(ctx, actor, id)
		return &own{detail, access}, err
	}, func(seen *own, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.seen = seen
		return nil
	})
}

func (s *profile) places() []keys.Place { return []keys.Place{keys.Profile, keys.Reading} }

func (s *profile) offers() []offer {
	why := s.whyNotYet()
	return append(s.reading.offers(),
		unless(why, keys.ProfileEdit, s.edit),
		unless(why, keys.ProfilePassword, func() tea.Cmd { return s.push(newPasswordForm(s.Console)) }),
		unless(why, keys.ProfileFactor, s.factor).as(s.factorWord()),
		asking(s.whyNoRecovery(), keys.ProfileRecovery, s.recoveryQuestion(), s.newRecovery),
		unless(why, keys.ProfileKeys, func() tea.Cmd { return s.push(newSSHKeys(s.Console, domain.ID{}, "")) }),
		unless(why, keys.UserAccess, func() tea.Cmd { return s.push(newUserAccess(s.Console, s.seen.detail.UserRow)) }),
		unless(s.whyNoRFIDs(), keys.ProfileRFIDs, func() tea.Cmd { return s.push(newUserRFIDs(s.Console, s.seen.detail.UserRow)) }),
		unless(why, keys.ProfileSessions, func() tea.Cmd { return s.push(newSessions(s.Console, domain.ID{}, "")) }),
	)
}

func (s *profile) whyNotYet() string {
	switch {
	case s.standing.User == nil:
		return "The operator of the machine is no user, and has no profile."
	case s.seen == nil:
		return "It is being read."
	}
	return ""
}

// whyNoRFIDs is why one's own RFID tokens aren't shown.
func (s *profile) whyNoRFIDs() string {
	if why := s.whyNotYet(); why != "" {
		return why
	}
	return whyRefused(s.standing.Rights, s.standing.Rights.SeesRFID(s.standing.User))
}

func (s *profile) edit() tea.Cmd {
	var f *profileForm
	f = newProfileForm(s.Console, *s.standing.User, func() tea.Cmd {
		s.say(widget.ToneGood, "Saved your profile.")
		return tea.Batch(s.drop(f), s.reread())
	})
	return s.push(f)
}

func (s *profile) draw(w, h int) []string {
	switch {
	case s.standing.User == nil:
		return widget.Block(append([]string{""}, s.dim(s.whyNotYet(), w)...), w, h)
	case s.seen == nil:
		return widget.Block([]string{"", "  " + s.theme.Dim.Render("Reading…")}, w, h)
	}
	u := s.standing.User
	name := widget.Cut(u.Username, w-4)
	title := s.theme.Title.Render(name) + "  " + s.theme.Dim.Render(widget.Cut(u.FullName, max(0, w-6-widget.Width(name))))
	lines := []string{"  " + title}
	lines = append(lines, s.dim(s.seen.access.Summary, w)...)
	if h >= 12 {
		lines = append(lines, "")
	}
	lines = append(lines, indent(drawFacts(s.theme, s.facts(), min(w-4, 96)))...)
	return s.reading.draw(s.theme, lines, w, h)
}

// facts are everything about oneself, what is looked for most first.
func (s *profile) facts() []fact {
	u, tree := s.standing.User, s.tree()
	facts := []fact{
		{label: "Email", value: orNone(u.Email)},
		{label: "Phone", value: orNone(u.Phone)},
		{label: "Customer", value: s.path(u.Customer)},
	}
	facts = append(facts, s.ownGroups()...)
	facts = append(facts, locationFact(&s.seen.detail.UserRow))
	facts = append(facts, ownSettingsFacts(tree, u)...)
	facts = append(facts, s.factorFacts()...)
	facts = append(facts,
		fact{label: "Password", value: "set"},
		fact{label: "SSH keys", value: noneOr(s.seen.detail.SSHKeys)},
	)
	if tokens := s.seen.detail.RFIDs; tokens != nil {
		facts = append(facts, fact{label: "RFID tokens", value: rfidWords(tokens)})
	}
	return append(facts,
		fact{label: "Sessions", value: s.sessionsWords()},
		fact{label: "Last sign-in", value: s.moment(u.LastSignIn)},
	)
}

// ownGroups are the groups, each with what it gives, and then what they are
// still short of.
func (s *profile) ownGroups() []fact {
	u := s.standing.User
	var lines []fact
	if s.standing.Rights.Owner() {
		lines = append(lines, fact{value: "You own the account, and may do everything in it."})
	}
	for one := range u.Groups.Each() {
		lines = append(lines, fact{value: one.String() + ": " + one.Gives()})
	}
	if len(lines) == 0 {
		lines = []fact{{value: "none: an administrator of your customer gives them"}}
	}
	for i := range lines {
		lines[i].label = " "
	}
	lines[0].label = "Groups"
	return append(lines, adviceFacts(&s.seen.detail.UserRow)...)
}

// ownSettingsFacts are the settings that hold for a user, with where each comes
// from where it isn't their own.
func ownSettingsFacts(tree *domain.Tree, u *domain.User) []fact {
	s, from := tree.SettingsFor(u), tree.SettingsSourcesFor(u)
	return []fact{
		{label: "Time zone", value: s.TimeZone, from: setBy(tree, u.ID, from.TimeZone)},
		{label: "Time format", value: clockWords(s.Clock), from: setBy(tree, u.ID, from.Clock)},
		{label: "Units", value: s.Units.String(), from: setBy(tree, u.ID, from.Units)},
	}
}

// sessionsWords say how many sessions are open beside the one that shows them.
func (s *profile) sessionsWords() string {
	switch n := s.seen.detail.Sessions; {
	case n < 0:
		return "not counted"
	case n <= 1:
		return "this one only"
	default:
		return fmt.Sprintf("this one and %s", counted(n-1, "other", "others"))
	}
}
