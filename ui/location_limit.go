package ui

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// limit reads who may be limited to the location, and has them ticked.
func (l locationInHand) limit() tea.Cmd {
	db, actor, row := l.db, l.actor, *l.row
	return ask(l.base, "look", func(ctx context.Context) ([]store.LimitedUser, error) {
		return db.LimitableUsers(ctx, actor, row.ID)
	}, func(users []store.LimitedUser, err error) tea.Cmd {
		if err != nil {
			return l.failed(err)
		}
		if len(users) == 0 {
			l.say(widget.ToneWarn, "Neither its customer nor one above it has a user whom you may list.")
			return nil
		}
		return l.over(newLimitChooser(l.Console, row.Name, users, func(limit, unlimit []store.LimitedUser) tea.Cmd {
			return l.askLimits(row, limit, unlimit)
		}))
	})
}

// askLimits asks before anybody sees more than they did. Whoever sees less is
// told of afterwards: that loses nothing.
func (l locationInHand) askLimits(row store.LocationRow, limit, unlimit []store.LimitedUser) tea.Cmd {
	if len(limit)+len(unlimit) == 0 {
		l.say(widget.ToneDim, "Nobody was ticked, and no tick taken away.")
		return nil
	}
	change := store.Limits{Location: row.ID, Limit: idsOfLimited(limit), Unlimit: idsOfLimited(unlimit)}
	var lifted, widened []string
	for i := range unlimit {
		if u := &unlimit[i]; u.Only {
			lifted = append(lifted, widget.Cut(u.Username, 30))
		}
	}
	for i := range limit {
		if u := &limit[i]; u.Locations > 0 && !u.Unnarrowed {
			widened = append(widened, widget.Cut(u.Username, 30))
		}
	}
	change.Lift = len(lifted) > 0 // which is asked below
	run := func() tea.Cmd { return l.changeLimits(row, change) }
	if len(lifted)+len(widened) == 0 {
		return run()
	}
	q := question{title: "Let them see more?", yes: "save", grave: len(lifted) > 0}
	if len(lifted) > 0 {
		q.title = "Lift the limit of " + listedFew(lifted) + "?"
		q.lines = append(q.lines, listedFew(lifted)+isAre(len(lifted))+" limited to "+widget.Cut(row.Name, 40)+" alone. Without it they see every device that their groups give, wherever it is.")
	}
	if len(widened) > 0 {
		q.lines = append(q.lines, listedFew(widened)+isAre(len(widened))+" limited to other locations, and will see the devices at "+widget.Cut(row.Name, 40)+", too.")
	}
	return l.over(newConfirm(l.Console, q, false, run))
}

func idsOfLimited(users []store.LimitedUser) []domain.ID {
	var list []domain.ID
	for i := range users {
		list = append(list, users[i].ID)
	}
	return list
}

func (l locationInHand) changeLimits(row store.LocationRow, change store.Limits) tea.Cmd {
	db, actor := l.db, l.actor
	return ask(l.base, "limit", func(ctx context.Context) (store.ChangedLimits, error) {
		return db.LimitUsers(ctx, actor, change)
	}, func(changed store.ChangedLimits, err error) tea.Cmd {
		if err != nil {
			return l.failed(err)
		}
		l.say(widget.ToneGood, changedLimitWords(row.Name, changed))
		return l.reread()
	})
}

// changedLimitWords say what changing limits did.
func changedLimitWords(name string, changed store.ChangedLimits) string {
	name = widget.Cut(name, 40)
	said := ""
	if n := len(changed.Limited); n > 0 {
		said = listedFew(changed.Limited) + isAre(n) + " limited to " + name + " now. "
	}
	if n := len(changed.Unlimited); n > 0 {
		said += listedFew(changed.Unlimited) + isAre(n) + " no longer limited to " + name
		if lifted := len(changed.Lifted); lifted == n {
			said += ", nor to any other location"
		} else if lifted > 0 {
			said += "; " + listedFew(changed.Lifted) + " to no location any more"
		}
		said += "."
	}
	if said == "" {
		return "It was so already."
	}
	return said
}

// limitChooser is the overlay in which the users limited to a location are
// ticked.
type limitChooser struct {
	base
	name   string // of the location
	rows   limitRows
	filter filter
	table  *widget.Table[domain.ID]
	take   func(limit, unlimit []store.LimitedUser) tea.Cmd
}

