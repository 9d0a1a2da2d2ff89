package ui

import (
	"cmp"

	"tenantry/domain"
	"tenantry/ui/widget"
)

func accountPage() page {
	return page{
		title: "Your account",
		inputs: widget.NewForm(
			widget.Input{Label: "Your account (1 of 4)", Kind: widget.HeadingInput},
			widget.Input{Name: "name", Label: "Account", Placeholder: "such as Acme Fleet", Limit: 120, Help: "The organisation that all customers, users and devices belong to."},
			widget.Input{Name: "email", Label: "Email", Placeholder: "such as ops@acme.example", Limit: 254, Help: "Where the account itself is reached."},
			widget.Input{Name: "country", Label: "Country", Placeholder: "such as Denmark", Suggestions: countryNames(), Help: "A name or its two letters."},
			widget.Input{Name: "customer", Label: "Main customer", Placeholder: "such as Acme Fleet HQ", Limit: 120, Help: "The top of the tree. Left empty, it takes the account's name and HQ."},
		),
		check: func(value func(string) string) error {
			_, name := domain.CheckName("name", value("name"))
			_, email := domain.CheckEmail(value("email"), true)
			_, country := domain.CheckCountry(value("country"), true)
			return cmp.Or(name, email, country)
		},
	}
}

func settingsPage() page {
	return page{
		title: "Times and distances",
		inputs: widget.NewForm(
			widget.Input{Label: "Times and distances (2 of 4)", Kind: widget.HeadingInput},
			widget.Input{Name: "time_zone", Label: "Time zone", Placeholder: "such as Europe/Copenhagen", Suggestions: domain.Zones(), Help: "An IANA name. Every customer can set its own."},
			widget.Input{Name: "time_format", Label: "Time format", Kind: widget.ChoiceInput, Value: "24", Options: []widget.Option{{Value: "24", Label: "24 h"}, {Value: "12", Label: "12 h"}}},
			widget.Input{Name: "units", Label: "Units", Kind: widget.ChoiceInput, Value: "metric", Options: []widget.Option{{Value: "metric", Label: "metric"}, {Value: "imperial", Label: "imperial"}}},
		),
		check: func(value func(string) string) error {
			_, err := domain.CheckZone(value("time_zone"))
			return err
		},
	}
}

func ownerPage() page {
	return page{
		title: "You",
		inputs: widget.NewForm(
			widget.Input{Label: "You, the owner (3 of 4)", Kind: widget.HeadingInput},
			widget.Input{Name: "username", Label: "Username", Placeholder: "such as ann", Limit: 32, Help: "What you sign in with, here and over SSH."},
			widget.Input{Name: "full_name", Label: "Full name", Limit: 120},
			widget.Input{Name: "owner_email", Label: "Email", Limit: 254, Help: "May be left empty."},
		),
		check: func(value func(string) string) error {
			_, err := domain.CheckUsername(value("username"))
			return err
		},
	}
}

func passwordPage() page {
	inputs := widget.NewForm(
		widget.Input{Label: "Your password (4 of 4)", Kind: widget.HeadingInput},
		widget.Input{Name: "password", Label: "Password", Kind: widget.SecretInput, Limit: passwordLimit},
		widget.Input{Name: "again", Label: "Once more", Kind: widget.SecretInput, Limit: passwordLimit},
	)
	live := func() { passwordHints(inputs, false) }
	live()
	return page{
		title: "Password", inputs: inputs, live: live,
		check: func(value func(string) string) error { return sameTwice(value("password"), value("again")) },
	}
}

// countryNames are what completes a country. Its two letters are one as they
// are.
func countryNames() []string {
	var names []string
	for _, c := range domain.Countries() {
		names = append(names, c.Name)
	}
	return names
}
