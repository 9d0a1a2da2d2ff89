package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"tenantry/domain"
)

// findsCustomer filters the customers for a name and goes to the list.
func (p *person) findsCustomer(name string) {
	p.t.Helper()
	p.press("/")
	p.types(name)
	p.press("enter")
	p.sees("› ", name)
}

// customer is a customer of the sample by its path.
func (p *person) customer(path string) domain.Customer {
	p.t.Helper()
	id, err := p.console.tree().Resolve(path)
	if err != nil {
		p.t.Fatalf("%s: %v", path, err)
	}
	c, _ := p.console.tree().Customer(id)
	return *c
}

// line is the line of the screen that holds a text.
func (p *person) line(text string) string {
	p.t.Helper()
	p.sees(text)
	for l := range strings.SplitSeq(p.screen(), "\n") {
		if strings.Contains(l, text) {
			return l
		}
	}
	return ""
}

func TestCustomersAreATreeWithCounts(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.sees("61 customers", "▾ Acme HQ", "▸ Nordics", "8 · 1,918", "▾ Acme Rental", "Acme HQ · Denmark · Europe/Copenhagen, 24 h, metric")
	p.seesNot("Aarhus Depot")
	p.findsCustomer("iberia")
	p.press("esc", "right")
	if l := p.line("Porto"); !strings.Contains(l, "forced ‹ Iberia") {
		t.Errorf("who forces the second factor isn't told: %q", l)
	}
	p.press("left")
	p.seesNot("Porto")
	p.press("+")
	p.sees("Porto")
	p.press("-", "home")
	p.seesNot("Nordics")
}

func TestFilteringKeepsWhatIsAbove(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", "/")
	p.types("nor")
	p.sees("3 of 61 customers", "Acme HQ", "Nordics", "Aarhus Depot", "Vans North", "Norrköping")
	p.seesNot("Baltics")
	p.types(" van")
	p.sees("2 of 61 customers", "Vans North", "Vans South")
	p.press("esc")
	p.sees("61 customers", "›         Vans North", "Helsinki") // the cursor stays
	p.press("/")
	p.types("nowhere")
	p.sees("No customer here is called that.")
}

func TestOpeningACustomerAndComingBack(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("nordics")
	p.press("enter")
	p.sees("Acme Fleet › Acme HQ › Nordics", "17 customers")
	p.seesNot("Baltics")
	p.press("enter")
	p.sees("You look at this customer already.")
	p.press("@Account")
	p.sees("nested customer", "Acme HQ / Nordics")
	p.press("esc")
	p.sees("1 of 61 customers", "/ nordics") // as it was left
	p.press("esc")
	p.sees("61 customers", "Baltics")
}

func TestCreatingACustomer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("iberia")
	p.press("n")
	p.sees("New customer under Acme HQ / Iberia", "as the parent: Europe/Madrid", "Iberia forces it already")
	p.types("Porto")
	p.press("tab")
	p.types("porto")
	p.press("ctrl+s")
	p.sees(`! There is a customer with this name here already.`)
	p.press("down")
	p.press("up")
	p.types(" Norte")
	p.press("ctrl+s")
	p.sees("is not an email address")
	p.types("@acme.example")
	p.press("tab")
	p.types("portu")
	p.press("tab")
	p.sees("In Portugal it is mostly Europe/Lisbon.")
	p.press("ctrl+s")
	p.sees("Created Porto Norte.", "porto@acme.example · created 12 Mar 2026 by ann", "Porto Norte · Portugal")
	if got := p.customer("Acme HQ/Iberia/Porto Norte"); got.Country != "PT" || got.Settings != (domain.Settings{}) {
		t.Errorf("created %+v", got)
	}
}

func TestCreatingAMainCustomer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", "N")
	p.sees("New main customer of Acme Fleet", "as the account: Europe/Copenhagen")
	p.types("Acme Leasing")
	p.press("ctrl+s")
	p.sees("Created Acme Leasing.")
	if got := p.customer("Acme Leasing"); !got.Parent.IsZero() {
		t.Errorf("it hangs under %v", got.Parent)
	}
	p = as(t, "lars")
	p.press("@Customers", "N")
	p.sees("Only the account's owner creates main customers.")
}

func TestEditingWhatSomebodyElseChanged(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("helsinki")
	p.press("e")
	p.types(" Harbour")
	theirs := p.customer("Acme HQ/Nordics/Helsinki")
	theirs.Name, theirs.Country = "Helsinki City", "SE"
	if _, err := p.console.db.EditCustomer(t.Context(), p.operator(), theirs); err != nil {
		t.Fatal(err)
	}
	p.press("ctrl+s")
	p.sees("changed by the operator", "Save again to keep", "Meanwhile it was set to Helsinki City.", "Changed meanwhile, from Finland.")
	p.press("ctrl+s")
	p.sees("Saved Helsinki Harbour.")
	if got := p.customer("Acme HQ/Nordics/Helsinki Harbour"); got.Country != "SE" {
		t.Errorf("what they changed is gone: %+v", got)
	}
}

func TestMovingACustomer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("baltics")
	p.press("m")
	p.sees("Move Baltics under", "It is here already.")
	p.types("nordi")
	p.press("enter")
	p.sees("From Acme HQ to Acme HQ / Nordics.", "With it: 3 nested customers, 1 user and 87 devices.")
	p.press("y")
	p.sees("Moved Baltics under Acme HQ / Nordics.")
	p.customer("Acme HQ/Nordics/Baltics/Tallinn")
	p.press("m")
	p.types("acme fleet")
	p.sees("directly under the account")
	p.press("enter", "y")
	p.sees("Moved Baltics under Acme Fleet.")
	p.customer("Baltics/Tallinn")
}

