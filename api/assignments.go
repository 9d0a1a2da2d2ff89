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
	body := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[newAssignment](), true, "")
	s.api.OpenAPI().Paths["/assignments"].Post.RequestBody = &huma.RequestBody{
		Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: body}},
	}
}

type newAssignment struct {
	To     string   `json:"to" minLength:"1" maxLength:"8192" doc:"The ID or path of the customer that gets them"`
	IDs    []string `json:"ids" nullable:"false" minItems:"1" maxItems:"100000"`
	DryRun bool     `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

// readAssignment reads the body itself: it may be long, and huma would hold it
// three times over.
func readAssignment(body []byte) (a newAssignment, err error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(&a)
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong):
		return a, domain.Errorf(domain.Invalid, domain.CleanCut(wrong.Field, 40), "It takes {\"to\": \"a customer\", \"ids\": [\"an ID\", …], \"dry_run\": false}.")
	case err != nil || decoder.More():
		return a, newProblem(domain.Invalid.String(), "", "The body isn't the JSON that this takes: {\"to\": \"a customer\", \"ids\": [\"an ID\", …], \"dry_run\": false}.").status(http.StatusBadRequest)
	case a.To == "":
		return a, domain.Errorf(domain.Invalid, "to", "Say which customer gets the devices.")
	case len(a.IDs) == 0:
		return a, domain.Errorf(domain.Invalid, "ids", "Say which devices.")
	}
	return a, nil
}

func (s *server) assign(ctx context.Context, actor domain.Actor, in *struct {
	RawBody []byte `contentType:"application/json"`
}) (*struct{ Body shape.Assignment }, error) {
	asked, err := readAssignment(in.RawBody)
	if err != nil {
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
	request := store.Assignment{To: to, Text: strings.Join(asked.IDs, "\n")}
	var result store.BulkResult
	if asked.DryRun {
		result.BulkPreview, err = s.DB.PreviewBulk(ctx, actor, request)
	} else {
		result, err = s.DB.RunBulk(ctx, actor, request, nil)
	}
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.Assignment }{shape.NewAssignment(may.Tree(), to, result, asked.DryRun)}, nil
}

func (s *server) undo(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id"`
}) (*struct{ Body shape.Undone }, error) {
	id, err := parse("assignment", in.ID)
	if err != nil {
		return nil, err
	}
	result, err := s.DB.UndoBulk(ctx, actor, id, nil)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.Undone }{shape.NewUndone(result)}, nil
}
