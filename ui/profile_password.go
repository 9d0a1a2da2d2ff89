package ui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// inputBefore is the password until now, by the name of its field in errors.
const inputBefore = "before"

// newPasswordForm changes one's own password.
func newPasswordForm(c *Console) *form {
	f := &form{base: base{Console: c}, name: "Password"}
	secret := func(name, label, help string) widget.Input {
		return widget.Input{Name: name, Label: label, Kind: widget.SecretInput, Limit: passwordLimit, Help: help}
	}
	f.intro = []string{"Your other sessions end when the password changes. This one goes on."}
	f.inputs = widget.NewForm(
		secret(inputBefore, "Password until now", "So that nobody changes it who finds your screen open."),
		secret("password", "New password", ""),
		secret("again", "Once more", "Type it once more, so that no slip of the hand locks you out."),
	)
	f.live = func() { passwordHints(f.inputs, c.standing.Forced) }
	f.live()
	f.save = func() func(context.Context) (any, error) {
		db, actor := f.db, f.actor
		before, password, again := f.inputs.Value(inputBefore), f.inputs.Value("password"), f.inputs.Value("again")
		return func(ctx context.Context) (any, error) {
			if before == "" {
				return nil, domain.Errorf(domain.Invalid, inputBefore, "Type the password that you have until now.")
			}
			if err := sameTwice(password, again); err != nil {
				return nil, err
			}
			return nil, db.SetPassword(ctx, actor, before, password)
		}
	}
	f.failed = func(_ any, err error) tea.Cmd { return f.notBefore(err) }
	f.saved = func(any) tea.Cmd {
		gone := f.drop(f)
		f.say(widget.ToneGood, "Your password is changed. Your other sessions have ended.")
		return tea.Batch(gone, f.reread())
	}
	return f
}

// notBefore shows why a password wasn't set: at its field where the one until now
// was wrong.
func (f *form) notBefore(err error) tea.Cmd {
	var e *domain.Error
	if errors.As(err, &e) && e.Kind == domain.Unauthenticated && e.Field == inputBefore {
		f.inputs.SetValue(inputBefore, "")
		f.inputs.SetErrors(map[string]string{inputBefore: "That isn't your password. After several wrong ones, wait a while."})
		return f.reread() // too many wrong ones end the session
	}
	f.showError(err)
	return nil
}
