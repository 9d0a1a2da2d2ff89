package keys

import (
	"fmt"
	"strings"
)

// Document is KEYS.md: every action by place, with its keys and its name, for
// those who read and for those who write their own bindings.
func Document() string {
	var b strings.Builder
	b.WriteString("# Keys\n\nEvery action of the console, by the place where it applies. `?` shows those of the\nscreen in front, `:` finds one by its words.\n\n" +
		"Bindings of your own go into the file `tenantry/keys` in your configuration folder\n(`~/.config` on Linux), a line for each action: `customer.delete = D`. Two actions on\none key of a place are refused at start, with both named.\n")
	var places []Place
	byPlace := make(map[Place][]Action)
	for _, a := range Default().All() {
		if byPlace[a.Where] == nil {
			places = append(places, a.Where)
		}
		byPlace[a.Where] = append(byPlace[a.Where], a)
	}
	for _, p := range places {
		fmt.Fprintf(&b, "\n## %s\n\n| keys | what it does | action |\n| --- | --- | --- |\n", strings.ToUpper(string(p[:1]))+string(p[1:]))
		for _, a := range byPlace[p] {
			fmt.Fprintf(&b, "| %s | %s | `%s` |\n", keyCells(a.Keys), a.Long, a.ID)
		}
	}
	return b.String()
}

func keyCells(names []string) string {
	if len(names) == 0 {
		return "(none; by `:`)"
	}
	cells := make([]string, len(names))
	for i, k := range names {
		cells[i] = "`" + Spoken(k) + "`"
	}
	return strings.Join(cells, " ")
}
