package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"tenantry/domain"
)

// modelTerm is a term of a filter and what it means, said once more and without
// the parser.
type modelTerm struct {
	text string
	is   func(d modelDevice) bool
}

// modelDevice is a device with what the actor may know of where it is.
type modelDevice struct {
	domain.Device
	path     []string // names of its customer and those above, folded
	location string   // folded, empty where it isn't theirs to read
	now      time.Time
}

func (d modelDevice) words() []string {
	unit := strings.ReplaceAll(d.UnitID.String(), "-", "")
	fields := []string{domain.Fold(d.Name), unit, d.IMEI, domain.Fold(d.VIN), domain.Fold(d.Plate)}
	for _, tag := range d.Tags {
		fields = append(fields, domain.Fold(tag))
	}
	return fields
}

// word is a plain word; dashless is how it looks for unit IDs.
func word(text, dashless string) modelTerm {
	return modelTerm{text, func(d modelDevice) bool {
		folded := strings.Trim(domain.Fold(text), `"`)
		return strings.Contains(strings.Join(d.path, "/"), folded) || slices.ContainsFunc(d.words(), func(field string) bool {
			return strings.Contains(field, folded) || dashless != "" && strings.Contains(field, dashless)
		})
	}}
}

func has(text, part string, field func(modelDevice) string) modelTerm {
	return modelTerm{text, func(d modelDevice) bool { return strings.Contains(domain.Fold(field(d)), part) }}
}

func not(t modelTerm) modelTerm {
	return modelTerm{"-" + t.text, func(d modelDevice) bool { return !t.is(d) }}
}

func someName(text string, is func(name string) bool) modelTerm {
	return modelTerm{text, func(d modelDevice) bool {
		return slices.ContainsFunc(append(slices.Clone(d.path), strings.Join(d.path, "/")), is)
	}}
}

var modelTerms = func() []modelTerm {
	terms := []modelTerm{
		word("v", ""), word("van", ""), word("VAN", ""), word("1", ""), word("cold", ""), word("österbus", ""), word("ab-12", "ab12"),
		word("ABCDEF12-", "abcdef12"), word("abcdef120000", ""), word("0", ""), word("nordics", ""), word("hq/n", ""), word("å", ""),
		word("🚚", ""), word("nothing", ""), word(`"tail lift"`, ""), word(`"van 1"`, ""),
		{"van*", func(d modelDevice) bool {
			return slices.ContainsFunc(append(d.words(), append(d.path, strings.Join(d.path, "/"))...), func(f string) bool { return strings.HasPrefix(f, "van") })
		}},
		{"*7", func(d modelDevice) bool {
			return slices.ContainsFunc(append(d.words(), append(d.path, strings.Join(d.path, "/"))...), func(f string) bool { return strings.HasSuffix(f, "7") })
		}},
		has("name:van", "van", func(d modelDevice) string { return d.Name }),
		has(`Name:"VAN 1"`, "van 1", func(d modelDevice) string { return d.Name }),
		{"name:=crane", func(d modelDevice) bool { return d.Name == "Crane" }},
		{"name:*", func(d modelDevice) bool { return d.Name != "" }},
		{"tag:cold", func(d modelDevice) bool {
			return slices.ContainsFunc(d.Tags, func(tag string) bool { return strings.EqualFold(tag, "cold") })
		}},
		{"tag:t*t", func(d modelDevice) bool { return slices.Contains(d.Tags, "Tail lift") }},
		{"tags:*", func(d modelDevice) bool { return len(d.Tags) > 0 }},
		{"tag:=", func(d modelDevice) bool { return len(d.Tags) == 0 }},
		has("plate:-1", "-1", func(d modelDevice) string { return d.Plate }),
		{"plate:=", func(d modelDevice) bool { return d.Plate == "" }},
		{"vin:wdb*7", func(d modelDevice) bool { return d.VIN != "" }},
		{"vin:=wdb7", func(d modelDevice) bool { return d.VIN == "WDB7" }},
		{"imei:35*", func(d modelDevice) bool { return strings.HasPrefix(d.IMEI, "35") }},
		{"imei:*", func(d modelDevice) bool { return d.IMEI != "" }},
		{"unit:abcdef12-00*", func(d modelDevice) bool { return true }},
		{"unit:*01", func(d modelDevice) bool { return d.UnitID[15] == 1 }},
		has("iccid:0001", "0001", func(d modelDevice) string { return d.ICCID }),
		{"iccid:*f", func(d modelDevice) bool { return strings.HasSuffix(d.ICCID, "F") }},
		{"iccid:8945-*", func(d modelDevice) bool { return d.ICCID != "" }},
		{"phone:3456", func(d modelDevice) bool { return d.Phone == "+45 12 34 56 78" }},
		{"phone:=112", func(d modelDevice) bool { return d.Phone == "112" }},
		{"phone:*", func(d modelDevice) bool { return d.Phone != "" }},
		someName("customer:nordics", func(name string) bool { return strings.Contains(name, "nordics") }),
		someName("customer:van*", func(name string) bool { return strings.HasPrefix(name, "van") }),
		someName("customer:=iberia", func(name string) bool { return name == "iberia" }),
		has(`location:"yard 1"`, "yard 1", func(d modelDevice) string { return d.location }),
		{"location:*", func(d modelDevice) bool { return d.location != "" }},
		has("make:FORD", "ford", func(d modelDevice) string { return d.Make }),
		has("make:ško", "ško", func(d modelDevice) string { return d.Make }),
		{"model:trans*tom", func(d modelDevice) bool { return d.Model == "Transit Custom" }},
		has("type:track", "track", func(d modelDevice) string { return d.Type }),
		has("board:4.", "4.", func(d modelDevice) string { return d.BoardVersion }),
		{"year:2021", func(d modelDevice) bool { return d.Year == 2021 }},
		{"year:<2021", func(d modelDevice) bool { return d.Year == 2018 }},
		{"year:2018..", func(d modelDevice) bool { return d.Year > 0 }},
		{"status:online", func(d modelDevice) bool { return d.Status == domain.StatusOnline }},
		{"status:o", func(d modelDevice) bool { return d.Status == domain.StatusOnline || d.Status == domain.StatusOffline }},
		{"seen:never", func(d modelDevice) bool { return d.LastCommunication.IsZero() }},
		{"seen:<2h", func(d modelDevice) bool { return d.LastCommunication.After(d.now.Add(-2*time.Hour - time.Minute)) }},
		{"last:>2h", func(d modelDevice) bool {
			return !d.LastCommunication.IsZero() && !d.LastCommunication.After(d.now.Add(-2*time.Hour-time.Minute))
		}},
		{"registered:<1w", func(d modelDevice) bool { return true }},
		{"registered:<2000", func(d modelDevice) bool { return false }},
	}
	for _, t := range slices.Clone(terms) {
		terms = append(terms, not(t))
	}
	return terms
}()

