package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) whyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "why USER CAPABILITY [OBJECT]", Short: "Say whether somebody may do something, and why",
		Long: "Say whether a user may do something, and why. OBJECT is a customer's path, or a device's unit ID or device ID; without it, the question is whether they may anywhere. The answer is not a failure when it is no.",
		Args: words("USER", "CAPABILITY", "[OBJECT]"), Annotations: needs(domain.UsersList.String()),
		Example:           `  tenantry why tom devices.assign "Acme HQ/Nordics"`,
		ValidArgsFunction: completeCapability,
		RunE: func(c *cobra.Command, args []string) error {
			asked, err := domain.ParseCapability(args[1])
			if err != nil {
				return err
			}
			object := ""
			if len(args) > 2 {
				object = args[2]
			}
			return p.in(c, func(ctx context.Context, s *session) error { return s.why(ctx, args[0], asked, object) })
		},
	}
}

// completeCapability offers the capabilities' names to the shell.
func completeCapability(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 1 {
		for _, c := range domain.Capabilities() {
			names = append(names, c.String()+"\t"+c.Words())
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// why asks as the only seat, or as the operator of all accounts: user names are
// unique in the database.
func (s *session) why(ctx context.Context, username string, asked domain.Capability, object string) error {
	actor := s.operator()
	if len(s.seats) == 1 {
		actor = s.seats[0].actor
	}
	answer, err := s.db.Why(ctx, actor, username, asked, object)
	if err != nil {
		return err
	}
	return s.answer(shape.NewReasons(answer), func() error { return s.describeWhy(answer) })
}

func (s *session) describeWhy(answer store.WhyAnswer) error {
	verb := "may"
	if !answer.Allowed {
		verb = "may not"
	}
	what := answer.Capability.Words()
	if answer.Object != "" {
		what += " at " + answer.Object
	}
	if err := s.say("%s %s %s.", answer.User, verb, what); err != nil {
		return err
	}
	for _, reason := range answer.Reasons {
		if err := s.say("  %s", reason); err != nil {
			return err
		}
	}
	return nil
}
