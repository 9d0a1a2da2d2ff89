package store

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"tenantry/domain"
)

// counted is what an overview should say: by everything that is listed, one by
// one.
func (i *isolated) counted(who domain.Actor, may *domain.Rights, customer domain.ID) Overview {
	i.t.Helper()
	zone := may.Account().Settings.Zone()
	if u := may.User(); u != nil {
		zone = may.Tree().SettingsFor(u).Zone()
	}
	o := Overview{Devices: DeviceFigures{ByStatus: make([]int, len(domain.Statuses())), ByHeard: make([]int, len(domain.Heards())), Looked: true}}
	devices, err := i.Devices(i.ctx, who, DeviceQuery{Customer: customer, Below: true, Page: Page{Limit: 1000}})
	i.must(err)
	steps := domain.NewHeardSteps(i.clock.read(), zone)
	for _, d := range devices.Rows {
		o.Devices.Total++
		o.Devices.ByStatus[d.Status]++
		o.Devices.ByHeard[steps.Of(domain.MinuteOf(d.LastCommunication))]++
	}
	o.Users.ByStatus = make([]int, len(userStatusNames))
	users, err := i.Users(i.ctx, who, UserQuery{Customer: customer, Below: true, Page: Page{Limit: 1000}})
	if domain.KindOf(err) != domain.Refused {
		i.must(err)
	}
	for _, u := range users.Rows {
		o.Users.Total++
		o.Users.ByStatus[u.Status]++
		o.Users.Forced = o.Users.Forced || u.Forced
		if u.Enrolled {
			o.Users.Enrolled++
		}
		if u.Forced && !u.Enrolled && u.Status != UserInactive {
			o.Users.Missing++
		}
	}
	tokens, err := i.Tokens(i.ctx, who, TokenQuery{Customer: customer, Below: true, Own: true, Page: Page{Limit: 1000}})
	i.must(err)
	for _, t := range tokens.Rows {
		if t.State.Works() {
			o.Tokens.Good++
		}
		if t.State == domain.TokenExpiring {
			o.Tokens.Expiring++
		}
	}
	o.Access = i.countedToday(who, customer, zone)
	return o
}

// countedToday is what an overview should say of today's access events.
func (i *isolated) countedToday(who domain.Actor, customer domain.ID, zone *time.Location) AccessFigures {
	i.t.Helper()
	y, m, d := i.clock.read().In(zone).Date()
	since := time.Date(y, m, d, 0, 0, 0, 0, zone)
	list, err := i.AccessEvents(i.ctx, who, AccessQuery{Customer: customer, Below: true, From: since, Page: Page{Limit: 1000}})
	if domain.KindOf(err) == domain.Refused {
		return AccessFigures{}
	}
	i.must(err)
	f := AccessFigures{Reads: true, Since: since, ByStatus: make([]int, len(domain.AccessStatuses())+1)}
	for _, e := range list.Rows {
		f.ByStatus[e.Status]++
	}
	return f
}

// TestAnOverviewCountsWhatIsListed: for everybody, of all that they reach, the
// numbers are those of the lists.
func TestAnOverviewCountsWhatIsListed(t *testing.T) {
	i := newIsolated(t)
	hold := i.customer(i.owner, i.nordics.ID, "Hold")
	for name, inactive := range map[string]bool{"gus": false, "ida": true} {
		i.change(i.user(i.owner, hold.ID, name, domain.DeviceManagement), func(u *domain.User) { u.Activated, u.Inactive = false, inactive })
	}
	hold.Security.ForceSecondFactor = true
	_, err := i.EditCustomer(i.ctx, i.operator(), hold)
	i.must(err)
	for n, at := range []string{"its own", "a child", "a grandchild", "the parent"} {
		_, err := i.ReportDevices(i.ctx, i.operator(), []Report{{UnitID: i.at[at].unit, Status: domain.Statuses()[n], At: i.clock.read().Add(-time.Duration(n*n*n) * 24 * time.Hour)}})
		i.must(err)
	}
	for _, who := range i.actors {
		if who.anything {
			continue
		}
		standing, err := i.Standing(i.ctx, who.actor)
		i.must(err)
		may, reach := standing.Rights, []domain.ID{{}}
		for from, to := may.Span(); from < to; from++ {
			reach = append(reach, may.Tree().At(from).ID)
		}
		for _, customer := range reach {
			want := i.counted(who.actor, may, customer)
			got, err := i.Overview(i.ctx, who.actor, OverviewQuery{Customer: customer})
			i.must(err)
			quick, err := i.Overview(i.ctx, who.actor, OverviewQuery{Customer: customer, Quick: true})
			i.must(err)
			if !reflect.DeepEqual(got, quick) {
				t.Errorf("%s at %s: quick %+v, else %+v", who.name, customer, quick, got)
			}
			_, err = i.Fleet(i.ctx, i.owner, nil)
			i.must(err)
			fleet, err := i.Overview(i.ctx, who.actor, OverviewQuery{Customer: customer, Quick: true})
			i.must(err)
			if !reflect.DeepEqual(got, fleet) {
				t.Errorf("%s at %s: by the fleet %+v, else %+v", who.name, customer, fleet, got)
			}
			i.fleets.Clear()
			sum := 0
			for _, part := range got.Devices.ByCustomer {
				sum += part.Devices
			}
			if sum != want.Devices.Total {
				t.Errorf("%s at %s: %d by customer, %d in all", who.name, customer, sum, want.Devices.Total)
			}
			got.Devices.ByCustomer, got.Devices.Reason, got.Users.Reason = nil, "", ""
			got.Customer, got.CustomerPath, got.Tokens.First = domain.ID{}, "", time.Time{}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s at %s:\n got %+v\nwant %+v", who.name, customer, got, want)
			}
		}
	}
}

