package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"tenantry/domain"
)

// classes are the results of an assignment, line by line.
func classes(rows []BulkRow) string {
	var all []string
	for _, row := range rows {
		one := fmt.Sprintf("%d %s", row.Line, row.Result)
		if row.Result == domain.ResultRepeated {
			one += fmt.Sprintf(" of %d", row.RepeatOf)
		}
		all = append(all, one)
	}
	return strings.Join(all, "\n")
}

func TestAssignmentClasses(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	aarhus := f.customer(n.owner, north.ID, "Aarhus")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	fred := f.user(n.owner, north.ID, "fred", domain.FleetManagement|domain.FullDeviceAccess)
	van := f.registered(n.owner, north.ID, "Van 1", 1)
	there := f.registered(n.owner, aarhus.ID, "Van 2", 2)
	hidden := f.registered(n.owner, n.main.ID, "Hidden", 3)
	alone, err := f.RegisterDevice(f.ctx, n.owner, domain.Device{Customer: north.ID, UnitID: domain.UnitID{0xab, 0xcd, 0xef, 0x12, 0x34}})
	f.must(err)
	// Out of tom's sight, but with the same first digits.
	_, err = f.RegisterDevice(f.ctx, n.owner, domain.Device{Customer: n.main.ID, UnitID: domain.UnitID{0xab, 0xcd, 0xef, 0x12, 0x35}})
	f.must(err)

	text := strings.Join([]string{
		"Unit ID",
		van.UnitID.String(),                    // 2 moves
		there.UnitID.String(),                  // 3 already there
		hidden.UnitID.String(),                 // 4 out of reach
		"00000000-0000-0000-0000-00000000ffff", // 5 unknown
		"dead0000",                             // 6 ambiguous: van, there
		van.ID.String(),                        // 7 repeats 2 by its device ID
		"abcdef12",                             // 8 moves: the only one in sight
		"23762a22-b752-4d89-6370-aacda9d029",   // 9 malformed
		strings.ToUpper(van.UnitID.String()),   // 10 repeats 2
		"abcdef1234",                           // 11 repeats 8 by another prefix
		hidden.ID.String(),                     // 12 out of reach
	}, "\n")
	a := Assignment{To: aarhus.ID, Text: text}
	want := `2 moved
3 already_there
4 not_found
5 not_found
6 ambiguous
7 repeated of 2
8 moved
9 malformed
10 repeated of 2
11 repeated of 8
12 not_found`
	before := f.lastEntry(n.account.ID).number
	preview, err := f.PreviewBulk(f.ctx, tom, a)
	f.must(err)
	if got := classes(preview.Rows); got != want {
		t.Errorf("classes:\n%s", got)
	}
	if fits := preview.Rows[4].Fits; len(fits) != 2 || fits[0].Name != "Van 1" {
		t.Errorf("fits %+v", fits)
	}
	if len(preview.From) != 1 || preview.From[0].Path != "Acme HQ/Nordics" || preview.From[0].Devices != 2 {
		t.Errorf("from %+v", preview.From)
	}
	if f.lastEntry(n.account.ID).number != before || f.ownerOf(n.account.ID, van.ID).customer != north.ID {
		t.Error("a preview writes")
	}
	result, err := f.RunBulk(f.ctx, tom, a, nil)
	f.must(err)
	if got := classes(result.Rows); got != want || result.Entry.IsZero() {
		t.Errorf("classes:\n%s", got)
	}
	for _, id := range ids(van.ID, alone.ID) {
		if f.ownerOf(n.account.ID, id).customer != aarhus.ID {
			t.Errorf("%s wasn't moved", id)
		}
	}
	again, err := f.RunBulk(f.ctx, tom, a, nil)
	f.must(err)
	if again.Counts[domain.ResultMoved] != 0 || !again.Entry.IsZero() {
		t.Errorf("moved again: %v", again.Counts)
	}

	_, err = f.PreviewBulk(f.ctx, fred, a)
	kind(t, err, domain.Refused)
	_, err = f.RunBulk(f.ctx, tom, Assignment{To: n.main.ID, Text: text}, nil)
	kind(t, err, domain.NotFound)
	_, err = f.RunBulk(f.ctx, n.owner, Assignment{Text: text}, nil)
	kind(t, err, domain.NotFound)
	_, err = f.PreviewBulk(f.ctx, tom, Assignment{To: aarhus.ID, Text: strings.Repeat(" ", domain.MaxPasteBytes+1)})
	kind(t, err, domain.Invalid)
}

