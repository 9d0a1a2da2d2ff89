package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"tenantry/domain"
)

func TestImportTakesGoodLinesAndTellsBadOnes(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	north := f.customer(n.owner, n.main.ID, "Nordics")
	f.customer(n.owner, n.main.ID, "Iberia")
	tom := f.user(n.owner, north.ID, "tom", domain.DeviceManagement|domain.FullDeviceAccess)
	taken := f.registered(n.owner, n.main.ID, "Taken", 1)
	file := "\ufeffName;Unit ID;Colour;customer;tags;year\r\n" +
		"Van 1;" + unitText(1) + ";red;;cold, night;2020\r\n" + // 2
		"Van 2;" + strings.ToUpper(unitText(2)) + ";;Acme HQ/Nordics;;\r\n" + // 3
		"Van 3;" + unitText(1) + ";;;;\r\n" + // 4: on line 2
		"Van 4;123;;;;\r\n" + // 5: no unit ID
		"\r\n" + // 6
		"Van 5;" + unitText(5) + ";;Acme HQ/Iberia;;\r\n" + // 7: out of reach
		"Van 6;" + unitText(6) + ";;;;twenty\r\n" + // 8: no year
		"Van 7;" + taken.UnitID.String() + ";;;;\r\n" + // 9: taken, out of reach
		"Van \"8;" + unitText(8) + ";;;;\r\n" + // 10: a quote
		"Van 9;" + unitText(9) + ";;;;;;\r\n" + // 11: too many columns
		"'=SUM(A1);" + unitText(10) + ";;;;\r\n" + // 12
		"\"Van\nin two lines\";" + unitText(11) + ";;;;\r\n" + // 13: a newline in a name
		"Van 12;" + unitText(12) + ";;nordics;\r\n" // 15
	wantFailed := []string{"4 unit_id", "5 unit_id", "7 customer", "8 year", "9 unit_id", "10 ", "11 "}
	check := func(result ImportResult, err error) {
		t.Helper()
		f.must(err)
		var failed []string
		for _, row := range result.Rows {
			failed = append(failed, fmt.Sprintf("%d %s", row.Line, row.Field))
			if len(row.Error) < 10 {
				t.Errorf("line %d: %q", row.Line, row.Error)
			}
		}
		failed = slices.DeleteFunc(failed, func(s string) bool { return s == "13 name" })
		if !slices.Equal(failed, wantFailed) || result.Failed != len(result.Rows) || result.Added < 4 || result.Lines < 13 {
			t.Errorf("added %d, failed %q", result.Added, failed)
		}
		if !slices.Equal(result.Unknown, []string{"Colour"}) {
			t.Errorf("unknown columns %q", result.Unknown)
		}
	}
	before := f.lastEntry(n.account.ID).number
	check(f.ImportDevices(f.ctx, tom, strings.NewReader(file), true, nil))
	if f.lastEntry(n.account.ID).number != before {
		t.Error("a dry run writes")
	}
	check(f.ImportDevices(f.ctx, tom, strings.NewReader(file), false, nil))
	list, err := f.Devices(f.ctx, tom, DeviceQuery{Filter: "sum"})
	f.must(err)
	if len(list.Rows) != 1 || list.Rows[0].Name != "=SUM(A1)" {
		t.Errorf("%+v", list)
	}
	rows, _, err := f.DeviceHistory(f.ctx, tom, list.Rows[0].ID, Page{})
	f.must(err)
	if len(rows) != 1 || rows[0].Text != "imported" {
		t.Errorf("history %+v", rows)
	}
}

func unitText(n int) string { return fmt.Sprintf("%032x", 0xabc000+n) }

func TestImportRefusesAFileWithoutAHeader(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	dora := f.user(n.owner, n.main.ID, "dora", domain.FullDeviceAccess)
	for _, file := range []string{"", "\n\n", "name,make\nVan,Ford\n", unitText(1) + "\n", "\"", "\x00\xff"} {
		_, err := f.ImportDevices(f.ctx, n.owner, strings.NewReader(file), false, nil)
		kind(t, err, domain.Invalid)
	}
	_, err := f.ImportDevices(f.ctx, n.owner, strings.NewReader("unit_id,name\n"+unitText(1)+",\""+strings.Repeat("x", 1<<20)), false, nil)
	kind(t, err, domain.Invalid)
	_, err = f.ImportDevices(f.ctx, dora, strings.NewReader("unit_id\n"+unitText(1)+"\n"), false, nil)
	kind(t, err, domain.Refused)
	_, err = f.ImportDevices(f.ctx, n.owner, io.MultiReader(strings.NewReader("unit_id\n"), failingReader{}), false, nil)
	kind(t, err, domain.Unavailable)
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("the wire was cut") }

