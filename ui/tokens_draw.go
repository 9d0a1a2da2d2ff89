package ui

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// listedToken is a token with what the list looks for and sorts by.
type listedToken struct {
	store.Token
	name, username string // case-folded
	text           string // all that the filter looks in
}

func (t listedToken) identity() domain.ID { return t.ID }

func (t listedToken) lookedIn() string { return t.text }

func newListedToken(row store.Token) listedToken {
	t := listedToken{Token: row, name: domain.Fold(row.Name), username: domain.Fold(row.Username)}
	parts := []string{t.name, t.username, row.Prefix, row.CustomerPath, row.State.String(), "state:" + row.State.String()}
	if row.ReadOnly {
		parts = append(parts, "read-only")
	}
	if row.Own {
		parts = append(parts, "yours")
	}
	t.text = domain.Fold(strings.Join(parts, "\n"))
	return t
}

// tokenColumn is a column of the list of tokens.
type tokenColumn struct {
	name  string
	draw  widget.Column
	cell  func(s *tokens, t *listedToken) string
	order func(a, b *listedToken) int
}

// tokenColumns are all there are, in the order in which they stand. The widths
// of all but the last but one come to 80 cells.
var tokenColumns = []tokenColumn{
	{"Name", widget.Column{Width: 16, Max: 40, Grow: 3},
		func(_ *tokens, t *listedToken) string { return t.Name }, func(a, b *listedToken) int { return cmp.Compare(a.name, b.name) }},
	{"Begins with", widget.Column{Width: 13, Max: 17, Grow: 1, Priority: 4},
		func(_ *tokens, t *listedToken) string { return t.Prefix }, func(a, b *listedToken) int { return cmp.Compare(a.Prefix, b.Prefix) }},
	{"Owner", widget.Column{Width: 8, Max: 32, Grow: 1, Priority: 3},
		func(_ *tokens, t *listedToken) string { return t.Username }, func(a, b *listedToken) int { return cmp.Compare(a.username, b.username) }},
	{"Created", widget.Column{Width: 11, Priority: 6},
		func(s *tokens, t *listedToken) string { return s.day(t.CreatedAt) }, func(a, b *listedToken) int { return b.CreatedAt.Compare(a.CreatedAt) }},
	{"Ends", widget.Column{Width: 11, Priority: 2},
		func(s *tokens, t *listedToken) string { return s.day(t.ExpiresAt) }, func(a, b *listedToken) int { return a.ends().Compare(b.ends()) }},
	{"State", widget.Column{Width: 9, Priority: 1},
		func(s *tokens, t *listedToken) string { return s.tokenState(&t.Token) }, func(a, b *listedToken) int { return tokenRank(a) - tokenRank(b) }},
	{"Last used", widget.Column{Width: 11, Priority: 5},
		func(s *tokens, t *listedToken) string { return s.day(t.UsedAt) }, func(a, b *listedToken) int { return b.UsedAt.Compare(a.UsedAt) }},
}

// ends is when the token does; what never does comes after all others.
func (t *listedToken) ends() time.Time {
	if t.ExpiresAt.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return t.ExpiresAt
}

// tokenRank puts first what somebody looks for: what ends soon.
func tokenRank(t *listedToken) int {
	return slices.Index([]domain.TokenState{
		domain.TokenExpiring, domain.TokenSuspended, domain.TokenActive, domain.TokenExpired, domain.TokenRevoked,
	}, t.State)
}

// tokenView is how somebody looks at the list of tokens.
type tokenView struct {
	sort    int // the column sorted by
	reverse bool
	own     bool // without those of users of nested customers
}

func (v *tokenView) nextSort() { v.sort, v.reverse = (v.sort+1)%len(tokenColumns), false }

