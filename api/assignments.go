package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionAssignments = "Assignments"

func (s *server) registerAssignments() {
	handle(s, route{
		method: http.MethodPost, path: "/assignments", id: "assign-devices", section: sectionAssignments, needs: needs(domain.DevicesAssign),
		title: "Move devices to a customer", repeats: true, raw: true, body: s.Limits.IDs, time: s.Limits.LongTime,
		says: "IDs are unit IDs or device IDs, or the first eight or more digits of either where that is unique in reach; up to 100,000 of them. All good ones move in one step, the others are told, each in its row.",
	}, s.assign)
	handle(s, route{
		method: http.MethodPost, path: "/assignments/{id}/undo", id: "undo-assignment", section: sectionAssignments, needs: needs(domain.DevicesAssign),
		title: "Move back the devices of an assignment", repeats: true, time: s.Limits.LongTime,
		says: "Those that are still where it put them. The ID is what the assignment answered as entry.",
	}, s.undo)
	describeBody[newAssignment](s, "/assignments")
}

// describeBody tells the document of a body that its route reads itself.
func describeBody[T any](s *server, path string) {
	body := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
	s.api.OpenAPI().Paths[path].Post.RequestBody = &huma.RequestBody{
		Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: body}},
	}
}

type newAssignment struct {
	To     string   `json:"to" minLength:"1" maxLength:"8192" doc:"The ID or path of the customer that gets them"`
	IDs    []string `json:"ids" nullable:"false" minItems:"1" maxItems:"100000"`
	DryRun bool     `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// readBulk reads the body of a bulk change itself: it may be long, and huma would
// hold it three times over. example is what it takes.
func readBulk(body []byte, into any, example string) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return domain.Errorf(domain.Invalid, domain.CleanCut(wrong.Field, 40), "It takes %s.", example)
	case err != nil || decoder.More():
		return newProblem(domain.Invalid.String(), "", "The body isn't the JSON that this takes: "+example+".").status(http.StatusBadRequest)
	}
	return nil
}

// someDevices refuses a bulk change of none.
func someDevices(ids []string) error {
	if len(ids) == 0 {
		return domain.Errorf(domain.Invalid, "ids", "Say which devices.")
	}
	return nil
}

// bulk does a bulk change, or says what it would do.
func (s *server) bulk(ctx context.Context, actor domain.Actor, b store.Bulk, dryRun bool) (result store.BulkResult, err error) {
	if dryRun {
		result.BulkPreview, err = s.DB.PreviewBulk(ctx, actor, b)
		return result, err
	}
	return s.DB.RunBulk(ctx, actor, b, nil)
}

func (s *server) assign(ctx context.Context, actor domain.Actor, in *struct {
	RawBody []byte `contentType:"application/json"`
}) (*struct{ Body shape.Assignment }, error) {
	var asked newAssignment
	if err := readBulk(in.RawBody, &asked, `{"to": "a customer", "ids": ["an ID", …], "dry_run": false}`); err != nil {
		return nil, err
	}
	if asked.To == "" {
		return nil, domain.Errorf(domain.Invalid, "to", "Say which customer gets the devices.")
	}
	if err := someDevices(asked.IDs); err != nil {
		return nil, err
	}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	to, err := may.Resolve(asked.To)
	if err != nil {
		return nil, err
	}
	result, err := s.bulk(ctx, actor, store.Assignment{To: to, Text: strings.Join(asked.IDs, "\n")}, asked.DryRun)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.Assignment }{shape.NewAssignment(may.Tree(), to, result, asked.DryRun)}, nil
}

func (s *server) undo(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
}) (*struct{ Body shape.Undone }, error) {
	id, err := parse("bulk change", in.ID)
	if err != nil {
		return nil, err
	}
	result, err := s.DB.UndoBulk(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.Undone }{shape.NewUndone(result)}, nil
}
