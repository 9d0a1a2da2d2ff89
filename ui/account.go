package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
	"tenantry/keys"
	"tenantry/store"
	"tenantry/ui/widget"
)

// account is the tab of what is in scope itself: the account where all of it
// is looked at, else the customer.
type account struct {
	base
	reading reading
	seen    *inScope
}

// inScope is what the tab has read: the account or a customer.
type inScope struct {
	account  *store.AccountDetail
	customer *store.CustomerRow
	rights   *domain.Rights
	missing  int // users without a second factor, -1 where that isn't to be told
}

func newAccount(c *Console) *account { return &account{base: base{Console: c}} }

func (s *account) refresh() tea.Cmd {
	db, actor, scope := s.db, s.actor, s.scope
	return ask(&s.base, "read", func(ctx context.Context) (seen *inScope, err error) {
		if scope.IsZero() {
			seen, err = readAccount(ctx, db, actor)
		} else {
			seen, err = readCustomer(ctx, db, actor, scope)
		}
		if err == nil {
			seen.missing = readMissing(ctx, db, actor, seen.rights, scope)
		}
		return seen, err
	}, func(seen *inScope, err error) tea.Cmd {
		if err != nil {
			s.fail(err)
			return nil
		}
		s.seen = seen
		return nil
	})
}

func readAccount(ctx context.Context, db *store.DB, actor domain.Actor) (*inScope, error) {
	standing, err := db.Standing(ctx, actor)
	if err != nil {
		return nil, err
	}
	detail, err := db.Account(ctx, actor)
	return &inScope{account: &detail, rights: standing.Rights}, err
}

func readCustomer(ctx context.Context, db *store.DB, actor domain.Actor, id domain.ID) (*inScope, error) {
	all, err := db.Customers(ctx, actor)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all.Rows, func(r store.CustomerRow) bool { return r.ID == id })
	if i < 0 {
		return nil, domain.NoSuch("customer")
	}
	return &inScope{customer: &all.Rows[i], rights: all.Rights}, nil
}

func (s *account) places() []keys.Place { return []keys.Place{keys.Account, keys.Reading} }

func (s *account) offers() []offer {
	return append(s.reading.offers(),
		unless(s.whyNotEdit(), keys.AccountEdit, s.edit),
		unless(s.whyNotUnenrolled(), keys.AccountUnenrolled, func() tea.Cmd { return s.push(newUnenrolled(s.Console, s.scope)) }),
		unless(s.whyNotHandOver(), keys.AccountHandOver, func() tea.Cmd { return s.push(newHandOver(s.Console)) }),
	)
}

func (s *account) whyNotUnenrolled() string {
	if s.seen == nil {
		return "It is being read."
	}
	return s.whyNotAnywhere(domain.UsersList)
}

// whyNotHandOver is the reason that is known before a user is chosen.
func (s *account) whyNotHandOver() string {
	switch rights := s.standing.Rights; {
	case s.seen == nil:
		return "It is being read."
	case !rights.Owner() && !rights.Operator():
		return "Only the account's owner hands it over."
	}
	return ""
}

func (s *account) whyNotEdit() string {
	switch {
	case s.seen == nil:
		return "It is being read."
	case s.seen.account != nil:
		return whyRefused(s.seen.rights, s.seen.rights.MayEditAccount())
	}
	return whyRefused(s.seen.rights, s.seen.rights.May(domain.CustomersEdit, s.seen.customer.ID))
}

func (s *account) edit() tea.Cmd {
	var f *detailsForm
	saved := func(now details) tea.Cmd {
		s.say(widget.ToneGood, "Saved "+now.name+".")
		return tea.Batch(s.drop(f), s.reread())
	}
	if s.seen.account != nil {
		f = editAccountForm(s.Console, s.seen.account.Account, saved)
	} else {
		f = editCustomerForm(s.Console, s.seen.rights.Tree(), s.seen.customer.Customer, saved)
	}
	return s.push(f)
}

// editAccountForm edits the account itself.
func editAccountForm(c *Console, a domain.Account, saved func(details) tea.Cmd) *detailsForm {
	f := newDetailsForm(c, "Edit", "The account "+widget.Clean(a.Name), accountDetails(a), nil)
	db, actor := c.db, c.actor
	f.write = func(ctx context.Context, d details) (details, error) {
		changed := a
		changed.Name, changed.Email, changed.Country = d.name, d.email, d.country
		changed.Settings, changed.Security, changed.Limits, changed.Version = d.settings, d.security, d.limits, d.version
		now, err := db.EditAccount(ctx, actor, changed)
		if domain.KindOf(err) == domain.Conflict {
			if detail, err := db.Account(ctx, actor); err == nil {
				now = detail.Account
			}
		}
		return accountDetails(now), err
	}
	f.done = saved
	return f
}

