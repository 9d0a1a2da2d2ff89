package ui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// accessHistory is the tab of the access history: who held which RFID token to
// what, the newest first. There may be millions, so it holds the events from the
// newest down to a little below the cursor, and reads on as the cursor comes
// nearer to the end.
type accessHistory struct {
	base
	table   *widget.Table[domain.ID]
	listTop int // the line of the body where the table begins
	filter  filter
	wrong   string // why what stands in the filter isn't one

	rows   []store.AccessEvent
	total  int  // how many there are, at least
	exact  bool // or exactly
	next   string
	lookTo string // how far back it was looked where little is found; "" otherwise
	newer  int    // how many have come in above those
	more   bool   // and more than that
	loaded bool
	failed string // why the list can't be read
	again  bool   // the data changed while it was being read
	asked  accessAsked
}

// accessView is how somebody looks at the access history. It lasts as long as
// the session and goes with them from scope to scope.
type accessView struct {
	filter string
	own    bool // without the devices of nested customers
	named  map[string]domain.ID
}

// accessAsked is what a list was read for.
type accessAsked struct {
	filter string
	scope  domain.ID
	below  bool
}

const (
	accessPage  = 200    // events read at a time
	accessAhead = 60     // so near to the end, it reads on
	accessMost  = 50_000 // events held at most: of more, nobody finds one by scrolling
)

func newAccessHistory(c *Console) *accessHistory {
	s := &accessHistory{base: base{Console: c}, filter: newFilter(), table: widget.NewTable[domain.ID](accessColumns...)}
	s.filter.field.SetValue(c.accessView.filter)
	return s
}

func (s *accessHistory) places() []keys.Place {
	return s.filter.places(keys.AccessHistory, keys.List)
}

func (s *accessHistory) offers() []offer {
	if why := s.whyShut(); why != "" {
		return []offer{unless(why, keys.AccessOpen, nil), unless(why, keys.AccessExport, nil)}
	}
	offers := following(s.filter.offers(s.table, s.narrowed), s.readOn)
	if s.filter.open {
		return offers
	}
	for _, o := range motions(s.table, s.readOn) {
		if o.id == keys.Home && s.newer > 0 {
			o = can(keys.Home, s.toTop)
		}
		offers = append(offers, o)
	}
	in := accessInHand{&s.base, s.current(), s.whyNone()}
	return append(append(offers, in.offers()...),
		unless(s.whyNone(), keys.AccessOpen, func() tea.Cmd { return s.push(newAccessEventPage(s.Console, *s.current())) }),
		unless(s.whyNone(), keys.AccessLike, s.like),
		can(keys.AccessTime, s.chooseTime),
		can(keys.AccessStatus, s.chooseStatus),
		can(keys.AccessExport, func() tea.Cmd { return s.push(newAccessExport(s.Console, s.wanted())) }),
		unless(s.whyNotNested(), keys.AccessNested, func() tea.Cmd {
			s.accessView.own = !s.accessView.own
			return s.read(true)
		}),
	)
}

// whyShut is what the tab would need, where it is shown to say that.
func (s *accessHistory) whyShut() string {
	if d := s.standing.Rights.Opens(domain.SectionAccess); !d.Allowed {
		return d.Text(s.standing.Rights)
	}
	return ""
}

// current is the event under the cursor, nil when there is none.
func (s *accessHistory) current() *store.AccessEvent {
	if i := s.table.Cursor(); i >= 0 && i < len(s.rows) {
		return &s.rows[i]
	}
	return nil
}

func (s *accessHistory) whyNone() string {
	if s.current() == nil {
		return s.whyEmpty()
	}
	return ""
}

// below says whether events at devices of nested customers are listed too.
func (s *accessHistory) below() bool { return !s.accessView.own || s.scope.IsZero() }

func (s *accessHistory) whyNotNested() string {
	at, ok := s.tree().Position(s.scope)
	switch {
	case !ok:
		return "The account itself has no devices: this list is of all its customers."
	case !s.tree().HasChildren(at):
		return "No customer is nested under this one."
	}
	return ""
}

// atTop says whether the newest events are looked at, so that the list follows
// what comes in.
func (s *accessHistory) atTop() bool { return s.table.Cursor() <= 0 && s.table.Offset() == 0 }

// refresh reads what is new: something changed, or it comes to the front.
func (s *accessHistory) refresh() tea.Cmd {
	switch {
	case s.whyShut() != "":
		s.rows, s.loaded = nil, false
		s.table.SetSource(accessRows{s})
		return nil
	case s.busy("list"):
		s.again = true
		return nil
	case !s.loaded || s.failed != "" || s.asked != s.looksFor() || s.atTop():
		return s.read(false)
	}
	return s.look()
}

// looksFor is what the list is to be read for.
func (s *accessHistory) looksFor() accessAsked {
	s.wrong = ""
	text := s.filter.text()
	if _, err := domain.ParseAccessFilter(text, s.options.Now().In(s.zone())); err != nil {
		s.wrong = sentence(err)
		text = s.asked.filter // the list stays while a word isn't one yet
	} else {
		s.accessView.filter = text
	}
	return accessAsked{text, s.scope, s.below()}
}

