package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
)

// addOnFlag switches what an account has beside the rest. That is the operator's,
// not the owner's.
type addOnFlag struct{ switches []string }

func (f *addOnFlag) add(c *cobra.Command) {
	c.Flags().StringArrayVar(&f.switches, "add-on", nil, "switch an add-on: access-control=on or access-control=off; the operator of the machine only")
}

// change switches what was given, after saying what that takes away.
func (f *addOnFlag) change(ctx context.Context, s *session, at *seat, a *domain.AddOns) error {
	before := *a
	for _, text := range f.switches {
		if err := domain.ParseAddOn(text, a); err != nil {
			return err
		}
	}
	if *a == before {
		return nil
	}
	warning, err := s.db.WarnAddOns(ctx, at.actor, *a)
	if err != nil || warning == "" {
		return err
	}
	return s.confirm(ctx, warning+" Switch it off?")
}
