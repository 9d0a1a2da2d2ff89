package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// packed is a base of some lines, in their order.
func packed(t testing.TB, lines []string) fleetText {
	t.Helper()
	source := &fleetLines{start: []uint32{0}}
	var order []lineRef
	for i, line := range lines {
		source.text = append(source.text, line+"\n"...)
		source.add(domain.ID{byte(i >> 8), byte(i)}, 1, 0, &deviceFacts{})
		order = append(order, lineRef(i))
	}
	text, err := packLines(t.Context(), [2]*fleetLines{source, {start: []uint32{0}}}, order)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTextFindsWhatContains(t *testing.T) {
	piece := rapid.SampledFrom([]string{"van", "a", "1", "11", "0a", "ü", "łódź", "🚚", "-", "xx", "x", "deadbeef", "\t", "e", "norr"})
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.Map(rapid.SliceOfN(piece, 0, 8), func(p []string) string { return strings.Join(p, "") })
		lines := rapid.SliceOfN(word, 1, 200).Draw(rt, "lines")
		text := packed(t, lines)
		for range 10 {
			wanted := strings.ReplaceAll(rapid.SliceOfN(piece, 1, 3).Draw(rt, "word")[0]+word.Draw(rt, "more"), "\t", "")
			if wanted == "" {
				continue
			}
			n := text.needle(wanted)
			for i, line := range lines {
				may := n.candidates(i/linesInBlock)&(1<<(i%linesInBlock)) != 0
				is := strings.Contains(line, wanted)
				in := n.in(text.text, int(text.start[i]), int(text.start[i+1]))
				if in != is || is && !may || n.exact && may != is {
					rt.Fatalf("%q in %q: is %v, found %v, candidate %v, exact %v", wanted, line, is, in, may, n.exact)
				}
			}
		}
	})
}

func TestLinesAreSortedByName(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	source := &fleetLines{start: []uint32{0}}
	var want []string
	for i := range 3000 {
		name := strings.Repeat("van", r.IntN(9)) + fmt.Sprint(r.IntN(40))
		source.text = append(source.text, name+"\tx\n"...)
		source.add(domain.ID{byte(i >> 8), byte(i)}, 1, 0, &deviceFacts{})
		want = append(want, fmt.Sprintf("%s\x00%05d", name, i))
	}
	slices.SortFunc(want, func(a, b string) int {
		x, y, _ := strings.Cut(a, "\x00")
		v, w, _ := strings.Cut(b, "\x00")
		return cmp.Or(naiveNatural(x, v), strings.Compare(y, w))
	})
	for i, line := range sortByName([2]*fleetLines{source, {start: []uint32{0}}}) {
		if got := fmt.Sprintf("%s\x00%05d", source.name(int(line)), line); got != want[i] {
			t.Fatalf("place %d: %q, want %q", i, got, want[i])
		}
	}
}

// rebuilt is a fleet built anew.
func (f *fixture) rebuilt(actor domain.Actor) *Fleet {
	f.t.Helper()
	fresh := newFleet(actor.Account)
	f.must(f.buildFleet(f.ctx, fresh, nil))
	return fresh
}

// sameFleet asks that two fleets show the same devices with the same lines at
// the same places.
func sameFleet(t testing.TB, got, want *Fleet) {
	t.Helper()
	a, b := got.contents(), want.contents()
	if !slices.Equal(a, b) {
		t.Fatalf("fleets differ:\n%s\n---\n%s", strings.Join(a, ""), strings.Join(b, ""))
	}
	if got.Len() != len(a) {
		t.Fatalf("the fleet says %d devices and shows %d", got.Len(), len(a))
	}
}

func (f *Fleet) contents() []string {
	p := f.picture.Load()
	var all []string
	show := func(id domain.ID, number, kind, pulse, registered uint32, sim simNumbers, line []byte) {
		if number != 0 {
			all = append(all, fmt.Sprintf("%s %v %v %x %x %x %s", id, p.places[number], p.kinds[kind], pulse, registered, sim, line))
		}
	}
	for row := range p.base.len() {
		show(p.base.id(row), p.placeOf(row), p.kind.of(row), p.pulse.of(row), p.base.registered[row], *p.base.sim(row), p.base.line(row))
	}
	for _, line := range p.tail {
		show(line.id, line.place, line.kind, line.facts.pulse, line.facts.registered, line.facts.sim, line.line)
	}
	slices.Sort(all)
	return all
}

