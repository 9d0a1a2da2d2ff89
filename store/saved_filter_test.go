package store

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestSavedFilters(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	save := func(name, filter string) (SavedFilter, error) {
		return f.SaveFilter(f.ctx, a.owner, SavedFilter{Name: name, Filter: filter})
	}
	cold, err := save("  Cold   ones ", "tag:cold")
	f.must(err)
	if cold.Name != "Cold ones" || cold.ID.IsZero() {
		t.Errorf("%+v", cold)
	}
	_, err = save("COLD ONES", "tag:van")
	kind(t, err, domain.Conflict)
	_, err = save("", "tag:van")
	kind(t, err, domain.Invalid)
	_, err = save("evil\x1b[2J", "tag:van")
	kind(t, err, domain.Invalid)
	_, err = save("evil", "tag:van\u202e")
	kind(t, err, domain.Invalid)
	_, err = save("none", "")
	kind(t, err, domain.Invalid)
	_, err = save("wrong", "colour:red")
	kind(t, err, domain.Invalid)

	cold.Name, cold.Filter = "cold ones", "tag:cold -status:retired"
	cold, err = f.SaveFilter(f.ctx, a.owner, cold)
	f.must(err)
	_, err = save("Line 10", "van")
	f.must(err)
	_, err = save("Line 9", "van")
	f.must(err)
	list, err := f.SavedFilters(f.ctx, a.owner)
	f.must(err)
	var got []string
	for _, one := range list {
		got = append(got, one.Name+"="+one.Filter)
	}
	if want := "cold ones=tag:cold -status:retired, Line 9=van, Line 10=van"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
	f.must(f.DeleteFilter(f.ctx, a.owner, cold.ID))
	kind(t, f.DeleteFilter(f.ctx, a.owner, cold.ID), domain.NotFound)
	for i := range MaxSavedFilters - 2 {
		_, err := save(fmt.Sprintf("number %d", i), "van")
		f.must(err)
	}
	_, err = save("one too many", "van")
	kind(t, err, domain.Conflict)
}

func TestSavedFiltersAreTheirOwnersAlone(t *testing.T) {
	i := newIsolated(t)
	owned := i.user(i.owner, i.nordics.ID, "keeper", domain.AllGroups&^domain.AccessControlManagement)
	kept, err := i.SaveFilter(i.ctx, owned, SavedFilter{Name: "Secret plan", Filter: "tag:secret"})
	i.must(err)
	for _, who := range i.actors {
		list, _ := i.SavedFilters(i.ctx, who.actor)
		if len(list) != 0 {
			t.Errorf("%s sees %v", who.name, list)
		}
		if _, err := i.SaveFilter(i.ctx, who.actor, SavedFilter{ID: kept.ID, Name: "Mine", Filter: "x"}); err == nil {
			t.Errorf("%s changes it", who.name)
		} else if want := i.saveUnknown(who.actor); err.Error() != want {
			t.Errorf("%s is told %q, of one that there isn't %q", who.name, err, want)
		}
		if err := i.DeleteFilter(i.ctx, who.actor, kept.ID); err == nil {
			t.Errorf("%s deletes it", who.name)
		}
		if !who.anything {
			_, err := i.SaveFilter(i.ctx, who.actor, SavedFilter{Name: "Secret plan", Filter: "x"})
			if who.actor.Operator != (err != nil) {
				t.Errorf("%s: %v, by which they learn of another's", who.name, err)
			}
		}
		if told := i.told(who.actor); strings.Contains(told, "tag:secret") {
			t.Errorf("%s is told of the filter", who.name)
		}
	}
	list, err := i.SavedFilters(i.ctx, owned)
	i.must(err)
	if len(list) != 1 || list[0] != kept {
		t.Errorf("left %v", list)
	}
	i.must(i.SaveViews(i.ctx, owned, Views{Devices: ListView{Own: true}}))
	i.must(i.DeleteUser(i.ctx, i.owner, owned.User))
	for key := range i.keys(tableSavedFilter) {
		if strings.Contains(key, string(owned.User[:])) {
			t.Error("the filter is there without its user")
		}
	}
}

// saveUnknown is what somebody is told who changes a filter that there isn't.
func (i *isolated) saveUnknown(actor domain.Actor) string {
	_, err := i.SaveFilter(i.ctx, actor, SavedFilter{ID: domain.ID{1, 2, 3}, Name: "Mine", Filter: "x"})
	return err.Error()
}

func TestViewsComeBack(t *testing.T) {
	f := create(t)
	a := f.tenant("Acme")
	other := f.user(a.owner, a.main.ID, "other", domain.AccountAdministrator)
	kept := Views{Devices: ListView{Columns: []string{"name", "vin"}, Sort: "vin", Reverse: true, Own: true}, Tokens: ListView{Sort: "name"}}
	f.must(f.SaveViews(f.ctx, a.owner, kept))
	standing, err := f.Standing(f.ctx, a.owner)
	f.must(err)
	if !reflect.DeepEqual(standing.Views, kept) {
		t.Errorf("%+v", standing.Views)
	}
	standing, err = f.Standing(f.ctx, other)
	f.must(err)
	if !reflect.DeepEqual(standing.Views, Views{}) {
		t.Errorf("another has %+v", standing.Views)
	}
	kind(t, f.SaveViews(f.ctx, a.operator(), kept), domain.Refused)
	kind(t, f.SaveViews(f.ctx, a.owner, Views{Users: ListView{Columns: make([]string, 65)}}), domain.Invalid)
	kind(t, f.SaveViews(f.ctx, a.owner, Views{Users: ListView{Sort: "\x1b"}}), domain.Invalid)
}
