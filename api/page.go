package api

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// The page about the API is made out of the document. It holds all that it needs:
// no script, no picture, and nothing from elsewhere.

// page writes the page, and the policy under which browsers may show it.
func page(doc *huma.OpenAPI) (content []byte, policy string, err error) {
	parsed, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, map[string]any{
		"Style": template.CSS(pageStyle), "Info": doc.Info, "Says": strings.Split(doc.Info.Description, "\n\n"),
		"Sections": sections(doc), "Kinds": kinds, "Prefix": Prefix,
	})
	hash := sha256.Sum256([]byte(pageStyle))
	policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	return out.Bytes(), policy, err
}

// pageSection is a part of the page.
type pageSection struct {
	Name, Anchor string
	Operations   []pageOperation
}

// pageOperation is a route on the page.
type pageOperation struct {
	ID, Method, Path, Title string
	Says                    []string
	Parameters              []pageField
	Takes                   []pageField
	TakesType               string
	Answers                 []pageField
	AnswersType, Status     string
}

// pageField is a parameter, or a field of a body.
type pageField struct {
	Name, Where, Kind, Says string
	Required                bool
}

func sections(doc *huma.OpenAPI) []pageSection {
	var list []pageSection
	for _, tag := range doc.Tags {
		section := pageSection{Name: tag.Name, Anchor: strings.ReplaceAll(strings.ToLower(tag.Name), " ", "-")}
		for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
			for _, op := range operations(doc.Paths[path]) {
				if slices.Contains(op.Tags, tag.Name) {
					section.Operations = append(section.Operations, pageOf(doc.Components.Schemas, path, op))
				}
			}
		}
		list = append(list, section)
	}
	return list
}

func pageOf(all huma.Registry, path string, op *huma.Operation) pageOperation {
	shown := pageOperation{ID: op.OperationID, Method: op.Method, Path: Prefix + path, Title: op.Summary}
	if op.Description != "" {
		shown.Says = strings.Split(op.Description, "\n\n")
	}
	for _, p := range op.Parameters {
		shown.Parameters = append(shown.Parameters, pageField{p.Name, p.In, kindOf(p.Schema), p.Description, p.Required})
	}
	if op.RequestBody != nil {
		for kind, content := range op.RequestBody.Content {
			shown.TakesType, shown.Takes = kind, fieldsOf(all, content.Schema)
		}
	}
	for status, response := range op.Responses {
		for kind, content := range response.Content {
			if status != "default" {
				shown.Status, shown.AnswersType, shown.Answers = status, kind, fieldsOf(all, content.Schema)
			}
		}
	}
	return shown
}

// fieldsOf are the fields of a body; of a list those of its items, too.
func fieldsOf(all huma.Registry, schema *huma.Schema) []pageField {
	schema = whole(all, schema)
	if schema == nil {
		return nil
	}
	var fields []pageField
	for name, property := range schema.Properties {
		fields = append(fields, pageField{name, "", kindOf(property), property.Description, slices.Contains(schema.Required, name)})
		if name == "items" && property.Items != nil {
			for _, f := range fieldsOf(all, property.Items) {
				f.Name = "items[]." + f.Name
				fields = append(fields, f)
			}
		}
	}
	slices.SortFunc(fields, func(a, b pageField) int { return cmp.Compare(a.Name, b.Name) })
	return fields
}

func whole(all huma.Registry, schema *huma.Schema) *huma.Schema {
	if schema != nil && schema.Ref != "" {
		return all.SchemaFromRef(schema.Ref)
	}
	return schema
}

// kindOf says in a word what a value is.
func kindOf(schema *huma.Schema) string {
	switch {
	case schema == nil:
		return ""
	case schema.Ref != "":
		return schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]
	case schema.Type == huma.TypeArray:
		return "list of " + kindOf(schema.Items)
	case len(schema.Enum) > 0:
		var words []string
		for _, word := range schema.Enum {
			if text, ok := word.(string); ok {
				words = append(words, text)
			}
		}
		return strings.Join(words, " | ")
	case schema.Nullable:
		return schema.Type + " or null"
	}
	return schema.Type
}

const pageStyle = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1.25rem 4rem}
code,.path{font-family:ui-monospace,monospace;font-size:.92em}
nav ul{columns:2;padding-left:1.2rem}
section section{border-top:1px solid #8886;margin-top:1.5rem}
.method{display:inline-block;min-width:4.5rem;font-weight:700}
table{border-collapse:collapse;width:100%;font-size:.92em;margin:.4rem 0 1rem}
th,td{text-align:left;vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #8883}
summary{cursor:pointer}
@media(max-width:40rem){nav ul{columns:1}}
`

const pageTemplate = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Info.Title}} REST API</title>
<style>{{.Style}}</style>
</head>
<body>
<h1>{{.Info.Title}} REST API</h1>
{{range .Says}}<p>{{.}}</p>
{{end}}<p>Version {{.Info.Version}}. The same as an OpenAPI 3.1 document: <a href="{{.Prefix}}/openapi.json">openapi.json</a>.</p>
<nav><ul>
{{range .Sections}}<li><a href="#{{.Anchor}}">{{.Name}}</a></li>
{{end}}<li><a href="#problems">Problems</a></li>
</ul></nav>
{{range .Sections}}<section id="{{.Anchor}}">
<h2>{{.Name}}</h2>
{{range .Operations}}<section id="{{.ID}}">
<h3>{{.Title}}</h3>
<p class="path"><span class="method">{{.Method}}</span> {{.Path}}</p>
{{range .Says}}<p>{{.}}</p>
{{end}}{{if .Parameters}}<table><tr><th>Parameter</th><th>In</th><th>Kind</th><th></th></tr>
{{range .Parameters}}<tr><td><code>{{.Name}}</code></td><td>{{.Where}}{{if .Required}}, required{{end}}</td><td>{{.Kind}}</td><td>{{.Says}}</td></tr>
{{end}}</table>
{{end}}{{if .TakesType}}<details open><summary>Takes {{.TakesType}}</summary>
{{if .Takes}}<table><tr><th>Field</th><th>Kind</th><th></th></tr>
{{range .Takes}}<tr><td><code>{{.Name}}</code>{{if .Required}} (required){{end}}</td><td>{{.Kind}}</td><td>{{.Says}}</td></tr>
{{end}}</table>{{end}}</details>
{{end}}{{if .Status}}<details><summary>Answers {{.Status}}, {{.AnswersType}}</summary>
{{if .Answers}}<table><tr><th>Field</th><th>Kind</th><th></th></tr>
{{range .Answers}}<tr><td><code>{{.Name}}</code></td><td>{{.Kind}}</td><td>{{.Says}}</td></tr>
{{end}}</table>{{end}}</details>
{{end}}</section>
{{end}}</section>
{{end}}<section id="problems">
<h2>Problems</h2>
<p>An answer that isn't the one asked for is application/problem+json. Its kind is one of these.</p>
<table><tr><th>Kind</th><th>Status</th><th></th></tr>
{{range .Kinds}}{{template "kind" .}}{{end}}</table>
</section>
</body>
</html>
{{define "kind"}}<tr id="{{.Kind}}"><td><code>{{.Kind}}</code></td><td>{{.Status}}</td><td>{{.Says}}</td></tr>
{{end}}`
