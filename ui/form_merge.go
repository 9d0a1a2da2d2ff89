package ui

import (
	"errors"
	"strings"

	"tenantry/domain"
)

// changedMeanwhile says whether saving was refused because somebody else saved
// first, and then who it was and how to go on, for a form that has taken in
// what they did.
func changedMeanwhile(err error) (words string, ok bool) {
	var e *domain.Error
	if !errors.As(err, &e) || e.Kind != domain.Conflict || e.Field != "version" {
		return "", false
	}
	who, _, _ := strings.Cut(e.Text, ". ") // what follows is for those who have no form
	return who + ". What differs is marked below. Save again to keep what stands here, or leave it by esc.", true
}

// merge takes in what somebody else changed since a form was opened: texts by
// name of input, as they were read and as they are now. What they changed and
// the user didn't stands in the form then; what both changed stays as typed. It
// returns a note for each; shown is a text as people read it.
func (f *form) merge(names []string, was, theirs map[string]string, shown func(name, text string) string) map[string]string {
	notes := make(map[string]string)
	for _, name := range names {
		typed := f.inputs.Value(name)
		switch {
		case theirs[name] == was[name] || theirs[name] == typed:
		case typed == was[name]:
			f.inputs.SetValue(name, theirs[name])
			notes[name] = "Changed meanwhile, from " + shown(name, was[name]) + "."
		default:
			notes[name] = "Meanwhile it was set to " + shown(name, theirs[name]) + "."
		}
	}
	return notes
}
