package api

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionAccess = "Access control"

const linesType = "application/x-ndjson"

func (s *server) registerAccess() {
	handle(s, route{
		method: http.MethodGet, path: "/access-events", id: "list-access-events", section: sectionAccess, needs: needs(domain.AccessSee),
		title: "List access events, the newest first", says: "The RFID history, where the account has the add-on. A page may hold fewer than were asked for, none even, and not be the last: where a filter finds little, it ends after a while of looking, and looked_to says how far back it looked. Go on with next while there is one.",
	}, s.listAccess)
	handle(s, route{
		method: http.MethodGet, path: "/access-events/{id}", id: "get-access-event", section: sectionAccess, needs: needs(domain.AccessSee),
		title: "One access event",
	}, s.getAccess)
	handle(s, route{
		method: http.MethodPost, path: "/access-events", id: "send-access-events", section: sectionAccess, needs: needs(domain.AccessSee),
		title: "Send access events", stream: true, body: maxAccessBody, time: s.Limits.LongTime,
		says: "One as JSON, or as " + linesType + " many, an event on each line. Takes devices.edit over each device, too: whoever only reads the history can't write it. The id is your own for the event, the same each time that you send it; what came before changes nothing, so that you may send again whenever you aren't sure. Who holds the token, whose the device is and where are looked up as it comes in, and kept. One event is answered with 201, 200 where it came before, and a problem where it failed. Of many each is answered in its row, in their order, and those that failed don't stop the others.",
	}, s.sendAccess)
	s.describeAccess()
}

// newAccessEvent is an access event as it is sent. It is read by the store, line
// by line, and is here for the document.
type newAccessEvent struct {
	ID     string `json:"id" minLength:"1" maxLength:"128" doc:"Your own, printable ASCII, unique to the device"`
	At     string `json:"at" format:"date-time"`
	RFID   string `json:"rfid" maxLength:"100" doc:"1 to 32 digits, leading zeros and all"`
	UnitID string `json:"unit_id,omitempty" maxLength:"100" doc:"Of the device; or"`
	Device string `json:"device_id,omitempty" maxLength:"100"`
	Status string `json:"status" enum:"approved,rejected,logged_out"`
}

// describeAccess says in the document what is sent.
func (s *server) describeAccess() {
	schema := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[newAccessEvent](), true, "")
	post := s.api.OpenAPI().Paths["/access-events"].Post
	post.RequestBody = &huma.RequestBody{
		Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}, linesType: {Schema: schema}},
	}
	made := *post.Responses["200"]
	made.Description = "Created"
	post.Responses["201"] = &made
}

// AccessChoice chooses access events, as the console does.
type AccessChoice struct {
	Scope
	Person   string `query:"person" maxLength:"1000" doc:"Only of this holder: an ID, a username, an email, or words of the name"`
	RFID     string `query:"rfid" maxLength:"100" doc:"Only with the RFID token of these digits"`
	Device   string `query:"device" maxLength:"100" doc:"Only at this device: its unit ID or device ID"`
	Location string `query:"location" maxLength:"1000" doc:"Only at this location: an ID, or words of its name"`
	Status   string `query:"status" enum:"approved,rejected,logged_out"`
	From     string `query:"from" maxLength:"40" doc:"Only from this time on: 2026-11-27T08:15:00Z, or a day"`
	To       string `query:"to" maxLength:"40" doc:"Only before this time, or until the end of this day"`
	Filter   string `query:"filter" maxLength:"1000" doc:"Only those with all these words in holder, token, device, plate, unit ID, customer, location, status or id"`
}

// query is the choice for the store. Days are those of whoever asks.
func (c AccessChoice) query(ctx context.Context, s *server, actor domain.Actor, p store.Page) (store.AccessQuery, error) {
	q := store.AccessQuery{Person: c.Person, RFID: c.RFID, Place: c.Location, Filter: c.Filter, Page: p}
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return q, err
	}
	if err := may.MayAnywhere(domain.AccessSee).Err(may); err != nil {
		return q, err // before anything is said about what was asked for
	}
	if q.Customer, q.Below, err = c.in(may); err != nil {
		return q, err
	}
	if c.Status != "" {
		if q.Status, err = domain.ParseAccessStatus(c.Status); err != nil {
			return q, err
		}
	}
	if c.Device != "" {
		if q.Device, err = parse("device", c.Device); err != nil {
			return q, err
		}
	}
	zone := time.UTC
	if may.User() != nil {
		zone = may.Tree().SettingsFor(may.User()).Zone()
	}
	if q.From, err = domain.ParseMoment("from", c.From, zone, false); err != nil {
		return q, err
	}
	q.To, err = domain.ParseMoment("to", c.To, zone, true)
	return q, err
}

