package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// Console is the model of one session: what is drawn in the frame, which tabs
// there are, and what lies over them.
type Console struct {
	ctx     context.Context
	options Options
	keymap  *keys.Keymap
	theme   widget.Theme
	width   int
	height  int
	pastes  *pastes

	db           *store.DB // nil until it is open
	actor        domain.Actor
	standing     store.Standing // zero until signed in
	front        screen         // what covers everything: sign-in, what comes before it, or a gate; nil for none
	gate         domain.Gate    // which one front is, where it is one
	covered      covered        // what lies under it
	sitting      sitting        // how long the session lasts on
	tabs         []*tab
	tab          int
	overlays     []screen
	scope        domain.ID // the customer looked at; zero is the whole account
	views        []view    // the scopes before it, where esc leads back to
	note         note
	pressed      string // the key that is being acted on
	burst        bool   // the last paste came as keys: more of it may follow
	follows      bool   // and the one that is being taken may be that
	mouse        bool
	deviceView   deviceView   // how lists of devices are looked at
	userView     userView     // and lists of users
	tokenView    tokenView    // and lists of API tokens
	locationView locationView // and lists of locations
	accessView   accessView   // and the access history
	searchable   bool         // the fleet has been made ready
	unwatch      func()
	own          asker // the console's own questions
	scopeGone    bool  // what is looked at is: told once what is under way was answered
	farewell     Farewell
}

// tab is a section with its screens: the first is the tab's own, what was
// opened from it lies on top.
type tab struct {
	name    string
	screens []screen
	stale   bool // not read yet, or something changed while another tab was looked at
}

func (t *tab) top() screen { return t.screens[len(t.screens)-1] }

// note is the line above the footer: what just happened, or why not.
type note struct {
	text string
	tone widget.Tone
}

// Init starts the clock and whatever the first screen needs.
func (c *Console) Init() tea.Cmd {
	first := tea.Cmd(nil)
	if r, ok := c.front.(refresher); ok {
		first = r.refresh()
	}
	return tea.Batch(c.nextMinute(), first)
}

// Update is the whole loop: a message is a key, a paste, an answer, an event or
// a size, and each has one place to go.
func (c *Console) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case tea.WindowSizeMsg:
		c.width, c.height = m.Width, m.Height
		return c, nil
	case tea.KeyPressMsg:
		return c, c.used(func() tea.Cmd { return c.key(m) })
	case tea.PasteMsg:
		return c, c.used(func() tea.Cmd { return c.paste(m.Content) })
	case tea.MouseWheelMsg:
		return c, c.used(func() tea.Cmd { return c.wheel(m) })
	case tea.MouseClickMsg:
		return c, c.used(func() tea.Cmd { return c.click(m) })
	case answer:
		return c, c.take(m)
	case ticked:
		return c, c.ticked(m)
	case changed:
		return c, c.changed(m)
	case minute:
		return c, tea.Batch(c.nextMinute(), c.tellTime())
	case look:
		return c, c.looked(m)
	case signedOut:
		return c, c.endSession("")
	case Notice:
		return c, c.told(m)
	}
	return c, nil
}

// View draws the frame.
func (c *Console) View() tea.View {
	v := tea.NewView(c.frame())
	v.AltScreen = true
	v.WindowTitle = "tenantry"
	if c.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

// minute comes when the clock in the first line has moved on.
type minute struct{}

func (c *Console) nextMinute() tea.Cmd {
	now := c.options.Now()
	return c.after(now.Truncate(time.Minute).Add(time.Minute).Sub(now), minute{})
}

// tellTime lets what is looked at follow the clock.
func (c *Console) tellTime() tea.Cmd {
	if !c.inside() {
		return nil
	}
	if s, ok := c.body().(timely); ok {
		return s.minutePassed()
	}
	return nil
}

// after sends a message when a time has passed, unless the console has ended by
// then: a timer mustn't keep one in memory that is gone.
func (c *Console) after(wait time.Duration, msg tea.Msg) tea.Cmd {
	over := c.ctx.Done()
	return func() tea.Msg {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-over:
			return nil
		}
	}
}

// top is the screen that has the keyboard.
func (c *Console) top() screen {
	if n := len(c.overlays); n > 0 {
		return c.overlays[n-1]
	}
	return c.body()
}

// body is the screen that fills the frame, under any overlay.
func (c *Console) body() screen {
	if c.front != nil {
		return c.front
	}
	return c.tabs[c.tab].top()
}

func (c *Console) signedIn() bool { return c.standing.Rights != nil }

// enter begins the console of an actor whose standing was just read: before the
// gate that is still closed, or inside.
func (c *Console) enter(actor domain.Actor, s store.Standing) tea.Cmd {
	c.actor, c.standing = actor, s
	c.note = note{}
	events, stop := c.db.Watch(actor.Account)
	c.unwatch = stop
	following := tea.Batch(watch(events), c.sitDown())
	if s.Gate != domain.GateOpen {
		return tea.Batch(following, c.shut(s.Gate))
	}
	return tea.Batch(following, c.begin())
}

