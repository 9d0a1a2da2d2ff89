package sample

import (
	"tenantry/domain"
	"tenantry/store"
)

// spot is a location of the sample.
type spot struct {
	at      string // the customer's path
	name    string
	phone   string
	address string
	notes   string
	from    string // whose devices stand there; empty for its own customer's
	devices int
	limits  []string // the users limited to it, by name
}

// acmeSpots are where a haulier's things stand: sheds, quays, yards, and one that
// is empty.
var acmeSpots = []spot{
	{at: "Acme HQ", name: "Head office garage", address: "Banegårdsgade 5, 8000 Aarhus C", phone: "+45 86 12 00 10", devices: 6},
	{at: "Acme HQ/Nordics/Aarhus Depot", name: "Hall 1", address: "Sletvej 30, 8310 Tranbjerg", phone: "+45 86 12 00 31", notes: "Gate code 4711 until six, then ring.", devices: 14},
	{at: "Acme HQ/Nordics/Aarhus Depot", name: "Hall 2", address: "Sletvej 32, 8310 Tranbjerg", from: "Acme HQ/Nordics/Aarhus Depot/Vans North", devices: 18},
	{at: "Acme HQ/Nordics/Aarhus Depot/Workshop", name: "Brake bay", address: "Sletvej 34, 8310 Tranbjerg", notes: "No more than two trucks at a time.", devices: 2},
	{at: "Acme HQ/Nordics/Aalborg Harbour", name: "Quay 4", address: "Østhavnen, 9220 Aalborg", phone: "+45 98 10 00 44", notes: "Hard hats. Ask for the shift leader.", devices: 9, limits: []string{"jonas"}},
	{at: "Acme HQ/Nordics/Aalborg Harbour", name: "Container yard", address: "Østhavnen, 9220 Aalborg", devices: 7, limits: []string{"jonas"}},
	{at: "Acme HQ/Nordics/Aalborg Harbour", name: "Cold store", address: "Fjordgade 2, 9220 Aalborg", devices: 5},
	{at: "Acme HQ/Nordics/Oslo", name: "Filipstad", address: "Filipstadveien 9, 0250 Oslo", devices: 8},
	{at: "Acme HQ/Central Europe/Hamburg Port", name: "Burchardkai", address: "Waltershofer Damm 1, 21129 Hamburg", phone: "+49 40 740 50 60", from: "Acme HQ/Central Europe/Hamburg Port/Cranes", devices: 12},
	{at: "Acme HQ/Central Europe/Berlin", name: "Westhafen", address: "Westhafenstraße 1, 13353 Berlin", devices: 10},
	{at: "Acme HQ/Benelux/Rotterdam", name: "Maasvlakte 2", address: "Prinses Maximaweg 1, Rotterdam", notes: "Drivers register at the gate with a passport.", devices: 6},
	{at: "Acme HQ/Iberia", name: "Winter store", address: "Polígono Sur 12, Sevilla", notes: "Empty until the season ends."},
	{at: "Acme Rental", name: "Return yard", address: "Industrivej 8, 2605 Brøndby", phone: "+45 43 96 00 20", devices: 4},
}

// spread makes the locations, puts devices there and limits users to some.
func (l *life) spread() error {
	for i, s := range acmeSpots {
		l.clock.to(9-i/4, 20+5*i)
		customer := l.customers[s.at]
		made, err := l.db.CreateLocation(l.ctx, l.boss(), domain.Location{
			Customer: customer, Name: s.name, Email: l.address(s.name), Phone: s.phone, Address: s.address, Notes: s.notes,
		})
		if err != nil {
			return err
		}
		if err := l.station(s, made.ID); err != nil {
			return err
		}
		limits := store.Limits{Location: made.ID}
		for _, name := range s.limits {
			limits.Limit = append(limits.Limit, l.as(name).User)
		}
		if _, err := l.db.LimitUsers(l.ctx, l.boss(), limits); err != nil {
			return err
		}
	}
	return nil
}

// station puts devices at a location.
func (l *life) station(s spot, location domain.ID) error {
	if s.devices == 0 {
		return nil
	}
	whose := l.customers[s.at]
	if s.from != "" {
		whose = l.customers[s.from]
	}
	found, err := l.db.Devices(l.ctx, l.boss(), store.DeviceQuery{Customer: whose, Reverse: true})
	if err != nil {
		return err
	}
	var put []domain.ID
	for _, row := range found.Rows {
		if row.Location.IsZero() && len(put) < s.devices {
			put = append(put, row.ID)
		}
	}
	_, err = l.db.RunBulk(l.ctx, l.boss(), store.Placement{At: location, Devices: put}, nil)
	return err
}
