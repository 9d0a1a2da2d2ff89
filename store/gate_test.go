package store

import (
	"context"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"tenantry/domain"
)

// answered are the operations that somebody at a gate may ask for, besides those
// at an open one; every other answers Gated and nothing else.
var answered = map[domain.Gate][]string{
	domain.GateCode:     {"Standing", "Touch", "SignOut", "GiveCode"},
	domain.GatePassword: {"Standing", "Touch", "SignOut", "GiveCode", "SetPassword"},
	domain.GateEnrol:    {"Standing", "Touch", "SignOut", "GiveCode", "SetPassword", "Confirm", "BeginEnrolment", "Enrol"},
}

// operators are the operations that answer nobody but the machine's operator,
// before they look who asks.
var operators = map[string]bool{"Init": true, "NextMail": true, "MailSent": true, "MailFailed": true, "ReportDevices": true, "Statistics": true,
	"ExportAccount": true, "ImportAccount": true, "DeleteAccount": true, "Backup": true, "AuditHeads": true, "NoteFailures": true}

// closing is what makes every operation of somebody end alike.
type closing struct {
	name string
	want domain.Kind
	gate domain.Gate // where it is Gated
	do   func(i *isolated, who domain.Actor)
}

func closings() []closing {
	suspend := func(i *isolated, _ domain.Actor) {
		a, err := i.Account(i.ctx, i.operator())
		i.must(err)
		a.Suspended = true
		_, err = i.EditAccount(i.ctx, i.operator(), a.Account)
		i.must(err)
	}
	remove := func(i *isolated, who domain.Actor) {
		i.inTx(func(tx *tx) error {
			u, err := tx.user(who.Account, who.User)
			if err != nil {
				return err
			}
			return tx.deleteUser(*u)
		})
	}
	force := func(i *isolated, _ domain.Actor) {
		a, err := i.Account(i.ctx, i.operator())
		i.must(err)
		a.Security.ForceSecondFactor = true
		_, err = i.EditAccount(i.ctx, i.operator(), a.Account)
		i.must(err)
	}
	rewrite := func(change func(*sessionRecord)) func(*isolated, domain.Actor) {
		return func(i *isolated, who domain.Actor) {
			r := i.sessionOf(who)
			change(r)
			i.inTx(func(tx *tx) error { return tx.put(tableSession, sessionKey(who), encode(*r)) })
		}
	}
	return []closing{
		{"inactive", domain.Unauthenticated, 0, func(i *isolated, who domain.Actor) { i.change(who, func(u *domain.User) { u.Inactive = true }) }},
		{"suspended", domain.Unauthenticated, 0, suspend},
		{"deleted", domain.Unauthenticated, 0, remove},
		{"signed out", domain.Unauthenticated, 0, func(i *isolated, who domain.Actor) { i.must(i.SignOut(i.ctx, who)) }},
		{"idle", domain.Unauthenticated, 0, func(i *isolated, _ domain.Actor) { i.clock.add(domain.DefaultLimits().Idle + idleSlack) }},
		{"too long", domain.Unauthenticated, 0, func(i *isolated, who domain.Actor) { i.pressing(who, domain.DefaultLimits().Session) }},
		{"password reset", domain.Unauthenticated, 0, func(i *isolated, who domain.Actor) {
			_, err := i.ResetPassword(i.ctx, i.owner, who.User, Start{})
			i.must(err)
		}},
		{"code due", domain.Gated, domain.GateCode, func(i *isolated, who domain.Actor) {
			i.enrolled(who)
			rewrite(func(r *sessionRecord) { r.Code = false })(i, who)
		}},
		{"code due before the rest", domain.Gated, domain.GateCode, func(i *isolated, who domain.Actor) {
			i.enrolled(who)
			i.change(who, func(u *domain.User) { u.MustChange = true })
			rewrite(func(r *sessionRecord) { r.Code, r.Password = false, true })(i, who)
			force(i, who)
		}},
		{"must change", domain.Gated, domain.GatePassword, func(i *isolated, who domain.Actor) {
			i.change(who, func(u *domain.User) { u.MustChange = true })
		}},
		{"came by a code", domain.Gated, domain.GatePassword, func(i *isolated, who domain.Actor) {
			rewrite(func(r *sessionRecord) { r.Password = true })(i, who)
			force(i, who)
		}},
		{"must enrol", domain.Gated, domain.GateEnrol, force},
	}
}

// TestNoGateCanBeGoneRound: every operation there is, of somebody who was just
// deactivated, whose session is over, or of whom something is due, ends alike
// and changes nothing, whatever they held open.
func TestNoGateCanBeGoneRound(t *testing.T) {
	for _, c := range closings() {
		t.Run(c.name, func(t *testing.T) {
			i := newIsolated(t)
			who := i.seat(i.actors[0].actor)
			open := i.opened(who)
			c.do(i, who)
			before := i.dumped(domain.ID{})
			asked := map[string]error{}
			for _, a := range attempts() {
				_, err := a.do(i.ctx, i.DB, who, i.at["a child"], i.at["its own"])
				c.expect(t, a.String(), a.operation, err)
				asked[a.operation] = err
			}
			_, err := i.Search(i.ctx, who, open.fleet, FleetQuery{Within: open.found})
			kind(t, err, c.want)
			_, err = open.batches.Next(i.ctx)
			kind(t, err, c.want)
			for _, m := range i.rest(asked, open) {
				c.expect(t, m.name, m.name, m.call(i.ctx, i.DB, who))
			}
			if c.want == domain.Unauthenticated {
				if after := i.dumped(domain.ID{}); len(after) != len(before) {
					t.Error("something changed")
				}
			}
		})
	}
}

