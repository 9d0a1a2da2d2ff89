package api

import (
	"context"
	"net/http"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

const sectionDevices = "Devices"

type deviceAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     *shape.Device
}

func (s *server) registerDevices() {
	handle(s, route{
		method: http.MethodGet, path: "/devices", id: "list-devices", section: sectionDevices, needs: needs(domain.DevicesSee),
		title: "List devices",
	}, s.listDevices)
	handle(s, route{
		method: http.MethodGet, path: "/devices/{id}", id: "get-device", section: sectionDevices, needs: needs(domain.DevicesSee),
		title: "One device, with its history",
		says:  "The ID is its device ID, its unit ID, or the first eight or more digits of either where that is unique in reach.",
	}, s.getDevice)
	handle(s, route{
		method: http.MethodPost, path: "/devices", id: "register-device", section: sectionDevices, needs: needs(domain.DevicesRegister),
		title: "Register a device", status: http.StatusCreated, repeats: true,
	}, s.registerDevice)
	handle(s, route{
		method: http.MethodPatch, path: "/devices/{id}", id: "change-device", section: sectionDevices, needs: needs(domain.DevicesEdit),
		title: "Change a device", says: "What isn't given stays. Its customer is changed by an assignment.", version: true,
	}, s.changeDevice)
}

// DeviceChoice chooses devices, as the console does.
type DeviceChoice struct {
	Scope
	At      string `query:"location" maxLength:"100" doc:"Only those at the location with this ID"`
	Filter  string `query:"filter" maxLength:"1000" doc:"Only those that match: words, and fields as in customer:nordics status:online tag:van -imei:35*"`
	Sort    string `query:"sort" enum:"name,unit_id,customer,make,status,last_communication,registered_at" doc:"By which column"`
	Reverse bool   `query:"reverse" doc:"Turn the order round"`
}

// query is the choice for the store.
func (c DeviceChoice) query(ctx context.Context, s *server, actor domain.Actor, p store.Page) (store.DeviceQuery, error) {
	may, err := s.mayOf(ctx, actor)
	if err != nil {
		return store.DeviceQuery{}, err
	}
	customer, below, err := c.in(may)
	var at domain.ID
	if err == nil && c.At != "" {
		at, err = parse("location", c.At)
	}
	return store.DeviceQuery{
		Customer: customer, Below: below, Location: at, Filter: c.Filter, Sort: store.DeviceSort(c.Sort), Reverse: c.Reverse, Page: p,
	}, err
}

func (s *server) listDevices(ctx context.Context, actor domain.Actor, in *struct {
	Page
	DeviceChoice
}) (*listed[*shape.Device], error) {
	q, err := in.query(ctx, s, actor, in.page())
	if err != nil {
		return nil, err
	}
	found, err := s.DB.Devices(ctx, actor, q)
	if err != nil {
		return nil, err
	}
	devices := make([]*shape.Device, 0, len(found.Rows))
	for _, row := range found.Rows {
		devices = append(devices, shape.NewDevice(row))
	}
	answer := newListed(devices, found.Next, found.Total)
	answer.Body.Reason = found.Reason
	return answer, nil
}

func (s *server) getDevice(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id" maxLength:"100"`
}) (*deviceAnswer, error) {
	row, err := s.DB.FindDevice(ctx, actor, in.ID)
	if err != nil {
		return nil, err
	}
	history, _, err := s.DB.DeviceHistory(ctx, actor, row.ID, store.Page{})
	if err != nil {
		return nil, err
	}
	told := shape.NewDevice(row)
	told.History = shape.NewHappenings(history)
	return &deviceAnswer{ETag: etag(row.Version), Body: told}, nil
}

