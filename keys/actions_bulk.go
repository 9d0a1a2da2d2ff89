package keys

import "tenantry/domain"

// The identities of the actions that begin a change of many devices.
const (
	DevicePlace  ID = "device.place"
	DeviceChange ID = "device.change"

	PickDeed ID = "pick.deed"
)

// bulkActions are those that lead to Manage devices with another thing to do than
// assigning, or change what it does.
var bulkActions = []Action{
	{DeviceChange, Devices, []string{"t"}, "tags", "Change tags or fields of many devices", domain.DevicesEdit, AskNothing, 5},
	{DevicePlace, Devices, []string{"l"}, "put at", "Put devices at a location, or take them away from theirs", domain.DevicesEdit, AskNothing, 4},

	{PickDeed, Picking, []string{"o"}, "otherwise", "Do something else to them: assign, put at a location, tags and fields", 0, AskNothing, 8},
	{PickDeed, Preview, []string{"o"}, "otherwise", "Do something else to them: assign, put at a location, tags and fields", 0, AskNothing, 8},
}
