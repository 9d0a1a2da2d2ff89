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

// inHand is one user with whom something is to be done, out of the list or on
// their own page. What may be done is decided here for showing; the store
// decides again.
type inHand struct {
	*base                // of the screen that asks
	row   *store.UserRow // nil where there is none
	why   string         // why nothing can be done with them, "" when something may be
	left  func() tea.Cmd // called once they are deleted
}

// offers is everything that can be done with the user, but for opening them.
func (u inHand) offers() []offer {
	all := []struct {
		id  keys.ID
		why func(row *store.UserRow) string
		run func(row store.UserRow) tea.Cmd
	}{
		{keys.UserAccess, u.whyNotSee, u.access},
		{keys.UserEdit, u.whyNotEdit, u.edit},
		{keys.UserPassword, u.whyNotReset, u.resetPassword},
		{keys.UserInvite, u.whyNotInvite, u.invite},
		{keys.UserCode, u.whyNoCode, u.askCode},
		{keys.UserFactor, u.whyNoFactor, u.askFactor},
		{keys.UserUnlock, u.whyNotUnlock, u.unlock},
		{keys.UserActive, u.whyNotActive, u.askActive},
		{keys.UserMove, u.whyNotActive, u.move},
		{keys.UserDelete, u.whyNotDelete, u.remove},
		{keys.UserSessions, u.whyNotReset, u.sessions},
		{keys.UserKeys, u.whyNotReset, u.sshKeys},
		{keys.UserTokens, u.whyNotReset, u.tokens},
		{keys.UserRFIDs, u.whyNotRFIDs, u.rfids},
	}
	offers := make([]offer, 0, len(all))
	for _, a := range all {
		if u.why != "" || u.row == nil {
			offers = append(offers, unless(u.why, a.id, nil))
			continue
		}
		row := *u.row
		o := unless(a.why(&row), a.id, func() tea.Cmd { return a.run(row) })
		switch {
		case a.id == keys.UserActive && row.Inactive:
			o = o.as("activate")
		case a.id == keys.UserPassword && row.NoSignIn:
			o = o.as("give a sign-in")
		}
		offers = append(offers, o)
	}
	return offers
}

func (u inHand) whyNotSee(row *store.UserRow) string {
	return whyRefused(u.standing.Rights, u.standing.Rights.SeesUser(&row.User))
}

func (u inHand) whyNotEdit(row *store.UserRow) string {
	return whyRefused(u.standing.Rights, u.standing.Rights.MayEditUser(&row.User))
}

func (u inHand) whyNotReset(row *store.UserRow) string {
	return whyRefused(u.standing.Rights, u.standing.Rights.MayResetUser(&row.User))
}

// whyNotRFIDs is why the RFID tokens of a user aren't shown: what the account
// would need, where it lacks the add-on.
func (u inHand) whyNotRFIDs(row *store.UserRow) string {
	return whyRefused(u.standing.Rights, u.standing.Rights.SeesRFID(&row.User))
}

func (u inHand) whyNotDelete(row *store.UserRow) string {
	return whyRefused(u.standing.Rights, u.standing.Rights.MayDeleteUser(&row.User))
}

// whyNotActive is why the status can't be changed; for the customer the rules
// are the same.
func (u inHand) whyNotActive(row *store.UserRow) string {
	after := row.User
	after.Inactive = !after.Inactive
	if err := u.standing.Rights.CheckUserChange(&row.User, &after, nil); err != nil {
		return sentence(err)
	}
	return ""
}

func (u inHand) whyNotInvite(row *store.UserRow) string {
	if why := u.whyNotReset(row); why != "" {
		return why
	}
	if row.Activated {
		return nameOf(row) + " is in already: p resets the password."
	}
	return ""
}

func (u inHand) whyNoCode(row *store.UserRow) string {
	if why := u.whyNotReset(row); why != "" {
		return why
	}
	if row.InvitedUntil.IsZero() {
		return "No code waits for " + nameOf(row) + ". p makes one."
	}
	return ""
}

func (u inHand) whyNoFactor(row *store.UserRow) string {
	if why := u.whyNotReset(row); why != "" {
		return why
	}
	if !row.Enrolled {
		return nameOf(row) + " has no second factor."
	}
	return ""
}

