package sample

import (
	"bytes"
	"context"
	"encoding/csv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"tenantry/domain"
	"tenantry/store"
)

// from is where the sample's people come in from, for its audit trail.
const from = "sample"

// life is the making of one account, day by day.
type life struct {
	ctx     context.Context
	db      *store.DB
	clock   *clock // nil where everything happens now
	r       *rand.Rand
	builder *builder

	account string
	country string
	email   string
	addOns  domain.AddOns
	owner   person
	people  []person
	places  []place
	devices int

	operator  domain.Actor
	actors    map[string]domain.Actor // by user name
	customers map[string]domain.ID    // by path
	units     []unit
}

// begin makes the account with its first customer and its owner.
func (l *life) begin(day int) error {
	l.clock.to(day, 0)
	l.actors, l.customers = map[string]domain.Actor{}, map[string]domain.ID{}
	main := l.places[0]
	account, customer, owner, err := l.db.Init(l.ctx, domain.Actor{Operator: true, Door: domain.DoorMachine, From: from}, store.NewAccount{
		Account: domain.Account{
			Name: l.account, Email: l.email, Country: l.country, Settings: domain.DefaultSettings(l.country), AddOns: l.addOns,
		},
		Customer: main.name,
		Owner:    domain.User{Username: l.owner.username, FullName: l.owner.name, Email: l.address(l.owner.username)},
		Password: Password,
	})
	if err != nil {
		return err
	}
	l.operator = domain.Actor{Account: account.ID, Operator: true, Door: domain.DoorMachine, From: from}
	l.actors[l.owner.username] = l.actor(owner.ID)
	l.customers[domain.JoinPath(main.name)] = customer.ID
	customer.Email, customer.Country = l.address(main.name), main.country
	_, err = l.db.EditCustomer(l.ctx, l.boss(), customer)
	return err
}

// actor is a user of this account at the console.
func (l *life) actor(user domain.ID) domain.Actor {
	return domain.Actor{Account: l.operator.Account, User: user, Door: domain.DoorMachine, From: from}
}

// boss is the owner.
func (l *life) boss() domain.Actor { return l.actors[l.owner.username] }

// as is a user by name, the owner where there is none such.
func (l *life) as(username string) domain.Actor {
	if actor, known := l.actors[username]; known {
		return actor
	}
	return l.boss()
}