func TestUndoMovesBackOnlyWhatIsStillThere(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	south := f.customer(n.owner, n.main.ID, "Iberia")
	gone := f.customer(n.owner, n.main.ID, "Gone")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	stays := f.registered(n.owner, n.main.ID, "Stays", 1)
	moves := f.registered(n.owner, south.ID, "Moves", 2)
	orphan := f.registered(n.owner, gone.ID, "Orphan", 3)
	result, err := f.RunBulk(f.ctx, n.owner, Assignment{To: north.ID, Devices: ids(stays.ID, moves.ID, orphan.ID)}, nil)
	f.must(err)
	_, err = f.RunBulk(f.ctx, n.owner, Assignment{To: south.ID, Devices: ids(stays.ID)}, nil)
	f.must(err)
	f.must(f.DeleteCustomer(f.ctx, n.owner, DeleteCustomer{ID: gone.ID}))

	// tom reaches the target, but none of the customers they came from.
	undone, err := f.UndoBulk(f.ctx, tom, result.Entry, nil)
	f.must(err)
	if undone.Moved != 0 || undone.Stayed != 3 {
		t.Errorf("tom moved %+v", undone)
	}
	undone, err = f.UndoBulk(f.ctx, n.owner, result.Entry, nil)
	f.must(err)
	if undone.Moved != 1 || undone.Stayed != 2 || f.ownerOf(n.account.ID, moves.ID).customer != south.ID {
		t.Errorf("undone %+v", undone)
	}
	redone, err := f.UndoBulk(f.ctx, n.owner, undone.Entry, nil)
	f.must(err)
	if redone.Moved != 1 || f.ownerOf(n.account.ID, moves.ID).customer != north.ID {
		t.Errorf("redone %+v", redone)
	}
	for _, id := range ids(domain.ID{1}, f.lastEntry(f.tenant("Other").account.ID).id) {
		_, err := f.UndoBulk(f.ctx, n.owner, id, nil)
		kind(t, err, domain.NotFound)
	}
}

func TestAssignmentClearsLocations(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	aarhus := f.customer(n.owner, north.ID, "Aarhus")
	south := f.customer(n.owner, n.main.ID, "Iberia")
	yard := domain.Location{ID: domain.ID{7}, Account: n.account.ID, Customer: north.ID, Name: "Yard", Email: "y@y.example"}
	f.inTx(func(tx *tx) error { return tx.putLocation(yard) })
	id := f.device(n.owner, place{north.ID, yard.ID})
	for _, step := range []struct {
		to   domain.ID
		want domain.ID
	}{{aarhus.ID, yard.ID}, {north.ID, yard.ID}, {south.ID, domain.ID{}}, {north.ID, domain.ID{}}} {
		_, err := f.RunBulk(f.ctx, n.owner, Assignment{To: step.to, Devices: ids(id)}, nil)
		f.must(err)
		if at := f.ownerOf(n.account.ID, id); at.location != step.want {
			t.Errorf("location %s, want %s", at.location, step.want)
		}
	}
}

