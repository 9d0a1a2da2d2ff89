package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesFilters() *cobra.Command {
	return p.parent("filters", "Filters over devices that you keep under a name", p.filtersList(), p.filtersSave(), p.filtersDelete())
}

func (p *program) filtersList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the filters that you keep",
		Args: words(), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				return list(ctx, s, s.seats, pageFlags{}, filterListing(), func(ctx context.Context, seat *seat, _ store.Page) (page[store.SavedFilter], error) {
					all, err := s.db.SavedFilters(ctx, seat.actor)
					return page[store.SavedFilter]{rows: all, total: len(all)}, err
				})
			})
		},
	}
}

func filterListing() listing[store.SavedFilter] {
	return listing[store.SavedFilter]{
		noun:  "filter",
		head:  []string{"Name", "Filter"},
		cells: func(_ *seat, f store.SavedFilter) []string { return []string{f.Name, f.Filter} },
		item:  func(seat *seat, f store.SavedFilter) any { return filterJSON(seat, f) },
	}
}

func filterJSON(seat *seat, f store.SavedFilter) shape.SavedFilter {
	told := shape.NewSavedFilter(f)
	told.Account = seat.accountName()
	return told
}

func (p *program) filtersSave() *cobra.Command {
	var filter string
	c := &cobra.Command{
		Use: "save NAME --filter FILTER", Short: "Keep a filter under a name, in place of the one that has it",
		Example: `  tenantry --as tom devices filters save "Cold, silent" --filter "tag:cold seen:>2d"`,
		Args:    words("NAME"), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, args []string) error {
			if err := required(c, "filter"); err != nil {
				return err
			}
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, err := s.one()
				if err != nil {
					return err
				}
				f, err := s.savedFilter(ctx, seat, args[0])
				if err != nil && domain.KindOf(err) != domain.NotFound {
					return err
				}
				f.Name, f.Filter = args[0], filter
				if f, err = s.db.SaveFilter(ctx, seat.actor, f); err != nil {
					return err
				}
				return s.answer(filterJSON(seat, f), func() error {
					return s.say("Kept as %s. devices list --saved takes it.", f.Name)
				})
			})
		},
	}
	c.Flags().StringVar(&filter, "filter", "", "which devices, like: "+domain.FilterHelp)
	return c
}

func (p *program) filtersDelete() *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Forget a filter that you keep, named by its name or ID",
		Args: words("NAME"), Annotations: needs(needsNothing),
		RunE: func(c *cobra.Command, args []string) error {
			return p.in(c, func(ctx context.Context, s *session) error {
				seat, err := s.one()
				if err != nil {
					return err
				}
				f, err := s.savedFilter(ctx, seat, args[0])
				if err != nil {
					return err
				}
				if err := s.db.DeleteFilter(ctx, seat.actor, f.ID); err != nil {
					return err
				}
				return s.answer(shape.DeletedFilter{Deleted: f.ID, Name: f.Name}, func() error {
					return s.say("Deleted the filter %s. Devices stay as they are.", f.Name)
				})
			})
		},
	}
}

// savedFilter is the filter of that name, or ID, among those that whoever sits
// there keeps.
func (s *session) savedFilter(ctx context.Context, seat *seat, name string) (store.SavedFilter, error) {
	all, err := s.db.SavedFilters(ctx, seat.actor)
	if err != nil {
		return store.SavedFilter{}, err
	}
	for _, f := range all {
		if domain.Fold(f.Name) == domain.Fold(name) || f.ID.String() == name {
			return f, nil
		}
	}
	return store.SavedFilter{}, domain.Errorf(domain.NotFound, "saved", "You keep no filter called %q. \"devices filters list\" shows those that you do.", domain.CleanCut(name, 40))
}