func TestImportThatIsCalledOffSaysHowFar(t *testing.T) {
	f := create(t)
	n := f.tenant("Acme")
	var file bytes.Buffer
	file.WriteString("unit_id\n")
	for i := range importBatch + 10 {
		fmt.Fprintf(&file, "%032x\n", i)
	}
	ctx, cancel := context.WithCancel(f.ctx)
	result, err := f.ImportDevices(ctx, n.owner, &file, false, func(done, _ int) { cancel() })
	if !errors.Is(err, context.Canceled) || result.Added != importBatch || result.Lines != importBatch+1 {
		t.Errorf("added %d to line %d: %v", result.Added, result.Lines, err)
	}
	list, err := f.Devices(f.ctx, n.owner, DeviceQuery{})
	f.must(err)
	if list.Total != importBatch {
		t.Errorf("%d devices", list.Total)
	}
}

func TestExportComesBackByImport(t *testing.T) {
	f := create(t)
	n, other := f.tenant("Acme"), f.tenant("Other")
	f.customer(n.owner, n.main.ID, "North/South")
	for i, name := range []string{"Van 1", "=cmd|' /C calc'!A0", "'quoted", "with \"quotes\", and; more", "+45", "Österbus 🚚", "-"} {
		_, err := f.RegisterDevice(f.ctx, n.owner, domain.Device{
			Name: name, UnitID: domain.UnitID{0xaa, byte(i)}, Phone: "+45 12345678", Tags: []string{"cold", "tail lift"}, Year: 2020, VIN: "WDB123",
		})
		f.must(err)
	}
	var out bytes.Buffer
	count, err := f.ExportDevices(f.ctx, n.owner, DeviceQuery{}, &out, nil)
	f.must(err)
	if count != 7 {
		t.Errorf("exported %d", count)
	}
	for line := range strings.Lines(out.String()) {
		for _, field := range strings.Split(strings.TrimSpace(line), ",") {
			if strings.HasPrefix(field, "=") || strings.HasPrefix(field, "+") || strings.HasPrefix(field, "\"=") {
				t.Errorf("a formula: %s", line)
			}
		}
	}
	// In the other account the units are the same, so each is taken there.
	moved := strings.ReplaceAll(strings.ReplaceAll(out.String(), "aa0", "bb0"), "Acme HQ", "Other HQ")
	result, err := f.ImportDevices(f.ctx, other.owner, strings.NewReader(moved), false, nil)
	f.must(err)
	if result.Added != 7 {
		t.Fatalf("%+v", result)
	}
	a, err := f.Devices(f.ctx, n.owner, DeviceQuery{})
	f.must(err)
	b, err := f.Devices(f.ctx, other.owner, DeviceQuery{})
	f.must(err)
	for i := range a.Rows {
		if x, y := a.Rows[i], b.Rows[i]; x.Name != y.Name || x.Phone != y.Phone || !slices.Equal(x.Tags, y.Tags) || x.Year != y.Year {
			t.Errorf("%+v came back as %+v", x, y)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"unit_id,name\n" + unitText(1) + ",Van\n", "\ufeffUnit ID;Name;Name\r\n;;\r\n\"a\"\"b\";c", "unit_id\t\n\t\t\t\n\"", "unit-id\n\x00\xff\n",
	} {
		f.Add([]byte(seed))
	}
	fixture := create(f)
	n := fixture.tenant("Acme")
	f.Fuzz(func(t *testing.T, file []byte) {
		result, err := fixture.ImportDevices(t.Context(), n.owner, bytes.NewReader(file), true, nil)
		if err != nil && domain.KindOf(err) == 0 {
			t.Errorf("no error for people: %v", err)
		}
		for _, row := range result.Rows {
			if row.Line < 1 || row.Error == "" {
				t.Errorf("failed line %+v", row)
			}
		}
	})
}
