package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesAssign() *cobra.Command {
	var to string
	var b bulkFlags
	c := &cobra.Command{
		Use: "assign --to PATH [--ids-file FILE] [ID...]", Short: "Move devices to a customer",
		Long: "Move devices to a customer. " + bulkWords + " All good lines move in one step, the others are told; \"devices undo\" takes it back.",
		Args: words("[ID...]"), Annotations: reads("--ids-file", needs(domain.DevicesAssign.String())),
		Example: `  tenantry --as tom devices assign --to "Acme HQ/Nordics/Aarhus Depot" --ids-file vans.txt --dry-run`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "to"); err != nil {
				return err
			}
			text, err := b.read(p, c, args)
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, target, err := s.at(to)
				if err != nil {
					return err
				}
				return s.assign(ctx, seat, store.Assignment{To: target, Text: text}, b.dryRun)
			})
		},
	}
	c.Flags().StringVar(&to, "to", "", "the path of the customer that gets them")
	b.add(c)
	return c
}

func (s *session) assign(ctx context.Context, seat *seat, request store.Assignment, dryRun bool) error {
	result, err := s.bulk(ctx, seat, request, dryRun, "moving")
	if err != nil {
		return err
	}
	told := shape.NewAssignment(seat.rights.Tree(), request.To, result, dryRun)
	verb := "moved to "
	if dryRun {
		verb = "would move to "
	}
	return s.tellBulk(told, result, []counted{
		{told.Moved, verb + told.To + origins(result.From)}, {told.AlreadyThere, "already there"},
	}, told.Rows)
}

// origins says where the devices come from: ", from Iberia 401, Acme HQ 88".
func origins(from []store.FromCount) string {
	var parts []string
	for _, f := range from {
		parts = append(parts, f.Path+" "+thousands(f.Devices))
	}
	if len(parts) == 0 {
		return ""
	}
	if len(parts) > 3 {
		parts = append(parts[:3], "and "+count(len(from)-3, "other customer"))
	}
	return ", from " + strings.Join(parts, ", ")
}
