package store

import (
	"strconv"
	"strings"

	"tenantry/domain"
)

// This file puts audit entries in words.

// subjectNames are the kinds of things in JSON.
var subjectNames = [...]string{
	SubjectAccount: "account", SubjectCustomer: "customer", SubjectUser: "user", SubjectDevice: "device", SubjectLocation: "location",
	SubjectToken: "token", SubjectRFID: "rfid", SubjectAccess: "access", SubjectFilter: "filter",
}

// String is the subject's name in commands and JSON; empty for none.
func (s Subject) String() string {
	if int(s) < len(subjectNames) {
		return subjectNames[s]
	}
	return ""
}

// did are actions in words that don't follow from their names.
var did = map[string]string{
	"account.hand_over":     "handed over account",
	"key.replace":           "replaced the key file of account",
	"user.sign_in":          "signed in",
	"user.sign_out":         "signed out",
	"user.confirm":          "confirmed who they are",
	"user.use_code":         "used a code to sign in",
	"user.take_code":        "took the code of user",
	"user.set_password":     "set the password of user",
	"user.reset_password":   "reset the password of user",
	"user.edit_profile":     "edited the profile of user",
	"user.end_sessions":     "ended sessions of user",
	"user.invite":           "invited user",
	"user.limit":            "limited user",
	"user.unlimit":          "took a location from user",
	"second_factor.enrol":   "enrolled a second factor of user",
	"second_factor.replace": "replaced the second factor of user",
	"second_factor.drop":    "switched off the second factor of user",
	"second_factor.reset":   "reset the second factor of user",
	"recovery_code.renew":   "made new recovery codes of user",
	"ssh_key.add":           "added an SSH key of user",
	"ssh_key.remove":        "removed an SSH key of user",
	"rfid.add":              "gave an RFID token to user",
	"rfid.on":               "switched on an RFID token of user",
	"rfid.off":              "switched off an RFID token of user",
	"rfid.remove":           "took an RFID token from user",
	"mail.send":             "sent a mail to user",
	"mail.give_up":          "gave up a mail to user",
	actionAccessAdd:         "added to the access history",
	actionAccessImport:      "imported into the access history",
}

// tried are what refused attempts were after, where that doesn't follow.
var tried = map[string]string{
	"account.hand_over": "hand over the account", "key.replace": "replace the key file",
	"device.unassign": "undo an assignment", "device.assign": "assign devices", "device.place": "put devices at a location", "device.import": "import devices",
	"user.take_code": "take the code of a user", "user.set_password": "set a password", "user.reset_password": "reset the password of a user",
	"user.edit_profile": "edit a profile", "user.end_sessions": "end sessions of a user", "user.import": "import users",
	"second_factor.enrol": "enrol a second factor", "second_factor.drop": "switch off a second factor",
	"second_factor.reset": "reset the second factor of a user", "recovery_code.renew": "make new recovery codes",
	actionAccessAdd: "send access events", actionAccessImport: "import access events",
	"rfid.add": "give an RFID token", "rfid.on": "switch on an RFID token", "rfid.off": "switch off an RFID token", "rfid.remove": "take an RFID token away",
	"ssh_key.add": "add an SSH key", "ssh_key.remove": "remove an SSH key",
}

// words puts what is told of an entry on one line, without who did it and when.
func (r *AuditRow) words() string {
	var text string
	switch {
	case r.Outcome == OutcomeFailed:
		return r.failedWords()
	case r.Outcome == OutcomeRefused:
		text = "was refused to " + r.wish()
	case r.Action == actionAssign:
		text = "assigned " + counted(r.Devices, "device") + " to " + named(r.Name)
	case r.Action == actionUndo:
		text = "moved " + counted(r.Devices, "device") + " back that had been assigned to " + named(r.Name)
	case r.Action == actionPlace && r.Subject == SubjectLocation:
		text = "put " + counted(r.Devices, "device") + " at " + named(r.Name)
	case r.Action == actionPlace:
		text = "took " + counted(r.Devices, "device") + " away from where they were"
	case r.Action == actionUndoPlace && r.Subject == SubjectLocation:
		text = "put " + counted(r.Devices, "device") + " back that had been put at " + named(r.Name)
	case r.Action == actionUndoPlace:
		text = "put " + counted(r.Devices, "device") + " back that had been taken away from where they were"
	case r.Action == actionEdit && r.Devices > 0:
		text = "edited " + counted(r.Devices, "device")
	case r.Action == actionUndoEdit:
		text = "took back an edit of " + counted(r.Devices, "device")
	case r.Action == actionImport:
		text = "imported " + counted(r.Devices, "device")
	case r.Action == "user.sign_in", r.Action == "user.sign_out", r.Action == "user.confirm", r.Action == "user.use_code",
		r.Action == actionAccessAdd, r.Action == actionAccessImport:
		text = did[r.Action]
	default:
		text = r.deed() + " " + named(r.Name)
	}
	if len(r.Changes) == 0 {
		return text
	}
	list := make([]string, len(r.Changes))
	for i, c := range r.Changes {
		list[i] = c.words()
	}
	return text + ": " + strings.Join(list, "; ")
}

// words are the field and its values: "name: Van 1 → Van 2", "name: Van 1".
func (c AuditChange) words() string {
	text := strings.ReplaceAll(domain.Clean(c.Field), "_", " ") + ": "
	if c.Old == "" {
		return text + valueText(c.New)
	}
	return text + domain.Clean(c.Old) + " → " + valueText(c.New)
}

// failedWords say how often somebody failed to sign in.
func (r *AuditRow) failedWords() string {
	text := "failed to sign in"
	if r.Name != "" {
		text += " as " + domain.Clean(r.Name)
	}
	var facts []string
	for _, c := range r.Changes {
		facts = append(facts, strings.ReplaceAll(domain.Clean(c.Field), "_", " ")+" "+valueText(c.New))
	}
	if len(facts) > 0 {
		text += ": " + strings.Join(facts, ", ")
	}
	return text
}

// deed is what was done, from the action's name: "customer.move" is "moved
// customer".
func (r *AuditRow) deed() string {
	if text, ok := did[r.Action]; ok {
		return text
	}
	noun, verb := r.parts()
	return past(verb) + " " + noun
}

func (r *AuditRow) wish() string {
	if text, ok := tried[r.Action]; ok {
		return text
	}
	noun, verb := r.parts()
	article := "a "
	if strings.ContainsAny(noun[:min(1, len(noun))], "aeio") {
		article = "an "
	}
	return verb + " " + article + noun
}

func (r *AuditRow) parts() (noun, verb string) {
	noun, verb, _ = strings.Cut(domain.Clean(r.Action), ".")
	return strings.ReplaceAll(noun, "_", " "), strings.ReplaceAll(verb, "_", " ")
}

// past is the past of a verb, which may have words after it.
func past(verb string) string {
	first, rest, _ := strings.Cut(verb, " ")
	switch {
	case first == "":
		return "did"
	case first == "put", first == "set":
	case first == "send":
		first = "sent"
	case first == "take":
		first = "took"
	case strings.HasSuffix(first, "e"):
		first += "d"
	case strings.HasSuffix(first, "y"):
		first = first[:len(first)-1] + "ied"
	default:
		first += "ed"
	}
	return strings.TrimSpace(first + " " + rest)
}

func named(name string) string {
	if name == "" {
		return "one without a name"
	}
	return domain.Clean(name)
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
