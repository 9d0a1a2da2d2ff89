package api

import "testing"

// TestTheOverviewCountsWhatTheListsHave, of what a token's owner may see.
func TestTheOverviewCountsWhatTheListsHave(t *testing.T) {
	f := newFixture(t)
	for _, as := range []string{"admin", "owner-acme", "plain"} {
		for _, customer := range []string{"", f.places["North"].customer.String(), f.places["Depot"].customer.String()} {
			narrowed := ""
			if customer != "" {
				narrowed = "&below=true&customer=" + customer
			}
			o := f.wants(200, as, "GET", at("/overview?customer=%s", customer), "").read(t)
			for _, list := range []string{"devices", "users"} {
				told := o[list].(map[string]any)
				got := f.do(as, "GET", at("/%s?limit=1%s", list, narrowed), "")
				if got.StatusCode == 403 {
					if told["total"] != 0.0 || told["reason"] == nil {
						t.Errorf("%s at %q: %s are refused, and counted %v", as, customer, list, told)
					}
					continue
				}
				if want := got.read(t)["total"]; told["total"] != want {
					t.Errorf("%s at %q: %v %s, and %v listed", as, customer, told["total"], list, want)
				}
			}
		}
	}
	o := f.wants(200, "admin", "GET", at("/overview?customer=HQ/North"), "").read(t)
	if o["customer_path"] != "HQ/North" || len(o["devices"].(map[string]any)["by_customer"].([]any)) == 0 {
		t.Errorf("%v", o)
	}
	f.wants(404, "admin", "GET", at("/overview?customer=HQ/South"), "")
}
