package ui

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

const codeHelp = "The six digits that your authenticator app shows for Tenantry. Or one of your recovery codes, which is used up by it."

// newCodeGate asks for a code of the second factor, or a recovery code.
func newCodeGate(c *Console) screen {
	g := newGateForm(c, "Second factor", "sign in",
		widget.Input{Label: "Your second factor", Kind: widget.HeadingInput},
		widget.Input{Name: "code", Label: "Code", Limit: 64, Help: codeHelp},
	)
	g.alone = true
	recovery := func() bool { return digits(g.inputs.Value("code")) == "" }
	g.save = func() func(context.Context) (any, error) {
		db, actor, code := g.db, g.actor, g.inputs.Value("code")
		if app := digits(code); app != "" {
			code = app
		}
		return func(ctx context.Context) (any, error) {
			if code == "" {
				return nil, domain.Errorf(domain.Invalid, "code", "Type a code: six digits, or a recovery code.")
			}
			err := db.GiveCode(ctx, actor, code)
			return nil, wrongSecret(err, "code", "That code wasn't taken. Type the one that the app shows now; each is good once. If it stays wrong, check the clock of the phone. After several wrong ones, wait a while.")
		}
	}
	g.saved = func(any) tea.Cmd {
		if recovery() {
			g.say(widget.ToneWarn, "That recovery code is used up. The profile says how many are left, and makes new ones.")
		}
		return g.reread()
	}
	g.failed = func(_ any, err error) tea.Cmd {
		g.inputs.SetValue("code", "")
		g.showError(err)
		return g.reread() // too many wrong ones end the session
	}
	return g
}
