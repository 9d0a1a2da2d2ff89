package keys

import "tenantry/domain"

// Where the actions on the audit trail apply.
const (
	Audit      Place = "audit"       // the list
	AuditEntry Place = "audit-entry" // one entry
	Moves      Place = "audit-moves" // the devices that an entry lists

	AuditVerifying Place = "audit-verify" // what following the trail found
)

// The identities of the actions on the audit trail.
const (
	AuditOpen   ID = "audit.open"
	AuditNarrow ID = "audit.narrow"
	AuditPerson ID = "audit.person"
	AuditThing  ID = "audit.thing"
	AuditJump   ID = "audit.jump"
	AuditMoves  ID = "audit.devices"
	AuditUndo   ID = "audit.undo"
	AuditBefore ID = "audit.undone"
	AuditCopy   ID = "audit.copy"
	AuditExport ID = "audit.export"
	AuditVerify ID = "audit.verify"
	MovesOpen   ID = "audit.device"

	AuditVerifyAgain ID = "audit.verify.again"
	AuditVerifyCopy  ID = "audit.verify.copy"
)

// auditActions are those of the audit trail.
var auditActions = []Action{
	{AuditOpen, Audit, []string{"enter"}, "open", "Show everything about the entry", 0, AskNothing, 1},
	{AuditNarrow, Audit, []string{"f"}, "narrow", "Narrow by person, kind, outcome, door and time", domain.AuditRead, AskNothing, 2},
	{AuditJump, Audit, []string{"o"}, "go to it", "Go to the thing that the entry is about", 0, AskNothing, 3},
	{AuditUndo, Audit, []string{"u"}, "undo", "Take back what was done to many devices", domain.DevicesAssign, AskYes, 4},
	{AuditExport, Audit, []string{"x"}, "export", "Write this list to a CSV or JSON file", domain.AuditRead, AskNothing, 5},
	{AuditVerify, Audit, []string{"v"}, "verify", "Follow the whole trail, and find what was changed, removed, swapped or added", 0, AskNothing, 6},
	{AuditPerson, Audit, []string{"p"}, "same person", "Show everything that the same person did", 0, AskNothing, 0},
	{AuditThing, Audit, []string{"t"}, "same thing", "Show everything that was done to the same thing", 0, AskNothing, 0},
	{AuditMoves, Audit, []string{"d"}, "devices", "List the devices that the entry is about", 0, AskNothing, 0},

	{AuditMoves, AuditEntry, []string{"enter", "d"}, "devices", "List the devices that the entry is about", 0, AskNothing, 1},
	{AuditJump, AuditEntry, []string{"o"}, "go to it", "Go to the thing that the entry is about", 0, AskNothing, 2},
	{AuditUndo, AuditEntry, []string{"u"}, "undo", "Take back what was done to many devices", domain.DevicesAssign, AskYes, 3},
	{AuditPerson, AuditEntry, []string{"p"}, "same person", "Show everything that the same person did", 0, AskNothing, 4},
	{AuditThing, AuditEntry, []string{"t"}, "same thing", "Show everything that was done to the same thing", 0, AskNothing, 5},
	{AuditBefore, AuditEntry, []string{"b"}, "taken back", "Show the entry that this one took back", 0, AskNothing, 0},
	{AuditCopy, AuditEntry, []string{"y"}, "copy", "Copy the entry as text", 0, AskNothing, 0},

	{AuditVerifyAgain, AuditVerifying, []string{"v"}, "again", "Follow the trail again", 0, AskNothing, 1},
	{AuditVerifyCopy, AuditVerifying, []string{"y"}, "copy its end", "Copy the end of the trail, to note it in another place", 0, AskNothing, 2},

	{MovesOpen, Moves, []string{"enter"}, "open", "Show everything about the device", 0, AskNothing, 1},
}
