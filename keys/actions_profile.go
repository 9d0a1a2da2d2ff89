package keys

import "tenantry/domain"

// What everybody looks after themselves, and what only the owner does.
const (
	ProfileEdit     ID = "profile.edit"
	ProfilePassword ID = "profile.password"
	ProfileFactor   ID = "profile.second-factor"
	ProfileRecovery ID = "profile.recovery-codes"
	ProfileKeys     ID = "profile.ssh-keys"
	ProfileSessions ID = "profile.sessions"

	SSHKeyAdd    ID = "ssh-key.add"
	SSHKeyRemove ID = "ssh-key.remove"
	SSHKeyCopy   ID = "ssh-key.copy"

	SessionEnd    ID = "session.end"
	SessionEndAll ID = "session.end-all"

	AccountHandOver   ID = "account.hand-over"
	AccountUnenrolled ID = "account.not-enrolled"
	DetailsUnenrolled ID = "details.not-enrolled"

	NewOwnerTake   ID = "new-owner.take"
	UnenrolledCopy ID = "not-enrolled.copy"
)

// profileActions are those of the profile and of handing over an account.
var profileActions = []Action{
	{ProfileEdit, Profile, []string{"e", "enter"}, "edit", "Edit your name, email, phone and settings", 0, AskNothing, 1},
	{ProfilePassword, Profile, []string{"p"}, "password", "Change your password", 0, AskNothing, 2},
	{ProfileFactor, Profile, []string{"f"}, "second factor", "Enrol a second factor, replace it or switch it off", 0, AskNothing, 3},
	{ProfileRecovery, Profile, []string{"r"}, "new codes", "Make new recovery codes; those of before are void", 0, AskYes, 4},
	{ProfileKeys, Profile, []string{"K"}, "SSH keys", "Your public keys for signing in over SSH", 0, AskNothing, 5},
	{ProfileSessions, Profile, []string{"s"}, "sessions", "Where you are signed in", 0, AskNothing, 6},
	{UserAccess, Profile, []string{"a"}, "access", "What you can see and do, and why", 0, AskNothing, 7},

	{SSHKeyAdd, SSHKeys, []string{"n"}, "add", "Add a public key; pasting one here does it too", 0, AskNothing, 1},
	{SSHKeyRemove, SSHKeys, []string{"d"}, "remove", "Take the key away: nobody signs in by it any more", 0, AskYes, 2},
	{SSHKeyCopy, SSHKeys, []string{"y"}, "copy fingerprint", "Copy the fingerprint of the key", 0, AskNothing, 3},

	{SessionEnd, Sessions, []string{"x"}, "end", "End the session; its screen closes", 0, AskYes, 1},
	{SessionEndAll, Sessions, []string{"X"}, "end all others", "End all sessions but the one you use", 0, AskYes, 2},

	{AccountHandOver, Account, []string{"o"}, "hand over", "Make another user the account's owner", 0, AskName, 3},
	{AccountUnenrolled, Account, []string{"u"}, "not enrolled", "List the users who have no second factor", domain.UsersList, AskNothing, 2},
	{DetailsUnenrolled, Details, []string{"ctrl+o"}, "not enrolled", "List the users who have no second factor", domain.UsersList, AskNothing, 4},

	{NewOwnerTake, NewOwner, []string{"enter"}, "choose", "Hand the account over to this user", 0, AskName, 1},
	{UserOpen, Unenrolled, []string{"enter"}, "open", "Show everything about the user", domain.UsersList, AskNothing, 1},
	{UnenrolledCopy, Unenrolled, []string{"y"}, "copy", "Copy the users with their emails", domain.UsersList, AskNothing, 2},
}
