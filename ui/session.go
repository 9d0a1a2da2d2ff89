package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/ui/widget"
)

// signedOut is the wish of whoever signed in to leave.
type signedOut struct{}

// tree is the account's tree as of the last reading.
func (c *Console) tree() *domain.Tree { return c.standing.Rights.Tree() }

// whyNot is the reason why the user may not do this at a customer, "" when
// they may. It is for drawing: the store decides again when it is done.
func (c *Console) whyNot(capability domain.Capability, customer domain.ID) string {
	r := c.standing.Rights
	d := r.May(capability, customer)
	if d.Allowed {
		return ""
	}
	return d.Text(r)
}

// whyNotAnywhere is whyNot for what isn't about one customer.
func (c *Console) whyNotAnywhere(capability domain.Capability) string {
	r := c.standing.Rights
	d := r.MayAnywhere(capability)
	if d.Allowed {
		return ""
	}
	return d.Text(r)
}

// settings are those of whoever is signed in: how times and distances look.
func (c *Console) settings() domain.Settings {
	if !c.signedIn() {
		return domain.Settings{Clock: domain.Clock24, Units: domain.Metric}
	}
	if u := c.standing.User; u != nil {
		return c.tree().SettingsFor(u)
	}
	return c.tree().Account().Settings
}

// zone is the user's time zone, UTC where it is unknown to this machine.
func (c *Console) zone() *time.Location {
	if name := c.settings().TimeZone; name != "" {
		if zone, err := time.LoadLocation(name); err == nil {
			return zone
		}
	}
	return time.UTC
}

// clock writes a time of day with its zone: "14:32 CET".
func (c *Console) clock(t time.Time) string { return t.In(c.zone()).Format(c.hours() + " MST") }

// moment writes a date and time with its zone: "3 Mar 2026 14:32 CET". It says
// "never" for no time at all.
func (c *Console) moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(c.zone()).Format("2 Jan 2006 " + c.hours() + " MST")
}

// day writes a date: "3 Mar 2026".
func (c *Console) day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(c.zone()).Format("2 Jan 2006")
}

func (c *Console) hours() string {
	if c.settings().Clock == domain.Clock12 {
		return "3:04 pm"
	}
	return "15:04"
}

// path is where a customer is, as people read it: "Acme HQ / Nordics".
func (c *Console) path(id domain.ID) string { return pathIn(c.tree(), id) }

func pathIn(tree *domain.Tree, id domain.ID) string {
	if id.IsZero() {
		return widget.Clean(tree.Account().Name)
	}
	return widget.Clean(strings.Join(tree.Names(id), " / "))
}

// copyOut puts text on the user's clipboard by the terminal, and says so. The
// caller shows the text too: not every terminal has a clipboard to give.
func (c *Console) copyOut(text, said string) tea.Cmd {
	c.say(widget.ToneNormal, said)
	return tea.SetClipboard(text)
}
