package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) customersCommands() *cobra.Command {
	return p.parent("customers", "Customers and how they are nested",
		p.customersList(), p.customersTree(), p.customersCreate(), p.customersEdit(), p.customersMove(), p.customersDelete())
}

// customerIn is a row with the tree that it is in.
type customerIn struct {
	store.CustomerRow
	tree *domain.Tree
}

func (c customerIn) asJSON(seat *seat) *shape.Customer {
	told := shape.NewCustomer(c.tree, c.CustomerRow)
	told.Account = seat.accountName()
	return told
}

// ownAndBelow is how a count is shown: what is its own, then with all below.
func ownAndBelow(own, below int) string {
	if own == below {
		return thousands(own)
	}
	return thousands(own) + " · " + thousands(below)
}

func (p *program) customersList() *cobra.Command {
	var f pageFlags
	var filter string
	c := &cobra.Command{
		Use: "list", Short: "List customers, each before those nested under it",
		Args: words(), Annotations: needs(domain.CustomersSee.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				return list(ctx, s, s.seats, f, customerListing(), func(ctx context.Context, seat *seat, asked store.Page) (page[customerIn], error) {
					rows, err := s.customers(ctx, seat, filter)
					if err != nil {
						return page[customerIn]{}, err
					}
					return pageOf(rows, asked)
				})
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&filter, "filter", "", "only those with these words in their path")
	return c
}

func customerListing() listing[customerIn] {
	return listing[customerIn]{
		noun:    "customer",
		head:    []string{"Customer", "Users", "Devices", "2nd factor", "Country", "Time zone"},
		numbers: numberColumns(1, 2),
		cells: func(seat *seat, c customerIn) []string {
			return []string{
				c.tree.Path(c.ID), ownAndBelow(c.Users, c.UsersBelow), ownAndBelow(c.Devices, c.DevicesBelow),
				shape.SecondFactor(c.tree, c.ID), c.Country, c.tree.Settings(c.ID).TimeZone,
			}
		},
		item: func(seat *seat, c customerIn) any { return c.asJSON(seat) },
	}
}

// customers are those that a seat sees and whose path holds every word.
func (s *session) customers(ctx context.Context, seat *seat, filter string) ([]customerIn, error) {
	seen, err := s.db.Customers(ctx, seat.actor)
	if err != nil {
		return nil, err
	}
	var rows []customerIn
	wanted := strings.Fields(domain.Fold(filter))
	for _, row := range seen.Rows {
		if holdsAll(domain.Fold(seen.Tree.Path(row.ID)), wanted) {
			rows = append(rows, customerIn{row, seen.Tree})
		}
	}
	return rows, nil
}

func holdsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// pageOf cuts a page out of rows that are all there. Its cursor is the ID of
// the row before, so that the page doesn't shift when others are made.
func pageOf(rows []customerIn, asked store.Page) (page[customerIn], error) {
	answer := page[customerIn]{total: len(rows)}
	if asked.Cursor != "" {
		at := -1
		for i, row := range rows {
			if row.ID.String() == asked.Cursor {
				at = i
			}
		}
		if at < 0 {
			return answer, domain.Errorf(domain.Invalid, "cursor", "That cursor's place is gone; start the list again.")
		}
		rows = rows[at+1:]
	}
	if asked.Limit < len(rows) {
		rows = rows[:asked.Limit]
		answer.next = rows[len(rows)-1].ID.String()
	}
	answer.rows = rows
	return answer, nil
}

func (p *program) customersTree() *cobra.Command {
	return &cobra.Command{
		Use: "tree", Short: "Draw the tree of customers with its counts",
		Args: words(), Annotations: needs(domain.CustomersSee.String()),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				var forest []grove
				for _, seat := range s.seats {
					rows, err := s.customers(ctx, seat, "")
					if err != nil {
						return err
					}
					forest = append(forest, grove{seat, rows})
				}
				if p.json {
					return forestJSON(p, forest)
				}
				return drawForest(p, forest)
			})
		},
	}
}

// grove is what one seat sees of its account's tree.
type grove struct {
	seat *seat
	rows []customerIn
}

// forestJSON writes the customers nested as they are.
func forestJSON(p *program, forest []grove) error {
	l := &jsonList{w: p.Stdout}
	total := 0
	for _, g := range forest {
		total += len(g.rows)
		var told []*shape.Customer
		for _, row := range g.rows {
			told = append(told, row.asJSON(g.seat))
		}
		for _, top := range shape.Nest(told) {
			if err := l.add(top); err != nil {
				return err
			}
		}
	}
	return l.end(total, false, "", "")
}

