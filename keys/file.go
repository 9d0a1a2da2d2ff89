package keys

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Parse reads a person's own key bindings: a line for each action, its name,
// "=", and its keys with commas between them. Blank lines and those that begin
// with "#" say nothing. An error names the line.
//
//	# customers
//	customer.delete = D
//	list.down = down, j, ctrl+n
func Parse(r io.Reader) (map[ID][]string, error) {
	own := make(map[ID][]string)
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, list, found := strings.Cut(text, "=")
		id := ID(strings.TrimSpace(name))
		if !found || id == "" {
			return nil, fmt.Errorf("line %d: write an action, =, and its keys, as in: customer.delete = D", n)
		}
		if _, twice := own[id]; twice {
			return nil, fmt.Errorf("line %d: %q stands here a second time; put all its keys on one line", n, id)
		}
		own[id] = []string{}
		for k := range strings.SplitSeq(list, ",") {
			if k = strings.TrimSpace(k); k != "" {
				own[id] = append(own[id], k)
			}
		}
	}
	return own, lines.Err()
}