// TestLargePaste pastes 100,000 rows with every kind of fault in them.
func TestLargePaste(t *testing.T) {
	count := domain.MaxPasteIDs
	if testing.Short() {
		count = 5000
	}
	f := create(t)
	b := newBulk(f, count)
	to := b.customers[7]
	r := rand.New(rand.NewPCG(3, 3))
	want := map[domain.Result]int{}
	seen := map[int]bool{}
	var text strings.Builder
	text.WriteString("\ufeffUnit ID\r\n")
	for range count {
		at := r.IntN(len(b.devices))
		d := b.devices[at]
		line := d.UnitID.String()
		switch r.IntN(12) {
		case 0:
			line = strings.ToUpper(line)
		case 1:
			line = `"` + line + `"`
		case 2:
			line = d.ID.String()
		case 3:
			line = line[:18] // 16 digits: unique, or as good as
		case 4:
			line = strings.ReplaceAll(line, "-", "")
		case 5:
			line = "  " + line + "\t"
		case 6: // malformed
			text.WriteString(line[:34] + "\r\n")
			want[domain.ResultMalformed]++
			continue
		case 7: // unknown
			text.WriteString(fmt.Sprintf("%016x%016x\r\n", r.Uint64(), r.Uint64()))
			want[domain.ResultNotFound]++
			continue
		}
		text.WriteString(line + "\r\n")
		switch {
		case seen[at]:
			want[domain.ResultRepeated]++
		case d.Customer == to.ID:
			want[domain.ResultAlreadyThere]++
		default:
			want[domain.ResultMoved]++
		}
		seen[at] = true
	}
	// A malformed row that is the same as another counts as a repeat of it.
	a := Assignment{To: to.ID, Text: text.String()}
	before := f.lastEntry(b.account.ID).number
	preview, err := f.PreviewBulk(f.ctx, b.owner, a)
	f.must(err)
	if len(preview.Rows) != count {
		t.Fatalf("%d rows of %d", len(preview.Rows), count)
	}
	same := func(got map[domain.Result]int) {
		t.Helper()
		if got[domain.ResultMoved] != want[domain.ResultMoved] || got[domain.ResultAlreadyThere] != want[domain.ResultAlreadyThere] ||
			got[domain.ResultNotFound] != want[domain.ResultNotFound] || got[domain.ResultMalformed]+got[domain.ResultRepeated] != want[domain.ResultMalformed]+want[domain.ResultRepeated] {
			t.Errorf("counts %v, want %v", got, want)
		}
	}
	same(preview.Counts)
	if f.lastEntry(b.account.ID).number != before {
		t.Error("the preview writes")
	}
	ctx, cancel := context.WithCancel(f.ctx)
	_, err = f.RunBulk(ctx, b.owner, a, func(done, _ int) {
		if done > 0 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || f.lastEntry(b.account.ID).number != before {
		t.Errorf("called off: %v", err)
	}
	result, err := f.RunBulk(f.ctx, b.owner, a, nil)
	f.must(err)
	same(result.Counts)
	list, err := f.Devices(f.ctx, b.owner, DeviceQuery{Customer: to.ID})
	f.must(err)
	already := 0
	for _, d := range b.devices {
		if d.Customer == to.ID {
			already++
		}
	}
	if list.Total != already+want[domain.ResultMoved] {
		t.Errorf("%d devices, want %d and %d", list.Total, already, want[domain.ResultMoved])
	}
	undone, err := f.UndoBulk(f.ctx, b.owner, result.Entry, nil)
	f.must(err)
	if undone.Moved != want[domain.ResultMoved] || undone.Stayed != 0 {
		t.Errorf("undone %+v", undone)
	}
}

// TestPrefixesThatFitMany pastes many prefixes that each fit many devices out of
// sight: it must take no longer than laying them out once.
func TestPrefixesThatFitMany(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	f.inTx(func(tx *tx) error {
		for i := range 3000 {
			d := domain.Device{ID: domain.ID{1, byte(i >> 8), byte(i)}, Account: n.account.ID, Customer: n.main.ID, UnitID: domain.UnitID{14: byte(i >> 8), 15: byte(i)}}
			if i == 77 {
				d.Customer = north.ID
			}
			if err := tx.putDevice(d); err != nil {
				return err
			}
		}
		return nil
	})
	var text strings.Builder
	for digits := 8; digits < 29; digits++ {
		text.WriteString(strings.Repeat("0", digits) + "\n")
	}
	for i := range 200 {
		fmt.Fprintf(&text, "00000000000000000000000000%05x\n", i)
	}
	a := Assignment{To: north.ID, Text: text.String()}
	preview, err := f.PreviewBulk(f.ctx, tom, a)
	f.must(err)
	got := map[string]int{}
	for _, row := range preview.Rows {
		got[fmt.Sprint(row.Result, row.Device.IsZero())]++
	}
	if preview.Counts[domain.ResultAlreadyThere] != 1 || preview.Counts[domain.ResultNotFound] != 199 || preview.Counts[domain.ResultRepeated] != 21 {
		t.Errorf("%v", preview.Counts)
	}
}
