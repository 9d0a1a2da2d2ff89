package keys

import "tenantry/domain"

// RFIDs is where the RFID tokens of one user are listed.
const RFIDs Place = "rfid-tokens"

// The identities of the actions on RFID tokens.
const (
	RFIDAdd    ID = "rfid.add"
	RFIDSwitch ID = "rfid.switch"
	RFIDRemove ID = "rfid.remove"
	RFIDCopy   ID = "rfid.copy"

	UserRFIDs    ID = "user.rfid-tokens"
	ProfileRFIDs ID = "profile.rfid-tokens"
)

// rfidActions are those of the RFID tokens of a user.
var rfidActions = []Action{
	{RFIDAdd, RFIDs, []string{"n"}, "add", "Give the user an RFID token; scanning or pasting one here does it too", domain.UsersEdit, AskNothing, 1},
	{RFIDSwitch, RFIDs, []string{"space"}, "switch", "Switch the RFID token off, or on again", domain.UsersEdit, AskNothing, 2},
	{RFIDRemove, RFIDs, []string{"d"}, "remove", "Take the RFID token away; the access history keeps it", domain.UsersEdit, AskYes, 3},
	{RFIDCopy, RFIDs, []string{"y"}, "copy", "Copy the digits of the RFID token", 0, AskNothing, 4},

	{UserRFIDs, Users, []string{"f"}, "RFID tokens", "RFID tokens of the user: cards and fobs", domain.UsersList, AskNothing, 70},
	{UserRFIDs, User, []string{"f"}, "RFID tokens", "RFID tokens of the user: cards and fobs", domain.UsersList, AskNothing, 14},
	{ProfileRFIDs, Profile, []string{"t"}, "RFID tokens", "The RFID tokens that you hold", 0, AskNothing, 8},
}
