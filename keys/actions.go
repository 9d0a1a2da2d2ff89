package keys

import (
	"slices"

	"tenantry/domain"
)

// The identities of all actions. Screens offer actions by these names.
const (
	Quit        ID = "quit"
	Help        ID = "help"
	OpenPalette ID = "palette"
	Back        ID = "back"
	Redraw      ID = "redraw"
	SignOut     ID = "sign-out"
	NextTab     ID = "tab.next"
	PreviousTab ID = "tab.previous"
	GoTab       ID = "tab.go"
	Mouse       ID = "mouse"

	Up       ID = "list.up"
	Down     ID = "list.down"
	PageUp   ID = "list.page-up"
	PageDown ID = "list.page-down"
	Home     ID = "list.home"
	End      ID = "list.end"

	Expand      ID = "tree.expand"
	Collapse    ID = "tree.collapse"
	ExpandAll   ID = "tree.expand-all"
	CollapseAll ID = "tree.collapse-all"

	ScrollUp   ID = "reading.up"
	ScrollDown ID = "reading.down"
	ScrollPgUp ID = "reading.page-up"
	ScrollPgDn ID = "reading.page-down"
	ScrollHome ID = "reading.first"
	ScrollEnd  ID = "reading.last"

	FormNext     ID = "form.next"
	FormPrevious ID = "form.previous"
	FormSave     ID = "form.save"
	FormEnter    ID = "form.enter"
	FormChoose   ID = "form.choose"

	Yes         ID = "question.yes"
	No          ID = "question.no"
	Confirm     ID = "question.confirm"
	PaletteRun  ID = "palette.run"
	PaletteUp   ID = "palette.up"
	PaletteDown ID = "palette.down"

	FilterOpen ID = "filter.open"
	FilterDone ID = "filter.done"
	FilterUp   ID = "filter.up"
	FilterDown ID = "filter.down"

	SignInNext     ID = "sign-in.next"
	SignInPrevious ID = "sign-in.previous"
	SignInEnter    ID = "sign-in.enter"
	SignInUp       ID = "sign-in.up"
	SignInDown     ID = "sign-in.down"
	SignInAgain    ID = "refused.again"

	StartUp     ID = "start.up"
	StartDown   ID = "start.down"
	StartChoose ID = "start.choose"

	AccountEdit ID = "account.edit"

	CustomerOpen   ID = "customer.open"
	CustomerUp     ID = "customer.up"
	CustomerCreate ID = "customer.create"
	CustomerMain   ID = "customer.create-main"
	CustomerEdit   ID = "customer.edit"
	CustomerMove   ID = "customer.move"
	CustomerDelete ID = "customer.delete"

	DeviceOpen     ID = "device.open"
	DeviceRegister ID = "device.register"
	DeviceEdit     ID = "device.edit"
	DeviceMark     ID = "device.mark"
	DeviceUnmark   ID = "device.unmark"
	DeviceManage   ID = "device.manage"
	DeviceImport   ID = "device.import"
	DeviceExport   ID = "device.export"
	DeviceSort     ID = "device.sort"
	DeviceReverse  ID = "device.reverse"
	DeviceColumns  ID = "device.columns"
	DeviceCopy     ID = "device.copy"
	DeviceNested   ID = "device.nested"

	ColumnToggle  ID = "column.toggle"
	ColumnEarlier ID = "column.earlier"
	ColumnLater   ID = "column.later"
	ColumnSort    ID = "column.sort"
	ColumnReset   ID = "column.reset"

	ImportCheck ID = "import.check"
	ImportRun   ID = "import.run"
	ImportCopy  ID = "import.copy"
	ExportRun   ID = "export.run"
	ExportCopy  ID = "export.copy"

	ChooseTarget   ID = "choose.take"
	ChooseUp       ID = "choose.up"
	ChooseDown     ID = "choose.down"
	ChoosePageUp   ID = "choose.page-up"
	ChoosePageDown ID = "choose.page-down"

	OptionTake ID = "option.take"
	OptionUp   ID = "option.up"
	OptionDown ID = "option.down"

	PickMark     ID = "pick.mark"
	PickRange    ID = "pick.range"
	PickAll      ID = "pick.all"
	PickNone     ID = "pick.none"
	PickReview   ID = "pick.review"
	PickTarget   ID = "pick.target"
	PickPaste    ID = "pick.paste"
	PickReach    ID = "pick.reach"
	PasteAdd     ID = "paste.add"
	PasteDone    ID = "paste.done"
	PastePick    ID = "paste.pick"
	PreviewAdd   ID = "preview.add"
	PreviewPick  ID = "preview.pick"
	PreviewRun   ID = "preview.process"
	PreviewEdit  ID = "preview.edit"
	PreviewDrop  ID = "preview.drop"
	PreviewCopy  ID = "preview.copy"
	PreviewClear ID = "preview.clear"
	PreviewShow  ID = "preview.show"
	CorrectTake  ID = "correct.take"
	CorrectNext  ID = "correct.next"
	CorrectPrev  ID = "correct.previous"
	Cancel       ID = "work.cancel"
	MovedUndo    ID = "moved.undo"
	MovedAgain   ID = "moved.again"
	MovedCopy    ID = "moved.copy"
)