// wanted is the query of what is listed.
func (s *accessHistory) wanted() accessWanted {
	return accessWanted{s.looksFor(), s.options.Now().In(s.zone()), s.accessView.named}
}

// narrowed reads the list for another filter.
func (s *accessHistory) narrowed() tea.Cmd {
	if s.looksFor() == s.asked && s.loaded {
		return nil
	}
	return s.read(true)
}

// read reads the list from the newest on. anew puts the cursor on it.
func (s *accessHistory) read(anew bool) tea.Cmd {
	s.again = false
	s.asker.cancel("more")
	s.asker.cancel("newer")
	db, actor, wanted := s.db, s.actor, s.wanted()
	atTop := s.atTop()
	return ask(&s.base, "list", func(ctx context.Context) (store.AccessList, error) {
		q := wanted.query(ctx, db, actor)
		q.Limit = accessPage
		return db.AccessEvents(ctx, actor, q)
	}, func(list store.AccessList, err error) tea.Cmd {
		s.asked = wanted.accessAsked
		if err != nil {
			s.rows, s.failed, s.next = nil, sentence(err), ""
			s.table.SetSource(accessRows{s})
			return nil
		}
		s.failed, s.loaded, s.newer, s.more = "", true, 0, false
		s.total, s.exact, s.rows = list.Total, list.Exact, nil
		s.take(list)
		if anew || atTop {
			s.table.Home()
		}
		if s.again {
			return s.read(false)
		}
		return s.readOn()
	})
}

// take puts a page to what is held.
func (s *accessHistory) take(list store.AccessList) {
	s.rows = append(s.rows, list.Rows...)
	s.next, s.lookTo = list.Next, ""
	if !list.LookedTo.IsZero() {
		s.lookTo = s.day(list.LookedTo)
	}
	s.remember(list.Rows)
	s.table.SetSource(accessRows{s})
}

// remember keeps who and what the names in the list are of, so that a filter by
// name finds by identity, which is quick in millions.
func (s *accessHistory) remember(rows []store.AccessEvent) {
	named := make(map[string]domain.ID, len(s.accessView.named))
	for name, id := range s.accessView.named {
		named[name] = id
	}
	note := func(kind, name string, id domain.ID) {
		key := kind + domain.Fold(name)
		if before, there := named[key]; there && before != id {
			id = domain.ID{} // two of one name: the words decide
		}
		if name != "" && len(named) < accessMost {
			named[key] = id
		}
	}
	for i := range rows {
		e := &rows[i]
		if !e.Holder.IsZero() {
			note("person:", e.HolderName, e.Holder)
		}
		note("device:", accessDeviceName(e), e.Device)
		if !e.Location.IsZero() {
			note("location:", e.LocationName, e.Location)
		}
	}
	s.accessView.named = named
}

// readOn reads the next page where the cursor is near the end, and on where a
// filter finds so little that the screen isn't full.
func (s *accessHistory) readOn() tea.Cmd {
	if s.next == "" || s.busy("more") || s.busy("list") || s.table.Cursor() < len(s.rows)-accessAhead || len(s.rows) >= accessMost {
		return nil
	}
	db, actor, wanted, cursor := s.db, s.actor, s.wanted(), s.next
	return ask(&s.base, "more", func(ctx context.Context) (store.AccessList, error) {
		q := wanted.query(ctx, db, actor)
		q.Limit, q.Cursor = accessPage, cursor
		return db.AccessEvents(ctx, actor, q)
	}, func(list store.AccessList, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.take(list)
		if list.Total > 0 && list.Exact {
			s.total, s.exact = list.Total, true
		}
		if len(s.rows) < accessPage {
			return s.readOn()
		}
		return nil
	})
}

// look counts what has come in above the list, without moving it.
func (s *accessHistory) look() tea.Cmd {
	if len(s.rows) == 0 {
		return s.read(false)
	}
	db, actor, wanted, newest := s.db, s.actor, s.wanted(), s.rows[0]
	known := map[domain.ID]bool{}
	for i := range s.rows {
		if s.rows[i].At.Before(newest.At) {
			break
		}
		known[s.rows[i].ID] = true
	}
	return ask(&s.base, "newer", func(ctx context.Context) (store.AccessList, error) {
		q := wanted.query(ctx, db, actor)
		q.From, q.Limit = newest.At, accessPage
		return db.AccessEvents(ctx, actor, q)
	}, func(list store.AccessList, err error) tea.Cmd {
		if err != nil {
			return s.read(false) // which says why, and shows nothing any more
		}
		s.newer, s.more = 0, list.Next != ""
		for i := range list.Rows {
			if !known[list.Rows[i].ID] {
				s.newer++
			}
		}
		return nil
	})
}

// toTop shows what has come in.
func (s *accessHistory) toTop() tea.Cmd { return s.read(true) }

// accessWanted is a query before names in it were looked up.
type accessWanted struct {
	accessAsked
	now   time.Time // in the user's zone
	named map[string]domain.ID
}

