package ui

import (
	"cmp"
	"slices"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// Customers are many, and other panels want to be seen too: of the largest at
// least so many are shown.
const customersShown = 4

// panels are what there is to see, each where the user may see any of it.
func (s *overview) panels() []figurePanel {
	var panels []figurePanel
	if s.whyNotAnywhere(domain.DevicesSee) == "" {
		panels = append(panels, s.statusPanel(), s.heardPanel(), s.customersPanel())
	}
	if s.seen.Users.Reason == "" {
		panels = append(panels, s.usersPanel())
		if why := s.whyNotAnywhere(domain.DevicesSee); why != "" {
			panels = append(panels, figurePanel{title: "Devices", text: why})
		}
	}
	if t := s.seen.Tokens; t.Good > 0 || len(panels) > 0 {
		panels = append(panels, s.tokensPanel())
	}
	if s.seen.Access.Reads {
		panels = append(panels, s.accessPanel())
	}
	if s.whyNotAnywhere(domain.AuditRead) == "" {
		panels = append(panels, s.recentPanel())
	}
	if text := s.nothingWords(); text != "" {
		panels = append([]figurePanel{{title: "Nothing to count", text: text}}, panels...)
	}
	return panels
}

// nothingWords say to somebody who may see neither devices nor users nor who
// passed where why that is; "" to others.
func (s *overview) nothingWords() string {
	devices := s.whyNotAnywhere(domain.DevicesSee)
	if devices == "" || s.seen.Users.Reason == "" || s.seen.Access.Reads {
		return ""
	}
	return "You see no devices and no users here. " + devices + " " + s.seen.Users.Reason
}

// statusPanel is how the devices do.
func (s *overview) statusPanel() figurePanel {
	p := figurePanel{title: "Devices", beside: s.devicesTotal(), text: s.counting()}
	if s.devices.Reason != "" {
		p.text = s.devices.Reason
	}
	if !s.devices.Looked {
		return p
	}
	for _, status := range []domain.Status{domain.StatusOnline, domain.StatusOffline, domain.StatusNew, domain.StatusRetired} {
		name := status.String()
		p.figures = append(p.figures, figure{
			key: "status." + name, label: name, n: s.devices.ByStatus[status], of: s.looked(), tone: toneOfCount(s.devices.ByStatus[status], statusTone(status)),
			open: s.devicesLike("status:" + name),
		})
	}
	return p
}

// looked is how many devices were looked at: what their parts are parts of.
func (s *overview) looked() int {
	n := 0
	for _, count := range s.devices.ByStatus {
		n += count
	}
	return n
}

// toneOfCount is the tone of a number: there is nothing to look at in none.
func toneOfCount(n int, tone widget.Tone) widget.Tone {
	if n == 0 {
		return widget.ToneDim
	}
	return tone
}

func (s *overview) devicesTotal() string {
	if s.devices.Total < 0 {
		return ""
	}
	total := widget.Comma(s.devices.Total)
	if s.standing.Rights.Narrowed() {
		total += " at your locations"
	}
	return total
}

// counting says how far the look at each device is, "" when it is done.
func (s *overview) counting() string {
	switch done, total := s.progress("look"); {
	case s.busy("look") && total > 0:
		return "counting " + widget.Comma(done) + " of " + widget.Comma(total) + "…"
	case s.devices.Looked:
		return ""
	case s.busy("look"):
		return "counting…"
	case s.stopped:
		return "Not counted. r counts them."
	}
	return ""
}

// heardPanel is when the devices last spoke.
func (s *overview) heardPanel() figurePanel {
	p := figurePanel{title: "Last communication"}
	if !s.devices.Looked {
		return p
	}
	for _, heard := range domain.Heards() {
		tone := widget.ToneNormal
		if heard >= domain.HeardBefore {
			tone = widget.ToneWarn
		}
		p.figures = append(p.figures, figure{
			key: "heard." + heard.String(), label: heard.Words(), n: s.devices.ByHeard[heard], of: s.looked(), tone: toneOfCount(s.devices.ByHeard[heard], tone),
			open: s.devicesLike(heard.Filter()),
		})
	}
	return p
}

// customersPanel is where the devices are, the most first.
func (s *overview) customersPanel() figurePanel {
	p := figurePanel{title: "Devices by customer", most: customersShown, more: s.moreCustomers}
	parts := slices.Clone(s.devices.ByCustomer)
	slices.SortStableFunc(parts, func(a, b store.CustomerFigure) int { return cmp.Compare(b.Devices, a.Devices) })
	for _, part := range parts {
		one := figure{key: "customer." + part.ID.String(), label: part.Name, n: part.Devices, of: s.devices.Total, tone: toneOfCount(part.Devices, widget.ToneNormal)}
		if part.Own {
			one.label, one.open = "its own", s.ownDevices()
		} else {
			one.open = s.devicesBelow(part.ID)
		}
		p.figures = append(p.figures, one)
	}
	if len(p.figures) == 0 {
		p.text = "There is no customer here yet."
		if s.devices.Total < 0 {
			p.text = ""
		}
	}
	return p
}

func (s *overview) moreCustomers(left int) figure {
	return figure{key: "customers.more", label: counted(left, "more", "more"), say: "in the tree", tone: widget.ToneDim, open: s.customersTree(), why: s.whyNotAnywhere(domain.CustomersSee)}
}

// usersPanel is how the users do, and their second factors.
func (s *overview) usersPanel() figurePanel {
	u := s.seen.Users
	p := figurePanel{title: "Users", beside: widget.Comma(u.Total)}
	for _, status := range []store.UserStatus{store.UserActive, store.UserInvited, store.UserLocked, store.UserInactive, store.UserNoSignIn} {
		if (status == store.UserNoSignIn || status == store.UserLocked) && u.ByStatus[status] == 0 {
			continue // most of the time there is none such
		}
		name := status.String()
		p.figures = append(p.figures, figure{
			key: "user." + name, label: status.Words(), n: u.ByStatus[status], of: u.Total, tone: toneOfCount(u.ByStatus[status], userStatusTone(status)),
			open: s.usersOf("status:" + name),
		})
	}
	p.figures = append(p.figures,
		figure{key: "factor.enrolled", label: "second factor", n: u.Enrolled, of: u.Total, open: s.usersOf("factor:enrolled")})
	if u.Forced {
		p.figures = append(p.figures, figure{
			key: "factor.missing", label: "must enrol", n: u.Missing, of: u.Total, tone: toneOfCount(u.Missing, widget.ToneWarn), open: s.usersOf("factor:missing"),
		})
	}
	return p
}

// tokensPanel is about the keys to the REST API.
func (s *overview) tokensPanel() figurePanel {
	t := s.seen.Tokens
	p := figurePanel{title: "API tokens", beside: widget.Comma(t.Good)}
	if !t.First.IsZero() {
		p.beside += ", the first ends " + s.endsWhen(t.First)
	}
	p.figures = append(p.figures, figure{
		key: "token.expiring", label: "end soon", n: t.Expiring, of: t.Good, tone: toneOfCount(t.Expiring, widget.ToneWarn), open: s.tokensOf("state:expiring"),
	})
	return p
}

// accessPanel is who held an RFID token to a reader today, and what it answered.
func (s *overview) accessPanel() figurePanel {
	a := s.seen.Access
	of := 0
	for _, n := range a.ByStatus {
		of += n
	}
	p := figurePanel{title: "Access today", beside: counted(of, "event", "events")}
	if a.AtLeast {
		p.beside = "of the last " + p.beside
	}
	for _, status := range []domain.AccessStatus{domain.AccessApproved, domain.AccessRejected} {
		p.figures = append(p.figures, figure{
			key: "access." + status.String(), label: status.Words(), n: a.ByStatus[status], of: of, tone: toneOfCount(a.ByStatus[status], accessTone(status)),
			open: s.accessLike("status:" + status.String() + " time:today"),
		})
	}
	return p
}
