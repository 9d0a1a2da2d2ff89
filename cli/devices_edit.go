package cli

import (
	"context"

	"github.com/spf13/cobra"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (p *program) devicesEdit() *cobra.Command {
	var f deviceFlags
	var b bulkFlags
	var tags tagFlags
	c := &cobra.Command{
		Use: "edit ID | edit --ids-file FILE [ID...]", Short: "Edit a device, or the same of many",
		Long: "Edit a device; or with --ids-file, --add-tag, --remove-tag, --dry-run or several IDs, the same of many: their tags, make, model, year and type. " + bulkWords + " All good lines are changed in one step, the others are told; \"devices undo\" takes it back.",
		Args: words("[ID...]"), Annotations: reads("--ids-file", needs(domain.DevicesEdit.String())),
		Example: `  tenantry --as tom devices edit 3f2a91c0 --plate "AB 12 345"
  tenantry --as tom devices edit --ids-file vans.txt --add-tag winter --remove-tag summer --dry-run`,
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if !saysChange(c) {
			return usage(c, "Say what to change.")
		}
		if len(args) == 1 && !anyChanged(c, "ids-file", "dry-run", "add-tag", "remove-tag") {
			return p.in(c, func(ctx context.Context, s *session) error { return s.editDevice(ctx, c, &f, args[0]) })
		}
		if name := f.ofOne(c); name != "" {
			return usage(c, "--%s is of one device; of many it can be tags, make, model, year and type.", name)
		}
		text, err := b.read(p, c, args)
		if err != nil {
			return err
		}
		change, err := f.bulk(c)
		if err != nil {
			return err
		}
		change.AddTags, change.RemoveTags = tags.add, tags.remove
		if change.Empty() {
			return usage(c, "Say what to change.")
		}
		return p.in(c, func(ctx context.Context, s *session) error {
			seat, err := s.one()
			if err != nil {
				return err
			}
			return s.editDevices(ctx, seat, store.DeviceEdits{Change: change, Text: text}, b.dryRun)
		})
	}
	f.add(c)
	b.add(c)
	c.Flags().StringArrayVar(&tags.add, "add-tag", nil, "give them this tag; may be said several times")
	c.Flags().StringArrayVar(&tags.remove, "remove-tag", nil, "take this tag away, in either case; may be said several times")
	return c
}

type tagFlags struct{ add, remove []string }

func anyChanged(c *cobra.Command, names ...string) bool {
	for _, name := range names {
		if c.Flags().Changed(name) {
			return true
		}
	}
	return false
}

func (s *session) editDevice(ctx context.Context, c *cobra.Command, f *deviceFlags, id string) error {
	seat, d, err := s.device(ctx, id)
	if err != nil {
		return err
	}
	if err := f.change(c, &d.Device); err != nil {
		return err
	}
	if _, err := s.db.EditDevice(ctx, seat.actor, d.Device); err != nil {
		return err
	}
	return s.tellDevice(ctx, seat, d.ID, "Saved %s of %s.")
}

// ofOne is the first flag given that says something about a single device.
func (f *deviceFlags) ofOne(c *cobra.Command) string {
	for _, name := range []string{"name", "plate", "imei", "iccid", "phone", "vin", "tags", "location"} {
		if c.Flags().Lookup(name) != nil && c.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

// bulk is what the flags change of many devices, besides tags.
func (f *deviceFlags) bulk(c *cobra.Command) (change domain.DeviceChange, err error) {
	for _, field := range []struct {
		name string
		kept *string
		to   **string
	}{{"make", &f.make, &change.Make}, {"model", &f.model, &change.Model}, {"type", &f.kind, &change.Type}} {
		if c.Flags().Changed(field.name) {
			*field.to = field.kept
		}
	}
	if c.Flags().Changed("year") {
		var year int
		year, err = domain.ParseYear(f.year)
		change.Year = &year
	}
	return change, err
}

func (s *session) editDevices(ctx context.Context, seat *seat, request store.DeviceEdits, dryRun bool) error {
	result, err := s.bulk(ctx, seat, request, dryRun, "changing")
	if err != nil {
		return err
	}
	told := shape.NewDeviceEdits(seat.rights.Tree(), result, dryRun)
	return s.tellBulk(told, result, []counted{
		{told.Changed, domain.ResultChanged.Words(!dryRun)}, {told.AlreadySo, domain.ResultAlreadySo.Words(!dryRun)},
		{told.Refused, "refused"},
	}, told.Rows)
}
