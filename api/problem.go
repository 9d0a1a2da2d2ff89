package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/domain"
)

// Problem is the body of every answer that isn't the one asked for: RFC 9457.
type Problem struct {
	Type   string  `json:"type" doc:"Where the page about this API tells of the kind"`
	Title  string  `json:"title" doc:"The kind in words"`
	Status int     `json:"status"`
	Detail string  `json:"detail" doc:"A sentence that says what is wrong and what to do"`
	Kind   string  `json:"kind" doc:"The same words as in the errors of plain commands"`
	Field  string  `json:"field,omitempty" doc:"The input that it is about"`
	Errors []Fault `json:"errors,omitempty" nullable:"false" doc:"Each thing that is wrong with the request"`

	headers http.Header
}

// Fault is one thing that is wrong with a request.
type Fault struct {
	Field string `json:"field"`
	Text  string `json:"text"`
}

// Error, GetStatus, GetHeaders and ContentType are what huma asks of an error.
func (p *Problem) Error() string { return p.Detail }

func (p *Problem) GetStatus() int { return p.Status }

func (p *Problem) GetHeaders() http.Header { return p.headers }

func (p *Problem) ContentType(string) string { return problemType }

const problemType = "application/problem+json"

func (p *Problem) with(header, value string) *Problem {
	if p.headers == nil {
		p.headers = http.Header{}
	}
	p.headers.Set(header, value)
	return p
}

// The kinds that only this door knows, beside those of domain.
const (
	kindTooMany     = "too_many"    // requests; Retry-After says how long to wait
	kindTooLarge    = "too_large"   // a body
	kindUnsupported = "unsupported" // a content type, or a method
	kindPrecond     = "changed"     // the version that If-Match names is over
	kindError       = "error"       // something went wrong here
)

// kinds are all kinds in the order of the page, with their titles and meanings.
var kinds = [...]struct {
	Kind, Title, Says string
	Status            int
}{
	{domain.Invalid.String(), "Invalid", "The request is wrong; field names which part of it.", 422},
	{domain.Unauthenticated.String(), "Not signed in", "There is no token, or it opens nothing.", 401},
	{domain.Gated.String(), "A step is due", "The token's owner must first do something in the console: set a password, or enrol a second factor.", 403},
	{domain.Unproven.String(), "Not with a token", "It asks for the password again, so it takes the console.", 403},
	{domain.Refused.String(), "Refused", "The thing is in reach, but you may not do this to it.", 403},
	{domain.NotFound.String(), "Not found", "There is no such thing, or none within reach. The two are one answer.", 404},
	{domain.Conflict.String(), "Conflict", "It clashes with what is there.", 409},
	{kindPrecond, "Changed meanwhile", "It was changed since you read it. Read it again, then make your change.", 412},
	{kindTooLarge, "Too large", "The body is larger than this takes.", 413},
	{kindUnsupported, "Not supported", "The method or the content type isn't one of this address.", 405},
	{kindTooMany, "Too many requests", "Wait as long as Retry-After says.", 429},
	{domain.Unavailable.String(), "Unavailable", "Not now. Nothing was changed; try again.", 503},
	{domain.Uncertain.String(), "Uncertain", "It may or may not have been saved. Read it again before you repeat it.", 500},
	{domain.Damaged.String(), "Damaged", "Stored data failed its checks. Tell whoever runs the server.", 500},
	{kindError, "Error", "Something went wrong in the server. Tell whoever runs it.", 500},
}

// newProblem is a problem of a kind, with the kind's status.
func newProblem(kind, field, detail string) *Problem {
	for _, k := range kinds {
		if k.Kind == kind {
			return &Problem{
				Type: Prefix + "/docs#" + kind, Title: k.Title, Status: k.Status, Kind: kind, Field: field, Detail: domain.Clean(detail),
			}
		}
	}
	return newProblem(kindError, field, detail)
}

func (p *Problem) status(status int) *Problem {
	p.Status = status
	return p
}

// problemOf is the one place where an error of the store becomes an answer. What
// tells of the server's own inside is for its log.
func problemOf(err error) *Problem {
	var already *Problem
	var e *domain.Error
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(domain.Unavailable.String(), "", "It took too long and was stopped. Ask for less at a time.").with("Retry-After", "5")
	case !errors.As(err, &e):
		return newProblem(kindError, "", "Something went wrong in the server. Tell whoever runs it.")
	}
	switch e.Kind {
	case domain.Conflict:
		if e.Field == "version" {
			return newProblem(kindPrecond, e.Field, e.Text)
		}
	case domain.Unauthenticated:
		return unauthenticated(e.Text)
	case domain.Unavailable:
		if e.Field == "" {
			e = domain.Errorf(e.Kind, "", "That can't be done at the moment, and nothing was changed. Try again; if it stays so, tell whoever runs the server.")
		}
		return newProblem(e.Kind.String(), e.Field, e.Text).with("Retry-After", "5")
	case domain.Damaged:
		return newProblem(e.Kind.String(), "", "Stored data failed its checks. Tell whoever runs the server.")
	}
	return newProblem(e.Kind.String(), e.Field, e.Text)
}

// ours says whether an error is of the server's making, and so for its log.
func ours(err error) bool {
	var p *Problem
	if errors.As(err, &p) {
		return p.Kind == kindError
	}
	switch domain.KindOf(err) {
	case domain.Unavailable, domain.Damaged, domain.Uncertain:
		return true
	case 0:
		return !errors.Is(err, context.Canceled)
	}
	return false
}

func unauthenticated(detail string) *Problem {
	p := newProblem(domain.Unauthenticated.String(), "", detail)
	p.headers = http.Header{"Www-Authenticate": {`Bearer realm="tenantry"`, `APIToken realm="tenantry"`}}
	return p
}

// write answers with the problem where the routes aren't asked.
func (p *Problem) write(w http.ResponseWriter) {
	for name, values := range p.headers {
		w.Header()[name] = values
	}
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // it holds nothing but text
	}
	w.Header().Set("Content-Type", problemType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(p.Status)
	_, _ = w.Write(body)
}

// ourProblems turns the errors that huma makes while it reads a request into
// problems of ours: without what was sent, which may be secret.
func ourProblems(_ huma.Context, _ string, v any) (any, error) {
	e, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	kind := domain.Invalid.String()
	switch {
	case e.Status == http.StatusUnsupportedMediaType:
		kind = kindUnsupported
	case e.Status >= 500:
		kind = kindError
	}
	p := newProblem(kind, "", "The request is wrong.").status(e.Status)
	for _, detail := range e.Errors {
		if detail != nil {
			p.Errors = append(p.Errors, Fault{fieldOf(detail.Location), domain.CleanCut(detail.Message, 300)})
		}
	}
	switch {
	case kind == kindUnsupported:
		p.Detail, p.Errors = "This takes application/json.", nil
	case len(p.Errors) > 0:
		p.Field, p.Detail = p.Errors[0].Field, "The request is wrong: "+p.Errors[0].Text+"."
	}
	return p, nil
}

// fieldOf is the name of an input as people know it: "body.name" is name.
func fieldOf(location string) string {
	for _, place := range []string{"body.", "query.", "path.", "header."} {
		if name, found := strings.CutPrefix(location, place); found {
			return domain.CleanCut(name, 100)
		}
	}
	return ""
}
