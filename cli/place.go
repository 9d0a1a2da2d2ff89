package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesPlace() *cobra.Command {
	var at string
	var away bool
	var b bulkFlags
	c := &cobra.Command{
		Use: "place --at LOCATION|--away [--ids-file FILE] [ID...]", Short: "Put devices at a location, or take them away from theirs",
		Long: "Put devices at a location, or take them away from theirs. LOCATION is a name, a customer's path with a slash and the name behind it, or an ID. It must be a location of a device's customer or of one above it. " + bulkWords + " All good lines are done in one step, the others are told; \"devices undo\" takes it back.",
		Args: words("[ID...]"), Annotations: reads("--ids-file", needs(domain.DevicesEdit.String())),
		Example: `  tenantry --as tom devices place --at "Acme HQ/Nordics/Harbour" --ids-file vans.txt --dry-run`,
		RunE: func(c *cobra.Command, args []string) error {
			if at == "" && !away {
				return usage(c, "Say where: --at a location, or --away from theirs.")
			}
			text, err := b.read(p, c, args)
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, found, err := s.locationToPutAt(ctx, at)
				if err != nil {
					return err
				}
				return s.place(ctx, seat, found, text, b.dryRun)
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "the location to put them at")
	c.Flags().BoolVar(&away, "away", false, "take them away from their locations")
	oneOf(c, "at", "away")
	b.add(c)
	return c
}

// locationToPutAt finds a location, nil for none, and the seat to act from.
func (s *session) locationToPutAt(ctx context.Context, text string) (*seat, *domain.Location, error) {
	if text == "" {
		seat, err := s.one()
		return seat, nil, err
	}
	var at *seat
	var found *domain.Location
	missing := error(domain.NoSuch("location"))
	for _, seat := range s.seats {
		l, err := s.db.FindLocationToPutAt(ctx, seat.actor, text)
		switch {
		case domain.KindOf(err) == domain.NotFound:
			missing = err
		case err != nil:
			return nil, nil, err
		case found != nil:
			return nil, nil, s.choose()
		default:
			at, found = seat, &l.Location
		}
	}
	if found == nil {
		return nil, nil, missing
	}
	return at, found, nil
}

func (s *session) place(ctx context.Context, seat *seat, at *domain.Location, text string, dryRun bool) error {
	request, where, verb := store.Placement{Text: text}, "no location", "moved to "
	if at != nil {
		request.At, where = at.ID, at.Name
	}
	if dryRun {
		verb = "would move to "
	}
	result, err := s.bulk(ctx, seat, request, dryRun, "moving")
	if err != nil {
		return err
	}
	from := make([]store.FromCount, len(result.From))
	for i, f := range result.From {
		if from[i] = f; f.Path == "" {
			from[i].Path = "no location"
			if !f.Location.IsZero() {
				from[i].Path = "one elsewhere"
			}
		}
	}
	told := shape.NewPlacement(seat.rights.Tree(), at, result, dryRun)
	return s.tellBulk(told, result, []counted{
		{told.Moved, verb + where + origins(from)}, {told.AlreadyThere, "already there"},
		{told.Refused, "refused: of customers that the location doesn't serve"},
	}, told.Rows)
}
