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

// tokens is the tab of API tokens: one's own, and in the scope those of the
// users whom one manages. It is the page of one user's tokens, too.
type tokens struct {
	user domain.ID // zero in the tab
	name string    // of that user
	wholeList[listedToken]
}

func newTokens(c *Console) *tokens { return newTokensOf(c, domain.ID{}, "") }

// newTokensOf is the page of a user's tokens; name is what they are called.
func newTokensOf(c *Console, user domain.ID, name string) *tokens {
	s := &tokens{user: user, name: name}
	s.wholeList = newWholeList[listedToken](c, s)
	s.lookAnew()
	return s
}

// lookAnew takes up which column has the arrow.
func (s *tokens) lookAnew() {
	columns := make([]widget.Column, len(tokenColumns))
	for i, c := range tokenColumns {
		columns[i] = c.draw
		columns[i].Title = c.name
	}
	s.table.SetColumns(columns...)
	s.table.SetSort(s.tokenView.sort, s.tokenView.reverse)
}

func (s *tokens) places() []keys.Place { return s.filter.places(keys.Tokens, keys.List) }

func (s *tokens) offers() []offer {
	offers := s.filter.offers(s.table, s.narrowed)
	if s.filter.open {
		return offers
	}
	offers = append(offers, motions(s.table, nil)...)
	offers = append(offers, unless(s.whyNoToken(), keys.TokenOpen, func() tea.Cmd { return s.push(newTokenPage(s.Console, *s.current())) }))
	offers = append(offers, tokenInHand{&s.base, s.current(), s.whyNoToken()}.offers()...)
	return append(offers,
		unless(s.whyNotCreate(), keys.TokenCreate, s.create),
		asking(s.whyNotRevokeAll(), keys.TokenRevokeAll, s.revokeAllQuestion(), s.revokeAll),
		can(keys.TokenSort, s.keeping(func() tea.Cmd {
			s.tokenView.nextSort()
			return s.sorted(tokenColumns[s.tokenView.sort].name)
		})),
		can(keys.TokenReverse, s.keeping(func() tea.Cmd {
			s.tokenView.reverse = !s.tokenView.reverse
			return s.sorted(tokenColumns[s.tokenView.sort].name)
		})),
		unless(s.whyNotNested(), keys.TokenNested, s.keeping(func() tea.Cmd {
			s.tokenView.own = !s.tokenView.own
			return s.read()
		})),
	)
}

// current is the token under the cursor, nil when there is none.
func (s *tokens) current() *store.Token {
	if i := s.table.Cursor(); i >= 0 && i < len(s.found) {
		return &s.found[i].Token
	}
	return nil
}

func (s *tokens) whyNoToken() string {
	if s.current() == nil {
		return s.whyEmpty()
	}
	return ""
}

func (s *tokens) whyNotCreate() string {
	switch {
	case s.standing.User == nil:
		return "The operator of the machine is no user, and has no tokens."
	case !s.user.IsZero():
		return "Only " + s.name + " makes tokens of theirs, in their own API tokens tab."
	}
	return ""
}

func (s *tokens) create() tea.Cmd {
	return s.push(newTokenForm(s.Console, func(made store.Token) tea.Cmd {
		s.goal = made.ID
		return s.reread()
	}))
}

// below says whether the tokens of users of nested customers are listed too.
func (s *tokens) below() bool { return !s.tokenView.own || s.scope.IsZero() }

func (s *tokens) whyNotNested() string {
	at, ok := s.tree().Position(s.scope)
	switch {
	case !s.user.IsZero():
		return "This list is of one user."
	case !ok:
		return "The account itself has no users: this list is of all its customers."
	case !s.tree().HasChildren(at):
		return "No customer is nested under this one."
	}
	return ""
}

func (s *tokens) whyNotRevokeAll() string {
	if why := s.whyNoToken(); why != "" {
		return why
	}
	if s.workingOf(s.current()) == 0 {
		if s.current().Own {
			return "You have no token that is still good."
		}
		return widget.Cut(s.current().Username, 40) + " has no token that is still good."
	}
	return ""
}

