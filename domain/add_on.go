package domain

import "strings"

// addOnNames are the add-ons there are, as commands and JSON call them.
var addOnNames = []string{"access-control"}

// ParseAddOn reads "access-control=on" or "=off" and switches that in what an
// account has. An add-on that there isn't, and any other text, is an Invalid
// error on "add_ons" that names those there are.
func ParseAddOn(text string, a *AddOns) error {
	name, state, _ := strings.Cut(text, "=")
	name = strings.ReplaceAll(Fold(strings.TrimSpace(name)), "_", "-")
	if name != addOnNames[0] {
		return Errorf(Invalid, "add_ons", "There is no add-on called %q. There is %s: switch it with %s=on or %s=off.",
			CleanCut(text, 40), strings.Join(addOnNames, ", "), addOnNames[0], addOnNames[0])
	}
	switch Fold(strings.TrimSpace(state)) {
	case "on":
		a.AccessControl = true
	case "off":
		a.AccessControl = false
	default:
		return Errorf(Invalid, "add_ons", "An add-on is switched on or off: %s=on or %s=off.", name, name)
	}
	return nil
}
