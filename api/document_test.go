package api

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// contract is the document that the door serves, to hold requests and answers
// against.
type contract struct {
	t        *testing.T
	compiler *jsonschema.Compiler
	doc      map[string]any
}

// contract reads the document. Its schemas are those of JSON Schema 2020-12, so
// that any validator of these reads them.
func (f *fixture) contract() *contract {
	f.t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(f.wants(200, "", "GET", at("/openapi.json"), "").body))
	if err != nil {
		f.t.Fatal(err)
	}
	c := &contract{f.t, jsonschema.NewCompiler(), doc.(map[string]any)}
	c.compiler.DefaultDraft(jsonschema.Draft2020)
	if err := c.compiler.AddResource("https://door/openapi.json", doc); err != nil {
		f.t.Fatal(err)
	}
	return c
}

// schema compiles what lies at a place of the document.
func (c *contract) schema(at ...string) *jsonschema.Schema {
	c.t.Helper()
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for i := range at {
		at[i] = escape.Replace(at[i])
	}
	schema, err := c.compiler.Compile("https://door/openapi.json#/" + strings.Join(at, "/"))
	if err != nil {
		c.t.Fatal(err)
	}
	return schema
}

// keeps holds a body against a schema.
func (c *contract) keeps(about string, body []byte, schema *jsonschema.Schema) {
	c.t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err == nil {
		err = schema.Validate(value)
	}
	if err != nil {
		c.t.Errorf("%s: %v\n%.500s", about, err, body)
	}
}

// part is what lies at a place of the document, nil for nothing.
func (c *contract) part(at ...string) any {
	var value any = c.doc
	for _, name := range at {
		m, _ := value.(map[string]any)
		value = m[name]
	}
	return value
}

func TestTheDocumentIsOpenAPI(t *testing.T) {
	f := newFixture(t)
	c := f.contract()
	rules, err := jsonschema.NewCompiler().Compile("testdata/openapi-3.1.json")
	if err != nil {
		t.Fatal(err)
	}
	c.keeps("the document", f.handler.(*server).document, rules)
	for name := range c.part("components", "schemas").(map[string]any) {
		c.schema("components", "schemas", name) // compiles, and so is one
	}
	var doc struct {
		OpenAPI    string                               `json:"openapi"`
		Paths      map[string]map[string]map[string]any `json:"paths"`
		Components struct {
			Schemas map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(f.handler.(*server).document, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.OpenAPI != "3.1.0" || doc.Components.Schemas["ErrorModel"] != nil || doc.Components.Schemas["Problem"] == nil {
		t.Errorf("openapi %q, schemas %v", doc.OpenAPI, doc.Components.Schemas)
	}
	ids := map[any]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if ids[op["operationId"]] || op["summary"] == "" || op["security"] == nil || op["x-capability"] == nil {
				t.Errorf("%s %s: %v %v", method, path, op["operationId"], op["security"])
			}
			ids[op["operationId"]] = true
		}
	}
}

// prepared are the routes that take more than the walk has; other tests hold their
// answers against the document.
var prepared = []string{"move-customer", "delete-customer", "take-user-code", "invite-user", "reset-user-second-factor"}

// TestRequestsAndAnswersAreAsDocumented sends every route the requests of the
// walk, good and refused ones, and holds both sides against the document.
func TestRequestsAndAnswersAreAsDocumented(t *testing.T) {
	f := newFixture(t)
	c := f.contract()
	all := f.walk()
	slices.SortStableFunc(all, func(a, b walked) int { return destruction(a) - destruction(b) })
	good := map[string]bool{}
	for _, as := range []string{"admin", "owner-acme", "plain"} {
		for _, place := range []string{"Depot", "South"} {
			for _, r := range all {
				a := f.at(r, as, f.places[place], "")
				c.answers(r, a)
				good[r.id] = good[r.id] || a.StatusCode < 300
			}
		}
	}
	for _, r := range all {
		method := strings.ToLower(r.method)
		if body := bodies[r.id]; body != "" && r.id != "import-devices" {
			c.keeps(r.id, []byte(body), c.schema("paths", r.path, method, "requestBody", "content", "application/json", "schema"))
		}
		if !good[r.id] && !slices.Contains(prepared, r.id) {
			t.Errorf("%s was never answered as asked", r.id)
		}
		for name := range strings.SplitSeq(queries[r.id], "&") {
			if name, _, _ = strings.Cut(name, "="); name != "" && !c.takes(r, name) {
				t.Errorf("%s: %s isn't in the document", r.id, name)
			}
		}
	}
}

// answers holds an answer against what the document says of its route.
func (c *contract) answers(r walked, a answered) {
	c.t.Helper()
	kind, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";")
	status := strconv.Itoa(a.StatusCode)
	headers, _ := c.part("paths", r.path, strings.ToLower(r.method), "responses", status, "headers").(map[string]any)
	for name := range headers {
		if a.Header.Get(name) == "" {
			c.t.Errorf("%s: the document promises the header %s, and there is none", r.id, name)
		}
	}
	method := strings.ToLower(r.method)
	if c.part("paths", r.path, method, "responses", status) == nil {
		status = "default"
	}
	switch {
	case c.part("paths", r.path, method, "responses", status, "content", kind) == nil:
		c.t.Errorf("%s: %d as %s isn't in the document", r.id, a.StatusCode, kind)
	case kind != csvType:
		c.keeps(r.id, a.body, c.schema("paths", r.path, method, "responses", status, "content", kind, "schema"))
	}
}

// takes says whether the document knows a parameter of a route.
func (c *contract) takes(r walked, name string) bool {
	parameters, _ := c.part("paths", r.path, strings.ToLower(r.method), "parameters").([]any)
	return slices.ContainsFunc(parameters, func(p any) bool { return p.(map[string]any)["name"] == name })
}

// TestThePageNeedsNothingFromElsewhere, and is made of what there is.
func TestThePageNeedsNothingFromElsewhere(t *testing.T) {
	f := newFixture(t)
	a := f.wants(200, "", "GET", at("/docs"), "")
	page := string(a.body)
	if a.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "style-src 'sha256-") {
		t.Errorf("%v", a.Header)
	}
	if found := regexp.MustCompile(`(?i)https?://|//[a-z]|<script|<img|<link|@import|url\(|javascript:|\son\w+=`).FindString(page); found != "" {
		t.Errorf("the page has %q in it", found)
	}
	for _, r := range f.handler.(*server).routes {
		if !strings.Contains(page, `id="`+r.id+`"`) {
			t.Errorf("%s isn't on the page", r.id)
		}
	}
	for _, k := range kinds {
		if !strings.Contains(page, `id="`+k.Kind+`"`) {
			t.Errorf("%s isn't on the page", k.Kind)
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if anchor, is := strings.CutPrefix(link[1], "#"); is && !strings.Contains(page, `id="`+anchor+`"`) {
			t.Errorf("%s leads nowhere", link[1])
		} else if !is {
			f.wants(200, "", "GET", link[1], "")
		}
	}
}
