package sample

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// kind is a kind of vehicle or machine that devices are built into.
type kind struct {
	name   string // as the device's type says it
	label  string // how such a device is named; a number goes in
	town   bool   // the name ends with the town
	models []model
	plate  bool
	tags   []string
}

// model is one that can be bought. maker is what its identification numbers
// start with; machines and bicycles have none.
type model struct{ make, name, maker string }

var (
	van = kind{name: "van", label: "Van %05d", plate: true, tags: []string{"parcel", "service", "rack", "tail-lift", "electric"}, models: []model{
		{"Mercedes-Benz", "Sprinter 316", "W1V"}, {"Volkswagen", "Crafter 35", "WV1"}, {"Ford", "Transit 350", "WF0"},
		{"Renault", "Master L3H2", "VF1"}, {"Fiat", "Ducato 35", "ZFA"}, {"Volkswagen", "ID. Buzz Cargo", "WV1"}, {"Ford", "E-Transit", "WF0"},
	}}
	truck = kind{name: "truck", label: "Truck %04d", plate: true, tags: []string{"long-haul", "fridge", "adr", "euro-6"}, models: []model{
		{"Volvo", "FH 500", "YV2"}, {"Scania", "R 450", "YS2"}, {"DAF", "XF 480", "XLR"}, {"MAN", "TGX 18.510", "WMA"}, {"Iveco", "S-Way 460", "ZCF"},
	}}
	tipper = kind{name: "tipper", label: "Tipper %d", town: true, plate: true, tags: []string{"site", "3-axle", "4-axle"}, models: []model{
		{"Volvo", "FMX 460", "YV2"}, {"Scania", "P 410 XT", "YS2"}, {"Mercedes-Benz", "Arocs 3245", "W1T"},
	}}
	crane = kind{name: "crane", label: "Crane %d", town: true, tags: []string{"hire", "inspected", "heavy-lift"}, models: []model{
		{"Liebherr", "LTM 1090-4.2", ""}, {"Grove", "GMK4100L", ""}, {"Tadano", "AC 3.045", ""}, {"Liebherr", "81 K.1", ""},
	}}
	excavator = kind{name: "excavator", label: "Excavator %d", town: true, tags: []string{"site", "rotator", "gps-dig"}, models: []model{
		{"Caterpillar", "320 GC", ""}, {"Volvo", "EC220E", ""}, {"JCB", "220X", ""}, {"Komatsu", "PC210LC", ""},
	}}
	bike = kind{name: "e-bike", label: "E-bike %d", tags: []string{"cargo", "courier", "winter-tyres"}, models: []model{
		{"Riese & Müller", "Load 75", ""}, {"Urban Arrow", "Cargo L", ""}, {"Butchers & Bicycles", "MK1-E", ""},
	}}
	trailer = kind{name: "trailer", label: "Trailer T-%04d", plate: true, tags: []string{"curtain", "fridge", "box"}, models: []model{
		{"Krone", "Profi Liner", "WKE"}, {"Schmitz Cargobull", "S.CS", "WSM"}, {"Kögel", "Cargo", "WK0"},
	}}
	forklift = kind{name: "forklift", label: "Forklift %d", town: true, tags: []string{"yard", "electric"}, models: []model{
		{"Linde", "E30", ""}, {"Jungheinrich", "EFG 425", ""}, {"Toyota", "Traigo 48", ""},
	}}
	tractor = kind{name: "terminal tractor", label: "Tug %d", town: true, tags: []string{"quay", "night-shift"}, models: []model{
		{"Terberg", "YT223", ""}, {"Kalmar", "T2i", ""},
	}}
)

// mix is what a customer's fleet is made of, each kind as often as it comes.
type mix []kind

var (
	pool     = mix{van, van, truck, trailer, forklift}
	depot    = mix{van, van, van, truck, truck, trailer, forklift}
	vans     = mix{van}
	trucks   = mix{truck, truck, trailer}
	trailers = mix{trailer}
	bikes    = mix{bike}
	cranes   = mix{crane, crane, crane, truck}
	harbour  = mix{tractor, tractor, crane, forklift, truck}
	site     = mix{tipper, tipper, excavator, excavator, crane, van}
)

// unit is a device of the sample before it is registered: a line of a CSV file.
type unit struct {
	id       string // unit ID
	customer string // the path it ends up at
	board    string
	fields   map[string]string
}

// builder builds units and counts each kind, so that no name comes twice.
type builder struct {
	r     *rand.Rand
	built map[string]int
	last  string // unit ID
}

func newBuilder(r *rand.Rand) *builder { return &builder{r: r, built: map[string]int{}} }

// unit builds one for a place.
func (b *builder) unit(path, town string, p place) unit {
	k := p.fleet[b.r.IntN(len(p.fleet))]
	m := k.models[b.r.IntN(len(k.models))]
	year := 2015 + b.r.IntN(11)
	b.built[k.name]++
	name := fmt.Sprintf(k.label, b.built[k.name])
	if k.town && town != "" {
		name += " " + town
	}
	calling := callingCodes[p.country]
	fields := map[string]string{
		"name": name, "customer": path, "make": m.make, "model": m.name, "year": fmt.Sprint(year), "type": k.name,
		"imei": imei(b.r), "iccid": iccid(b.r, calling), "phone": phone(b.r, calling), "tags": b.tags(k),
	}
	if k.plate {
		fields["plate"] = plate(b.r, p.country)
	}
	if m.maker != "" {
		fields["vin"] = vin(b.r, m.maker, year)
	}
	u := unit{id: b.unitID(), customer: path, board: boards[b.r.IntN(len(boards))], fields: fields}
	fields["unit_id"] = u.id
	return u
}

// boards are the board versions of the units in the field.
var boards = []string{"4.1", "4.2", "5.0", "5.0", "5.1"}

// unitID draws one. Now and then it starts as the one before, because makers
// number in runs, and a prefix that fits two is what people will meet.
func (b *builder) unitID() string {
	id := fmt.Sprintf("%016x%016x", b.r.Uint64(), b.r.Uint64())
	if b.last != "" && b.r.IntN(60) == 0 {
		id = b.last[:8] + id[8:]
	}
	b.last = id
	return id
}

// tags gives most units one or two of their kind's.
func (b *builder) tags(k kind) string {
	n := min(b.r.IntN(4), 2)
	var chosen []string
	for _, i := range b.r.Perm(len(k.tags))[:n] {
		chosen = append(chosen, k.tags[i])
	}
	return strings.Join(chosen, ";")
}
