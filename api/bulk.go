package api

import (
	"context"
	"net/http"
	"strings"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionBulk = "Many devices at once"

// registerBulk makes the routes that do the same to many devices, beside those of
// assignments.
func (s *server) registerBulk() {
	handle(s, route{
		method: http.MethodPost, path: "/placements", id: "place-devices", section: sectionBulk, needs: needs(domain.DevicesEdit),
		title: "Put devices at a location", repeats: true, raw: true, body: s.Limits.IDs, time: s.Limits.LongTime,
		says: "Or take them away from theirs, where at is empty. The location must be one of a device's customer or of one above it; devices of others are told as refused. IDs are those of an assignment.",
	}, s.place)
	handle(s, route{
		method: http.MethodPost, path: "/placements/{id}/undo", id: "undo-placement", section: sectionBulk, needs: needs(domain.DevicesEdit),
		title: "Put the devices of a placement back", repeats: true, time: s.Limits.LongTime,
		says: "Those that are still where it put them. The ID is what the placement answered as entry.",
	}, s.undo)
	handle(s, route{
		method: http.MethodPost, path: "/device-edits", id: "edit-devices", section: sectionBulk, needs: needs(domain.DevicesEdit),
		title: "Change the same of many devices", repeats: true, raw: true, body: s.Limits.IDs, time: s.Limits.LongTime,
		says: "Tags to add and to take away, in either case, and make, model, year and type; what isn't there stays, what is empty is emptied. IDs are those of an assignment.",
	}, s.editDevices)
	handle(s, route{
		method: http.MethodPost, path: "/device-edits/{id}/undo", id: "undo-device-edits", section: sectionBulk, needs: needs(domain.DevicesEdit),
		title: "Give the devices of an edit back what they had", repeats: true, time: s.Limits.LongTime,
		says: "Those that are still as it left them. The ID is what the edit answered as entry.",
	}, s.undo)
	describeBody[newPlacement](s, "/placements")
	describeBody[newDeviceEdits](s, "/device-edits")
}

type newPlacement struct {
	At     *string  `json:"at" maxLength:"8192" doc:"The location: its ID, its name, or its customer's path, a slash and its name; empty to take them away from theirs"`
	IDs    []string `json:"ids" nullable:"false" minItems:"1" maxItems:"100000"`
	DryRun bool     `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

func (s *server) place(ctx context.Context, actor domain.Actor, in *struct {
	RawBody []byte `contentType:"application/json"`
}) (*struct{ Body shape.Placement }, error) {
	var asked newPlacement
	if err := readBulk(in.RawBody, &asked, `{"at": "a location", "ids": ["an ID", …], "dry_run": false}`); err != nil {
		return nil, err
	}
	if asked.At == nil {
		return nil, domain.Errorf(domain.Invalid, "at", "Say at which location; empty text takes the devices away from theirs.")
	}
	if err := someDevices(asked.IDs); err != nil {
		return nil, err
	}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	request := store.Placement{Text: strings.Join(asked.IDs, "\n")}
	var at *domain.Location
	if *asked.At != "" {
		found, err := s.DB.FindLocationToPutAt(ctx, actor, *asked.At)
		if err != nil {
			return nil, err
		}
		at, request.At = &found.Location, found.ID
	}
	result, err := s.bulk(ctx, actor, request, asked.DryRun)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.Placement }{shape.NewPlacement(may.Tree(), at, result, asked.DryRun)}, nil
}

type newDeviceEdits struct {
	IDs        []string `json:"ids" nullable:"false" minItems:"1" maxItems:"100000"`
	AddTags    []string `json:"add_tags,omitempty" nullable:"false" maxItems:"32"`
	RemoveTags []string `json:"remove_tags,omitempty" nullable:"false" maxItems:"32"`
	Make       *string  `json:"make,omitempty" maxLength:"400"`
	Model      *string  `json:"model,omitempty" maxLength:"400"`
	Year       *int     `json:"year,omitempty" doc:"0 for unknown"`
	Type       *string  `json:"type,omitempty" maxLength:"400"`
	DryRun     bool     `json:"dry_run,omitempty" doc:"Only say what it would do"`
}

func (s *server) editDevices(ctx context.Context, actor domain.Actor, in *struct {
	RawBody []byte `contentType:"application/json"`
}) (*struct{ Body shape.DeviceEdits }, error) {
	var asked newDeviceEdits
	if err := readBulk(in.RawBody, &asked, `{"ids": ["an ID", …], "add_tags": ["a tag"], "make": "…", "dry_run": false}`); err != nil {
		return nil, err
	}
	if err := someDevices(asked.IDs); err != nil {
		return nil, err
	}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	result, err := s.bulk(ctx, actor, store.DeviceEdits{Text: strings.Join(asked.IDs, "\n"), Change: domain.DeviceChange{
		AddTags: asked.AddTags, RemoveTags: asked.RemoveTags, Make: asked.Make, Model: asked.Model, Year: asked.Year, Type: asked.Type,
	}}, asked.DryRun)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.DeviceEdits }{shape.NewDeviceEdits(may.Tree(), result, asked.DryRun)}, nil
}
