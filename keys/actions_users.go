package keys

import "tenantry/domain"

// The identities of the actions on users.
const (
	UserOpen     ID = "user.open"
	UserCreate   ID = "user.create"
	UserEdit     ID = "user.edit"
	UserAccess   ID = "user.access"
	UserPassword ID = "user.reset-password"
	UserInvite   ID = "user.invite"
	UserCode     ID = "user.take-code"
	UserFactor   ID = "user.reset-factor"
	UserUnlock   ID = "user.unlock"
	UserSessions ID = "user.sessions"
	UserKeys     ID = "user.ssh-keys"
	UserActive   ID = "user.activate"
	UserMove     ID = "user.move"
	UserDelete   ID = "user.delete"
	UserSort     ID = "user.sort"
	UserReverse  ID = "user.reverse"
	UserColumns  ID = "user.columns"
	UserNested   ID = "user.nested"
)

// userActions are those of the users' list, page and form.
var userActions = []Action{
	{UserOpen, Users, []string{"enter"}, "open", "Show everything about the user", domain.UsersList, AskNothing, 1},
	{UserCreate, Users, []string{"n"}, "new", "Create a user", domain.UsersCreate, AskNothing, 2},
	{UserEdit, Users, []string{"e"}, "edit", "Edit the user: name, email, groups, locations, settings", domain.UsersEdit, AskNothing, 3},
	{UserPassword, Users, []string{"p"}, "password", "Reset the password: by mail, by a code, or by hand", domain.UsersEdit, AskNothing, 4},
	{UserAccess, Users, []string{"a"}, "access", "What the user can see and do, and why", domain.UsersList, AskNothing, 5},
	{UserActive, Users, []string{"D"}, "deactivate", "Deactivate the user, or activate them again", domain.UsersEdit, AskYes, 61},
	{UserMove, Users, []string{"m"}, "move", "Move the user to another customer", domain.UsersEdit, AskYes, 62},
	{UserDelete, Users, []string{"d"}, "delete", "Delete the user, with all that is theirs", domain.UsersEdit, AskName, 63},
	{UserInvite, Users, []string{"i"}, "invite", "Invite again: a new code; the one before is void", domain.UsersEdit, AskNothing, 64},
	{UserCode, Users, []string{"w"}, "code", "Show the code of a mail that waits, to hand it over; the mail won't go out", domain.UsersEdit, AskYes, 0},
	{UserFactor, Users, []string{"r"}, "2nd factor", "Reset the second factor", domain.UsersEdit, AskYes, 65},
	{UserUnlock, Users, []string{"u"}, "unlock", "Unlock: forget the failed sign-ins", domain.UsersEdit, AskNothing, 66},
	{UserSessions, Users, []string{"x"}, "sessions", "Open sessions of the user, to end them", domain.UsersEdit, AskNothing, 0},
	{UserKeys, Users, []string{"K"}, "SSH keys", "SSH keys of the user, to remove them", domain.UsersEdit, AskNothing, 0},
	{UserSort, Users, []string{"s"}, "sort", "Sort by the next column", domain.UsersList, AskNothing, 67},
	{UserReverse, Users, []string{"S"}, "reverse", "Turn the order round", domain.UsersList, AskNothing, 0},
	{UserColumns, Users, []string{"c"}, "columns", "Choose the columns, their order, and the one to sort by", domain.UsersList, AskNothing, 68},
	{UserNested, Users, []string{"b"}, "nested", "With or without the users of nested customers", domain.UsersList, AskNothing, 69},

	{UserEdit, User, []string{"e"}, "edit", "Edit the user: name, email, groups, locations, settings", domain.UsersEdit, AskNothing, 1},
	{UserPassword, User, []string{"p"}, "password", "Reset the password: by mail, by a code, or by hand", domain.UsersEdit, AskNothing, 2},
	{UserAccess, User, []string{"a"}, "access", "What the user can see and do, and why", domain.UsersList, AskNothing, 3},
	{UserInvite, User, []string{"i"}, "invite", "Invite again: a new code; the one before is void", domain.UsersEdit, AskNothing, 4},
	{UserUnlock, User, []string{"u"}, "unlock", "Unlock: forget the failed sign-ins", domain.UsersEdit, AskNothing, 5},
	{UserActive, User, []string{"D"}, "deactivate", "Deactivate the user, or activate them again", domain.UsersEdit, AskYes, 6},
	{UserFactor, User, []string{"r"}, "2nd factor", "Reset the second factor", domain.UsersEdit, AskYes, 7},
	{UserMove, User, []string{"m"}, "move", "Move the user to another customer", domain.UsersEdit, AskYes, 8},
	{UserDelete, User, []string{"d"}, "delete", "Delete the user, with all that is theirs", domain.UsersEdit, AskName, 9},
	{UserCode, User, []string{"w"}, "code", "Show the code of a mail that waits, to hand it over; the mail won't go out", domain.UsersEdit, AskYes, 10},
	{UserSessions, User, []string{"x"}, "sessions", "Open sessions of the user, to end them", domain.UsersEdit, AskNothing, 11},
	{UserKeys, User, []string{"K"}, "SSH keys", "SSH keys of the user, to remove them", domain.UsersEdit, AskNothing, 12},
}