// daysLeft is how many days there are to the day on which something ends: 0 is
// today.
func (c *Console) daysLeft(end time.Time) int {
	day := func(t time.Time) time.Time {
		y, m, d := t.In(c.zone()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(day(end).Sub(day(c.options.Now())) / (24 * time.Hour))
}

// tokenState is a token's state in a word or two, for a column.
func (c *Console) tokenState(t *store.Token) string {
	if t.State != domain.TokenExpiring {
		return t.State.String()
	}
	if n := c.daysLeft(t.ExpiresAt); n > 0 {
		return fmt.Sprintf("%d d left", n)
	}
	return "today"
}

// tokenTone goes with the word that says the same.
func tokenTone(s domain.TokenState) widget.Tone {
	switch s {
	case domain.TokenExpiring, domain.TokenSuspended:
		return widget.ToneWarn
	case domain.TokenExpired, domain.TokenRevoked:
		return widget.ToneDim
	}
	return widget.ToneNormal
}

// endsWhen says in words when something ends: "today", "in 3 days".
func (c *Console) endsWhen(end time.Time) string {
	switch n := c.daysLeft(end); {
	case n <= 0:
		return "today"
	case n == 1:
		return "tomorrow"
	default:
		return fmt.Sprintf("in %d days", n)
	}
}

// stateWords are a token's state with what it means.
func (c *Console) stateWords(t *store.Token) string {
	switch t.State {
	case domain.TokenExpiring:
		return "active, ends " + c.endsWhen(t.ExpiresAt)
	case domain.TokenExpired:
		return "expired: it opens nothing any more"
	case domain.TokenRevoked:
		return "revoked on " + c.moment(t.RevokedAt)
	case domain.TokenSuspended:
		return "suspended: its owner or the account isn't active; it comes back with them"
	}
	return t.State.String()
}

// usedWords say when a token was last used, and from where.
func (c *Console) usedWords(t *store.Token) string {
	switch {
	case t.UsedAt.IsZero():
		return "It was never used."
	case t.UsedFrom == "":
		return "Last used " + c.moment(t.UsedAt) + "."
	}
	return "Last used " + c.moment(t.UsedAt) + " from " + widget.Cut(t.UsedFrom, 60) + "."
}

// warnOfTokens says when somebody comes in that tokens of theirs end soon.
func (c *Console) warnOfTokens() {
	ending := c.standing.EndingTokens
	if len(ending) == 0 {
		return
	}
	first := &ending[0]
	name := widget.Cut(first.Name, 30)
	if len(ending) == 1 {
		c.say(widget.ToneWarn, fmt.Sprintf("Your API token %s ends %s. Make a new one under API tokens.", name, c.endsWhen(first.ExpiresAt)))
		return
	}
	c.say(widget.ToneWarn, fmt.Sprintf("%d of your API tokens end soon, %s first, %s. Make new ones under API tokens.", len(ending), name, c.endsWhen(first.ExpiresAt)))
}

func (s *tokens) reading() func(context.Context) ([]listedToken, error) {
	db, actor := s.db, s.actor
	q := store.TokenQuery{Customer: s.scope, Below: s.below(), Own: true, User: s.user}
	return func(ctx context.Context) ([]listedToken, error) { return readTokens(ctx, db, actor, q) }
}

// readTokens reads all tokens that there are.
func readTokens(ctx context.Context, db *store.DB, actor domain.Actor, q store.TokenQuery) ([]listedToken, error) {
	return readWhole(func(page store.Page) ([]store.Token, string, error) {
		q.Page = page
		found, err := db.Tokens(ctx, actor, q)
		return found.Rows, found.Next, err
	}, newListedToken)
}

// compare puts one's own first, and then goes by the column.
func (s *tokens) compare(a, b *listedToken) int {
	if a.Own != b.Own {
		if a.Own {
			return -1
		}
		return 1
	}
	by := tokenColumns[s.tokenView.sort].order(a, b)
	if s.tokenView.reverse {
		by = -by
	}
	return cmp.Or(by, cmp.Compare(a.username, b.username), cmp.Compare(a.name, b.name), b.CreatedAt.Compare(a.CreatedAt))
}

func (s *tokens) source() widget.Source[domain.ID] { return tokenRows{s} }

// detail is what the columns don't tell of the token under the cursor, for where
// there is no room for a pane.
func (s *tokens) detail(w int) []string {
	row := s.current()
	if row == nil {
		return make([]string, detailLines)
	}
	dot := " " + s.theme.Glyphs.Dot + " "
	what := []string{row.Prefix, s.stateWords(row)}
	if row.ReadOnly {
		what = append(what, "read-only")
	}
	return []string{"", "  " + widget.Fit(strings.Join(what, dot), w-3), "  " + s.theme.Dim.Render(widget.Fit(s.usedWords(row), w-3))}
}

// drawPane is the token under the cursor, below where the filter stands.
func (s *tokens) drawPane(w int) []string {
	row := s.current()
	if row == nil {
		return nil
	}
	lines := []string{"", "", s.theme.Title.Render(widget.Cut(row.Name, w)), ""}
	return append(lines, drawFacts(s.theme, s.tokenFacts(row), w)...)
}

// tokenFacts are all there is to know of a token.
func (c *Console) tokenFacts(t *store.Token) []fact {
	owner := t.Username
	if t.Own {
		owner += ", yourself"
	}
	may := "all that its owner may at that moment"
	if t.ReadOnly {
		may = "read, what its owner may read; it changes nothing"
	}
	used := c.moment(t.UsedAt)
	if t.UsedFrom != "" {
		used += ", from " + t.UsedFrom
	}
	return []fact{
		{label: "State", value: c.stateWords(t), tone: tokenTone(t.State)},
		{label: "Begins with", value: t.Prefix},
		{label: "Owner", value: owner},
		{label: "Customer", value: c.path(t.Customer)},
		{label: "May", value: may},
		{label: "Created", value: c.moment(t.CreatedAt)},
		{label: "Ends", value: c.moment(t.ExpiresAt)},
		{label: "Last used", value: used},
		{label: "Token ID", value: t.ID.String()},
	}
}

// count says how many there are, and how many of them match.
func (s *tokens) count(w int) string {
	words := s.countWords(w, "token", "tokens")
	if s.loaded && w >= 60 && s.user.IsZero() && s.whyNotAnywhere(domain.UsersEdit) != "" {
		words += ", only your own"
	}
	return words
}

// whyEmpty says why the list is empty, and which key changes that.
func (s *tokens) whyEmpty() string {
	switch {
	case s.failed != "":
		return s.failed
	case !s.loaded:
		return "Reading the tokens" + s.theme.Glyphs.Ellipsis
	case s.filter.text() != "" && len(s.all) > 0:
		return "No token matches. esc clears the filter, / changes it."
	case !s.user.IsZero():
		return s.name + " has no API token."
	case s.whyNotCreate() != "":
		return "There is no API token here."
	case s.whyNotAnywhere(domain.UsersEdit) == "":
		return "Neither you nor anybody here has an API token. n makes one of yours."
	}
	return "You have no API token. n makes one: it is your key to the REST API."
}

// tokenRows shows what is listed.
type tokenRows struct{ *tokens }

func (r tokenRows) Len() int { return len(r.found) }

func (r tokenRows) Key(i int) domain.ID { return r.found[i].ID }

func (r tokenRows) Cells(i int, out []string) []string {
	for _, c := range tokenColumns {
		out = append(out, c.cell(r.tokens, r.found[i]))
	}
	return out
}

// CellTone colours the state; its word says it too.
func (r tokenRows) CellTone(i, column int) widget.Tone {
	if tokenColumns[column].name == "State" {
		return tokenTone(r.found[i].State)
	}
	return widget.ToneNormal
}
