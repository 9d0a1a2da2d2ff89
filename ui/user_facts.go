package ui

import (
	"fmt"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// This file says in words all that is known of a user.

// heading begins a group of facts, after a blank line.
func heading(text string) []fact { return []fact{{}, {value: text}} }

// userRowFacts are what a list knows of a user, for the pane beside it.
func (c *Console) userRowFacts(u *store.UserRow) []fact {
	facts := []fact{
		{label: "Full name", value: orNone(u.FullName)},
		{label: "Email", value: orNone(u.Email)},
		{label: "Phone", value: orNone(u.Phone)},
		{label: "Customer", value: c.path(u.Customer)},
		{label: "Groups", value: groupsWords(u)},
	}
	facts = append(facts, adviceFacts(u)...)
	return append(facts,
		locationFact(u),
		fact{label: "Status", value: c.statusWords(u), tone: userStatusTone(u.Status)},
		c.factorFact(u),
		fact{label: "Last sign-in", value: c.moment(u.LastSignIn)},
		fact{label: "Created", value: c.moment(u.CreatedAt)},
	)
}

// adviceFacts say which of the groups are of little use until others join them.
func adviceFacts(u *store.UserRow) []fact {
	if u.Owner {
		return nil
	}
	var facts []fact
	for _, text := range u.Groups.Advice() {
		facts = append(facts, fact{label: " ", value: "! " + text, tone: widget.ToneWarn})
	}
	return facts
}

func locationFact(u *store.UserRow) fact {
	value := locationWords(u)
	if len(u.Locations) > 0 && (u.Owner || u.Groups.Has(domain.AccountAdministrator)) {
		value += " (without effect: an administrator sees the devices of every location)"
	}
	return fact{label: "Locations", value: value}
}

// statusWords are the status with what it means, and which key changes that, for
// those who may.
func (c *Console) statusWords(u *store.UserRow) string {
	words, key := u.Status.Words(), ""
	switch u.Status {
	case store.UserInvited:
		if u.InvitedUntil.After(c.options.Now()) {
			return "invited; the code is good until " + c.moment(u.InvitedUntil)
		}
		words, key = "invited; the code is no longer good", "; i makes a new one"
	case store.UserNoSignIn:
		words, key = "no sign-in: only holds RFID tokens", "; i gives them one"
	case store.UserLocked:
		words, key = "locked after too many failed sign-ins", "; u unlocks"
	case store.UserInactive:
		words, key = "inactive: can't sign in", "; D activates"
	}
	if !c.standing.Rights.MayResetUser(&u.User).Allowed {
		return words
	}
	return words + key
}

// factorFact is the second factor, with who forces it.
func (c *Console) factorFact(u *store.UserRow) fact {
	f := fact{label: "Second factor", value: "none", tone: factorTone(u)}
	if u.Enrolled {
		f.value = "enrolled"
	}
	if !u.Forced {
		return f
	}
	_, f.from = secondFactor(c.tree(), u.Customer)
	if u.Enrolled {
		f.value += ", forced"
	} else {
		f.value = "missing: it is forced, and due at the next sign-in"
	}
	return f
}

func (c *Console) whoFacts(d *store.UserDetail) []fact {
	return append(heading("Who"),
		fact{label: "Full name", value: orNone(d.FullName)},
		fact{label: "Email", value: orNone(d.Email)},
		fact{label: "Phone", value: orNone(d.Phone)},
		fact{label: "Created", value: c.madeWords(d.CreatedAt, d.CreatedByName)},
		fact{label: "User ID", value: d.ID.String()},
	)
}

// whereFacts are the customer, the locations, and the settings that hold for
// the user with who made them.
func (c *Console) whereFacts(u *store.UserRow) []fact {
	tree := c.tree()
	s, by := tree.SettingsFor(&u.User), tree.SettingsSourcesFor(&u.User)
	madeBy := func(source domain.SettingsSource) string {
		if source.From == domain.FromCustomer {
			if above, ok := tree.Customer(source.ID); ok {
				return above.Name
			}
		}
		return setBy(tree, u.Customer, source)
	}
	return append(heading("Where"),
		fact{label: "Customer", value: c.path(u.Customer)},
		locationFact(u),
		fact{label: "Time zone", value: s.TimeZone, from: madeBy(by.TimeZone)},
		fact{label: "Time format", value: clockWords(s.Clock), from: madeBy(by.Clock)},
		fact{label: "Units", value: s.Units.String(), from: madeBy(by.Units)},
	)
}

// groupFacts are the groups with what each gives.
func (c *Console) groupFacts(u *store.UserRow) []fact {
	facts := heading("Groups")
	if u.Owner {
		return append(facts, fact{label: "Owner", value: "of the account: every group, in every customer"})
	}
	if u.Groups&domain.AllGroups == 0 {
		return append(facts, fact{label: "None", value: "opens no section; e gives them groups", tone: widget.ToneWarn})
	}
	for one := range u.Groups.Each() {
		facts = append(facts, fact{label: one.Short(), value: one.String() + ": " + one.Gives()})
	}
	return append(facts, adviceFacts(u)...)
}

// signInFacts are how the sign-in stands. Numbers that the reader may not know
// are left out.
func (c *Console) signInFacts(d *store.UserDetail) []fact {
	facts := append(heading("Sign-in"),
		fact{label: "Status", value: c.statusWords(&d.UserRow), tone: userStatusTone(d.Status)})
	if d.Status == store.UserLocked && !d.LockedUntil.IsZero() {
		facts = append(facts, fact{label: "Locked until", value: c.moment(d.LockedUntil)})
	}
	if d.NoSignIn {
		return facts
	}
	facts = append(facts, fact{label: "Last sign-in", value: c.moment(d.LastSignIn)})
	if d.Failed > 0 && d.Sessions >= 0 {
		facts = append(facts, fact{label: "Failed since", value: counted(d.Failed, "time", "times") + "; u forgets them", tone: widget.ToneWarn})
	}
	facts = append(facts, c.factorFact(&d.UserRow))
	if d.Enrolled {
		facts = append(facts, recoveryFact(d.RecoveryLeft))
	}
	if d.MustChange {
		facts = append(facts, fact{label: "Password", value: "a new one is due at the next sign-in"})
	}
	for _, held := range []struct {
		label string
		n     int
	}{{"Open sessions", d.Sessions}, {"SSH keys", d.SSHKeys}, {"API tokens", d.Tokens}} {
		if held.n >= 0 {
			facts = append(facts, fact{label: held.label, value: noneOr(held.n)})
		}
	}
	return facts
}

func recoveryFact(left int) fact {
	f := fact{label: "Recovery codes", value: noneOr(left) + " left"}
	if left <= fewCodes {
		f.tone = widget.ToneWarn
	}
	return f
}

func noneOr(n int) string {
	if n == 0 {
		return "none"
	}
	return widget.Comma(n)
}

// invitationFacts are the code that somebody hasn't used yet, and what became
// of its mail.
func (c *Console) invitationFacts(d *store.UserDetail) []fact {
	i := d.Invitation
	if i == nil {
		return nil
	}
	what := "Invitation"
	if i.Reset {
		what = "Password reset"
	}
	good := fact{label: "Code", value: "good until " + c.moment(i.Until)}
	if !i.Until.After(c.options.Now()) {
		good = fact{label: "Code", value: "ended " + c.moment(i.Until), tone: widget.ToneWarn}
	}
	mail := fact{label: "Mail"}
	mail.value, mail.tone = c.mailWords(i.Mail)
	return append(heading(what), fact{label: "Made", value: c.moment(i.MadeAt)}, good, mail)
}

// mailWords say what became of a mail.
func (c *Console) mailWords(m store.MailState) (string, widget.Tone) {
	switch {
	case m.To == "":
		return "none: the code was shown, to be handed over", widget.ToneNormal
	case m.Sent:
		return "sent to " + m.To, widget.ToneGood
	case m.Waiting && m.Error != "":
		return fmt.Sprintf("failed %s: %s Next try %s. w shows the code instead.",
			counted(m.Tries, "time", "times"), ended(m.Error), c.clock(m.NextTry)), widget.ToneWarn
	case m.Waiting:
		return "waits to go out to " + m.To, widget.ToneNormal
	case m.Error != "":
		return "given up: " + ended(m.Error), widget.ToneBad
	}
	return "taken back: the code was shown, to be handed over", widget.ToneNormal
}
