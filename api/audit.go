package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionAudit = "Audit trail"

func (s *server) registerAudit() {
	handle(s, route{
		method: http.MethodGet, path: "/audit", id: "list-audit", section: sectionAudit, needs: needs(domain.AuditRead),
		title: "What was done, refused and failed", says: "The newest first. A page may have fewer items than its limit, even none, and a next: a filter that finds little looks only so far at a time.\n\n" +
			"With a device and nothing else it takes devices.see, and tells what happened to that device while it was in reach, in entry, at, who, door and text.",
	}, s.listAudit)
	handle(s, route{
		method: http.MethodGet, path: "/audit/{id}", id: "get-audit-entry", section: sectionAudit, needs: needs(domain.AuditRead),
		title: "One audit entry",
	}, func(ctx context.Context, actor domain.Actor, in *struct {
		ID string `path:"id"`
	}) (*struct{ Body shape.AuditEntry }, error) {
		id, err := parse("audit entry", in.ID)
		if err != nil {
			return nil, err
		}
		row, err := s.DB.AuditEntry(ctx, actor, id)
		if err != nil {
			return nil, err
		}
		return &struct{ Body shape.AuditEntry }{shape.NewAuditEntry(row)}, nil
	})
	handle(s, route{
		method: http.MethodGet, path: "/audit/{id}/devices", id: "list-audit-devices", section: sectionAudit, needs: needs(domain.AuditRead),
		title: "The devices that an audit entry lists, and where each came from", says: "Those of them that came from or went to a customer in reach.",
	}, s.listAuditDevices)
}

// AuditChoice chooses entries of the audit trail.
type AuditChoice struct {
	Scope
	Device  string `query:"device" maxLength:"100" doc:"Only about this device: its device ID, its unit ID, or the first digits of either"`
	User    string `query:"user" maxLength:"1000" doc:"Only what this user did: an ID, a username or an email"`
	Who     string `query:"who" maxLength:"1000" doc:"Only what somebody with this username at that time did"`
	Action  string `query:"action" maxLength:"100" doc:"Only this action, such as device.assign, or all of a kind, such as device."`
	Object  string `query:"object" maxLength:"100" doc:"Only about the thing with this ID"`
	Outcome string `query:"outcome" enum:"done,refused,failed" doc:"How it ended"`
	Door    string `query:"door" enum:"console,machine,ssh,api" doc:"How they came in"`
	From    string `query:"from" maxLength:"100" doc:"Only from this day (in your time zone) or moment on"`
	To      string `query:"to" maxLength:"100" doc:"Only to the end of this day, or before this moment"`
	Filter  string `query:"filter" maxLength:"1000" doc:"Only those with all these words in who, text, name or from"`
}

// deviceAlone says whether nothing is asked for but the history of a device.
func (c AuditChoice) deviceAlone() bool { return c.Device != "" && c == AuditChoice{Device: c.Device} }

// query is the choice for the store.
func (c AuditChoice) query(ctx context.Context, s *server, actor domain.Actor, p store.Page) (q store.AuditQuery, err error) {
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return q, err
	}
	q = store.AuditQuery{Who: c.Who, Action: c.Action, Outcome: store.Outcome(c.Outcome), Filter: c.Filter, Page: p}
	if q.Customer, q.Below, err = c.in(may); err != nil {
		return q, err
	}
	if q.Door, err = domain.ParseDoor(c.Door); err != nil {
		return q, err
	}
	zone := may.Tree().SettingsFor(may.User()).Zone() // a token is always somebody's
	if q.From, err = domain.ParseMoment("from", c.From, zone, false); err != nil {
		return q, err
	}
	if q.To, err = domain.ParseMoment("to", c.To, zone, true); err != nil {
		return q, err
	}
	if c.User != "" {
		row, err := s.DB.FindUser(ctx, actor, c.User)
		if err != nil {
			return q, err
		}
		q.User = row.ID
	}
	switch {
	case c.Device != "":
		row, err := s.DB.FindDevice(ctx, actor, c.Device)
		if err != nil {
			return q, err
		}
		q.Object = row.ID
	case c.Object != "":
		q.Object, err = parse("object", c.Object)
	}
	return q, err
}

// auditList is a page of entries, of which there may be more than were counted.
type auditList struct {
	List[shape.AuditEntry]
	AtLeast bool `json:"at_least,omitempty" doc:"There may be more than total"`
}

type auditListed struct{ Body auditList }

func (s *server) listAudit(ctx context.Context, actor domain.Actor, in *struct {
	Page
	AuditChoice
}) (*auditListed, error) {
	if in.deviceAlone() {
		return s.deviceHistory(ctx, actor, in.Device, in.Page)
	}
	q, err := in.query(ctx, s, actor, in.page())
	if err != nil {
		return nil, err
	}
	found, err := s.DB.Audit(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	entries := make([]shape.AuditEntry, 0, len(found.Rows))
	for _, row := range found.Rows {
		entries = append(entries, shape.NewAuditEntry(row))
	}
	answer := newListed(entries, found.Next, found.Total)
	answer.Body.Reason = found.Reason
	return &auditListed{auditList{answer.Body, found.AtLeast}}, nil
}

// longHistory is how much of a device's history can be paged through.
const longHistory = 10_000

// deviceHistory is what whoever sees a device may know of it.
func (s *server) deviceHistory(ctx context.Context, actor domain.Actor, device string, p Page) (*auditListed, error) {
	row, err := s.DB.FindDevice(ctx, actor, device)
	if err != nil {
		return nil, err
	}
	history, _, err := s.DB.DeviceHistory(ctx, actor, row.ID, store.Page{Limit: longHistory})
	if err != nil {
		return nil, err
	}
	entries := make([]shape.AuditEntry, 0, len(history))
	for _, h := range history {
		entries = append(entries, shape.NewAuditEntry(store.AuditRow{Entry: h.Entry, At: h.At, Who: h.Who, Door: h.Door, Text: h.Text}))
	}
	answer, err := cut(entries, p, func(e shape.AuditEntry) string { return e.Entry.String() })
	if err != nil {
		return nil, err
	}
	return &auditListed{auditList{List: answer.Body}}, nil
}

func (s *server) listAuditDevices(ctx context.Context, actor domain.Actor, in *struct {
	Page
	ID string `path:"id"`
}) (*listed[shape.AuditDevice], error) {
	id, err := parse("audit entry", in.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.DB.AuditDevices(ctx, actor, id, in.page())
	if err != nil {
		return nil, err
	}
	devices := make([]shape.AuditDevice, 0, len(found.Rows))
	for _, d := range found.Rows {
		devices = append(devices, shape.NewAuditDevice(d))
	}
	return newListed(devices, found.Next, found.Total), nil
}