// repackNow packs the fleet as a crowded one would be, meanwhile doing work.
func (f *Fleet) repackNow(ctx context.Context, meanwhile func()) {
	f.mu.Lock()
	kept := f.keep()
	p := f.picture.Load()
	f.mu.Unlock()
	if kept {
		meanwhile()
		f.repack(ctx, p)
	}
}

func TestSearchWhileOthersWrite(t *testing.T) {
	f := create(t)
	b := newBulk(f, 3000)
	fleet, err := f.Fleet(f.ctx, b.owner, nil)
	f.must(err)
	var group sync.WaitGroup
	for worker := range 3 {
		group.Go(func() {
			var found *Found
			for i := range 60 {
				var err error
				filter := []string{"", "a", "van", "va", "renamed", "4b3", "depot"}[(worker+i)%7]
				if found, err = f.Search(f.ctx, b.owner, fleet, FleetQuery{Filter: filter, Within: found}); err != nil {
					t.Error(err)
					return
				}
				for n := 0; n < found.Len(); n += 97 {
					if at, there := found.Find(found.ID(n)); !there || at != n {
						t.Errorf("device %d is found at %d, %v", n, at, there)
						return
					}
				}
			}
		})
	}
	group.Go(func() {
		for i := range 40 {
			d := b.devices[i*7%len(b.devices)]
			d.Version, d.Name = 0, fmt.Sprintf("renamed %d", i)
			if _, err := f.EditDevice(f.ctx, b.owner, d); err != nil {
				t.Error(err)
			}
			if _, err := f.RunBulk(f.ctx, b.owner, Assignment{To: b.customers[i].ID, Devices: []domain.ID{b.devices[i*11].ID, d.ID}}, nil); err != nil {
				t.Error(err)
			}
			if i%10 == 5 {
				fleet.repackNow(f.ctx, func() {})
			}
		}
	})
	group.Wait()
	sameFleet(t, fleet, f.rebuilt(b.owner))
}

func TestFleetGrowsWithAnImport(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	fleet, err := f.Fleet(f.ctx, n.owner, nil)
	f.must(err)
	if found, err := f.Search(f.ctx, n.owner, fleet, FleetQuery{}); err != nil || found.Len() != 0 {
		t.Fatal(found.Len(), err)
	}
	var csv bytes.Buffer
	csv.WriteString("name,unit_id\n")
	for i := range 6000 {
		fmt.Fprintf(&csv, "Van %d,%032x\n", i, i)
	}
	result, err := f.ImportDevices(f.ctx, n.owner, &csv, false, nil)
	f.must(err)
	if result.Added != 6000 || result.Failed != 0 {
		t.Fatalf("added %d, failed %d", result.Added, result.Failed)
	}
	fleet.turnRepack(t)
	sameFleet(t, fleet, f.rebuilt(n.owner))
	found, err := f.Search(f.ctx, n.owner, fleet, FleetQuery{Filter: "van 59"})
	f.must(err)
	listed, err := f.Devices(f.ctx, n.owner, DeviceQuery{Filter: "van 59"})
	f.must(err)
	if found.Len() != listed.Total || found.Len() < 111 {
		t.Errorf("found %d, listed %d", found.Len(), listed.Total)
	}
}

// turnRepack waits until the fleet isn't being packed.
func (f *Fleet) turnRepack(t testing.TB) {
	for {
		f.mu.Lock()
		keeping := f.keeping
		f.mu.Unlock()
		if !keeping || t.Context().Err() != nil {
			return
		}
	}
}

func TestFleetBuildIsCalledOff(t *testing.T) {
	f := create(t)
	b := newBulk(f, 500)
	ctx, cancel := context.WithCancel(f.ctx)
	_, err := f.Fleet(ctx, b.owner, func(int, int) { cancel() })
	if err == nil {
		t.Fatal("built although it was called off")
	}
	told := 0
	fleet, err := f.Fleet(f.ctx, b.owner, func(done, total int) { told = done })
	f.must(err)
	if told != 500 || fleet.Len() != 500 {
		t.Errorf("told %d, holds %d", told, fleet.Len())
	}
	cancelled, cancel := context.WithCancel(f.ctx)
	cancel()
	if _, err := f.Search(cancelled, b.owner, fleet, FleetQuery{}); err == nil {
		t.Error("searched although it was called off")
	}
}