func newLimitChooser(c *Console, name string, users []store.LimitedUser, take func(limit, unlimit []store.LimitedUser) tea.Cmd) *limitChooser {
	o := &limitChooser{base: base{Console: c}, name: name, filter: newFilter(), take: take}
	o.rows = limitRows{all: users, on: map[domain.ID]bool{}, theme: &c.theme}
	for i := range users {
		o.rows.on[users[i].ID] = users[i].Here
	}
	o.table = widget.NewTable[domain.ID](widget.Column{Width: 3}, widget.Column{Width: 12, Max: 24, Grow: 1},
		widget.Column{Width: 14, Grow: 2, Priority: 2}, widget.Column{Width: 14, Grow: 1, Priority: 1})
	o.table.Empty = "Nobody is called that. Take letters away."
	o.narrow()
	o.table.Home()
	return o
}

func (o *limitChooser) places() []keys.Place { return o.filter.places(keys.LimitingTo, keys.List) }

func (o *limitChooser) offers() []offer {
	offers := append(o.filter.offers(o.table, o.narrow), motions(o.table, nil)...)
	if o.filter.open {
		return offers
	}
	return append(offers, can(keys.LimitToTake, o.taken), unless(o.whyNotThis(), keys.LimitToSwitch, step(o.switchThis)))
}

func (o *limitChooser) current() *store.LimitedUser {
	if i := o.table.Cursor(); i >= 0 && i < len(o.rows.seen) {
		return &o.rows.all[o.rows.seen[i]]
	}
	return nil
}

func (o *limitChooser) whyNotThis() string {
	u := o.current()
	if u == nil {
		return "There is no user under the cursor."
	}
	return u.Fixed
}

func (o *limitChooser) switchThis() {
	id := o.current().ID
	o.rows.on[id] = !o.rows.on[id]
	o.table.Down()
}

func (o *limitChooser) taken() tea.Cmd {
	var limit, unlimit []store.LimitedUser
	for _, u := range o.rows.all {
		switch on := o.rows.on[u.ID]; {
		case on && !u.Here:
			limit = append(limit, u)
		case !on && u.Here:
			unlimit = append(unlimit, u)
		}
	}
	o.closeOver()
	return o.take(limit, unlimit)
}

func (o *limitChooser) unsaved() string {
	for i := range o.rows.all {
		if u := &o.rows.all[i]; o.rows.on[u.ID] != u.Here {
			return "What you ticked here isn't saved."
		}
	}
	return ""
}

func (o *limitChooser) narrow() tea.Cmd {
	words := o.filter.words()
	o.rows.seen = o.rows.seen[:0]
	for i := range o.rows.all {
		if u := &o.rows.all[i]; containsAll(domain.Fold(u.Username+"\n"+u.FullName+"\n"+u.CustomerPath), words) {
			o.rows.seen = append(o.rows.seen, i)
		}
	}
	o.table.SetSource(&o.rows)
	return nil
}

func (o *limitChooser) typing() bool { return o.filter.open }

func (o *limitChooser) typed(m tea.KeyPressMsg) tea.Cmd {
	if o.filter.update(m) {
		return o.narrow()
	}
	return nil
}

func (o *limitChooser) pasted(text string, tooMuch bool) tea.Cmd {
	if words, fits := pastedWords(text, tooMuch); fits && o.filter.paste(words) {
		o.filter.open = true
		return o.narrow()
	}
	return nil
}

func (o *limitChooser) draw(w, h int) []string {
	ticked := ticks(o.rows.on)
	count := "none ticked"
	if ticked > 0 {
		count = widget.Comma(ticked) + " ticked"
	}
	return drawTicks(o.theme, "Limited to "+widget.Cut(o.name, 40), &o.filter, count, o.table, len(o.rows.all), w, h)
}

// limitedBriefly says in a column where somebody is limited to.
func limitedBriefly(u *store.LimitedUser) string {
	others := u.Locations
	if u.Here {
		others--
	}
	switch {
	case u.Unnarrowed:
		return "administrator"
	case u.Only:
		return "only here"
	case u.Here:
		return "here and " + counted(others, "other", "others")
	case others > 0:
		return counted(others, "other", "others")
	}
	return "not limited"
}

// limitRows are the rows of the chooser that match its filter.
type limitRows struct {
	all   []store.LimitedUser
	seen  []int // of all
	on    map[domain.ID]bool
	theme *widget.Theme
}

func (r *limitRows) Len() int            { return len(r.seen) }
func (r *limitRows) Key(i int) domain.ID { return r.all[r.seen[i]].ID }
func (r *limitRows) Cells(i int, out []string) []string {
	u := &r.all[r.seen[i]]
	box := r.theme.Glyphs.Unchecked
	switch {
	case u.Fixed != "":
		box = " -"
	case r.on[u.ID]:
		box = r.theme.Glyphs.Checked
	}
	return append(out, box, u.Username, limitedBriefly(u), strings.Join(domain.SplitPath(u.CustomerPath), " / "))
}
