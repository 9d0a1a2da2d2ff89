package keys

// What belongs to signing in: its gates, a second factor's page, and what is
// shown only once.
const (
	EnrolGive   ID = "enrol.confirm"
	EnrolSecret ID = "enrol.copy-secret"
	EnrolURL    ID = "enrol.copy-url"
	EnrolInvert ID = "enrol.invert"

	OnceKept ID = "once.kept"
	OnceCopy ID = "once.copy"
	OnceSave ID = "once.save"

	ProveGive ID = "prove.give"
)

// signInActions are those of signing in and its gates.
var signInActions = []Action{
	{EnrolGive, Enrolling, []string{"enter"}, "confirm", "Confirm the second factor with the code that is typed", 0, AskNothing, 1},
	{EnrolSecret, Enrolling, []string{"c"}, "copy secret", "Copy the secret", 0, AskNothing, 2},
	{EnrolURL, Enrolling, []string{"u"}, "copy URL", "Copy the URL that the QR code holds", 0, AskNothing, 3},
	{EnrolInvert, Enrolling, []string{"i"}, "invert", "Turn dark and light of the QR code round, where it doesn't scan", 0, AskNothing, 4},

	{OnceKept, Once, []string{"k"}, "I have kept it", "Go on: it is kept, and won't be shown again", 0, AskNothing, 1},
	{OnceCopy, Once, []string{"y"}, "copy", "Copy what is shown", 0, AskNothing, 2},
	{OnceSave, Once, []string{"s"}, "save to a file", "Write what is shown to a file that only you can read", 0, AskNothing, 3},

	{ProveGive, Proving, []string{"enter"}, "go on", "Go on with this password or code", 0, AskNothing, 1},
}