func (u inHand) whyNotUnlock(row *store.UserRow) string {
	if why := u.whyNotReset(row); why != "" {
		return why
	}
	switch row.Status {
	case store.UserLocked:
		return ""
	case store.UserInactive: // and locked it may be, which matters once they are active
		return nameOf(row) + " is inactive: D activates them first."
	}
	if row.Failed > 0 { // the next wrong one may lock them for long
		return ""
	}
	return nameOf(row) + " isn't locked."
}

// nameOf is how sentences about an account's users call one.
func nameOf(row *store.UserRow) string { return widget.Cut(row.Username, 40) }

// due is what is known and what must be said before something is done with a
// user.
type due struct {
	detail  store.UserDetail
	warning string // "" for none
}

// look reads what a question must tell before it is asked: all about the user as
// they are now, and the warning that is due when change is done to them, or when
// they are deleted (change nil).
func (u inHand) look(id domain.ID, change func(*domain.User), then func(due) tea.Cmd) tea.Cmd {
	db, actor := u.db, u.actor
	return ask(u.base, "look", func(ctx context.Context) (due, error) {
		detail, err := db.User(ctx, actor, id)
		if err != nil {
			return due{}, err
		}
		var after *domain.User
		if change != nil {
			changed := detail.User
			change(&changed)
			after = &changed
		}
		warning, err := db.WarnUser(ctx, actor, id, after)
		return due{detail, warning}, err
	}, func(d due, err error) tea.Cmd {
		if err != nil {
			return u.failed(err)
		}
		return then(d)
	})
}

// failed says why something couldn't be done, and reads again: it may be that
// somebody else was quicker.
func (u inHand) failed(err error) tea.Cmd {
	u.fail(err)
	return u.reread()
}

// does runs what was asked for and says what came of it.
func (u inHand) does(slot string, work func(context.Context) error, said string) tea.Cmd {
	return ask(u.base, slot, func(ctx context.Context) (struct{}, error) { return struct{}{}, work(ctx) },
		func(_ struct{}, err error) tea.Cmd {
			if err != nil {
				return u.failed(err)
			}
			return u.did(said)
		})
}

func (u inHand) did(said string) tea.Cmd {
	u.say(widget.ToneGood, said)
	return u.reread()
}

func (u inHand) sessions(row store.UserRow) tea.Cmd {
	return u.push(newSessions(u.Console, row.ID, nameOf(&row)))
}

func (u inHand) sshKeys(row store.UserRow) tea.Cmd {
	return u.push(newSSHKeys(u.Console, row.ID, nameOf(&row)))
}

func (u inHand) tokens(row store.UserRow) tea.Cmd {
	return u.push(newTokensOf(u.Console, row.ID, nameOf(&row)))
}

func (u inHand) rfids(row store.UserRow) tea.Cmd { return u.push(newUserRFIDs(u.Console, row)) }

func (u inHand) access(row store.UserRow) tea.Cmd { return u.push(newUserAccess(u.Console, row)) }

func (u inHand) edit(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	return ask(u.base, "look", func(ctx context.Context) (store.UserDetail, error) {
		return db.User(ctx, actor, row.ID)
	}, func(detail store.UserDetail, err error) tea.Cmd {
		if err != nil {
			return u.failed(err)
		}
		return u.push(newUserForm(u.Console, detail.Customer, &detail, func(domain.User) tea.Cmd { return u.reread() }))
	})
}

func (u inHand) resetPassword(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	title := "Reset the password of " + nameOf(&row)
	switch {
	case row.NoSignIn:
		title = "Give " + nameOf(&row) + " a sign-in"
	case !row.Activated:
		title = "Invite " + nameOf(&row) + " again"
	}
	return u.push(newUserStart(u.Console, title, row, func(ctx context.Context, how store.Start) (store.Started, error) {
		return db.ResetPassword(ctx, actor, row.ID, how)
	}))
}

// invite makes a new code for who hasn't signed in yet.
func (u inHand) invite(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	title := "Invite " + nameOf(&row) + " again"
	if row.NoSignIn {
		title = "Invite " + nameOf(&row) + ", who has no sign-in yet"
	}
	return u.push(newUserStart(u.Console, title, row, func(ctx context.Context, how store.Start) (store.Started, error) {
		return db.Invite(ctx, actor, row.ID, how.Mail)
	}))
}