func TestDeletingACustomer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("nordics")
	p.press("d")
	p.sees("nested under it. Move or delete them first.")
	p.press("esc")
	p.findsCustomer("helsinki")
	p.press("d")
	p.sees("What becomes of its users?", "Helsinki has 1 user (aino).", "Its 35 devices go to Nordics.")
	p.press("down", "enter")
	p.sees("Move its users to")
	p.types("helsinki")
	p.sees("This is the one that is deleted.")
	for range len("helsinki") {
		p.press("backspace")
	}
	p.types("oslo")
	p.press("enter")
	p.sees("Delete Helsinki?", "The users move to Acme HQ / Nordics / Oslo.")
	p.types("Helsink")
	p.press("enter")
	p.sees("Type Helsinki exactly as it stands")
	p.types("i")
	p.press("enter")
	p.sees("Deleted Helsinki. 35 devices went to Nordics.", "60 customers")
}

func TestDeletingWhatIsLookedAt(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("odense")
	p.press("enter")
	p.sees("› Odense")
	p.press("d")
	p.types("Odense")
	p.press("enter")
	p.sees("Deleted Odense.", "Acme Fleet › Acme HQ › Nordics", "16 customers")
}

// TestNewsOvertakesTheAnswer lets the news that the scope is gone come before
// the answer of the work that made it go.
func TestNewsOvertakesTheAnswer(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("odense")
	p.press("enter", "d")
	p.types("Odense")
	p.send(keyNamed("enter"))
	p.answersLate("delete", "standing")
	p.sees("Deleted Odense.", "Acme Fleet › Acme HQ › Nordics", "16 customers")
}

// answersLate holds the answer to one question back until another is answered.
func (p *person) answersLate(slot, until string) {
	p.t.Helper()
	late := time.After(patience)
	var held tea.Msg
	for answered := false; held == nil || !answered; {
		select {
		case m := <-p.messages:
			a, ok := m.(answer)
			if ok && a.slot == slot {
				held = m
				continue
			}
			p.send(m)
			answered = answered || ok && a.slot == until
		case <-late:
			p.t.Fatalf("%s and %s aren't both answered:\n%s", slot, until, p.screen())
		}
	}
	p.send(held)
}

func TestWhoMayNotManageCustomersIsToldWhy(t *testing.T) {
	p := as(t, "tom")
	p.press("@Customers")
	for key, why := range map[string]string{
		"n": "It takes Nested Customer Administrator with Fleet Management",
		"e": "It takes Account Administrator to edit the customer.",
		"m": "Nordics is your own customer.",
		"d": "Nordics is your own customer.",
		"N": "Only the account's owner",
	} {
		p.press(key)
		p.sees(why)
	}
	p.findsCustomer("oslo")
	p.press("m")
	p.sees("It takes Nested Customer Administrator with Fleet Management to move nested")
	p = as(t, "nina")
	p.press("@Customers", "d")
	p.sees("Central Europe is your own customer.")
	p.findsCustomer("wien")
	p.press("d")
	p.sees("Wien has 1 user (leonie). It takes Account Administrator")
}

func TestCustomersFollowOthers(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", "+")
	p.findsCustomer("tallinn")
	p.press("esc")
	p.line("›       Tallinn")
	riga := p.customer("Acme HQ/Baltics/Rīga")
	riga.Name = "Daugava"
	if _, err := p.console.db.EditCustomer(t.Context(), p.operator(), riga); err != nil {
		t.Fatal(err)
	}
	p.sees("Daugava")
	p.line("›       Tallinn") // the cursor stays where it was
}

func TestTheWidePane(t *testing.T) {
	p := as(t, "ann")
	p.resizes(150, 40)
	p.press("@Customers")
	p.findsCustomer("porto")
	p.sees("forced  ‹ Iberia", "Europe/Lisbon", "24 h  ‹ Acme Fleet", "12 Mar 2026 14:32 CET by ann")
}

func TestHostileCustomers(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", "+")
	for i := range p.console.body().(*customers).seen.Rows {
		p.console.body().(*customers).seen.Rows[i].Name = hostile
	}
	p.spoil()
	p.isExact("customers")
	p.press("m")
	p.isExact("the chooser")
	p.press("esc", "e")
	p.isExact("the form")
	p.press("esc", "@Account")
	p.spoil()
	p.isExact("the account")
}

func TestDeletingOnASmallScreenShowsWhereToType(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers")
	p.findsCustomer("workshop")
	p.resizes(40, 10)
	p.press("d")
	p.sees("Move them to Aarhus Depot")
	p.press("enter")
	p.sees("Delete Workshop?", "Its 4 devices go to", "Type Workshop to go on.")
	p.press("down", "down")
	p.sees("The users move to", "Type Workshop to go on.") // the rest of what will happen
	p.types("Workshop")
	p.sees("Workshop  ", "enter delete it")
	p.press("enter")
	p.sees("Deleted Workshop.")
}

func TestCountsOfUsersAreForThoseWhoMayListThem(t *testing.T) {
	p := as(t, "tom")
	p.press("@Customers")
	p.sees("Nordics", "–")
	p.seesNot("2 · 12")
	p.resizes(150, 45)
	p.sees("not counted: you may not list users here")
	p = as(t, "ann")
	p.press("@Customers")
	p.sees("5 · 41")
}

// TestKeysAnswerWhereNoCustomerMatches.
func TestKeysAnswerWhereNoCustomerMatches(t *testing.T) {
	p := as(t, "ann")
	p.press("@Customers", "/")
	p.types("zzz")
	p.press("enter")
	for _, key := range []string{"enter", "n", "e", "m", "d"} {
		p.press(key)
		p.sees("! No customer here is called that.")
	}
}
