package sample

import "tenantry/domain"

// place is a customer of the sample, with those nested under it. What it leaves
// empty it takes from above.
type place struct {
	name    string
	country string
	zone    string
	clock   domain.Clock
	units   domain.Units
	forced  bool // a second factor
	fleet   mix  // what its devices are built into
	share   int  // of all devices, in parts; none where zero
	nested  []place
}

// acmePlaces are those of a haulier and plant hirer in nineteen countries: sixty-one customers
// at four levels. One name holds a slash, as real names do.
var acmePlaces = []place{
	{name: "Acme HQ", country: "DK", share: 2, fleet: pool, nested: []place{
		{name: "Nordics", country: "DK", share: 1, fleet: pool, nested: []place{
			{name: "Aarhus Depot", country: "DK", share: 10, fleet: depot, nested: []place{
				{name: "Vans North", share: 14, fleet: vans},
				{name: "Vans South", share: 12, fleet: vans},
				{name: "Workshop", share: 1, fleet: pool},
			}},
			{name: "Aalborg Harbour", country: "DK", share: 8, fleet: harbour},
			{name: "Copenhagen", country: "DK", share: 8, fleet: vans, nested: []place{
				{name: "City Bikes", share: 22, fleet: bikes},
				{name: "Airport", share: 6, fleet: depot},
			}},
			{name: "Odense", country: "DK", share: 9, fleet: site},
			{name: "Malmö", country: "SE", zone: "Europe/Stockholm", share: 8, fleet: vans},
			{name: "Norrköping", country: "SE", zone: "Europe/Stockholm", share: 7, fleet: depot},
			{name: "Stockholm", country: "SE", zone: "Europe/Stockholm", share: 8, fleet: vans, nested: []place{
				{name: "Södermalm", share: 10, fleet: bikes},
				{name: "Arlanda", share: 5, fleet: depot},
			}},
			{name: "Oslo", country: "NO", zone: "Europe/Oslo", share: 10, fleet: site},
			{name: "Helsinki", country: "FI", zone: "Europe/Helsinki", share: 8, fleet: depot},
		}},
		{name: "Central Europe", country: "DE", zone: "Europe/Berlin", share: 1, fleet: pool, nested: []place{
			{name: "Hamburg Port", country: "DE", share: 6, fleet: harbour, nested: []place{
				{name: "Cranes", share: 12, fleet: cranes},
				{name: "Terminal Tractors", share: 9, fleet: harbour},
			}},
			{name: "Berlin", country: "DE", share: 10, fleet: vans, nested: []place{
				{name: "Cargo Bikes", share: 12, fleet: bikes},
			}},
			{name: "Wien", country: "AT", zone: "Europe/Vienna", share: 8, fleet: depot},
			{name: "Zürich", country: "CH", zone: "Europe/Zurich", share: 7, fleet: site, forced: true},
			{name: "Łódź", country: "PL", zone: "Europe/Warsaw", share: 6, fleet: depot, nested: []place{
				{name: "Cold Chain", share: 12, fleet: trucks},
			}},
		}},
		{name: "Benelux", country: "NL", zone: "Europe/Amsterdam", share: 1, fleet: pool, nested: []place{
			{name: "Rotterdam", country: "NL", share: 6, fleet: harbour, nested: []place{
				{name: "Port Vans", share: 9, fleet: vans},
				{name: "Trailers", share: 14, fleet: trailers},
			}},
			{name: "Antwerpen", country: "BE", zone: "Europe/Brussels", share: 9, fleet: harbour},
			{name: "Utrecht", country: "NL", share: 8, fleet: bikes},
		}},
		{name: "Britain & Ireland", country: "GB", zone: "Europe/London", clock: domain.Clock12, units: domain.Imperial, share: 1, fleet: pool, nested: []place{
			{name: "Leeds", share: 8, fleet: depot, nested: []place{
				{name: "Vans", share: 12, fleet: vans},
				{name: "Tippers", share: 9, fleet: site},
			}},
			{name: "Bristol", share: 9, fleet: vans},
			{name: "Dublin", country: "IE", zone: "Europe/Dublin", units: domain.Metric, share: 8, fleet: vans},
		}},
		{name: "Iberia", country: "ES", zone: "Europe/Madrid", forced: true, share: 2, fleet: pool, nested: []place{
			{name: "Madrid", share: 8, fleet: vans, nested: []place{
				{name: "Centro", share: 10, fleet: bikes},
				{name: "Getafe", share: 9, fleet: trucks},
			}},
			{name: "Málaga", share: 8, fleet: site},
			{name: "Lisboa", country: "PT", zone: "Europe/Lisbon", share: 9, fleet: vans},
			{name: "Porto", country: "PT", zone: "Europe/Lisbon", share: 7, fleet: depot},
		}},
		{name: "France", country: "FR", zone: "Europe/Paris", share: 1, fleet: pool, nested: []place{
			{name: "Lyon", share: 8, fleet: trucks, nested: []place{
				{name: "Chantier Rhône", share: 12, fleet: site},
			}},
			{name: "Nantes", share: 8, fleet: vans},
		}},
		{name: "Italia", country: "IT", zone: "Europe/Rome", share: 1, fleet: pool, nested: []place{
			{name: "Milano", share: 10, fleet: vans},
			{name: "Bari", share: 6, fleet: trucks},
		}},
		{name: "Baltics", country: "EE", zone: "Europe/Tallinn", share: 1, fleet: pool, nested: []place{
			{name: "Tallinn", share: 6, fleet: vans},
			{name: "Rīga", country: "LV", zone: "Europe/Riga", share: 7, fleet: trucks},
			{name: "Vilnius", country: "LT", zone: "Europe/Vilnius", share: 6, fleet: trucks},
		}},
	}},
	{name: "Acme Rental", country: "DK", share: 3, fleet: pool, nested: []place{
		{name: "Crane/Lift", share: 12, fleet: cranes},
		{name: "Events", share: 4, fleet: vans},
	}},
}

// birchPlaces are those of the other tenant of the installation, which
// nobody of Acme may ever notice.
var birchPlaces = []place{
	{name: "Birch HQ", country: "SE", share: 5, fleet: depot, nested: []place{
		{name: "Göteborg", share: 12, fleet: vans},
		{name: "Lund", share: 8, fleet: bikes},
	}},
}

// walk visits every place with its path's names, parents first, filling in what
// it takes from above.
func walk(places []place, above []string, from place, visit func(names []string, p place) error) error {
	for _, p := range places {
		names := append(append([]string(nil), above...), p.name)
		shown := p
		if shown.country == "" {
			shown.country = from.country
		}
		if err := visit(names, shown); err != nil {
			return err
		}
		if err := walk(p.nested, names, shown, visit); err != nil {
			return err
		}
	}
	return nil
}
