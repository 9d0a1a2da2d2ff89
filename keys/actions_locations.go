package keys

import "tenantry/domain"

// Where the actions on locations apply.
const (
	Locations  Place = "locations"   // the list
	Location   Place = "location"    // one location
	LimitingTo Place = "limiting to" // the users limited to a location
)

// The identities of the actions on locations.
const (
	LocationOpen    ID = "location.open"
	LocationCreate  ID = "location.create"
	LocationEdit    ID = "location.edit"
	LocationDelete  ID = "location.delete"
	LocationDevices ID = "location.devices"
	LocationLimit   ID = "location.limit"
	LocationPut     ID = "location.put"
	LocationSort    ID = "location.sort"
	LocationReverse ID = "location.reverse"
	LocationNested  ID = "location.nested"

	LimitToSwitch ID = "limit-to.switch"
	LimitToTake   ID = "limit-to.take"
)

// locationActions are those of the list of locations, the page of one, and the
// choice of who is limited to it.
var locationActions = []Action{
	{LocationOpen, Locations, []string{"enter"}, "open", "Show the location, and who and what is there", domain.LocationsManage, AskNothing, 1},
	{LocationCreate, Locations, []string{"n"}, "new", "Make a location", domain.LocationsManage, AskNothing, 2},
	{LocationEdit, Locations, []string{"e"}, "edit", "Edit the location", domain.LocationsManage, AskNothing, 3},
	{LocationDevices, Locations, []string{"v"}, "devices", "List the devices there", domain.DevicesSee, AskNothing, 4},
	{LocationLimit, Locations, []string{"l"}, "limit", "Limit users to the location, or lift that", domain.UsersEdit, AskNothing, 5},
	{LocationPut, Locations, []string{"m"}, "put devices", "Choose or paste devices to put at the location", domain.DevicesEdit, AskNothing, 7},
	{LocationDelete, Locations, []string{"d"}, "delete", "Delete the location; the devices there stay with their customers", domain.LocationsManage, AskYes, 6},
	{LocationSort, Locations, []string{"s"}, "sort", "Sort by the next column", 0, AskNothing, 61},
	{LocationReverse, Locations, []string{"S"}, "reverse", "Turn the order round", 0, AskNothing, 0},
	{LocationNested, Locations, []string{"b"}, "nested", "With or without the locations of nested customers", 0, AskNothing, 62},

	{LocationEdit, Location, []string{"e"}, "edit", "Edit the location", domain.LocationsManage, AskNothing, 1},
	{LocationDevices, Location, []string{"v"}, "devices", "List the devices there", domain.DevicesSee, AskNothing, 2},
	{LocationLimit, Location, []string{"l"}, "limit", "Limit users to the location, or lift that", domain.UsersEdit, AskNothing, 3},
	{LocationPut, Location, []string{"m"}, "put devices", "Choose or paste devices to put at the location", domain.DevicesEdit, AskNothing, 5},
	{LocationDelete, Location, []string{"d"}, "delete", "Delete the location; the devices there stay with their customers", domain.LocationsManage, AskYes, 4},

	{LimitToTake, LimitingTo, []string{"enter"}, "take", "Limit those who are ticked, and nobody else", domain.UsersEdit, AskNothing, 1},
	{LimitToSwitch, LimitingTo, []string{"space", "x"}, "tick", "Tick the user, or take the tick away", domain.UsersEdit, AskNothing, 2},
}