// DeviceFields are what is said of a new device and of a changed one.
type DeviceFields struct {
	Name     *string   `json:"name,omitempty" maxLength:"1000"`
	Location *string   `json:"location_id,omitempty" maxLength:"100" doc:"Empty for none"`
	Make     *string   `json:"make,omitempty" maxLength:"1000"`
	Model    *string   `json:"model,omitempty" maxLength:"1000"`
	Year     *int      `json:"year,omitempty" minimum:"0" maximum:"9999" doc:"0 for unknown"`
	Type     *string   `json:"type,omitempty" maxLength:"1000"`
	Plate    *string   `json:"plate,omitempty" maxLength:"1000"`
	IMEI     *string   `json:"imei,omitempty" maxLength:"100"`
	ICCID    *string   `json:"iccid,omitempty" maxLength:"100"`
	Phone    *string   `json:"phone,omitempty" maxLength:"100"`
	VIN      *string   `json:"vin,omitempty" maxLength:"100"`
	Tags     *[]string `json:"tags,omitempty" nullable:"false" maxItems:"1000" doc:"All of them"`
}

func (f DeviceFields) change(d *domain.Device) error {
	for _, field := range []struct{ to, given *string }{
		{&d.Name, f.Name}, {&d.Make, f.Make}, {&d.Model, f.Model}, {&d.Type, f.Type}, {&d.Plate, f.Plate},
		{&d.IMEI, f.IMEI}, {&d.ICCID, f.ICCID}, {&d.Phone, f.Phone}, {&d.VIN, f.VIN},
	} {
		set(field.to, field.given)
	}
	set(&d.Year, f.Year)
	set(&d.Tags, f.Tags)
	if f.Location == nil {
		return nil
	}
	d.Location = domain.ID{}
	if *f.Location == "" {
		return nil
	}
	var err error
	d.Location, err = parse("location", *f.Location)
	return err
}

func (s *server) registerDevice(ctx context.Context, actor domain.Actor, in *struct {
	Body struct {
		UnitID   string `json:"unit_id" maxLength:"100" doc:"The ID printed on it: 32 hex digits"`
		Customer string `json:"customer,omitempty" maxLength:"8192" doc:"The ID or path of the customer that gets it; none for your own"`
		DeviceFields
	}
}) (*deviceAnswer, error) {
	var d domain.Device
	var err error
	if d.UnitID, err = domain.ParseUnitID(in.Body.UnitID); err != nil {
		return nil, err
	}
	if err := in.Body.change(&d); err != nil {
		return nil, err
	}
	if d.Customer, err = s.find(ctx, actor, in.Body.Customer); err != nil {
		return nil, err
	}
	if d, err = s.DB.RegisterDevice(ctx, actor, d); err != nil {
		return nil, err
	}
	answer, err := s.device(ctx, actor, d.ID)
	if err != nil {
		return nil, err
	}
	answer.Location = Prefix + "/devices/" + d.ID.String()
	return answer, nil
}

// device is one that the actor sees, as it is now.
func (s *server) device(ctx context.Context, actor domain.Actor, id domain.ID) (*deviceAnswer, error) {
	row, err := s.DB.Device(ctx, actor, id)
	if err != nil {
		return nil, err
	}
	return &deviceAnswer{ETag: etag(row.Version), Body: shape.NewDevice(row)}, nil
}

func (s *server) changeDevice(ctx context.Context, actor domain.Actor, in *struct {
	ID string `path:"id" maxLength:"100"`
	IfMatch
	Body DeviceFields
}) (*deviceAnswer, error) {
	changed, err := changing(func() (domain.Device, bool, error) {
		row, err := s.DB.FindDevice(ctx, actor, in.ID)
		if err != nil {
			return domain.Device{}, false, s.unseen(ctx, actor, in.ID, err)
		}
		version, again, err := in.of(row.Version)
		if err != nil {
			return row.Device, false, err
		}
		d := row.Device
		d.Version = version
		if err := in.Body.change(&d); err != nil {
			return d, false, err
		}
		d, err = s.DB.EditDevice(ctx, actor, d)
		return d, again, err
	})
	if err != nil {
		return nil, err
	}
	return s.device(ctx, actor, changed.ID)
}

// unseen lets the store note an attempt on a device that the actor doesn't see.
func (s *server) unseen(ctx context.Context, actor domain.Actor, text string, err error) error {
	id, bad := domain.ParseID(text)
	if bad != nil || domain.KindOf(err) != domain.NotFound {
		return err
	}
	if _, refused := s.DB.EditDevice(ctx, actor, domain.Device{ID: id, Version: noVersion}); refused != nil {
		return refused
	}
	return err
}