// TestAnOverviewByAFleetThatHasChanged since it was built.
func TestAnOverviewByAFleetThatHasChanged(t *testing.T) {
	i := newIsolated(t)
	_, err := i.Fleet(i.ctx, i.owner, nil)
	i.must(err)
	for _, at := range []string{"its own", "a child"} {
		_, err := i.ReportDevices(i.ctx, i.operator(), []Report{{UnitID: i.at[at].unit, Status: domain.StatusOnline, At: i.clock.read()}})
		i.must(err)
	}
	row, err := i.Device(i.ctx, i.owner, i.at["a grandchild"].device)
	i.must(err)
	row.Name = "another name"
	_, err = i.EditDevice(i.ctx, i.owner, row.Device)
	i.must(err)
	i.device(i.owner, place{customer: i.nordics.ID})
	if p := i.fleetAtHand(i.owner.Account); p == nil || len(p.tail) == 0 {
		t.Fatal("there is no fleet with a tail")
	}
	by, err := i.Overview(i.ctx, i.owner, OverviewQuery{Quick: true})
	i.must(err)
	i.fleets.Clear()
	want, err := i.Overview(i.ctx, i.owner, OverviewQuery{})
	i.must(err)
	if !reflect.DeepEqual(by, want) || by.Devices.ByStatus[domain.StatusOnline] != 2 || by.Devices.ByHeard[domain.HeardToday] != 2 {
		t.Errorf("by the fleet %+v, else %+v", by, want)
	}
}

// TestAnOverviewSaysWhyItIsEmpty to those who may see nothing.
func TestAnOverviewSaysWhyItIsEmpty(t *testing.T) {
	i := newIsolated(t)
	for _, who := range i.actors {
		if who.name != "nobody" && who.name != "dora" {
			continue
		}
		o, err := i.Overview(i.ctx, who.actor, OverviewQuery{})
		i.must(err)
		if o.Devices.Total != 0 || o.Devices.Reason == "" || o.Users.Total != 0 || o.Users.Reason == "" || len(o.Devices.ByCustomer) > 0 {
			t.Errorf("%s: %+v", who.name, o)
		}
	}
}

// TestAnOverviewThatIsCalledOff ends, and says so.
func TestAnOverviewThatIsCalledOff(t *testing.T) {
	i := newIsolated(t)
	ctx, cancel := context.WithCancel(i.ctx)
	cancel()
	_, err := i.Overview(ctx, i.owner, OverviewQuery{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// BenchmarkOverview counts a whole account, every device looked at.
func BenchmarkOverview(b *testing.B) {
	f := benchmarkBulk(b).open(false)
	for _, quick := range []bool{true, false} {
		name := map[bool]string{true: "quick", false: "whole"}[quick]
		b.Run(name, func(b *testing.B) {
			for range b.N {
				start := time.Now()
				o, err := f.Overview(b.Context(), f.owner, OverviewQuery{Quick: quick})
				f.must(err)
				bound := map[bool]float64{true: 50, false: 1000}[quick]
				report(b, "overview-ms", milliseconds(time.Since(start)), bound)
				if o.Devices.Total != len(f.ids) {
					b.Fatalf("%d of %d", o.Devices.Total, len(f.ids))
				}
			}
		})
	}
}