// expect asks that an operation ended as all must, or is one that this gate lets
// through.
func (c closing) expect(t *testing.T, name, operation string, err error) {
	t.Helper()
	got := domain.KindOf(err)
	for _, free := range answered[c.gate] {
		if free == operation {
			if got == domain.Gated {
				t.Errorf("%s isn't answered: %v", name, err)
			}
			return
		}
	}
	if operators[operation] && got == domain.Refused {
		return
	}
	if got != c.want {
		t.Errorf("%s: %v", name, err)
	}
	if c.gate != 0 && err != nil && err.Error() != c.gate.Err().Error() {
		t.Errorf("%s: it is another gate: %v", name, err)
	}
}

// open is what somebody holds open while something happens.
type open struct {
	fleet   *Fleet
	found   *Found
	batches *DeviceBatches
}

func (i *isolated) opened(who domain.Actor) (o open) {
	i.t.Helper()
	var err error
	o.fleet, err = i.Fleet(i.ctx, who, nil)
	i.must(err)
	o.found, err = i.Search(i.ctx, who, o.fleet, FleetQuery{})
	i.must(err)
	o.batches, err = i.DeviceBatches(i.ctx, who, DeviceQuery{})
	i.must(err)
	return o
}

// operation is a method of DB that takes an actor.
type operation struct {
	name   string
	method reflect.Method
	open   open
}

// rest are the operations that weren't asked for yet. Those that let go of the
// session come last.
func (i *isolated) rest(asked map[string]error, o open) []operation {
	var first, last []operation
	methods := reflect.TypeFor[*DB]()
	for n := range methods.NumMethod() {
		m := methods.Method(n)
		if _, done := asked[m.Name]; done || m.Type.NumIn() < 3 || m.Type.In(2) != reflect.TypeFor[domain.Actor]() {
			continue
		}
		if m.Name == "SignOut" {
			last = append(last, operation{m.Name, m, o})
		} else {
			first = append(first, operation{m.Name, m, o})
		}
	}
	if len(first) < 10 {
		i.t.Fatalf("only %d operations found", len(first))
	}
	return append(first, last...)
}

// call asks for it about nothing at all: who may ask comes before what is asked.
func (o operation) call(ctx context.Context, db *DB, who domain.Actor) error {
	in := []reflect.Value{reflect.ValueOf(db), reflect.ValueOf(ctx), reflect.ValueOf(who)}
	last := o.method.Type.NumIn()
	if o.method.Type.IsVariadic() {
		last--
	}
	for n := 3; n < last; n++ {
		in = append(in, o.open.argument(o.method.Type.In(n)))
	}
	out := o.method.Func.Call(in)
	err, _ := out[len(out)-1].Interface().(error)
	return err
}

func (o open) argument(t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[io.Reader]():
		return reflect.ValueOf(strings.NewReader("username\nsomebody\n"))
	case reflect.TypeFor[io.Writer]():
		return reflect.ValueOf(io.Discard)
	case reflect.TypeFor[*Fleet]():
		return reflect.ValueOf(o.fleet)
	case reflect.TypeFor[DeviceSort]():
		return reflect.ValueOf(SortMake)
	case reflect.TypeFor[*Found]():
		return reflect.ValueOf(o.found)
	}
	return reflect.Zero(t)
}

// TestGatesComeOneAfterAnother, each opened by what opens it and nothing else.
func TestGatesComeOneAfterAnother(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	account, err := f.Account(f.ctx, a.operator())
	f.must(err)
	account.Security.ForceSecondFactor = true
	_, err = f.EditAccount(f.ctx, a.operator(), account.Account)
	f.must(err)
	_, code := f.newcomer(a.owner, a.main.ID, "ann")
	ann, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", code)
	f.must(err)
	at := func(who domain.Actor, want domain.Gate) {
		t.Helper()
		standing, err := f.Standing(f.ctx, who)
		f.must(err)
		_, err = f.Account(f.ctx, who)
		if standing.Gate != want || (want == domain.GateOpen) != (err == nil) {
			t.Fatalf("%v (%v), want %v", standing.Gate, err, want)
		}
	}
	at(ann, domain.GatePassword)
	f.must(f.SetPassword(f.ctx, ann, "", "kelp-moss"))
	at(ann, domain.GateEnrol)
	kind(t, f.GiveCode(f.ctx, ann, "123456"), domain.Conflict)
	f.must(f.Confirm(f.ctx, ann, "kelp-moss"))
	at(ann, domain.GateEnrol)
	offered, err := f.BeginEnrolment(f.ctx, ann)
	f.must(err)
	secret, _ := readFactor(offered.Secret)
	_, err = f.Enrol(f.ctx, ann, offered.Secret, f.codeNow(secret))
	f.must(err)
	at(ann, domain.GateOpen)
	again, err := f.SignIn(f.ctx, domain.DoorConsole, "", "ann", "kelp-moss")
	f.must(err)
	at(again, domain.GateCode)
	f.clock.add(time.Minute)
	f.must(f.GiveCode(f.ctx, again, f.codeNow(secret)))
	at(again, domain.GateOpen)
	f.change(ann, func(u *domain.User) { u.MustChange = true }) // while they are at work
	at(again, domain.GatePassword)
	at(ann, domain.GatePassword)
}