// query is what to ask the store for. A name that is known, from the list or to
// the store, is looked for by identity, and any other by its words.
func (w accessWanted) query(ctx context.Context, db *store.DB, actor domain.Actor) store.AccessQuery {
	f, _ := domain.ParseAccessFilter(w.filter, w.now) // it was one when it was taken
	q := store.AccessQuery{Customer: w.scope, Below: w.below, RFID: f.RFID, Status: f.Status, From: f.From, To: f.To}
	words := []string{f.Words}
	for _, by := range []struct {
		kind, name string
		id         *domain.ID
		find       func(name string) (domain.ID, error)
	}{
		{"person:", f.Person, &q.Holder, func(name string) (domain.ID, error) {
			row, err := db.FindUser(ctx, actor, name)
			return row.ID, err
		}},
		{"device:", f.Device, &q.Device, func(name string) (domain.ID, error) {
			row, err := db.FindDevice(ctx, actor, name)
			return row.ID, err
		}},
		{"location:", f.Location, &q.Location, nil},
	} {
		if by.name == "" {
			continue
		}
		id := w.named[by.kind+domain.Fold(by.name)]
		if id.IsZero() && by.find != nil {
			if found, err := by.find(by.name); err == nil {
				id = found
			}
		}
		if *by.id = id; id.IsZero() {
			words = append(words, by.name)
		}
	}
	q.Filter = strings.TrimSpace(strings.Join(words, " "))
	return q
}

func (s *accessHistory) typing() bool { return s.filter.open }

func (s *accessHistory) typed(m tea.KeyPressMsg) tea.Cmd {
	if s.filter.update(m) {
		return s.narrowed()
	}
	return nil
}

// pasted looks for what was pasted: the digits of a card, mostly.
func (s *accessHistory) pasted(text string, tooMuch bool) tea.Cmd {
	words, fits := pastedWords(text, tooMuch)
	if !fits {
		s.say(widget.ToneWarn, "That is more than a filter takes. Paste a name, or the digits of a card.")
		return nil
	}
	if s.filter.paste(words) {
		return s.narrowed()
	}
	return nil
}

func (s *accessHistory) clicked(line int) tea.Cmd {
	s.table.Click(line - s.listTop)
	return s.readOn()
}

// filtered sets one field of the filter, and takes it away where value is empty.
func (s *accessHistory) filtered(field, value string) tea.Cmd {
	s.filter.field.SetValue(domain.WithAccessField(s.filter.text(), field, value))
	return s.narrowed()
}

// chooseTime asks for the time to look at.
func (s *accessHistory) chooseTime() tea.Cmd {
	span := func(label, value string) way {
		return way{label: label, run: func() tea.Cmd { return s.filtered("time", value) }}
	}
	return s.over(newOptions(s.Console, "Events of", []string{"Days are those of " + s.zone().String() + "."},
		span("today", "today"), span("yesterday", "yesterday"), span("the last 7 days", "7d"), span("the last 30 days", "30d"),
		way{label: "some days that you type", run: func() tea.Cmd {
			day := s.options.Now().In(s.zone())
			cmd := s.filtered("time", day.AddDate(0, 0, -2).Format("2006-01-02")+".."+day.Format("2006-01-02"))
			s.filter.open = true
			return cmd
		}},
		span("all time", "")))
}

// chooseStatus asks for the status to look at.
func (s *accessHistory) chooseStatus() tea.Cmd {
	ways := []way{}
	for _, status := range domain.AccessStatuses() {
		ways = append(ways, way{label: status.Words(), run: func() tea.Cmd { return s.filtered("status", status.String()) }})
	}
	ways = append(ways, way{label: "any", run: func() tea.Cmd { return s.filtered("status", "") }})
	return s.over(newOptions(s.Console, "Status", nil, ways...))
}

// like narrows the list to what the event under the cursor has.
func (s *accessHistory) like() tea.Cmd {
	e := *s.current()
	var ways []way
	only := func(label, field, value string) {
		w := way{label: label + "  " + widget.Cut(value, 40), run: func() tea.Cmd { return s.filtered(field, value) }}
		if value == "" {
			w = way{label: label, why: "the event has none"}
		}
		ways = append(ways, w)
	}
	only("person", "person", e.HolderName)
	only("token", "token", e.RFID)
	only("device", "device", accessDeviceName(&e))
	only("location", "location", e.LocationName)
	only("status", "status", e.Status.String())
	return s.over(newOptions(s.Console, "Only those of the same", nil, ways...))
}

// explanation is the filter in the help.
func (s *accessHistory) explanation() (string, [][2]string) {
	return "The filter", [][2]string{
		{"lars gate", "events with all these words in them"},
		{`person:"Lars Lindqvist"`, "of one person"},
		{"token:0004815162", "of one RFID token"},
		{`device:"Van 12"`, "at one device, by name, plate or unit ID"},
		{"location:depot", "at one location"},
		{"status:rejected", "approved, rejected or logged_out"},
		{"time:today", "today, yesterday, 7d, 30d"},
		{"time:2026-11-01..2026-11-15", "from one day to another, both with it"},
	}
}
