package keys

import "tenantry/domain"

// Where the actions of a user's form apply, and of what comes after it.
const (
	Limiting       Place = "limiting"        // the locations that a user is limited to
	Mailed         Place = "mailed"          // what became of the mail with a code
	ImportingUsers Place = "user import"     // users out of a file
	CheckedUsers   Place = "users to import" // what an import of users would do, or did
)

const (
	UserImport ID = "user.import"

	LimitSwitch ID = "limit.switch"
	LimitNone   ID = "limit.none"
	LimitTake   ID = "limit.take"

	MailedDone ID = "mailed.done"
	MailedCode ID = "mailed.take-code"

	UserImportCheck ID = "user-import.check"
	UserImportRun   ID = "user-import.run"
	UserImportCopy  ID = "user-import.copy"
	UserImportCodes ID = "user-import.copy-codes"
	UserImportSave  ID = "user-import.save-codes"
)

// userFormActions are those of the user form, of what became of an invitation,
// and of importing users.
var userFormActions = []Action{
	{UserImport, Users, []string{"I"}, "import", "Make users out of a CSV file", domain.UsersCreate, AskNothing, 0},

	{LimitTake, Limiting, []string{"enter"}, "take", "Take the ticked locations", 0, AskNothing, 1},
	{LimitSwitch, Limiting, []string{"space", "x"}, "tick", "Tick the location, or take the tick away", 0, AskNothing, 2},
	{LimitNone, Limiting, []string{"A"}, "none", "Take all ticks away: no limit", 0, AskNothing, 3},

	{MailedDone, Mailed, []string{"enter"}, "done", "Go back; the mail is sent all the same", domain.UsersCreate, AskNothing, 1},
	{MailedCode, Mailed, []string{"t"}, "take the code", "Stop the mail and show its code, to hand it over yourself", domain.UsersCreate, AskYes, 2},

	{UserImportCheck, ImportingUsers, []string{"enter"}, "check", "Check what would be made; nothing is written", domain.UsersCreate, AskNothing, 1},
	{UserImportRun, CheckedUsers, []string{"y"}, "import", "Make the users of all good lines", domain.UsersCreate, AskYes, 1},
	{UserImportCodes, CheckedUsers, []string{"k"}, "copy codes", "Copy the codes to hand over, with their usernames", domain.UsersCreate, AskNothing, 2},
	{UserImportSave, CheckedUsers, []string{"s"}, "save codes", "Write the codes to hand over to a file", domain.UsersCreate, AskNothing, 3},
	{UserImportCopy, CheckedUsers, []string{"c"}, "copy failed", "Copy the lines that failed, with the reasons", domain.UsersCreate, AskNothing, 4},
}