// workingOf counts the tokens of a token's owner that haven't ended.
func (s *tokens) workingOf(t *store.Token) int {
	n := 0
	for i := range s.all {
		if s.all[i].User == t.User && !s.all[i].Ended(s.options.Now()) {
			n++
		}
	}
	return n
}

func (s *tokens) revokeAllQuestion() question {
	t := s.current()
	if t == nil {
		return question{}
	}
	of, n := "yours", s.workingOf(t)
	if !t.Own {
		of = widget.Cut(t.Username, 40)
	}
	return question{title: "Revoke " + counted(n, "token", "tokens") + " of " + of + "?", yes: "revoke", grave: true,
		lines: []string{"Whatever uses a revoked token is refused from then on. That can't be taken back."}}
}

func (s *tokens) revokeAll() tea.Cmd {
	db, actor, user := s.db, s.actor, s.current().User
	return ask(&s.base, "revoke", func(ctx context.Context) (int, error) {
		return db.RevokeTokens(ctx, actor, user)
	}, func(n int, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return s.reread()
		}
		s.say(widget.ToneGood, "Revoked "+counted(n, "token", "tokens")+".")
		return s.reread()
	})
}

// pasted looks for what was pasted. Of a whole token only what is public is
// looked for, and nothing else is shown or kept: so one learns which it is.
func (s *tokens) pasted(text string, tooMuch bool) tea.Cmd {
	if shown, ok := domain.ParseTokenText(strings.TrimSpace(text)); ok {
		text = (&domain.Token{ID: shown.ID}).Prefix()
		s.filter.field.SetValue("")
	}
	return s.wholeList.pasted(text, tooMuch)
}

func (s *tokens) pastes() string { return "a single name, or a token" }

func (s *tokens) crumb() string {
	if s.user.IsZero() {
		return ""
	}
	return "API tokens of " + s.name
}

// tokenInHand is one token with which something is to be done, out of the list
// or on its own page.
type tokenInHand struct {
	*base              // of the screen that asks
	row   *store.Token // nil where there is none
	why   string       // why nothing can be done with it, "" when something may be
}

func (t tokenInHand) offers() []offer {
	return []offer{
		unless(t.whyNotRevoke(), keys.TokenRevoke, t.askRevoke),
		unless(t.why, keys.TokenCopy, func() tea.Cmd { return t.copyOut(t.row.Prefix, "Copied "+t.row.Prefix+".") }),
	}
}

func (t tokenInHand) whyNotRevoke() string {
	switch {
	case t.why != "":
		return t.why
	case t.row.State == domain.TokenRevoked:
		return "It was revoked already, on " + t.moment(t.row.RevokedAt) + "."
	case t.row.State == domain.TokenExpired:
		return "It has expired already: it opens nothing any more."
	}
	return ""
}

// askRevoke asks, with what is known of the token now: when it was last used is
// told to nobody until they look.
func (t tokenInHand) askRevoke() tea.Cmd {
	db, actor, id := t.db, t.actor, t.row.ID
	return ask(t.base, "look", func(ctx context.Context) (store.Token, error) {
		return db.Token(ctx, actor, id)
	}, func(row store.Token, err error) tea.Cmd {
		if err != nil {
			t.fail(err)
			return t.reread()
		}
		of := "It is yours."
		if !row.Own {
			of = "It is of " + widget.Cut(row.Username, 40) + "."
		}
		q := question{title: "Revoke " + widget.Cut(row.Name, 40) + "?", yes: "revoke it", grave: true, lines: []string{
			of + " " + t.usedWords(&row), "Whatever uses it is refused from then on. That can't be taken back.",
		}}
		return t.over(newConfirm(t.Console, q, false, func() tea.Cmd { return t.revoke(row) }))
	})
}

func (t tokenInHand) revoke(row store.Token) tea.Cmd {
	db, actor := t.db, t.actor
	return ask(t.base, "revoke", func(ctx context.Context) (struct{}, error) {
		return struct{}{}, db.RevokeToken(ctx, actor, row.ID)
	}, func(_ struct{}, err error) tea.Cmd {
		if err != nil {
			t.fail(err)
			return t.reread()
		}
		t.say(widget.ToneGood, "Revoked "+widget.Cut(row.Name, 60)+".")
		return t.reread()
	})
}
