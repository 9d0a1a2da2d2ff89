package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// passwordLimit is the most characters of a password.
const passwordLimit = 256

// newPasswordGate asks for a new password, typed twice; of whoever came in with
// an SSH key for the old one too, which nobody has asked for yet.
func newPasswordGate(c *Console) screen {
	inputs := []widget.Input{{Label: "A new password is due", Kind: widget.HeadingInput}}
	byKey := c.standing.Session.Key != ""
	if byKey {
		inputs = append(inputs, widget.Input{Name: inputBefore, Label: "The one given you", Kind: widget.SecretInput, Limit: passwordLimit, Help: "The password that an administrator has set for you. Your SSH key alone doesn't change it."})
	}
	inputs = append(inputs,
		widget.Input{Name: "password", Label: "New password", Kind: widget.SecretInput, Limit: passwordLimit},
		widget.Input{Name: "again", Label: "Once more", Kind: widget.SecretInput, Limit: passwordLimit, Help: "Type it once more, so that no slip of the hand locks you out."},
	)
	g := newGateForm(c, "New password", "set it", inputs...)
	g.intro = []string{"It takes the place of the password or code that you signed in with, which is good no longer."}
	if byKey {
		g.intro = []string{"It takes the place of the password that was set for you, which is good no longer then."}
	}
	g.live = func() { passwordHints(g.inputs, c.standing.Forced) }
	g.live()
	g.save = func() func(context.Context) (any, error) {
		db, actor := g.db, g.actor
		before, password, again := "", g.inputs.Value("password"), g.inputs.Value("again")
		if byKey {
			before = g.inputs.Value(inputBefore)
		}
		return func(ctx context.Context) (any, error) {
			if byKey && before == "" {
				return nil, domain.Errorf(domain.Invalid, inputBefore, "Type the password that you were given.")
			}
			if err := sameTwice(password, again); err != nil {
				return nil, err
			}
			return nil, db.SetPassword(ctx, actor, before, password)
		}
	}
	g.failed = func(_ any, err error) tea.Cmd { return g.notBefore(err) }
	return g
}

// sameTwice refuses a password that was typed differently the second time.
func sameTwice(password, again string) error {
	if password != again {
		return domain.Errorf(domain.Invalid, "again", "The two are not the same. Type the password once more.")
	}
	return nil
}

// passwordHints says beside the inputs "password" and "again" of a form how far
// what is typed is from being taken. forced says that its user must have a
// second factor, which makes shorter ones do.
func passwordHints(inputs *widget.Form, forced bool) {
	password, again := inputs.Value("password"), inputs.Value("again")
	least, length := store.PasswordLeast(forced), store.PasswordLength(password)
	rule := fmt.Sprintf("At least %d characters. A few words you remember do well; any character may be in it.", least)
	switch {
	case password == "":
	case length < least:
		rule = fmt.Sprintf("%d of at least %d characters so far. A few words you remember do well.", length, least)
	default:
		rule = fmt.Sprintf("%s: long enough. It is refused if it is a common one, or made of your own names.", counted(length, "character", "characters"))
	}
	inputs.SetHelp("password", rule)
	differs := ""
	if again != "" && !strings.HasPrefix(password, again) {
		differs = "Not the same as above."
	}
	inputs.SetNote("again", differs)
}
