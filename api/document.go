package api

import (
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// configuration is what huma is told beside the routes: JSON and nothing else,
// problems of our own, and none of its pages.
func configuration(version string) huma.Config {
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Tenantry", Version: version,
				Description: "Customers, devices and people of a fleet account.\n\n" +
					"Show an API token in each request, made in the console under API tokens: \"Authorization: APIToken …\" (or Bearer …). It may do what its owner may at that moment.\n\n" +
					"Lists come in pages: next is the cursor of the next one. A record's ETag is its version; sent back as If-Match, a change is only made where nobody came in between. How many requests a token may make, the headers RateLimit-… say; beyond them, Retry-After says in how many seconds to go on. Answers that aren't the one asked for are problems (RFC 9457). Fields may be added to answers; what there is stays.",
			},
			Servers: []*huma.Server{{URL: Prefix}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"bearer":   {Type: "http", Scheme: "bearer", Description: "An API token."},
					"apiToken": {Type: "apiKey", In: "header", Name: "Authorization", Description: "\"APIToken \" and an API token."},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true, // a filter that is misspelled would else list everything
		Transformers:                 []huma.Transformer{ourProblems},
	}
	for _, section := range []string{sectionSelf, sectionCustomers, sectionUsers, sectionDevices, sectionAssignments, sectionBulk, sectionLocations, sectionTokens, sectionAccess, sectionAudit, sectionRights} {
		c.Tags = append(c.Tags, &huma.Tag{Name: section})
	}
	return c
}

// finishDocument writes the document, once, and the page.
func (s *server) finishDocument() (err error) {
	doc := s.api.OpenAPI()
	doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own: never sent
	delete(schemas, "ErrorDetail")
	openAnswers(doc)
	onlyMadeHaveAPlace(doc)
	if s.document, err = json.Marshal(doc); err != nil {
		return err
	}
	s.page, s.pageCSP, err = page(doc)
	return err
}

// openAnswers says that answers may get more fields; requests that have others
// than are known are refused, since those would be misspelled.
func openAnswers(doc *huma.OpenAPI) {
	asked := map[string]bool{}
	for _, item := range doc.Paths {
		for _, op := range operations(item) {
			if op.RequestBody != nil {
				for _, content := range op.RequestBody.Content {
					collect(doc.Components.Schemas, content.Schema, asked)
				}
			}
		}
	}
	for name, schema := range doc.Components.Schemas.Map() {
		if closed, is := schema.AdditionalProperties.(bool); is && !closed && !asked[name] {
			schema.AdditionalProperties = true
		}
	}
}

// onlyMadeHaveAPlace takes the header Location out of answers that tell of nothing
// new: they share their form with those that do, and leave it empty.
func onlyMadeHaveAPlace(doc *huma.OpenAPI) {
	for _, item := range doc.Paths {
		for _, op := range operations(item) {
			for status, answer := range op.Responses {
				if status != "201" {
					delete(answer.Headers, "Location")
				}
			}
		}
	}
}

// collect notes the names of all schemas that a schema is made of.
func collect(all huma.Registry, schema *huma.Schema, names map[string]bool) {
	if schema == nil {
		return
	}
	if schema.Ref != "" {
		name := schema.Ref[len("#/components/schemas/"):]
		if !names[name] {
			names[name] = true
			collect(all, all.SchemaFromRef(schema.Ref), names)
		}
	}
	collect(all, schema.Items, names)
	for _, property := range schema.Properties {
		collect(all, property, names)
	}
}

// operations are those of an address, in the order of the page.
func operations(item *huma.PathItem) []*huma.Operation {
	var list []*huma.Operation
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Delete} {
		if op != nil {
			list = append(list, op)
		}
	}
	return list
}
