package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"tenantry/domain"
	"tenantry/shape"
	"tenantry/store"
)

func (s *server) registerDeviceFiles() {
	handle(s, route{
		method: http.MethodGet, path: "/devices/export", id: "export-devices", section: sectionDevices, needs: needs(domain.DevicesSee),
		title: "Devices as CSV, in the form that the import reads", time: s.Limits.LongTime,
	}, s.exportDevices)
	handle(s, route{
		method: http.MethodPost, path: "/devices/import", id: "import-devices", section: sectionDevices, needs: needs(domain.DevicesRegister),
		title: "Register devices out of a CSV file", stream: true, body: s.Limits.Import, time: s.Limits.LongTime,
		says: "The body is the file. Its first line names the columns, in any order: unit_id, name, customer, make, model, year, type, plate, imei, iccid, phone, vin, tags. Customer is a path. Good lines are registered, bad ones told.",
	}, s.importDevices)
	s.describeFiles()
}

const csvType = "text/csv"

// describeFiles says in the document what the two files are.
func (s *server) describeFiles() {
	file := map[string]*huma.MediaType{csvType: {Schema: &huma.Schema{Type: huma.TypeString}}}
	paths := s.api.OpenAPI().Paths
	paths["/devices/import"].Post.RequestBody = &huma.RequestBody{Required: true, Content: file}
	paths["/devices/export"].Get.Responses["200"] = &huma.Response{Description: "OK", Content: file}
}

func (s *server) exportDevices(ctx context.Context, actor domain.Actor, in *struct{ DeviceChoice }) (*huma.StreamResponse, error) {
	q, err := in.query(ctx, s, actor, store.Page{})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		_, w := humago.Unwrap(hc)
		out := &exporting{w: w, connection: http.NewResponseController(w)}
		defer out.stop()
		_, err := s.DB.ExportDevices(ctx, actor, q, out, nil)
		switch {
		case err == nil:
			out.begin()
		case out.begun:
			_ = s.tellError(ctx, err)
			panic(http.ErrAbortHandler) // half a file must not look like a whole one
		default:
			s.tellError(ctx, err).write(w)
		}
	}}, nil
}

// exporting writes a file. It begins with the first line, so that a refusal can
// still be one, and each write has its time: whoever never reads is let go of.
type exporting struct {
	w          http.ResponseWriter
	connection *http.ResponseController
	begun      bool
	over       *time.Timer
}

// writeTime is how long a client may take to read what was written.
const writeTime = 30 * time.Second

func (e *exporting) begin() {
	if e.begun {
		return
	}
	e.begun = true
	e.w.Header().Set("Content-Type", csvType+"; charset=utf-8")
	e.w.Header().Set("Content-Disposition", `attachment; filename="devices.csv"`)
	e.w.WriteHeader(http.StatusOK)
	e.over = time.AfterFunc(writeTime, func() { _ = e.connection.SetWriteDeadline(longAgo()) })
}

func (e *exporting) Write(p []byte) (int, error) {
	e.begin()
	e.over.Reset(writeTime)
	return e.w.Write(p)
}

func (e *exporting) stop() {
	if e.over != nil {
		e.over.Stop()
	}
}

type importing struct {
	DryRun bool `query:"dry_run" doc:"Only say what it would do"`
	file   io.Reader
	kind   string
}

// Resolve takes the body as it comes: a file needn't be in memory.
func (i *importing) Resolve(ctx huma.Context) []error {
	i.file, i.kind = ctx.BodyReader(), ctx.Header("Content-Type")
	return nil
}

func (s *server) importDevices(ctx context.Context, actor domain.Actor, in *importing) (*struct{ Body store.ImportResult }, error) {
	if !isCSV(in.kind) {
		return nil, newProblem(kindUnsupported, "", "Send the file as "+csvType+".").status(http.StatusUnsupportedMediaType)
	}
	file := &coming{r: in.file}
	result, err := s.DB.ImportDevices(ctx, actor, file, in.DryRun, nil)
	if file.tooLarge {
		err = tooLarge(s.Limits.Import)
	}
	if err != nil && result.Added > 0 && !in.DryRun {
		// What was added stays; the lines say how far it got.
		s.Log.WarnContext(ctx, "an import stopped", "request", requestNumber(ctx), "lines", result.Lines)
		return nil, problemOf(err).addDetail("The lines up to number %d were dealt with, and %d devices were registered.", result.Lines, result.Added)
	}
	if err != nil {
		return nil, err
	}
	result.Rows = shape.List(result.Rows)
	return &struct{ Body store.ImportResult }{result}, nil
}

// coming notices that a body is larger than it may be.
type coming struct {
	r        io.Reader
	tooLarge bool
}

func (c *coming) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.tooLarge = c.tooLarge || errors.As(err, new(*http.MaxBytesError))
	return n, err
}
