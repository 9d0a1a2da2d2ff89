package keys

// Overview is where the numbers of the scope stand.
const Overview Place = "overview"

// The identities of the actions on the numbers.
const (
	OverviewOpen  ID = "overview.open"
	OverviewLeft  ID = "overview.left"
	OverviewRight ID = "overview.right"
	OverviewCount ID = "overview.count"
	OverviewStop  ID = "overview.stop"
)

// overviewActions are those of the overview.
var overviewActions = []Action{
	{OverviewOpen, Overview, []string{"enter"}, "list", "List what the number under the cursor counts", 0, AskNothing, 1},
	{OverviewLeft, Overview, []string{"left", "h"}, "left", "To the left column", 0, AskNothing, 0},
	{OverviewRight, Overview, []string{"right", "l"}, "right", "To the right column", 0, AskNothing, 0},
	{OverviewCount, Overview, []string{"r"}, "count again", "Count everything again now", 0, AskNothing, 3},
	{OverviewStop, Overview, []string{"x"}, "stop counting", "Stop looking at each device", 0, AskNothing, 2},
}