// askCode takes back the mail that waits and shows its code.
func (u inHand) askCode(row store.UserRow) tea.Cmd {
	q := question{title: "Show the code of " + nameOf(&row) + "?", yes: "show it", lines: []string{
		"The mail that waits is taken back and won't go out. You hand the code over yourself.",
	}}
	return u.over(newConfirm(u.Console, q, false, func() tea.Cmd { return u.takeCode(row) }))
}

func (u inHand) takeCode(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	return ask(u.base, "code", func(ctx context.Context) (store.Started, error) {
		return db.TakeCode(ctx, actor, row.ID)
	}, func(got store.Started, err error) tea.Cmd {
		switch {
		case unproven(err):
			return u.prove("Type your password or a code to see their code.", func() tea.Cmd { return u.takeCode(row) })
		case err != nil:
			return u.failed(err)
		}
		got.User = row.User
		return u.showStarted(startedBy{Started: got}, u.reread)
	})
}

func (u inHand) askFactor(row store.UserRow) tea.Cmd {
	return u.look(row.ID, func(*domain.User) {}, func(d due) tea.Cmd {
		next := "They sign in with the password alone, until they enrol again."
		if d.detail.Forced {
			next = "At the next sign-in they must enrol a new one before anything else."
		}
		q := question{title: "Reset the second factor of " + nameOf(&row) + "?", yes: "reset it", grave: true, lines: []string{
			"The one they have is void, with its recovery codes. " + next,
		}}
		if ends := sessionsEnd(d.detail.Sessions); ends != "" {
			q.lines = append(q.lines, ends)
		}
		db, actor := u.db, u.actor
		return u.over(newConfirm(u.Console, q, false, func() tea.Cmd {
			return u.does("factor", func(ctx context.Context) error { return db.ResetFactor(ctx, actor, row.ID) },
				"The second factor of "+nameOf(&row)+" is reset."+sessionsEnded(d.detail.Sessions))
		}))
	})
}

func (u inHand) unlock(row store.UserRow) tea.Cmd {
	db, actor := u.db, u.actor
	return u.does("unlock", func(ctx context.Context) error { return db.UnlockUser(ctx, actor, row.ID) },
		nameOf(&row)+" is unlocked: the failed sign-ins are forgotten.")
}

// askActive deactivates a user, or activates one who is inactive.
func (u inHand) askActive(row store.UserRow) tea.Cmd {
	if row.Inactive {
		q := question{title: "Activate " + nameOf(&row) + "?", yes: "activate", lines: []string{"They can sign in again, as before, and have the groups that they had."}}
		return u.over(newConfirm(u.Console, q, false, func() tea.Cmd { return u.setActive(row, true, nameOf(&row)+" is active.") }))
	}
	return u.look(row.ID, func(after *domain.User) { after.Inactive = true }, func(d due) tea.Cmd {
		q := question{title: "Deactivate " + nameOf(&row) + "?", yes: "deactivate", grave: d.warning != ""}
		if d.warning != "" {
			q.lines = append(q.lines, d.warning)
		}
		q.lines = append(q.lines, "They can't sign in until somebody activates them. Nothing of theirs is lost.")
		if ends := sessionsEnd(d.detail.Sessions); ends != "" {
			q.lines = append(q.lines, ends)
		}
		return u.over(newConfirm(u.Console, q, false, func() tea.Cmd {
			return u.setActive(row, false, nameOf(&row)+" is inactive."+sessionsEnded(d.detail.Sessions))
		}))
	})
}

func (u inHand) setActive(row store.UserRow, active bool, said string) tea.Cmd {
	db, actor := u.db, u.actor
	return u.does("active", func(ctx context.Context) error { return db.SetUserActive(ctx, actor, row.ID, active) }, said)
}

// sessionsEnd says before something is done how many sessions it ends, "" for
// none.
func sessionsEnd(n int) string {
	switch {
	case n < 1:
		return ""
	case n == 1:
		return "Their open session ends."
	}
	return fmt.Sprintf("Their %s open sessions end.", widget.Comma(n))
}

// sessionsEnded is the same afterwards, as a sentence more.
func sessionsEnded(n int) string {
	switch {
	case n < 1:
		return ""
	case n == 1:
		return " Their session ended."
	}
	return fmt.Sprintf(" Their %s sessions ended.", widget.Comma(n))
}