func accountDetails(a domain.Account) details {
	return details{id: a.ID, name: a.Name, email: a.Email, country: a.Country, settings: a.Settings, security: a.Security, limits: a.Limits, version: a.Version}
}

func (s *account) draw(w, h int) []string {
	if s.seen == nil {
		return widget.Block([]string{"", "  " + s.theme.Dim.Render("Reading…")}, w, h)
	}
	name, kind, facts := s.tell()
	lines := []string{s.theme.Title.Render(widget.Fit(name, min(widget.Width(widget.Clean(name)), w-4))) + "  " + s.theme.Dim.Render(kind), ""}
	if h < 12 {
		lines = lines[:1]
	}
	lines = indent(append(lines, drawFacts(s.theme, facts, min(w-4, 96))...))
	if h >= 15 {
		return append(widget.Block(nil, w, 1), s.reading.draw(s.theme, lines, w, h-1)...)
	}
	return s.reading.draw(s.theme, lines, w, h)
}

// tell is the name of what is in scope, what it is, and all about it.
func (s *account) tell() (name, kind string, facts []fact) {
	tree := s.seen.rights.Tree()
	if a := s.seen.account; a != nil {
		return a.Name, "the account", append(s.accountFacts(tree, a), s.doorFacts()...)
	}
	kind = "main customer"
	if !s.seen.customer.Parent.IsZero() {
		kind = "nested customer"
	}
	facts = append(s.customerFacts(tree, s.seen.customer), addOnsFact(tree.Account()))
	facts[len(facts)-1].from = tree.Account().Name
	for i := range facts {
		if facts[i].label == "Second factor" {
			facts[i].value += s.missingWords(s.seen.customer.UsersBelow)
		}
	}
	return s.seen.customer.Name, kind, append(facts, s.doorFacts()...)
}

// doorFacts are how people come in from elsewhere, where a server lets them.
func (c *Console) doorFacts() []fact {
	if c.options.HostKey == "" {
		return nil
	}
	return []fact{{label: "Host key", value: c.options.HostKey}, {label: "Connect by", value: orNone(c.options.Connect)}}
}

// accountFacts are all that there is to know about an account but its name.
func (s *account) accountFacts(tree *domain.Tree, a *store.AccountDetail) []fact {
	what, _ := secondFactor(tree, domain.ID{})
	if n := forcingCustomers(tree); n > 0 && what == "optional" {
		what += "; forced by " + counted(n, "customer", "customers")
	}
	facts := []fact{{label: "Email", value: orNone(a.Email)}, {label: "Country", value: orNone(domain.CountryName(a.Country))}}
	facts = append(facts, settingsFacts(tree, domain.ID{})...)
	return append(facts,
		fact{label: "Second factor", value: what + s.missingWords(a.Users)},
		fact{label: "Session ends", value: "after " + lasting(a.Limits.Idle) + " without a key, or " + lasting(a.Limits.Session) + " in all"},
		fact{label: "Codes last", value: lasting(a.Limits.Invitation)},
		fact{label: "API tokens last", value: tokenWords(a.Limits.TokenDays)},
		addOnsFact(&a.Account),
		fact{label: "Owner", value: orNone(a.OwnerName)},
		fact{label: "Customers", value: widget.Comma(a.Customers)},
		fact{label: "Users", value: widget.Comma(a.Users)},
		fact{label: "Devices", value: widget.Comma(a.Devices)},
		fact{label: "Created", value: s.moment(a.CreatedAt)},
	)
}

// missingWords say how many of the users have no second factor where it is
// forced on them all, "" where it isn't or nobody is to be told.
func (s *account) missingWords(users int) string {
	tree := s.seen.rights.Tree()
	if forced, _, _ := tree.SecondFactorForced(s.scope); !forced || s.seen.missing < 0 {
		return ""
	}
	if s.seen.missing == 0 {
		return "; everybody is enrolled"
	}
	if users < 0 {
		return "; " + widget.Comma(s.seen.missing) + " not enrolled"
	}
	return "; " + widget.Comma(s.seen.missing) + " of " + counted(users, "user", "users") + " not enrolled"
}

// forcingCustomers counts the customers that force the second factor
// themselves.
func forcingCustomers(tree *domain.Tree) int {
	n := 0
	for i := range tree.Len() {
		if tree.At(i).Security.ForceSecondFactor {
			n++
		}
	}
	return n
}