// begin makes the tabs, once no gate is closed any more.
func (c *Console) begin() tea.Cmd {
	c.unshut()
	c.scope = c.standing.Rights.Home()
	c.takeUpViews(c.standing.Views)
	c.setTabs(nil, "")
	c.warnOfTokens()
	return tea.Batch(c.show(), c.makeFleet())
}

// ended leaves the signed-in console and says why on the sign-in screen. All
// that was typed is forgotten.
func (c *Console) ended(why string) tea.Cmd {
	if c.front != nil {
		c.front.asks().leave()
	}
	c.leaveAll()
	c.actor, c.standing = domain.Actor{}, store.Standing{}
	if c.options.Actor != nil {
		return c.leaveFor(why)
	}
	signIn := newSignIn(c)
	c.front = signIn
	c.note = note{why, widget.ToneWarn}
	return signIn.refresh()
}

func (c *Console) leaveAll() {
	if c.unwatch != nil {
		c.unwatch()
		c.unwatch = nil
	}
	for _, o := range slices.Concat(c.overlays, c.covered.overlays) {
		o.asks().leave()
	}
	c.gate, c.covered = domain.GateOpen, covered{}
	c.leaveViews()
	leaveTabs(c.tabs)
	c.own.leave()
	c.own = asker{}
	c.scopeGone = false
	c.searchable, c.deviceView, c.userView, c.tokenView = false, deviceView{}, userView{}, tokenView{}
	c.locationView = locationView{}
	c.accessView = accessView{}
	c.overlays, c.tabs, c.tab = nil, nil, 0
}

// close ends everything that the session started, the sign-in too, and closes
// its database.
func (c *Console) close() error {
	if c.signedIn() && c.options.Actor == nil {
		// Also where it was the context that ended. Should it fail, the session
		// ends by itself after a while.
		_ = c.db.SignOut(context.WithoutCancel(c.ctx), c.actor)
	}
	c.leaveAll()
	if c.front != nil {
		c.front.asks().leave()
	}
	if c.db == nil || c.options.Actor != nil {
		return nil
	}
	if c.options.Leaving != nil {
		c.options.Leaving()
	}
	return c.db.Close()
}

// push lays a screen over the current tab's; esc leads back.
func (c *Console) push(s screen) tea.Cmd {
	t := c.tabs[c.tab]
	t.screens = append(t.screens, s)
	return c.show()
}

// pop goes back to the screen under the current one. It says false where there
// is none.
func (c *Console) pop() (tea.Cmd, bool) {
	t := c.tabs[c.tab]
	if len(t.screens) == 1 {
		return nil, false
	}
	t.top().asks().leave()
	t.screens = t.screens[:len(t.screens)-1]
	return c.show(), true
}

// drop takes one screen away, wherever it is by now: somebody may have turned
// to another tab while it was at work. Never the last of a tab.
func (c *Console) drop(s screen) tea.Cmd {
	if i := slices.Index(c.overlays, s); i >= 0 {
		s.asks().leave()
		c.overlays = slices.Delete(c.overlays, i, i+1)
		return nil
	}
	for i, t := range c.tabs {
		at := slices.Index(t.screens, s)
		if at < 1 {
			continue
		}
		s.asks().leave()
		t.screens = slices.Delete(t.screens, at, at+1)
		t.stale = true
		if i == c.tab {
			return c.show()
		}
	}
	return nil
}

// replace puts a screen in the place of another, wherever that is by now. It
// does nothing where that is gone.
func (c *Console) replace(old, with screen) tea.Cmd {
	old.asks().leave()
	if c.front == old {
		c.front = with
		return c.show()
	}
	if i := slices.Index(c.overlays, old); i >= 0 {
		c.overlays[i] = with
	}
	for i, t := range c.tabs {
		if at := slices.Index(t.screens, old); at >= 0 {
			t.screens[at] = with
			if i == c.tab {
				return c.show()
			}
		}
	}
	return nil
}

// show lets the screen in front read its data.
func (c *Console) show() tea.Cmd {
	if c.front == nil {
		c.tabs[c.tab].stale = false
	}
	if r, ok := c.body().(refresher); ok {
		return r.refresh()
	}
	return nil
}

// over lays an overlay over everything.
func (c *Console) over(s screen) tea.Cmd {
	c.overlays = append(c.overlays, s)
	if r, ok := s.(refresher); ok {
		return r.refresh()
	}
	return nil
}

// closeOver takes the topmost overlay away.
func (c *Console) closeOver() {
	if n := len(c.overlays); n > 0 {
		c.overlays[n-1].asks().leave()
		c.overlays = c.overlays[:n-1]
	}
}

