package keys

import "tenantry/domain"

// Saved filters: chosen, kept, renamed, deleted.
const (
	FiltersOpen  ID = "filters.open"
	FilterTake   ID = "filter.take"
	FilterNumber ID = "filter.number"
	FilterSave   ID = "filter.save"
	FilterRename ID = "filter.rename"
	FilterDelete ID = "filter.delete"
	FilterNamed  ID = "filter.named"
)

const (
	Filters Place = "filters" // those that somebody keeps
	Naming  Place = "naming"  // the name of one of them: typing
)

var filterActions = []Action{
	{FiltersOpen, Devices, []string{"f"}, "filters", "Saved filters: choose one, or keep the present one", domain.DevicesSee, AskNothing, 10},
	{FiltersOpen, Picking, []string{"f"}, "filters", "Saved filters: choose one, or keep the present one", domain.DevicesAssign, AskNothing, 0},

	{FilterTake, Filters, []string{"enter"}, "take", "Filter the list by it", 0, AskNothing, 1},
	{FilterNumber, Filters, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "take", "Filter the list by the one of that number", 0, AskNothing, 0},
	{FilterSave, Filters, []string{"n", "s"}, "save present", "Keep the present filter under a name", 0, AskNothing, 2},
	{FilterRename, Filters, []string{"e", "r"}, "rename", "Give it another name", 0, AskNothing, 3},
	{FiltersOpen, Filters, []string{"f"}, "close", "Close the list of saved filters", 0, AskNothing, 0},
	{FilterDelete, Filters, []string{"d"}, "delete", "Delete it", 0, AskYes, 4},

	{FilterNamed, Naming, []string{"enter"}, "save", "Keep it under this name", 0, AskNothing, 1},
}