// naiveMatch asks every term of a device.
func (m *model) naiveMatch(may *domain.Rights, d domain.Device, asked []modelTerm) bool {
	known := modelDevice{Device: d, now: m.clock.now}
	for _, name := range may.Tree().Names(d.Customer) {
		known.path = append(known.path, domain.Fold(name))
	}
	for _, l := range m.locations {
		if l.ID == d.Location && may.Reaches(l.Customer) {
			known.location = domain.Fold(l.Name)
		}
	}
	for _, term := range asked {
		if !term.is(known) {
			return false
		}
	}
	return true
}

// Report lets some devices speak, as only the operator's door can.
func (m *model) Report(*rapid.T) {
	id := m.drawDevice()
	d, there := m.devices[id]
	if !there {
		m.rt.Skip("no device")
	}
	hours := rapid.IntRange(-1, 4).Draw(m.rt, "hours")
	r := Report{UnitID: d.UnitID, Status: domain.Status(rapid.IntRange(0, 3).Draw(m.rt, "status")), BoardVersion: fmt.Sprintf("4.%d", hours)}
	if hours >= 0 {
		r.At = m.clock.now.Add(-time.Duration(hours) * time.Hour)
	}
	_, err := m.ReportDevices(m.ctx, m.operator(), []Report{r})
	m.must(err)
	d.Status, d.LastCommunication, d.BoardVersion = r.Status, r.At, r.BoardVersion
	m.devices[id] = d
}

// RenameLocation gives a location another name, of which the fleet isn't told.
func (m *model) RenameLocation(*rapid.T) {
	i := rapid.IntRange(0, len(m.locations)-1).Draw(m.rt, "renamed")
	m.locations[i].Name = fmt.Sprintf("Yard %d", rapid.IntRange(0, 3).Draw(m.rt, "number"))
	m.inTx(func(tx *tx) error { return tx.putLocation(m.locations[i]) })
}