// address is an email address in the account's domain.
func (l *life) address(name string) string {
	plain := strings.NewReplacer("ä", "a", "å", "a", "á", "a", "ö", "o", "ø", "o", "ó", "o", "ü", "u", "ł", "l", "ź", "z", "ī", "i", "ô", "o", "&", "and").Replace(domain.Fold(name))
	words := strings.FieldsFunc(plain, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	_, host, _ := strings.Cut(l.email, "@")
	return strings.Join(words, "-") + "@" + host
}

// grow makes the other customers, a few a day, and then the people.
func (l *life) grow(day int) error {
	err := walk(l.places, nil, place{}, func(names []string, p place) error {
		path := domain.JoinPath(names...)
		if _, made := l.customers[path]; made {
			return nil
		}
		l.clock.to(day-len(l.customers)/4, 3*len(l.customers))
		made, err := l.db.CreateCustomer(l.ctx, l.boss(), domain.Customer{
			Parent: l.customers[domain.JoinPath(names[:len(names)-1]...)], Name: p.name, Email: l.address(p.name), Country: p.country,
			Settings: domain.Settings{TimeZone: p.zone, Clock: p.clock, Units: p.units},
			Security: domain.Security{ForceSecondFactor: p.forced},
		})
		l.customers[path] = made.ID
		return err
	})
	if err != nil {
		return err
	}
	for i, p := range l.people {
		l.clock.to(day-len(l.customers)/4-i/8, 10*i)
		if err := l.hire(p); err != nil {
			return err
		}
	}
	return nil
}

// hire makes a user. The operator makes those that the sign-in screen shows,
// because only so they needn't choose a new password first.
func (l *life) hire(p person) error {
	by, start := l.boss(), store.Start{Password: Password}
	if p.what != "" {
		by = l.operator
	}
	if p.away {
		start.Password = "" // a code is made, and nobody is told
	}
	email := l.address(p.username)
	if p.passive {
		start, email = store.Start{NoSignIn: true}, ""
	}
	made, err := l.db.CreateUser(l.ctx, by, domain.User{
		Username: p.username, FullName: p.name, Email: email, Customer: l.customers[p.at], Groups: p.groups,
	}, start)
	l.actors[p.username] = l.actor(made.User.ID)
	return err
}

// equip builds the devices and registers them, a shipment at a time. About one
// in four comes to its region first and is moved on later.
func (l *life) equip(day int) error {
	const shipments = 6
	l.build()
	for i, shipment := range split(l.units, shipments) {
		l.clock.to(day-25*i, 60)
		result, err := l.db.ImportDevices(l.ctx, l.boss(), sheet(shipment), false, nil)
		if err != nil {
			return err
		}
		if result.Failed > 0 {
			return domain.Errorf(domain.Invalid, "", "The sample's line %d doesn't fit: %s", result.Rows[0].Line, result.Rows[0].Error)
		}
	}
	return nil
}

// build makes as many units as are wanted, shared out over the places.
func (l *life) build() {
	total := 0
	each := func(visit func(path, region, town string, p place)) {
		walk(l.places, nil, place{}, func(names []string, p place) error {
			visit(domain.JoinPath(names...), domain.JoinPath(names[:min(2, len(names))]...), town(names), p)
			return nil
		})
	}
	each(func(_, _, _ string, p place) { total += p.share })
	shared, built := 0, 0
	each(func(path, region, town string, p place) {
		shared += p.share
		for ; built < l.devices*shared/total; built++ {
			u := l.builder.unit(path, town, p)
			if region != path && l.r.IntN(4) == 0 {
				u.fields["customer"] = region
			}
			l.units = append(l.units, u)
		}
	})
	l.r.Shuffle(len(l.units), func(i, j int) { l.units[i], l.units[j] = l.units[j], l.units[i] })
}

// town is the town that a place is in, from the third level on.
func town(names []string) string {
	if len(names) < 3 {
		return ""
	}
	return strings.Fields(names[2])[0]
}

// split cuts units into n parts of about the same size.
func split(units []unit, n int) [][]unit {
	return slices.Collect(slices.Chunk(units, (len(units)+n-1)/n))
}

// sheet is units as the CSV file that an import reads.
func sheet(units []unit) *bytes.Reader {
	columns := []string{"unit_id", "name", "customer", "make", "model", "year", "type", "plate", "imei", "iccid", "phone", "vin", "tags"}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Write(columns) // into memory: it can't fail
	for _, u := range units {
		line := make([]string, len(columns))
		for i, c := range columns {
			line[i] = u.fields[c]
		}
		w.Write(line)
	}
	w.Flush()
	return bytes.NewReader(text.Bytes())
}

// move takes the devices that wait in their regions to where they belong.
func (l *life) move() error {
	waiting := map[string][]string{}
	for _, u := range l.units {
		if u.fields["customer"] != u.customer {
			waiting[u.customer] = append(waiting[u.customer], u.id)
		}
	}
	paths := make([]string, 0, len(waiting))
	for path := range waiting {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	for i, path := range paths {
		l.clock.to(movesDay-(movesDay-13)*i/len(paths), 45+i)
		if err := l.assign(l.mover(path), path, waiting[path]); err != nil {
			return err
		}
	}
	return nil
}

// mover is who moves devices of a region: somebody there, or the owner.
func (l *life) mover(path string) domain.Actor {
	regions := map[string]string{
		"Nordics": "tom", "Central Europe": "klaus", "Benelux": "sanne", "Britain & Ireland": "harriet",
		"Iberia": "pilar", "France": "luc", "Baltics": "janis",
	}
	if names := domain.SplitPath(path); len(names) > 1 {
		return l.as(regions[names[1]])
	}
	return l.boss()
}

func (l *life) assign(by domain.Actor, path string, units []string) error {
	_, err := l.db.RunBulk(l.ctx, by, store.Assignment{To: l.customers[path], Text: strings.Join(units, "\n")}, nil)
	return err
}

// season tags the vans of a depot for the winter, all at once.
func (l *life) season() error {
	l.clock.to(13, 90)
	var units []string
	for _, u := range l.units {
		if u.customer == "Acme HQ/Nordics/Aarhus Depot/Vans North" {
			units = append(units, u.id)
		}
	}
	_, err := l.db.RunBulk(l.ctx, l.as("tom"), store.DeviceEdits{
		Change: domain.DeviceChange{AddTags: []string{"winter-check"}}, Text: strings.Join(units, "\n"),
	}, nil)
	return err
}

// mistake moves a few devices to the wrong customer and takes that back, and
// tries something that isn't allowed: both are part of every life.
func (l *life) mistake() error {
	l.clock.to(12, 150)
	var units []string
	for _, u := range l.units {
		if u.customer == "Acme HQ/Nordics/Aarhus Depot/Vans North" && len(units) < 5 {
			units = append(units, u.id)
		}
	}
	tom := l.as("tom")
	moved, err := l.db.RunBulk(l.ctx, tom, store.Assignment{
		To: l.customers["Acme HQ/Nordics/Odense"], Text: strings.Join(units, "\n"),
	}, nil)
	if err != nil {
		return err
	}
	l.clock.to(12, 156)
	if _, err := l.db.UndoBulk(l.ctx, tom, moved.Entry, nil); err != nil {
		return err
	}
	l.clock.to(11, 40)
	_, err = l.db.CreateCustomer(l.ctx, tom, domain.Customer{Parent: l.customers["Acme HQ/Nordics"], Name: "Tromsø"})
	if domain.KindOf(err) != domain.Refused {
		return err
	}
	return nil
}

// rename corrects a few devices, as happens when somebody stands beside them.
func (l *life) rename() error {
	found, err := l.db.Devices(l.ctx, l.as("tom"), store.DeviceQuery{
		Customer: l.customers["Acme HQ/Nordics/Aarhus Depot/Vans South"], Page: store.Page{Limit: 12},
	})
	if err != nil {
		return err
	}
	for i, row := range found.Rows {
		l.clock.to(10-i/3, 30+7*i)
		d := row.Device
		d.Tags = append(slices.Clone(d.Tags), "checked")
		if i%4 == 0 {
			d.Name += " (spare)"
		}
		if _, err := l.db.EditDevice(l.ctx, l.as("tom"), d); err != nil {
			return err
		}
	}
	return nil
}

// signIn has most people come in once more over the last weeks.
func (l *life) signIn() error {
	for i, p := range l.people {
		if p.away || p.left || p.passive || i%4 == 3 && p.what == "" && !p.enrolled {
			continue
		}
		l.clock.to(6-6*i/len(l.people), 4+7*i)
		if _, err := l.db.SignIn(l.ctx, domain.DoorConsole, from, p.username, Password); err != nil {
			return err
		}
	}
	return nil
}

// settle has some people enrol a second factor, and one leave.
func (l *life) settle(now time.Time) error {
	for _, p := range l.people {
		who := l.actors[p.username]
		switch {
		case p.enrolled:
			offer, err := l.db.BeginEnrolment(l.ctx, who)
			if err != nil {
				return err
			}
			code, err := totp.GenerateCode(offer.Secret, now)
			if err != nil {
				return err
			}
			if _, err := l.db.Enrol(l.ctx, who, offer.Secret, code); err != nil {
				return err
			}
		case p.left:
			if err := l.db.SetUserActive(l.ctx, l.boss(), who.User, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// report has the devices say how they are.
func (l *life) report(now time.Time) error {
	reports := make([]store.Report, 0, len(l.units))
	for _, u := range l.units {
		id, err := domain.ParseUnitID(u.id)
		if err != nil {
			return err
		}
		r := store.Report{UnitID: id, BoardVersion: u.board}
		r.Status, r.At = l.state(now)
		reports = append(reports, r)
	}
	_, err := l.db.ReportDevices(l.ctx, l.operator, reports)
	return err
}

// state draws how a device is: most speak, some are silent for hours or weeks,
// a few were never heard of or are out of use.
func (l *life) state(now time.Time) (domain.Status, time.Time) {
	ago := func(unit time.Duration, most int) time.Time {
		return now.Add(-unit - time.Duration(l.r.Int64N(int64(most)*int64(unit))))
	}
	switch n := l.r.IntN(100); {
	case n < 74:
		return domain.StatusOnline, ago(time.Second, 900)
	case n < 86:
		return domain.StatusOffline, ago(time.Hour, 40)
	case n < 93:
		return domain.StatusOffline, ago(24*time.Hour, 60)
	case n < 97:
		return domain.StatusNew, time.Time{}
	}
	return domain.StatusRetired, ago(24*time.Hour, 150)
}
