package ui

import (
	"time"

	"tenantry/domain"
	"tenantry/store"
	"tenantry/ui/widget"
)

// This file says in words what an account and a customer are set to, and where
// each setting comes from.

// secondFactor says whether the second factor is forced at a customer, and who
// above forces it; from is "" where it is set right there, or not at all.
func secondFactor(tree *domain.Tree, id domain.ID) (what, from string) {
	forced, by, byAccount := tree.SecondFactorForced(id)
	switch {
	case !forced:
		return "optional", ""
	case byAccount && !id.IsZero():
		return "forced", tree.Account().Name
	case by != id:
		if above, ok := tree.Customer(by); ok {
			return "forced", above.Name
		}
	}
	return "forced", ""
}

// forcedBy is secondFactor as one text for a column.
func forcedBy(theme widget.Theme, tree *domain.Tree, id domain.ID) string {
	what, from := secondFactor(tree, id)
	if from == "" {
		return what
	}
	return what + " " + theme.Glyphs.Inherit + " " + from
}

// forcedAbove names who above a customer forces the second factor, "" for
// nobody. The customer may force it itself beside.
func forcedAbove(tree *domain.Tree, parent domain.ID) string {
	forced, by, byAccount := tree.SecondFactorForced(parent)
	if !forced {
		return ""
	}
	if above, ok := tree.Customer(by); ok && !byAccount {
		return above.Name
	}
	return tree.Account().Name
}

// setBy names who made a setting that holds at a customer, "" for the customer
// itself.
func setBy(tree *domain.Tree, id domain.ID, source domain.SettingsSource) string {
	switch {
	case source.From == domain.FromAccount && !id.IsZero():
		return tree.Account().Name
	case source.From == domain.FromCustomer && source.ID != id:
		if above, ok := tree.Customer(source.ID); ok {
			return above.Name
		}
	}
	return ""
}

// settingsFacts are the cloud settings that hold at a customer, with where each
// comes from; the account's for the zero ID.
func settingsFacts(tree *domain.Tree, id domain.ID) []fact {
	s, from := tree.Settings(id), tree.SettingsSources(id)
	return []fact{
		{label: "Time zone", value: s.TimeZone, from: setBy(tree, id, from.TimeZone)},
		{label: "Time format", value: clockWords(s.Clock), from: setBy(tree, id, from.Clock)},
		{label: "Units", value: s.Units.String(), from: setBy(tree, id, from.Units)},
	}
}

// securityFact is the second factor, with who forces it.
func securityFact(tree *domain.Tree, c *domain.Customer) fact {
	what, from := secondFactor(tree, c.ID)
	if above := forcedAbove(tree, c.Parent); c.Security.ForceSecondFactor && above != "" {
		what, from = "forced, here and above", above
	}
	return fact{label: "Second factor", value: what, from: from}
}

func addOnsFact(a *domain.Account) fact {
	value := "none"
	if a.AddOns.AccessControl {
		value = "access control"
	}
	return fact{label: "Add-ons", value: value}
}

// customerFacts are all that there is to know about a customer but its name.
func (c *Console) customerFacts(tree *domain.Tree, row *store.CustomerRow) []fact {
	path := fact{label: "Path", value: pathIn(tree, row.ID)}
	facts := []fact{path, {label: "Email", value: orNone(row.Email)}, {label: "Country", value: orNone(domain.CountryName(row.Country))}}
	facts = append(facts, settingsFacts(tree, row.ID)...)
	facts = append(facts, securityFact(tree, &row.Customer))
	facts = append(facts,
		fact{label: "Users", value: countWords(row.Users, row.UsersBelow, "not counted: you may not list users here")},
		fact{label: "Devices", value: countWords(row.Devices, row.DevicesBelow, "not counted: you are limited to some locations")},
		fact{label: "Created", value: c.madeWords(row.CreatedAt, row.CreatedByName)},
	)
	return facts
}

// countWords say how many a customer has: its own, and with what is nested;
// hidden says why the user may not know.
func countWords(own, below int, hidden string) string {
	switch {
	case own < 0:
		return hidden
	case below < 0:
		return widget.Comma(own) + " own"
	case own == below:
		return widget.Comma(own)
	}
	return widget.Comma(own) + " own, " + widget.Comma(below) + " with nested customers"
}

// madeWords say when, and by whom where that is known.
func (c *Console) madeWords(at time.Time, by string) string {
	words := c.moment(at)
	if by != "" {
		words += " by " + by
	}
	return words
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// clockWords is a time format as people read it.
func clockWords(c domain.Clock) string { return c.String() + " h" }

// settingsLine is the settings in a line: "Europe/Copenhagen, 24 h, metric".
func settingsLine(s domain.Settings) string {
	return s.TimeZone + ", " + clockWords(s.Clock) + ", " + s.Units.String()
}
