package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) overviewCommand() *cobra.Command {
	var customer string
	c := &cobra.Command{
		Use: "overview", Short: "How devices, users and API tokens do, in numbers",
		Long: "How devices, users, API tokens and today's access events do, in numbers: of what you may see, in all your reach or in one customer with everything nested under it.",
		Args: words(), Annotations: needs(needsNothing),
		Example: `  tenantry --as ann overview --customer "Acme HQ/Nordics"`,
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error { return s.overview(ctx, customer) })
		},
	}
	c.Flags().StringVar(&customer, "customer", "", "only of the customer with this path, and of those nested under it")
	return c
}

func (s *session) overview(ctx context.Context, customer string) error {
	seats, id, err := s.narrowed(customer)
	if err != nil {
		return err
	}
	if len(seats) != 1 {
		return s.choose()
	}
	tell, done := s.progress("counting")
	o, err := s.db.Overview(ctx, seats[0].actor, store.OverviewQuery{Customer: id, Progress: tell})
	done()
	if err != nil {
		return err
	}
	return s.answer(shape.NewOverview(o), func() error { return s.describeOverview(seats[0], o) })
}

// describeOverview writes the numbers one below the other, as they stand in the
// console.
func (s *session) describeOverview(seat *seat, o store.Overview) error {
	t := &table{w: s.Stdout, right: numberColumns(1)}
	var failed error
	head := func(name, number, say string) { failed = firstOf(failed, t.add(name, number, say)) }
	line := func(name string, n int, say string) { head("  "+name, thousands(n), say) }

	head("Devices", thousands(o.Devices.Total), o.Devices.Reason)
	if o.Devices.Total > 0 {
		for _, status := range domain.Statuses() {
			line(status.String(), o.Devices.ByStatus[status], "")
		}
		head("Last communication", "", "")
		for _, heard := range domain.Heards() {
			line(heard.Words(), o.Devices.ByHeard[heard], "")
		}
		head("Devices by customer", "", "")
		for _, c := range o.Devices.ByCustomer {
			line(c.Name, c.Devices, map[bool]string{true: "its own"}[c.Own])
		}
	}
	head("Users", thousands(o.Users.Total), o.Users.Reason)
	if o.Users.Total > 0 {
		for _, status := range store.UserStatuses() {
			line(status.Words(), o.Users.ByStatus[status], "")
		}
		line("second factor", o.Users.Enrolled, "")
		if o.Users.Forced {
			line("must enrol", o.Users.Missing, "")
		}
	}
	head("API tokens", thousands(o.Tokens.Good), "")
	first := ""
	if !o.Tokens.First.IsZero() {
		first = "the first " + seat.moment(o.Tokens.First)
	}
	line("end soon", o.Tokens.Expiring, first)
	if a := o.Access; a.Reads {
		head("Access today", "", map[bool]string{true: fmt.Sprintf("at least: of the last %s", count(sum(a.ByStatus), "event"))}[a.AtLeast])
		for _, status := range domain.AccessStatuses() {
			line(status.Words(), a.ByStatus[status], "")
		}
	}
	return firstOf(failed, t.flush())
}

// sum adds numbers up.
func sum(numbers []int) (total int) {
	for n := range slices.Values(numbers) {
		total += n
	}
	return total
}