// actions is the table that everything is read from, in the order of the help.
// Footers sort by Rank.
var actions = slices.Concat(
	consoleActions,
	overviewActions,
	auditActions,
	signInActions,
	userActions,
	userFormActions,
	profileActions,
	tokenActions,
	filterActions,
	bulkActions,
	rfidActions,
	locationActions,
	accessActions,
)

// consoleActions are those of the frame, the account, the customers and the
// devices.
var consoleActions = []Action{
	{Quit, Anywhere, []string{"ctrl+c"}, "quit", "Leave the program", 0, AskNothing, 0},
	{Help, Anywhere, []string{"?", "ctrl+g"}, "help", "Show every key of this screen; ctrl+g where ? is text", 0, AskNothing, 97},
	{Redraw, Anywhere, []string{"ctrl+l"}, "redraw", "Draw the screen again", 0, AskNothing, 0},
	{Back, Anywhere, []string{"esc"}, "back", "One step back", 0, AskNothing, 98},

	{OpenPalette, Tabs, []string{":", "ctrl+p"}, "all actions", "Find an action by its words, or a device by any of its numbers", 0, AskNothing, 99},
	{NextTab, Tabs, []string{"tab"}, "next tab", "Go to the next tab", 0, AskNothing, 0},
	{PreviousTab, Tabs, []string{"shift+tab"}, "previous tab", "Go to the tab before", 0, AskNothing, 0},
	{GoTab, Tabs, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "0"}, "tab", "Go to the tab of that number; 0 is the tenth", 0, AskNothing, 0},
	{SignOut, Tabs, []string{"q"}, "sign out", "Sign out", 0, AskYes, 100},
	{Mouse, Tabs, nil, "mouse", "Switch the mouse on or off", 0, AskNothing, 0},

	{Up, List, []string{"up", "k"}, "up", "One row up", 0, AskNothing, 0},
	{Down, List, []string{"down", "j"}, "down", "One row down", 0, AskNothing, 0},
	{PageUp, List, []string{"pgup", "ctrl+b", "ctrl+u"}, "page up", "One page up", 0, AskNothing, 0},
	{PageDown, List, []string{"pgdown", "ctrl+f", "ctrl+d"}, "page down", "One page down", 0, AskNothing, 0},
	{Home, List, []string{"home", "g"}, "first", "To the first row", 0, AskNothing, 0},
	{End, List, []string{"end", "G"}, "last", "To the last row", 0, AskNothing, 0},

	{Expand, Tree, []string{"right", "l"}, "expand", "Show what is nested below", 0, AskNothing, 0},
	{Collapse, Tree, []string{"left", "h"}, "collapse", "Hide what is nested below, or go to the parent", 0, AskNothing, 0},
	{ExpandAll, Tree, []string{"+", "="}, "expand all", "Show the whole tree", 0, AskNothing, 0},
	{CollapseAll, Tree, []string{"-"}, "collapse all", "Show only the top of the tree", 0, AskNothing, 0},

	{ScrollUp, Reading, []string{"up", "k"}, "up", "One line up", 0, AskNothing, 0},
	{ScrollDown, Reading, []string{"down", "j"}, "down", "One line down", 0, AskNothing, 0},
	{ScrollPgUp, Reading, []string{"pgup", "ctrl+b"}, "page up", "One page up", 0, AskNothing, 0},
	{ScrollPgDn, Reading, []string{"pgdown", "ctrl+f", "space"}, "page down", "One page down", 0, AskNothing, 0},
	{ScrollHome, Reading, []string{"home", "g"}, "first", "To the beginning", 0, AskNothing, 0},
	{ScrollEnd, Reading, []string{"end", "G"}, "last", "To the end", 0, AskNothing, 0},

	{FormNext, Form, []string{"tab", "down"}, "next", "To the next field", 0, AskNothing, 99},
	{FormPrevious, Form, []string{"shift+tab", "up"}, "previous", "To the field before", 0, AskNothing, 0},
	{FormEnter, Form, []string{"enter"}, "next", "To the next field; on the last one, save", 0, AskNothing, 1},
	{FormSave, Form, []string{"ctrl+s"}, "save", "Save", 0, AskNothing, 3},
	{FormChoose, Form, []string{"ctrl+t"}, "choose in the tree", "Choose the customer in the tree", 0, AskNothing, 2},

	{Yes, Question, []string{"y"}, "yes", "Yes, do it", 0, AskNothing, 1},
	{No, Question, []string{"n"}, "no", "No, leave it", 0, AskNothing, 2},
	{Confirm, Question, []string{"enter"}, "do it", "Do it, once the name is typed", 0, AskNothing, 1},
	{PaletteUp, Palette, []string{"up", "ctrl+k"}, "up", "One action up", 0, AskNothing, 0},
	{PaletteDown, Palette, []string{"down", "ctrl+j"}, "down", "One action down", 0, AskNothing, 0},
	{PaletteRun, Palette, []string{"enter"}, "do it", "Do the chosen action", 0, AskNothing, 1},

	{FilterOpen, List, []string{"/"}, "filter", "Narrow the list as you type", 0, AskNothing, 60},
	{FilterUp, Filtering, []string{"up"}, "up", "One row up", 0, AskNothing, 0},
	{FilterDown, Filtering, []string{"down"}, "down", "One row down", 0, AskNothing, 0},
	{FilterDone, Filtering, []string{"enter", "tab"}, "to the list", "Keep the filter and go to the list", 0, AskNothing, 1},

	{SignInEnter, SignIn, []string{"enter"}, "sign in", "To the next field, then sign in", 0, AskNothing, 1},
	{SignInNext, SignIn, []string{"tab"}, "next field", "To the next field", 0, AskNothing, 2},
	{SignInPrevious, SignIn, []string{"shift+tab"}, "previous", "To the field before", 0, AskNothing, 0},
	{Quit, SignIn, []string{"ctrl+c"}, "quit", "Leave the program", 0, AskNothing, 4},
	{SignInUp, SignIn, []string{"up"}, "choose", "The sample user above", 0, AskNothing, 0},
	{SignInDown, SignIn, []string{"down"}, "choose", "The sample user below", 0, AskNothing, 3},

	{SignInAgain, Refused, []string{"enter"}, "try again", "Try to open the database again", 0, AskNothing, 1},
	{Quit, Refused, []string{"ctrl+c"}, "quit", "Leave the program", 0, AskNothing, 2},

	{StartUp, Start, []string{"up", "k"}, "up", "The choice above", 0, AskNothing, 0},
	{StartDown, Start, []string{"down", "j"}, "down", "The choice below", 0, AskNothing, 0},
	{StartChoose, Start, []string{"enter"}, "choose", "Take this choice", 0, AskNothing, 1},
	{Quit, Start, []string{"ctrl+c"}, "quit", "Leave the program", 0, AskNothing, 2},

	{AccountEdit, Account, []string{"e", "enter"}, "edit", "Edit these details and settings", domain.CustomersEdit, AskNothing, 1},

	{CustomerOpen, Customers, []string{"enter"}, "open", "Open as scope: every tab then looks at this customer", domain.CustomersSee, AskNothing, 1},
	{CustomerUp, Tabs, []string{"backspace", "<"}, "scope up", "Set the scope one customer up", domain.CustomersSee, AskNothing, 0},
	{CustomerCreate, Customers, []string{"n"}, "new nested", "Create a customer nested under this one", domain.CustomersCreate, AskNothing, 2},
	{CustomerMain, Customers, []string{"N"}, "new main", "Create a main customer, directly under the account", domain.CustomersCreate, AskNothing, 0},
	{CustomerEdit, Customers, []string{"e"}, "edit", "Edit the customer's details and settings", domain.CustomersEdit, AskNothing, 3},
	{CustomerMove, Customers, []string{"m"}, "move", "Move the customer under another, with all below it", domain.CustomersMove, AskYes, 4},
	{CustomerDelete, Customers, []string{"d"}, "delete", "Delete the customer; its devices go to its parent", domain.CustomersDelete, AskName, 5},

	{DeviceOpen, Devices, []string{"enter"}, "open", "Show everything about the device", domain.DevicesSee, AskNothing, 1},
	{DeviceManage, Devices, []string{"m"}, "manage", "Manage devices: move them to a customer", domain.DevicesAssign, AskNothing, 2},
	{DeviceMark, Devices, []string{"space"}, "mark", "Mark, to manage the marked ones", domain.DevicesAssign, AskNothing, 3},
	{DeviceUnmark, Devices, []string{"A"}, "no marks", "Take all marks away", domain.DevicesAssign, AskNothing, 0},
	{DeviceRegister, Devices, []string{"n"}, "register", "Register a new device", domain.DevicesRegister, AskNothing, 7},
	{DeviceEdit, Devices, []string{"e"}, "edit", "Edit the device", domain.DevicesEdit, AskNothing, 6},
	{DeviceSort, Devices, []string{"s"}, "sort", "Sort by the next column", domain.DevicesSee, AskNothing, 8},
	{DeviceReverse, Devices, []string{"S"}, "reverse", "Turn the order round", domain.DevicesSee, AskNothing, 0},
	{DeviceColumns, Devices, []string{"c"}, "columns", "Choose the columns, their order, and the one to sort by", domain.DevicesSee, AskNothing, 9},
	{DeviceNested, Devices, []string{"b"}, "nested", "With or without the devices of nested customers", domain.DevicesSee, AskNothing, 11},
	{DeviceImport, Devices, []string{"i"}, "import", "Register devices out of a CSV file", domain.DevicesRegister, AskNothing, 0},
	{DeviceExport, Devices, []string{"x"}, "export", "Write this list to a CSV file", domain.DevicesSee, AskNothing, 0},
	{DeviceCopy, Devices, []string{"y"}, "copy", "Copy the unit ID", domain.DevicesSee, AskNothing, 0},

	{DeviceEdit, Device, []string{"e"}, "edit", "Edit the device", domain.DevicesEdit, AskNothing, 1},
	{DeviceManage, Device, []string{"m"}, "move", "Move it to another customer", domain.DevicesAssign, AskNothing, 2},
	{DeviceCopy, Device, []string{"y"}, "copy unit ID", "Copy the unit ID", domain.DevicesSee, AskNothing, 3},

	{ColumnToggle, Columns, []string{"space", "enter", "x"}, "switch", "Show this column, or hide it", 0, AskNothing, 1},
	{ColumnEarlier, Columns, []string{"left", "h"}, "earlier", "Move this column one place to the left", 0, AskNothing, 2},
	{ColumnLater, Columns, []string{"right", "l"}, "later", "Move this column one place to the right", 0, AskNothing, 3},
	{ColumnSort, Columns, []string{"s"}, "sort", "Sort the list by this column", 0, AskNothing, 4},
	{ColumnReset, Columns, []string{"r"}, "as at first", "Show the columns that are shown at first", 0, AskNothing, 5},
	{DeviceColumns, Columns, []string{"c"}, "close", "Close the list of columns", 0, AskNothing, 0},

	{ImportCheck, Importing, []string{"enter"}, "check", "Check what would be registered; nothing is written", domain.DevicesRegister, AskNothing, 1},
	{ImportRun, Checked, []string{"y"}, "import", "Register the devices of all good lines", domain.DevicesRegister, AskYes, 1},
	{ImportCopy, Checked, []string{"c"}, "copy failed", "Copy the lines that failed, with the reasons", domain.DevicesRegister, AskNothing, 2},
	{ExportRun, Exporting, []string{"enter"}, "write", "Write the file", 0, AskNothing, 1},
	{ExportCopy, Exporting, []string{"y"}, "copy path", "Copy the path of the file, or the command", 0, AskNothing, 2},

	{ChooseUp, Choosing, []string{"up"}, "up", "One row up", 0, AskNothing, 0},
	{ChooseDown, Choosing, []string{"down"}, "down", "One row down", 0, AskNothing, 0},
	{ChoosePageUp, Choosing, []string{"pgup"}, "page up", "One page up", 0, AskNothing, 0},
	{ChoosePageDown, Choosing, []string{"pgdown"}, "page down", "One page down", 0, AskNothing, 0},
	{ChooseTarget, Choosing, []string{"enter"}, "take", "Take what the cursor is on", 0, AskNothing, 1},

	{OptionUp, Options, []string{"up", "k"}, "up", "The choice above", 0, AskNothing, 0},
	{OptionDown, Options, []string{"down", "j"}, "down", "The choice below", 0, AskNothing, 0},
	{OptionTake, Options, []string{"enter"}, "take", "Take this choice", 0, AskNothing, 1},

	{PickMark, Picking, []string{"space"}, "mark", "Mark the device, or take the mark away", domain.DevicesAssign, AskNothing, 1},
	{PickReview, Picking, []string{"enter", "p"}, "review", "Look at what will be done, before anything is", domain.DevicesAssign, AskNothing, 2},
	{PickPaste, Picking, []string{"tab"}, "paste instead", "Paste or type IDs instead; marks are kept", domain.DevicesAssign, AskNothing, 3},
	{PickRange, Picking, []string{"v"}, "range", "Start a range here; v again marks it", domain.DevicesAssign, AskNothing, 4},
	{PickAll, Picking, []string{"a"}, "all that match", "Mark all that match the filter", domain.DevicesAssign, AskNothing, 5},
	{PickNone, Picking, []string{"A"}, "none", "Take all marks away", domain.DevicesAssign, AskNothing, 0},
	{PickReach, Picking, []string{"w"}, "everywhere", "Look in your whole reach, or only in the scope", domain.DevicesAssign, AskNothing, 7},
	{PickTarget, Picking, []string{"t"}, "target", "Choose another target, or another change", domain.DevicesAssign, AskNothing, 6},

	{PasteAdd, Pasting, []string{"enter"}, "add", "Add the line; on an empty line, look at the result", domain.DevicesAssign, AskNothing, 1},
	{PastePick, Pasting, []string{"tab"}, "pick instead", "Pick devices instead; what you typed is kept", domain.DevicesAssign, AskNothing, 2},
	{PasteDone, Pasting, []string{"down"}, "to the list", "Look at the result", domain.DevicesAssign, AskNothing, 3},

	{PreviewRun, Preview, []string{"p"}, "process", "Do it to the devices", domain.DevicesAssign, AskNothing, 1},
	{PreviewEdit, Preview, []string{"e", "enter"}, "edit line", "Correct this line in place", domain.DevicesAssign, AskNothing, 2},
	{PreviewCopy, Preview, []string{"c"}, "copy failed", "Copy the lines that fail", domain.DevicesAssign, AskNothing, 3},
	{PreviewAdd, Preview, []string{"i"}, "add lines", "Paste or type more", domain.DevicesAssign, AskNothing, 4},
	{PreviewShow, Preview, []string{"s"}, "show all", "Show every line, or only those that fail", domain.DevicesAssign, AskNothing, 5},
	{PreviewPick, Preview, []string{"tab"}, "pick instead", "Pick devices instead; the lines are kept", domain.DevicesAssign, AskNothing, 6},
	{PreviewDrop, Preview, []string{"x"}, "drop line", "Take this line out", domain.DevicesAssign, AskNothing, 0},
	{PreviewClear, Preview, []string{"X"}, "clear", "Take all lines out", domain.DevicesAssign, AskYes, 0},
	{PickTarget, Preview, []string{"t"}, "target", "Choose another target, or another change", domain.DevicesAssign, AskNothing, 7},

	{CorrectTake, Correcting, []string{"enter"}, "take", "Take the corrected line", domain.DevicesAssign, AskNothing, 1},
	{CorrectNext, Correcting, []string{"down"}, "next that fits", "The next device that the prefix fits", domain.DevicesAssign, AskNothing, 2},
	{CorrectPrev, Correcting, []string{"up"}, "one before", "The device before that the prefix fits", domain.DevicesAssign, AskNothing, 0},

	{Cancel, Working, []string{"esc"}, "cancel", "Stop what is under way", 0, AskNothing, 1},

	{MovedUndo, Moved, []string{"u"}, "undo", "Take it back", domain.DevicesAssign, AskYes, 1},
	{MovedAgain, Moved, []string{"enter"}, "another go", "Go on with the lines that failed", domain.DevicesAssign, AskNothing, 2},
	{MovedCopy, Moved, []string{"c"}, "copy failed", "Copy the lines that failed", domain.DevicesAssign, AskNothing, 3},
}
