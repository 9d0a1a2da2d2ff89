package cli

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) tokensCommands() *cobra.Command {
	return p.parent("tokens", "Keys to the REST API: API tokens", p.tokensList(), p.tokensCreate(), p.tokensRevoke())
}

func (p *program) tokensList() *cobra.Command {
	var f pageFlags
	var customer, user, filter string
	var below bool
	c := &cobra.Command{
		Use: "list", Short: "List API tokens: your own, and those of users whom you manage",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seats, id, err := s.narrowed(customer)
				if err != nil {
					return err
				}
				asked := store.TokenQuery{Customer: id, Below: below, Filter: filter}
				if user != "" {
					at, row, err := s.person(ctx, user)
					if err != nil {
						return err
					}
					seats, asked.User = []*seat{at}, row.ID
				}
				return list(ctx, s, seats, f, tokenListing(), func(ctx context.Context, seat *seat, wanted store.Page) (page[store.Token], error) {
					asked.Page = wanted
					found, err := s.db.Tokens(ctx, seat.actor, asked)
					return page[store.Token]{rows: found.Rows, next: found.Next, total: found.Total}, err
				})
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&customer, "customer", "", "only those of users of the customer with this path")
	c.Flags().BoolVar(&below, "below", false, "with --customer: and of the customers nested under it")
	c.Flags().StringVar(&user, "user", "", "only those of this user")
	c.Flags().StringVar(&filter, "filter", "", "only those with all these words in name, prefix, username, customer or state")
	oneOf(c, "customer", "user")
	return c
}

func tokenListing() listing[store.Token] {
	return listing[store.Token]{
		noun: "token",
		head: []string{"Name", "Begins with", "Owner", "State", "Created", "Ends", "Last used"},
		cells: func(seat *seat, t store.Token) []string {
			name := t.Name
			if t.ReadOnly {
				name += " (read-only)"
			}
			return []string{name, t.Prefix, t.Username, t.State.String(), seat.moment(t.CreatedAt), seat.moment(t.ExpiresAt), seat.moment(t.UsedAt)}
		},
		item: func(seat *seat, t store.Token) any {
			told := shape.NewToken(t)
			told.Account = seat.accountName()
			return told
		},
	}
}

func (p *program) tokensCreate() *cobra.Command {
	var name, expires string
	var readOnly bool
	var secret secretFlag
	c := &cobra.Command{
		Use: "create --name NAME --expires DAY|90d|never", Short: "Make an API token of your own; it is shown this once",
		Long: "Make an API token of your own. It may do what you may at the moment of each request, and is shown this once. On the machine itself, name a user with --as.",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, _ []string) error {
			if strings.TrimSpace(name) == "" || expires == "" {
				return usage(c, "Give --name and --expires.")
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, err := s.one()
				if err != nil {
					return err
				}
				wanted := store.NewToken{Name: name, ReadOnly: readOnly}
				if err := readEnd(&wanted, expires, seat.settings.Zone()); err != nil {
					return err
				}
				return s.createToken(ctx, seat, wanted, secret)
			})
		},
	}
	c.Flags().StringVar(&name, "name", "", "what uses the token, so that it is known later which this is")
	c.Flags().StringVar(&expires, "expires", "", "its last day, such as 2027-03-01, or a number of days, such as 90d, or never where the account allows it")
	c.Flags().BoolVar(&readOnly, "read-only", false, "it may look at things, and change nothing")
	secret.add(c)
	return c
}

// longestEnd is more days than any account allows a token for.
const longestEnd = 36_500

// readEnd reads until when a token shall be good.
func readEnd(n *store.NewToken, text string, zone *time.Location) error {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "never") {
		return nil
	}
	if number, ok := strings.CutSuffix(strings.ToLower(text), "d"); ok {
		days, err := strconv.Atoi(number)
		if err != nil || days < 1 || days > longestEnd {
			return domain.Errorf(domain.Invalid, "expires_at", "%q is no number of days. Give one such as 90d.", domain.CleanCut(text, 20))
		}
		n.Lasts = time.Duration(days) * 24 * time.Hour
		return nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		n.ExpiresAt = at
		return nil
	}
	var err error
	n.ExpiresAt, err = domain.ParseTokenDay(text, zone)
	return err
}

func (s *session) createToken(ctx context.Context, seat *seat, wanted store.NewToken, secret secretFlag) error {
	made, text, err := s.db.CreateToken(ctx, seat.actor, wanted)
	if domain.KindOf(err) == domain.Unproven {
		if err := s.prove(ctx, seat, secret, err); err != nil {
			return err
		}
		made, text, err = s.db.CreateToken(ctx, seat.actor, wanted)
	}
	if err != nil {
		return err
	}
	return s.answer(shape.NewMadeToken(made.ID, text, made.ExpiresAt), func() error {
		until := "until it is revoked"
		if !made.ExpiresAt.IsZero() {
			until = "until " + seat.moment(made.ExpiresAt)
		}
		return s.say("Made the token %s, good %s. It is shown this once:\n%s", made.Name, until, text)
	})
}

