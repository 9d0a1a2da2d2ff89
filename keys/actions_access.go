package keys

import "tenantry/domain"

// Where the actions on the access history apply.
const (
	AccessHistory Place = "access-history" // the list
	AccessEvent   Place = "access-event"   // one event
)

// The identities of the actions on the access history.
const (
	AccessOpen   ID = "access.open"
	AccessLike   ID = "access.like"
	AccessTime   ID = "access.time"
	AccessStatus ID = "access.status"
	AccessNested ID = "access.nested"
	AccessExport ID = "access.export"
	AccessDevice ID = "access.device"
	AccessPerson ID = "access.person"
	AccessCopy   ID = "access.copy"
)

// accessActions are those of the access history and the page of one event.
var accessActions = []Action{
	{AccessOpen, AccessHistory, []string{"enter"}, "open", "Show everything about the event", domain.AccessSee, AskNothing, 1},
	{AccessTime, AccessHistory, []string{"t"}, "time", "Only those of today, yesterday, the last 7 or 30 days, or some days", domain.AccessSee, AskNothing, 2},
	{AccessStatus, AccessHistory, []string{"s"}, "status", "Only those approved, rejected or logged out", domain.AccessSee, AskNothing, 3},
	{AccessLike, AccessHistory, []string{"f"}, "like this", "Only those of this person, token, device or location", domain.AccessSee, AskNothing, 4},
	{AccessDevice, AccessHistory, []string{"o"}, "device", "Go to the device", domain.DevicesSee, AskNothing, 61},
	{AccessPerson, AccessHistory, []string{"u"}, "person", "Go to the person", domain.UsersList, AskNothing, 62},
	{AccessNested, AccessHistory, []string{"b"}, "nested", "With or without the devices of nested customers", domain.AccessSee, AskNothing, 63},
	{AccessExport, AccessHistory, []string{"x"}, "export", "Write this list to a CSV or JSON file", domain.AccessSee, AskNothing, 5},
	{AccessCopy, AccessHistory, []string{"y"}, "copy", "Copy the digits of the RFID token", domain.AccessSee, AskNothing, 0},

	{AccessDevice, AccessEvent, []string{"o"}, "device", "Go to the device", domain.DevicesSee, AskNothing, 1},
	{AccessPerson, AccessEvent, []string{"u"}, "person", "Go to the person", domain.UsersList, AskNothing, 2},
	{AccessCopy, AccessEvent, []string{"y"}, "copy token", "Copy the digits of the RFID token", domain.AccessSee, AskNothing, 3},
}