// drawForest draws the tree of each account, under its name where there are
// several.
func drawForest(p *program, forest []grove) error {
	t := &table{w: p.Stdout, right: numberColumns(1, 2)}
	total := 0
	if err := t.add("Customer", "Users", "Devices", "2nd factor"); err != nil {
		return err
	}
	for _, g := range forest {
		total += len(g.rows)
		if name := g.seat.accountName(); name != "" {
			if err := t.add(name); err != nil {
				return err
			}
		}
		for i, row := range g.rows {
			err := t.add(branch(g.rows, i)+domain.Clean(row.Name), ownAndBelow(row.Users, row.UsersBelow),
				ownAndBelow(row.Devices, row.DevicesBelow), shape.SecondFactor(row.tree, row.ID))
			if err != nil {
				return err
			}
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	return p.say("\n%s.", count(total, "customer"))
}

// branch draws the lines before the i-th customer: one column for each level
// above, with a line in it while that level goes on.
func branch(rows []customerIn, i int) string {
	tree, at := rows[i].tree, rows[i].Position
	top := tree.Depth(rows[0].Position)
	depth := tree.Depth(at)
	if depth <= top {
		return ""
	}
	lines := "├─ "
	if last(tree, at) {
		lines = "└─ "
	}
	for up := tree.Parent(at); up >= 0 && tree.Depth(up) > top; up = tree.Parent(up) {
		if last(tree, up) {
			lines = "   " + lines
		} else {
			lines = "│  " + lines
		}
	}
	return lines
}

// last says whether no sibling follows the customer at that position.
func last(tree *domain.Tree, at int) bool {
	parent := tree.Parent(at)
	return parent >= 0 && tree.End(at) == tree.End(parent)
}

// customerFlags are what can be said about a customer.
type customerFlags struct {
	name, email, country, zone, clock, units string
	force                                    bool
}

func (f *customerFlags) add(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.name, "name", "", "its name")
	flags.StringVar(&f.email, "email", "", "its email address")
	flags.StringVar(&f.country, "country", "", "its country: a code or a name")
	f.addSettings(c)
}

func (f *customerFlags) addSettings(c *cobra.Command) {
	flags := c.Flags()
	flags.StringVar(&f.zone, "time-zone", "", "its time zone, such as Europe/Copenhagen; empty takes that of above")
	flags.StringVar(&f.clock, "time-format", "", "12 or 24 hours; empty takes that of above")
	flags.StringVar(&f.units, "units", "", "metric or imperial; empty takes those of above")
	flags.BoolVar(&f.force, "force-second-factor", false, "its users, and those below, must have a second factor")
}

// settings changes those settings that were given.
func (f *customerFlags) settings(c *cobra.Command, s *domain.Settings, security *domain.Security) error {
	if c.Flags().Changed("force-second-factor") {
		security.ForceSecondFactor = f.force
	}
	return f.cloud(c, s)
}

// cloud changes those cloud settings that were given.
func (f *customerFlags) cloud(c *cobra.Command, s *domain.Settings) error {
	if c.Flags().Changed("time-zone") {
		s.TimeZone = f.zone
	}
	if c.Flags().Changed("time-format") {
		clock, err := domain.ParseClock(f.clock)
		if err != nil {
			return err
		}
		s.Clock = clock
	}
	if c.Flags().Changed("units") {
		units, err := domain.ParseUnits(f.units)
		if err != nil {
			return err
		}
		s.Units = units
	}
	return nil
}

// details changes those details that were given.
func (f *customerFlags) details(c *cobra.Command, name, email, country *string) {
	for flag, change := range map[string]struct{ to, from *string }{
		"name": {name, &f.name}, "email": {email, &f.email}, "country": {country, &f.country},
	} {
		if c.Flags().Changed(flag) {
			*change.to = *change.from
		}
	}
}

func (p *program) customersCreate() *cobra.Command {
	var f customerFlags
	var parent string
	c := &cobra.Command{
		Use: "create --name NAME [--parent PATH]", Short: "Create a customer, nested under another or directly under the account",
		Args: words(), Annotations: needs(domain.CustomersCreate.String()),
		Example: `  tenantry --as ann customers create --parent "Acme HQ/Nordics" --name "Aarhus Depot" --country DK`,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := required(c, "name"); err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, under, err := s.parent(parent)
				if err != nil {
					return err
				}
				made := domain.Customer{Parent: under}
				f.details(c, &made.Name, &made.Email, &made.Country)
				if err := f.settings(c, &made.Settings, &made.Security); err != nil {
					return err
				}
				made, err = s.db.CreateCustomer(ctx, seat.actor, made)
				if err != nil {
					return err
				}
				return s.tellCustomer(ctx, seat, made.ID, "Created %s.")
			})
		},
	}
	f.add(c)
	c.Flags().StringVar(&parent, "parent", "", "the path of the customer that it is nested under")
	return c
}

// parent is the customer to hang something under; the account itself for "".
func (s *session) parent(path string) (*seat, domain.ID, error) {
	if path == "" {
		seat, err := s.one()
		return seat, domain.ID{}, err
	}
	return s.at(path)
}

// tellCustomer answers with a customer as it is now; text has a place for its
// path.
func (s *session) tellCustomer(ctx context.Context, seat *seat, id domain.ID, text string) error {
	rows, err := s.customers(ctx, seat, "")
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID == id {
			return s.answer(row.asJSON(seat), func() error { return s.say(text, row.tree.Path(id)) })
		}
	}
	return domain.NoSuch("customer")
}