// secretFlag is how the password or a code comes in once more.
type secretFlag struct{ stdin bool }

func (f *secretFlag) add(c *cobra.Command) {
	c.Flags().BoolVar(&f.stdin, "password-stdin", false, "read your password or a code from standard input, should it be asked for")
}

// prove has somebody who is signed in type their password or a code once more.
// unproven is the answer that asked for it.
func (s *session) prove(ctx context.Context, seat *seat, f secretFlag, unproven error) (err error) {
	var secret string
	switch {
	case f.stdin:
		secret, err = readLine(ctx, s.Stdin)
	case s.AskSecret != nil:
		secret, err = s.AskSecret(ctx, "Your password, or a code: ")
	default:
		return unproven
	}
	if err != nil {
		return err
	}
	return s.db.Confirm(ctx, seat.actor, secret)
}

func (p *program) tokensRevoke() *cobra.Command {
	var of string
	c := &cobra.Command{
		Use: "revoke TOKEN", Short: "Revoke an API token: whatever uses it is refused from then on",
		Long: "Revoke an API token, named by its ID, by its name, or by how it begins; or with --all-of every token of a user.",
		Args: cobra.MaximumNArgs(1), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, args []string) error {
			if (len(args) == 1) == (of != "") {
				return usage(c, "Name a token, or a user with --all-of.")
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				if of != "" {
					return s.revokeAllOf(ctx, of)
				}
				return s.revokeToken(ctx, args[0])
			})
		},
	}
	c.Flags().StringVar(&of, "all-of", "", "revoke every token of this user")
	return c
}

func (s *session) revokeToken(ctx context.Context, name string) error {
	seat, t, err := s.token(ctx, name)
	if err != nil {
		return err
	}
	if err := s.db.RevokeToken(ctx, seat.actor, t.ID); err != nil {
		return err
	}
	if t, err = s.db.Token(ctx, seat.actor, t.ID); err != nil {
		return err
	}
	return s.answer(tokenListing().item(seat, t), func() error { return s.say("Revoked %s of %s.", t.Name, t.Username) })
}

func (s *session) revokeAllOf(ctx context.Context, name string) error {
	seat, row, err := s.person(ctx, name)
	if err != nil {
		return err
	}
	if err := s.confirm(ctx, "Revoke every API token of "+row.Username+"?"); err != nil {
		return err
	}
	n, err := s.db.RevokeTokens(ctx, seat.actor, row.ID)
	if err != nil {
		return err
	}
	return s.answer(map[string]int{"revoked": n}, func() error { return s.say("Revoked %s of %s.", count(n, "token"), row.Username) })
}

// token finds the one token that somebody means: by its ID, or among those that
// haven't ended by how it begins or by its name, their own before others'.
func (s *session) token(ctx context.Context, name string) (*seat, store.Token, error) {
	name = strings.TrimSpace(name)
	if shown, whole := domain.ParseTokenText(name); whole {
		name = shown.ID.String() // only what is public of it goes on from here
	}
	if id, err := domain.ParseID(name); err == nil {
		for _, seat := range s.seats {
			t, err := s.db.Token(ctx, seat.actor, id)
			if domain.KindOf(err) != domain.NotFound {
				return seat, t, err
			}
		}
		return nil, store.Token{}, domain.NoSuch("token")
	}
	var seats []*seat
	var found []store.Token
	for _, seat := range s.seats {
		err := s.eachToken(ctx, seat, func(t store.Token) {
			over := t.State == domain.TokenRevoked || t.State == domain.TokenExpired
			if !over && (t.Prefix == name || domain.Fold(t.Name) == domain.Fold(name)) {
				seats, found = append(seats, seat), append(found, t)
			}
		})
		if err != nil {
			return nil, store.Token{}, err
		}
	}
	for i := range found {
		if found[i].Own {
			return seats[i], found[i], nil // of one name there is only one of one's own
		}
	}
	switch len(found) {
	case 0:
		return nil, store.Token{}, domain.NoSuch("token")
	case 1:
		return seats[0], found[0], nil
	}
	return nil, store.Token{}, domain.Errorf(domain.Invalid, "token", "%s are called so. Name one by its ID: \"tenantry tokens list --json\" shows them.", count(len(found), "token"))
}

// eachToken tells every token that a seat sees.
func (s *session) eachToken(ctx context.Context, seat *seat, tell func(store.Token)) error {
	q := store.TokenQuery{Page: store.Page{Limit: batch}}
	for {
		page, err := s.db.Tokens(ctx, seat.actor, q)
		if err != nil {
			return err
		}
		for _, t := range page.Rows {
			tell(t)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return nil
		}
	}
}
