package cli

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/store"
)

// session is an open database and whoever acts in it.
type session struct {
	*program
	db    *store.DB
	seats []*seat
}

// seat is an actor in one account, with what they are and how they want things
// shown. A user has one seat, the operator one in every account.
type seat struct {
	actor    domain.Actor
	rights   *domain.Rights
	settings domain.Settings
	several  bool // there are other accounts to tell this one from
}

// in runs fn on the database, which is closed again afterwards.
func (p *program) in(c *cobra.Command, fn func(context.Context, *session) error) error {
	return p.opened(c, func(ctx context.Context, db *store.DB) error {
		s := &session{program: p, db: db}
		if err := s.sit(ctx); err != nil {
			return err
		}
		return fn(ctx, s)
	})
}

// opened is in without anybody acting yet.
func (p *program) opened(c *cobra.Command, fn func(context.Context, *store.DB) error) error {
	return p.openedIn(c.Context(), fn)
}

func (p *program) openedIn(ctx context.Context, fn func(context.Context, *store.DB) error) error {
	if p.Fixed != nil {
		return fn(ctx, p.Fixed.DB)
	}
	if p.Held != nil {
		return fn(ctx, p.Held)
	}
	db, err := p.Open(ctx, p.path)
	if err != nil {
		return p.held(err)
	}
	return closing(db, fn(ctx, db))
}

// closing closes the database; what went wrong before comes first.
func closing(db *store.DB, err error) error {
	if failed := db.Close(); err == nil {
		return failed
	}
	return err
}

// operator is whoever runs a command on the machine without naming a user.
func (p *program) operator() domain.Actor {
	return domain.Actor{Operator: true, Door: domain.DoorMachine, From: p.From}
}

// sit finds out who acts, and where.
func (s *session) sit(ctx context.Context) error {
	actors, err := s.actors(ctx)
	if err != nil {
		return err
	}
	for _, actor := range actors {
		standing, err := s.db.Standing(ctx, actor)
		if err != nil {
			return err
		}
		s.seats = append(s.seats, newSeat(actor, standing, len(actors) > 1))
	}
	if s.account != "" && !s.seats[0].isAccount(s.account) {
		return domain.NoSuch("account") // a user's own is the only one for them
	}
	return nil
}

func newSeat(actor domain.Actor, standing store.Standing, several bool) *seat {
	tree := standing.Rights.Tree()
	settings := tree.Account().Settings
	if standing.User != nil {
		settings = tree.SettingsFor(standing.User)
	}
	return &seat{actor: actor, rights: standing.Rights, settings: settings, several: several}
}

// actors are who acts: a given one, the user that --as names, or the operator
// in the account that --account names, or else in all of them.
func (s *session) actors(ctx context.Context) ([]domain.Actor, error) {
	if s.Fixed != nil {
		return []domain.Actor{s.Fixed.Actor}, nil
	}
	if s.as != "" {
		actor, err := s.db.ActAs(ctx, s.From, s.as)
		return []domain.Actor{actor}, err
	}
	accounts, err := s.db.Accounts(ctx, s.operator())
	if err != nil {
		return nil, err
	}
	var actors []domain.Actor
	for _, account := range accounts {
		if s.account == "" || isAccount(account, s.account) {
			actor := s.operator()
			actor.Account = account.ID
			actors = append(actors, actor)
		}
	}
	switch {
	case len(accounts) == 0:
		return nil, domain.Errorf(domain.NotFound, "account", "There is no account in this database yet. \"tenantry init\" makes one.")
	case len(actors) == 0:
		return nil, domain.NoSuch("account")
	}
	return actors, nil
}

// isAccount says whether an account is the one that a name or ID means.
func isAccount(a domain.Account, name string) bool {
	return domain.Fold(a.Name) == domain.Fold(name) || a.ID.String() == name
}

func (t *seat) isAccount(name string) bool { return isAccount(*t.rights.Account(), name) }

// one is the only seat; where there are several, the account has to be named.
func (s *session) one() (*seat, error) {
	if len(s.seats) == 1 {
		return s.seats[0], nil
	}
	return nil, s.choose()
}

func (s *session) choose() error {
	var names []string
	for _, seat := range s.seats {
		names = append(names, seat.rights.Account().Name)
	}
	return domain.Errorf(domain.Invalid, "account", "Say in which account, by --account: there are %s.", strings.Join(names, ", "))
}

// at finds the customer with that path, and the seat to act from. A path that
// is there in several accounts needs the account named.
func (s *session) at(path string) (*seat, domain.ID, error) {
	var found *seat
	var id domain.ID
	var missing error
	for _, seat := range s.seats {
		customer, err := seat.rights.Resolve(path)
		switch {
		case domain.KindOf(err) == domain.NotFound:
			missing = err
		case err != nil:
			return nil, domain.ID{}, err
		case found != nil:
			return nil, domain.ID{}, s.choose()
		default:
			found, id = seat, customer
		}
	}
	if found == nil {
		return nil, domain.ID{}, missing
	}
	return found, id, nil
}

// narrowed are the seats to list from, and the customer to list: all and none
// for an empty path.
func (s *session) narrowed(path string) ([]*seat, domain.ID, error) {
	if path == "" {
		return s.seats, domain.ID{}, nil
	}
	found, id, err := s.at(path)
	return []*seat{found}, id, err
}

// accountName is the account's name where it has to be told, for lists.
func (t *seat) accountName() string {
	if !t.several {
		return ""
	}
	return t.rights.Account().Name
}

// customerPath is a customer's path from below the account.
func (t *seat) customerPath(id domain.ID) string { return t.rights.Tree().Path(id) }

// moment writes a time for a person: in their zone, which is named.
func (t *seat) moment(at time.Time) string {
	if at.IsZero() {
		return "never"
	}
	layout := "2 Jan 2006 15:04 MST"
	if t.settings.Clock == domain.Clock12 {
		layout = "2 Jan 2006 3:04 pm MST"
	}
	return at.In(t.settings.Zone()).Format(layout)
}
