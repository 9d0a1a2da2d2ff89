package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesUndo() *cobra.Command {
	return &cobra.Command{
		Use: "undo ENTRY", Short: "Take back what was done to many devices",
		Long: "Take back what \"devices assign\", \"devices place\" or \"devices edit\" did to many devices, of those that are still as it left them. ENTRY is what it answered.",
		Args: words("ENTRY"), Annotations: needs(domain.DevicesEdit.String()),
		RunE: func(c *cobra.Command, args []string) error {
			entry, err := domain.ParseID(args[0])
			if err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				if err := p.confirm(ctx, "Take back what was done to these devices?"); err != nil {
					return err
				}
				return s.undo(ctx, entry)
			})
		},
	}
}

// undo asks every seat, because only one knows the entry.
func (s *session) undo(ctx context.Context, entry domain.ID) error {
	tell, done := s.progress("taking back")
	defer done()
	var result store.UndoResult
	var err error
	for _, seat := range s.seats {
		if result, err = s.db.UndoBulk(ctx, seat.actor, entry, tell); domain.KindOf(err) != domain.NotFound {
			break
		}
	}
	if err != nil {
		return err
	}
	answer := shape.NewUndone(result)
	return s.answer(answer, func() error {
		did := "Moved " + count(result.Moved, "device") + " back"
		if result.Changed > 0 {
			did = "Gave " + count(result.Changed, "device") + " back what they had"
		}
		if result.Stayed == 0 {
			return s.say("%s.", did)
		}
		return s.say("%s; %s stayed, because they had moved on, were changed since, or are out of reach.", did, thousands(result.Stayed))
	})
}
