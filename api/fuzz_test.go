package api

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestWhateverTheSchemasAllow sends every route requests made out of the document:
// values that fit, values that nearly do, and what nobody meant. Nothing is a
// failure of the server, and every answer is one that the document knows.
func TestWhateverTheSchemasAllow(t *testing.T) {
	f := newHeldFixture(t)
	rounds := 40
	if testing.Short() {
		rounds = 10
	}
	g := &generator{Rand: rand.New(rand.NewPCG(7, 7)), c: f.held, own: []*place{f.places["North"], f.places["Depot"], f.places["Yard"]}}
	all := f.walk()
	slices.SortStableFunc(all, func(a, b walked) int { return destruction(a) - destruction(b) })
	good := map[string]bool{}
	for range rounds {
		for _, name := range slices.Sorted(maps.Keys(f.places)) {
			p := f.places[name]
			g.known = append(g.known, p.path, p.username, p.unit.String(), p.id("customers").String(), p.id("users").String(), p.id("devices").String())
		}
		for _, r := range all {
			path, body, headers := g.request(r)
			a := f.do("admin", r.method, path, body, headers...)
			good[r.id] = good[r.id] || a.StatusCode < 300
			if a.StatusCode >= 500 {
				t.Errorf("%s %s %s: %d %s", r.method, path, body, a.StatusCode, a.body)
			}
			if a.StatusCode == 401 || a.StatusCode == 403 && strings.Contains(string(a.body), `"gated"`) {
				t.Fatalf("%s %s shut the door: %s", r.method, path, a.body) // nobody resets or deletes themselves
			}
		}
	}
	done := 0
	for _, was := range good {
		if was {
			done++
		}
	}
	if done < len(all)/2 {
		t.Errorf("only %d of %d routes ever did something: the requests are too strange", done, len(all))
	}
}

// generator makes requests out of the document.
type generator struct {
	*rand.Rand
	c     *contract
	known []string
	own   []*place // whose things the requests are mostly about
}

var strange = []string{
	"", " ", "\x00", "\u202e", "\u200b", "'", `"`, "<script>", "=1+1", "../..", "%2e%2e", "HQ/North", "HQ//", "/", "*", "null", "true", "0", "-1",
	"9223372036854775808", "1e400", "Europe/Copenhagen", "DK", "12", "24", "metric", "AA", "devices.see", "active", "van", "name",
	strings.Repeat("ab", 600), strings.Repeat("0", 32), strings.Repeat("f", 36), "x@y.example", "+4512345678",
}

func (g *generator) text() string {
	if g.IntN(2) == 0 && len(g.known) > 0 {
		return g.known[g.IntN(len(g.known))]
	}
	return strange[g.IntN(len(strange))]
}

// request is a request of a route: its address, its body and its headers.
func (g *generator) request(r walked) (path, body string, headers []string) {
	id := url.PathEscape(g.text())
	if own := g.own[g.IntN(len(g.own))].id(strings.Split(r.path, "/")[1]); g.IntN(3) > 0 {
		id = own.String()
	}
	if id == "" || id == "." || id == ".." {
		id = "x"
	}
	path = Prefix + strings.ReplaceAll(r.path, "{id}", id)
	op := g.c.part("paths", r.path, strings.ToLower(r.method)).(map[string]any)
	query := url.Values{}
	parameters, _ := op["parameters"].([]any)
	for _, p := range parameters {
		p := p.(map[string]any)
		name := p["name"].(string)
		value := g.scalar(p["schema"].(map[string]any))
		switch {
		case g.IntN(3) == 0 && p["required"] != true:
		case p["in"] == "query":
			query.Set(name, value)
		case p["in"] == "header" && !strings.ContainsAny(value, "\x00\r\n"):
			headers = append(headers, name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	if g.c.part("paths", r.path, strings.ToLower(r.method), "requestBody", "content", csvType) != nil {
		return path, "unit_id,name\n" + g.text() + "," + g.text() + "\n", append(headers, "Content-Type", csvType)
	}
	schema, _ := g.c.part("paths", r.path, strings.ToLower(r.method), "requestBody", "content", "application/json", "schema").(map[string]any)
	if schema == nil {
		return path, "", headers
	}
	content, err := json.Marshal(g.value(schema))
	if err != nil {
		g.c.t.Fatal(err)
	}
	return path, string(content), headers
}

func (g *generator) scalar(schema map[string]any) string {
	if words, _ := schema["enum"].([]any); len(words) > 0 && g.IntN(4) > 0 {
		return words[g.IntN(len(words))].(string)
	}
	switch schema["type"] {
	case "boolean":
		return []string{"true", "false", "perhaps"}[g.IntN(3)]
	case "integer":
		return []string{"1", "2", "1000", "0", "-1", "x"}[g.IntN(6)]
	}
	return g.text()
}

// value is a value that mostly fits a schema.
func (g *generator) value(schema map[string]any) any {
	if ref, is := schema["$ref"].(string); is {
		schema = g.c.part(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...).(map[string]any)
	}
	if g.IntN(40) == 0 {
		return []any{nil, 7, "x", []any{}, map[string]any{}, true}[g.IntN(6)]
	}
	switch schema["type"] {
	case "object":
		return g.object(schema)
	case "array":
		list := []any{}
		for range g.IntN(4) {
			list = append(list, g.value(schema["items"].(map[string]any)))
		}
		return list
	case "boolean":
		return g.IntN(2) == 0
	case "integer":
		return []int{0, 1, 5, 60, 2020, -1, 1 << 40}[g.IntN(7)]
	}
	return g.text()
}

func (g *generator) object(schema map[string]any) map[string]any {
	value := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	required, _ := schema["required"].([]any)
	names := []string{}
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names) // the same requests each time
	for _, name := range names {
		if slices.Contains(required, any(name)) && g.IntN(20) > 0 || g.IntN(3) == 0 {
			value[name] = g.value(properties[name].(map[string]any))
		}
	}
	if g.IntN(30) == 0 {
		value["surprise"] = 1
	}
	return value
}
