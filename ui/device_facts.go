package ui

import (
	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// deviceFacts are everything that is known of a device, in lines of one or two.
func (c *Console) deviceFacts(r *store.DeviceRow) [][]fact {
	location := r.LocationName
	if r.Location.IsZero() {
		location = "none"
	}
	if rights := c.standing.Rights; rights.Narrowed() {
		location += " (you are limited to " + rights.LimitWords() + ")"
	}
	return [][]fact{
		{{label: "Unit ID", value: r.UnitID.String()}},
		{{label: "Customer", value: c.path(r.Customer)}},
		{{label: "Location", value: location}},
		{{label: "Status", value: r.Status.String(), tone: statusTone(r.Status)}, {label: "Registered", value: c.moment(r.RegisteredAt)}},
		{{label: "Last communication", value: c.moment(r.LastCommunication)}},
		{{label: "Make", value: r.Make}, {label: "Model", value: r.Model}},
		{{label: "Year", value: yearText(r.Year)}, {label: "Type", value: r.Type}},
		{{label: "Plate", value: r.Plate}, {label: "VIN", value: r.VIN}},
		{{label: "IMEI", value: r.IMEI}, {label: "ICCID", value: r.ICCID}},
		{{label: "Phone", value: r.Phone}, {label: "Board version", value: r.BoardVersion}},
		{{label: "Tags", value: domain.JoinTags(r.Tags)}},
		{{label: "Device ID", value: r.ID.String()}},
	}
}

// statusTone goes with the word that says the same.
func statusTone(s domain.Status) widget.Tone {
	switch s {
	case domain.StatusOnline:
		return widget.ToneGood
	case domain.StatusOffline:
		return widget.ToneWarn
	case domain.StatusRetired:
		return widget.ToneDim
	}
	return widget.ToneNormal
}

// Two columns of facts are for whoever has this many cells; the labels of each
// stand below each other.
const (
	twoColumns  = 76
	leftLabel   = 19
	narrowLabel = 12
	rightLabel  = 14
	leftValue   = 20
)

// drawFactRows draws facts in w cells: those that share a row beside each other
// where there is room, one below the other where there isn't.
func drawFactRows(theme widget.Theme, rows [][]fact, w int) []string {
	label := leftLabel
	if w < 50 {
		label = narrowLabel
	}
	var lines []string
	for _, row := range rows {
		if w < twoColumns || len(row) == 1 {
			for _, f := range row {
				lines = append(lines, f.orNone().draw(theme, label, w)...)
			}
			continue
		}
		left := row[0].orNone().draw(theme, leftLabel, leftLabel+leftValue)
		right := row[1].orNone().draw(theme, rightLabel, w-leftLabel-leftValue-2)
		for i := range max(len(left), len(right)) {
			line := widget.PadStyled(lineAt(left, i), leftLabel+leftValue+2)
			lines = append(lines, line+lineAt(right, i))
		}
	}
	return lines
}

// orNone is the fact that there is none, where there is none.
func (f fact) orNone() fact {
	if f.value == "" {
		f.value, f.tone = "none", widget.ToneDim
	}
	return f
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}