// accessList is a page of the access history.
type accessList struct {
	Items    []shape.AccessEvent `json:"items" nullable:"false"`
	Next     string              `json:"next" doc:"The cursor of the next page; empty at the end"`
	Total    int                 `json:"total" doc:"Of all pages"`
	AtLeast  bool                `json:"at_least,omitempty" doc:"There may be more than total: long lists aren't counted to the end"`
	LookedTo *string             `json:"looked_to" doc:"How far back a page that holds fewer than were asked for has looked; null otherwise"`
}

func (s *server) listAccess(ctx context.Context, actor domain.Actor, in *struct {
	Page
	AccessChoice
}) (*struct{ Body accessList }, error) {
	q, err := in.query(ctx, s, actor, in.page())
	if err != nil {
		return nil, err
	}
	found, err := s.DB.AccessEvents(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	events := make([]shape.AccessEvent, 0, len(found.Rows))
	for _, e := range found.Rows {
		events = append(events, shape.NewAccessEvent(e))
	}
	return &struct{ Body accessList }{accessList{events, found.Next, found.Total, !found.Exact, shape.Moment(found.LookedTo)}}, nil
}

func (s *server) getAccess(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id" maxLength:"100"`
}) (*struct{ Body shape.AccessEvent }, error) {
	id, err := parse("event", in.ID)
	if err != nil {
		return nil, err
	}
	e, err := s.DB.AccessEvent(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body shape.AccessEvent }{shape.NewAccessEvent(e)}, nil
}

// sending is a body of access events, as it comes.
type sending struct {
	body io.Reader
	kind string
}

func (i *sending) Resolve(ctx huma.Context) []error {
	i.body, i.kind = ctx.BodyReader(), ctx.Header("Content-Type")
	return nil
}

// sentAccess is what became of events that were sent.
type sentAccess struct {
	Added   int               `json:"added"`
	Already int               `json:"already_there" doc:"They came before, the same"`
	Failed  int               `json:"failed"`
	Items   []store.AccessRow `json:"items" nullable:"false" doc:"What became of each, in their order"`
}

type sentAnswer struct {
	Status int
	Body   sentAccess
}

func (s *server) sendAccess(ctx context.Context, actor domain.Actor, in *sending) (*sentAnswer, error) {
	file := &coming{r: in.body}
	var answer *sentAnswer
	var err error
	switch {
	case isJSON(in.kind):
		answer, err = s.sendOne(ctx, actor, file)
	case is(in.kind, linesType):
		answer, err = s.sendLines(ctx, actor, file)
	default:
		return nil, newProblem(kindUnsupported, "", "Send one event as application/json, or many as "+linesType+", one on each line.").status(http.StatusUnsupportedMediaType)
	}
	if file.tooLarge {
		return nil, tooLarge(maxAccessBody)
	}
	return answer, err
}

// maxAccessBody is how much may be sent at a time, in bytes: some 60,000 events,
// of which each is answered. maxAccessEvent is how long one may be.
const (
	maxAccessBody  = 8 << 20
	maxAccessEvent = 16 << 10
)

func (s *server) sendOne(ctx context.Context, actor domain.Actor, body io.Reader) (*sentAnswer, error) {
	text, err := io.ReadAll(io.LimitReader(body, maxAccessEvent+1))
	if err != nil {
		return nil, newProblem(domain.Invalid.String(), "", "The body didn't come to its end. Send it again.").status(http.StatusBadRequest)
	}
	if len(text) > maxAccessEvent {
		return nil, tooLarge(maxAccessEvent)
	}
	event := store.ReadAccessEvent(text)
	results, err := s.DB.AddAccessEvents(ctx, actor, []store.AccessInput{event}, nil)
	if err != nil {
		return nil, err
	}
	result := results[0]
	if result.Fault != nil {
		return nil, result.Fault
	}
	answer := &sentAnswer{Status: http.StatusCreated}
	row := store.AccessRow{Line: 1, Event: event.Event, ID: shape.Identity(result.ID), Result: result.Result.String()}
	answer.Body.Items = []store.AccessRow{row}
	if answer.Body.Added = 1; result.Result == domain.AccessAlreadyThere {
		answer.Status, answer.Body.Added, answer.Body.Already = http.StatusOK, 0, 1
	}
	return answer, nil
}

func (s *server) sendLines(ctx context.Context, actor domain.Actor, body io.Reader) (*sentAnswer, error) {
	answer := &sentAnswer{Status: http.StatusOK, Body: sentAccess{Items: []store.AccessRow{}}}
	result, err := s.DB.ImportAccess(ctx, actor, body, store.AccessImporting{Lines: true, Each: func(row store.AccessRow) {
		answer.Body.Items = append(answer.Body.Items, row)
	}})
	if err != nil && result.Added > 0 {
		s.Log.WarnContext(ctx, "access events stopped coming", "request", requestNumber(ctx), "lines", result.Lines)
		return nil, problemOf(err).addDetail("The lines up to number %d were dealt with, and %d events were added. Send all again.", result.Lines, result.Added)
	}
	answer.Body.Added, answer.Body.Already, answer.Body.Failed = result.Added, result.Already, result.Failed
	return answer, err
}