// setTabs makes the tabs that this user may open, keeping those of before that
// stay, and turns to the one named here, or else the first.
func (c *Console) setTabs(before []*tab, here string) {
	kept := make(map[string]*tab, len(before))
	for _, t := range before {
		kept[t.name] = t
	}
	c.tabs, c.tab = nil, 0
	for _, s := range sections {
		name := s.what.String()
		if !c.standing.Rights.HasTab(s.what) {
			continue
		}
		t := kept[name]
		if t == nil {
			t = &tab{name: name, screens: []screen{s.make(c)}, stale: true}
		}
		delete(kept, name)
		c.tabs = append(c.tabs, t)
	}
	if len(c.tabs) == 0 {
		c.tabs = []*tab{{name: "Nothing", screens: []screen{newNothing(c)}}}
	}
	for _, t := range kept {
		leaveTabs([]*tab{t}) // no longer theirs to open
	}
	c.goTab(here)
}

// goTab turns to the tab of that name, where there is one.
func (c *Console) goTab(name string) {
	for i, t := range c.tabs {
		if t.name == name {
			c.tab = i
		}
	}
}

// section is a tab as data: the section of domain that says who may open it,
// and how it is made.
type section struct {
	what domain.Section
	make func(*Console) screen
}

var sections = []section{
	{domain.SectionOverview, func(c *Console) screen { return newOverview(c) }},
	{domain.SectionAccount, func(c *Console) screen { return newAccount(c) }},
	{domain.SectionCustomers, func(c *Console) screen { return newCustomers(c) }},
	{domain.SectionUsers, func(c *Console) screen { return newUsers(c) }},
	{domain.SectionDevices, func(c *Console) screen { return newDevices(c) }},
	{domain.SectionLocations, func(c *Console) screen { return newLocations(c) }},
	{domain.SectionTokens, func(c *Console) screen { return newTokens(c) }},
	{domain.SectionAccess, func(c *Console) screen { return newAccessHistory(c) }},
	{domain.SectionAudit, func(c *Console) screen { return newAudit(c) }},
	{domain.SectionProfile, func(c *Console) screen { return newProfile(c) }},
}

// changed says that an event came from the store. Which one doesn't matter:
// what is in front is read again, and the rest when it is turned to.
type changed struct{ events <-chan store.Event }

func watch(events <-chan store.Event) tea.Cmd {
	return func() tea.Msg {
		if _, ok := <-events; !ok {
			return nil
		}
		return changed{events}
	}
}

// changed reads the actor's rights again and lets what is shown follow.
func (c *Console) changed(m changed) tea.Cmd {
	if !c.signedIn() || c.unwatch == nil {
		return nil
	}
	for _, t := range c.tabs {
		t.stale = true
	}
	return tea.Batch(watch(m.events), c.reread())
}

// reread reads the actor's standing again; what is in front follows it.
func (c *Console) reread() tea.Cmd {
	db, actor := c.db, c.actor
	return c.own.start(c, "standing", func(ctx context.Context, _ *request) (func() tea.Cmd, error) {
		s, err := db.Standing(ctx, actor)
		return func() tea.Cmd { return c.stands(s, err) }, err
	})
}

func (c *Console) stands(s store.Standing, err error) tea.Cmd {
	if err != nil {
		c.fail(err)
		return nil
	}
	before, _ := c.ends()
	c.standing = s
	return tea.Batch(c.endsSooner(before), c.stood())
}

// stood lets what is shown follow the standing.
func (c *Console) stood() tea.Cmd {
	switch {
	case c.standing.Gate != domain.GateOpen:
		return c.shut(c.standing.Gate)
	case c.held():
		return nil // it asks again when it is done
	case c.tabs == nil:
		return c.begin()
	case c.front != nil:
		c.unshut()
		return tea.Batch(c.follow(), c.makeFleet())
	}
	return c.follow()
}

// follow makes the tabs and the scope fit the standing, and reads what is in
// front again.
func (c *Console) follow() tea.Cmd {
	s := c.standing
	c.setTabs(c.tabs, c.tabs[c.tab].name)
	if !s.Rights.Reaches(c.scope) && c.scope != s.Rights.Home() {
		if c.scopeGone = c.underWay(); c.scopeGone {
			return nil // it may be what made it go, and say more about it
		}
		c.say(widget.ToneWarn, "What you looked at is gone, or no longer within your reach.")
		return c.rescope(s.Rights.Home())
	}
	return c.show()
}

// underWay says whether something that the screens in front asked for is still
// unanswered.
func (c *Console) underWay() bool {
	for _, s := range slices.Concat(c.tabs[c.tab].screens, c.overlays) {
		if len(s.asks().open) > 0 {
			return true
		}
	}
	return false
}

// say puts a note above the footer, until the next key.
func (c *Console) say(tone widget.Tone, text string) { c.note = note{text, tone} }

// fail puts an error above the footer, in the words it came with.
func (c *Console) fail(err error) {
	if err == nil || c.ctx.Err() != nil {
		return
	}
	c.say(widget.ToneBad, sentence(err))
}
