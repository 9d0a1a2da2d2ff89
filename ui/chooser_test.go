package ui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// chooses opens a chooser and tells what was chosen.
func (p *person) chooses(why func(domain.ID) string) *domain.ID {
	chosen := new(domain.ID)
	p.console.over(newChooser(p.console, "Choose", why, func(id domain.ID) tea.Cmd {
		*chosen = id
		return nil
	}))
	return chosen
}

func TestChoosingACustomerByItsName(t *testing.T) {
	p := as(t, "ann")
	chosen := p.chooses(nil)
	p.types("nor")
	p.sees("Acme HQ / Nordics") // begins with it; Vans North only holds it
	p.press("down", "enter")
	if want := p.customer("Acme HQ/Nordics/Aarhus Depot"); *chosen != want.ID {
		t.Errorf("chose %s, not %s", p.console.path(*chosen), want.Name)
	}
	p.seesNot("Choose")
}

func TestChoosingWhatCantBeChosen(t *testing.T) {
	p := as(t, "ann")
	oslo := p.customer("Acme HQ/Nordics/Oslo").ID
	chosen := p.chooses(func(id domain.ID) string {
		if id == oslo {
			return "Not this one."
		}
		return ""
	})
	p.types("oslo")
	p.sees("Oslo", "×", "Not this one.")
	p.press("enter")
	p.sees("! Not this one.", "Choose")
	if !chosen.IsZero() {
		t.Error("it was chosen all the same")
	}
	p.types("xyz")
	p.sees("No customer is called that.")
	p.press("enter")
	p.sees("! No customer is called that.")
	p.press("esc")
	p.seesNot("Choose")
}

func TestTheChooserKeepsToReach(t *testing.T) {
	p := as(t, "tom")
	p.chooses(nil)
	p.sees("Nordics")
	p.types("a")
	p.seesNot("Acme Rental", "Baltics")
	p.console.overlays[0].(*chooser).withAccount()
	p.seesNot("directly under the account")
}

func TestTheChooserFollowsTheTree(t *testing.T) {
	p := as(t, "ann")
	p.chooses(nil)
	p.types("oslo")
	oslo := p.customer("Acme HQ/Nordics/Oslo")
	oslo.Name = "Oslo Sør"
	if _, err := p.console.db.EditCustomer(t.Context(), p.operator(), oslo); err != nil {
		t.Fatal(err)
	}
	p.sees("Oslo Sør")
}

func TestTheChooserIsDrawnExactly(t *testing.T) {
	p := as(t, "ann")
	p.chooses(func(domain.ID) string { return hostile })
	p.isExact("the chooser")
	p.types("no")
	p.isExact("the chooser, narrowed")
	p.spoil()
	p.isExact("the chooser with hostile names")
}