func (p *program) customersEdit() *cobra.Command {
	var f customerFlags
	c := &cobra.Command{
		Use: "edit PATH", Short: "Edit a customer's details and settings",
		Args: words("PATH"), Annotations: needs(domain.CustomersEdit.String()),
		RunE: func(c *cobra.Command, args []string) error {
			if !saysChange(c) {
				return usage(c, "Say what to change.")
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, id, err := s.at(args[0])
				if err != nil {
					return err
				}
				now, ok := seat.rights.Tree().Customer(id)
				if !ok {
					return domain.NoSuch("customer")
				}
				changed := *now
				f.details(c, &changed.Name, &changed.Email, &changed.Country)
				if err := f.settings(c, &changed.Settings, &changed.Security); err != nil {
					return err
				}
				if _, err := s.db.EditCustomer(ctx, seat.actor, changed); err != nil {
					return err
				}
				return s.tellCustomer(ctx, seat, id, "Saved %s.")
			})
		},
	}
	f.add(c)
	return c
}

func (p *program) customersMove() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use: "move PATH [--to PATH]", Short: "Hang a customer, with all below it, under another",
		Long: "Hang a customer, with all that is nested under it, under another customer; without --to, directly under the account. Who sees it changes with that, so it asks.",
		Args: words("PATH"), Annotations: needs(domain.CustomersMove.String()),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, id, err := s.at(args[0])
				if err != nil {
					return err
				}
				var under domain.ID
				if to != "" {
					if under, err = seat.rights.Resolve(to); err != nil {
						return err
					}
				}
				if err := p.confirm(ctx, fmt.Sprintf("Move %s under %s?", seat.customerPath(id), seat.pathOrAccount(under))); err != nil {
					return err
				}
				if _, err := s.db.MoveCustomer(ctx, seat.actor, id, under); err != nil {
					return err
				}
				return s.tellCustomer(ctx, seat, id, "Moved: it is now %s.")
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "the path of the customer to hang it under; none for the account itself")
	return c
}

// pathOrAccount is a customer's path, or the account's name for none.
func (t *seat) pathOrAccount(id domain.ID) string {
	if id.IsZero() {
		return t.rights.Account().Name
	}
	return t.customerPath(id)
}

func (p *program) customersDelete() *cobra.Command {
	var usersTo string
	var deleteUsers bool
	c := &cobra.Command{
		Use: "delete PATH", Short: "Delete a customer; its devices go to its parent",
		Args: words("PATH"), Annotations: needs(domain.CustomersDelete.String()),
		RunE: func(c *cobra.Command, args []string) error {
			if usersTo != "" && deleteUsers {
				return usage(c, "Its users can be moved or deleted, not both.")
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, id, err := s.at(args[0])
				if err != nil {
					return err
				}
				request := store.DeleteCustomer{ID: id, DeleteUsers: deleteUsers}
				if usersTo != "" {
					if request.UsersTo, err = seat.rights.Resolve(usersTo); err != nil {
						return err
					}
				}
				return s.deleteCustomer(ctx, seat, request)
			})
		},
	}
	c.Flags().StringVar(&usersTo, "users-to", "", "move its users to the customer with this path")
	c.Flags().BoolVar(&deleteUsers, "delete-users", false, "delete its users")
	return c
}

func (s *session) deleteCustomer(ctx context.Context, seat *seat, request store.DeleteCustomer) error {
	holds, err := s.db.CustomerContents(ctx, seat.actor, request.ID)
	if err != nil {
		return err
	}
	path := seat.customerPath(request.ID)
	if err := s.confirmName(ctx, deletion(holds, path), holds.Customer.Name); err != nil {
		return err
	}
	if err := s.db.DeleteCustomer(ctx, seat.actor, request); err != nil {
		return err
	}
	answer := shape.DeletedCustomer{Deleted: request.ID, Path: path, DevicesMoved: holds.Devices, DevicesTo: shape.Identity(holds.Parent.ID)}
	return s.answer(answer, func() error {
		if holds.Devices == 0 {
			return s.say("Deleted %s.", path)
		}
		return s.say("Deleted %s; its %s went to %s.", path, count(holds.Devices, "device"), holds.Parent.Name)
	})
}

// deletion says what deleting a customer would touch.
func deletion(holds store.CustomerContents, path string) string {
	text := fmt.Sprintf("This deletes %s.", path)
	if holds.Devices > 0 {
		text += fmt.Sprintf(" Its %s go to %s.", count(holds.Devices, "device"), holds.Parent.Name)
	}
	if len(holds.Users) > 0 {
		text += fmt.Sprintf(" It has %s.", count(len(holds.Users), "user"))
	}
	if holds.Tokens > 0 {
		text += fmt.Sprintf(" Their %s end, also of those who move.", count(holds.Tokens, "API token"))
	}
	return text
}
