package domain

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hardNames are names that paths, folds and orders could trip over.
var hardNames = []string{
	"a", "A/B", `back\slash`, `\`, "/", `\/`, `a\`, "Straße", "STRASSE", "Ærø", "ærø", "日本", "İzmir", "x y", "é", "ﬁ",
}

// anyTree draws a tree of up to 40 customers with unique names among siblings.
func anyTree(t *rapid.T) (*Tree, []Customer) {
	n := rapid.IntRange(0, 40).Draw(t, "customers")
	var customers []Customer
	taken := map[ID][]string{}
	depth := map[ID]int{}
	for i := range n {
		c := Customer{ID: id(i + 1), Account: acme.ID}
		if i > 0 && rapid.IntRange(0, 5).Draw(t, "main") > 0 {
			c.Parent = customers[rapid.IntRange(max(0, i-6), i-1).Draw(t, "parent")].ID
		}
		if depth[c.Parent] == MaxDepth {
			c.Parent = ID{}
		}
		c.Name = rapid.OneOf(rapid.SampledFrom(hardNames), rapid.StringN(1, 6, -1)).Draw(t, "name")
		c.Name, _ = CheckText("name", c.Name, MaxName)
		for c.Name == "" || slices.Contains(taken[c.Parent], Fold(c.Name)) {
			c.Name += string(rune('a' + i%26))
		}
		taken[c.Parent] = append(taken[c.Parent], Fold(c.Name))
		depth[c.ID] = depth[c.Parent] + 1
		customers = append(customers, c)
	}
	shuffled := rapid.Permutation(customers).Draw(t, "order")
	tree, err := NewTree(acme, shuffled)
	if err != nil {
		t.Fatal(err)
	}
	return tree, customers
}

// above walks up the parents as they were given.
func above(customers []Customer, key ID) (chain []ID) {
	for !key.IsZero() {
		at := slices.IndexFunc(customers, func(c Customer) bool { return c.ID == key })
		if at < 0 {
			return nil
		}
		chain = append(chain, key)
		key = customers[at].Parent
	}
	return chain
}

func TestTreeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree, customers := anyTree(t)
		if tree.Len() != len(customers) {
			t.Fatalf("%d customers, %d in the tree", len(customers), tree.Len())
		}
		for i := range tree.Len() {
			c := tree.At(i)
			chain := above(customers, c.ID)
			if at, ok := tree.Position(c.ID); !ok || at != i || tree.Depth(i) != len(chain) {
				t.Fatalf("%s: position %d, depth %d", c.Name, at, tree.Depth(i))
			}
			if up := tree.Parent(i); up >= i || (up < 0) != c.Parent.IsZero() || up >= 0 && tree.At(up).ID != c.Parent {
				t.Fatalf("%s: parent at %d", c.Name, up)
			}
			for _, other := range customers {
				if got, want := tree.Within(c.ID, other.ID), slices.Contains(chain, other.ID); got != want {
					t.Fatalf("%s within %s: %v", c.Name, other.Name, got)
				}
			}
			if !tree.Within(c.ID, ID{}) || tree.Within(c.ID, elsewhere) || tree.Within(elsewhere, c.ID) {
				t.Fatal("the account doesn't hold it, or a stranger does")
			}
			size := 0
			for _, other := range customers {
				if slices.Contains(above(customers, other.ID), c.ID) {
					size++
				}
			}
			from, to := tree.Span(c.ID)
			if tree.End(i)-i != size || from != i || to != tree.End(i) || tree.HasChildren(i) != (size > 1) {
				t.Fatalf("%s: %d below, want %d", c.Name, tree.End(i)-i, size)
			}
			if deepest := tree.height(i); deepest < 1 || deepest > size {
				t.Fatalf("%s: height %d of %d", c.Name, deepest, size)
			}
			if path := tree.Path(c.ID); !slices.Equal(SplitPath(path), tree.Names(c.ID)) {
				t.Fatalf("path %q isn't %q", path, tree.Names(c.ID))
			}
			for _, text := range []string{tree.Path(c.ID), Fold(tree.Path(c.ID)), c.ID.String(), strings.ToUpper(c.ID.String())} {
				if got, err := tree.Resolve(text); err != nil || got != c.ID {
					t.Fatalf("resolve %q: %v, %v", text, got, err)
				}
			}
		}
		checkChildren(t, tree, customers)
	})
}

// checkChildren compares Children with the customers as given, in order.
func checkChildren(t *rapid.T, tree *Tree, customers []Customer) {
	for _, parent := range append([]Customer{{}}, customers...) {
		var want, got []ID
		below := slices.DeleteFunc(slices.Clone(customers), func(c Customer) bool { return c.Parent != parent.ID })
		slices.SortFunc(below, func(a, b Customer) int {
			return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.Name, b.Name))
		})
		for _, c := range below {
			want = append(want, c.ID)
		}
		for c := range tree.Children(parent.ID) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("children of %q: %v, want %v", parent.Name, got, want)
		}
	}
}

func TestTreeRefusesDamage(t *testing.T) {
	chain := func(n int) (customers []Customer) {
		for i := range n {
			customers = append(customers, Customer{ID: id(i + 1), Account: acme.ID, Parent: id(i), Name: "x"})
		}
		return customers
	}
	ring := chain(4)
	ring[0].Parent = id(4)
	for name, customers := range map[string][]Customer{
		"circle":          append(ring, Customer{ID: id(9), Account: acme.ID, Name: "main"}),
		"own parent":      {{ID: id(1), Account: acme.ID, Parent: id(1), Name: "x"}},
		"unknown parent":  {{ID: id(1), Account: acme.ID, Parent: id(2), Name: "x"}},
		"twice":           {{ID: id(1), Account: acme.ID, Name: "x"}, {ID: id(1), Account: acme.ID, Name: "y"}},
		"another account": {{ID: id(1), Account: id(101), Name: "x"}},
		"no ID":           {{Account: acme.ID, Name: "x"}},
		"too deep":        chain(MaxDepth + 1),
	} {
		tree, err := NewTree(acme, customers)
		if tree != nil || KindOf(err) != Damaged || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if tree := mustTree(t, acme, chain(MaxDepth)); tree.Depth(MaxDepth-1) != MaxDepth {
		t.Error("the deepest tree that is allowed isn't")
	}
	empty := mustTree(t, acme, nil)
	if _, err := empty.Resolve("x"); KindOf(err) != NotFound || empty.Len() != 0 {
		t.Error("an empty tree holds something")
	}
}

func TestTreeDoesNotShare(t *testing.T) {
	customers := acmeCustomers()
	tree := mustTree(t, acme, customers)
	for i := range customers {
		customers[i].Name = "changed"
	}
	if tree.Path(harbour) != "Acme HQ/Nordics/Aarhus/Harbour" {
		t.Error(tree.Path(harbour))
	}
	var order []string
	for i := range tree.Len() {
		order = append(order, tree.At(i).Name)
	}
	want := []string{"Acme HQ", "Iberia", "Nordics", "Aarhus", "Harbour", "Oslo", "Bermuda"}
	if !slices.Equal(order, want) {
		t.Errorf("pre-order %v, want %v", order, want)
	}
}

func TestPaths(t *testing.T) {
	for _, tt := range []struct {
		path  string
		names []string
	}{
		{"Acme HQ", []string{"Acme HQ"}},
		{"Acme HQ/Nordics/Aarhus", []string{"Acme HQ", "Nordics", "Aarhus"}},
		{`A\/B/C`, []string{"A/B", "C"}},
		{`A\\/C`, []string{`A\`, "C"}},
		{`\\\/`, []string{`\/`}},
		{"", nil},
	} {
		if names := SplitPath(tt.path); !slices.Equal(names, tt.names) {
			t.Errorf("SplitPath(%q) = %q", tt.path, names)
		}
		if path := JoinPath(tt.names...); path != tt.path {
			t.Errorf("JoinPath(%q) = %q", tt.names, path)
		}
	}
	for path, names := range map[string][]string{
		`A\B`: {`A\B`}, `A\`: {`A\`}, "/A": {"", "A"}, "A//B": {"A", "", "B"},
	} {
		if got := SplitPath(path); !slices.Equal(got, names) {
			t.Errorf("SplitPath(%q) = %q, want %q", path, got, names)
		}
	}
	// A customer named like another's ID doesn't shadow it.
	tree := mustTree(t, acme, []Customer{
		{ID: id(1), Account: acme.ID, Name: id(2).String()}, {ID: id(2), Account: acme.ID, Name: "Two"},
	})
	if got, err := tree.Resolve(id(2).String()); err != nil || got != id(2) {
		t.Error("an ID led to", got, err)
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][]string{
		{"Acme", "ACME", "acme"}, {"Straße", "STRASSE", "strasse"}, {"ÆRØ", "ærø"},
		{"é", "E\u0301", "É"}, {"Σίσυφος", "ΣΊΣΥΦΟΣ"}, {"\u1f80", "\u1f88", "\u03b1\u0313\u0345"},
	} {
		for _, text := range same {
			if Fold(text) != Fold(same[0]) || Fold(Fold(text)) != Fold(text) || string(AppendFold([]byte("x"), text)) != "x"+Fold(text) {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", text, Fold(text), same[0], Fold(same[0]))
			}
		}
	}
	if Fold("a") == Fold("á") || Fold("o") == Fold("ø") {
		t.Error("different letters fold together")
	}
	if n := testing.AllocsPerRun(10, func() { Fold("already lower, 12-3") }); n != 0 {
		t.Errorf("%v allocations for folded text", n)
	}
}

func TestSettings(t *testing.T) {
	customers := acmeCustomers()
	for i := range customers {
		switch customers[i].ID {
		case nordics:
			customers[i].Settings = Settings{TimeZone: "Europe/Oslo", Units: Imperial}
			customers[i].Security.ForceSecondFactor = true
		case aarhus:
			customers[i].Settings = Settings{Clock: Clock12}
		}
	}
	tree := mustTree(t, acme, customers)
	if got, want := tree.Settings(harbour), (Settings{"Europe/Oslo", Clock12, Imperial}); got != want {
		t.Errorf("Harbour has %v, want %v", got, want)
	}
	if got := tree.Settings(iberia); got != acme.Settings || tree.Settings(ID{}) != acme.Settings || tree.Settings(elsewhere) != acme.Settings {
		t.Errorf("Iberia has %v", got)
	}
	want := SettingsSources{
		TimeZone: SettingsSource{FromCustomer, nordics}, Clock: SettingsSource{FromCustomer, aarhus}, Units: SettingsSource{FromCustomer, nordics},
	}
	if got := tree.SettingsSources(harbour); got != want {
		t.Errorf("Harbour's come from %v", got)
	}
	user := person(201, "tom", harbour, 0)
	user.Settings.Units = Metric
	if got := tree.SettingsFor(user); got != (Settings{"Europe/Oslo", Clock12, Metric}) || !got.Complete() || got.Zone().String() != "Europe/Oslo" {
		t.Errorf("tom has %v", got)
	}
	if got := tree.SettingsSourcesFor(user); got.Units != (SettingsSource{FromUser, user.ID}) || got.Clock.ID != aarhus {
		t.Errorf("tom's come from %v", got)
	}
	if got := tree.SettingsSources(hq).Clock; got != (SettingsSource{FromAccount, acme.ID}) {
		t.Errorf("the clock of Acme HQ comes from %v", got)
	}

	if forced, by, account := tree.SecondFactorForced(harbour); !forced || by != nordics || account {
		t.Error("Nordics doesn't force Harbour")
	}
	if forced, _, _ := tree.SecondFactorForced(hq); forced {
		t.Error("forcing goes up")
	}
	strict := acme
	strict.Security.ForceSecondFactor = true
	tree = mustTree(t, strict, customers)
	if forced, by, account := tree.SecondFactorForced(hq); !forced || !by.IsZero() || !account {
		t.Error("the account doesn't force Acme HQ")
	}
	if _, by, _ := tree.SecondFactorForced(oslo); by != nordics {
		t.Error("the nearest isn't named")
	}
}

// FuzzResolvePath: no path breaks Resolve, and what it finds has a path of its
// own that leads there too.
func FuzzResolvePath(f *testing.F) {
	tree := mustTree(f, acme, []Customer{
		{ID: id(1), Account: acme.ID, Name: "Acme HQ"},
		{ID: id(2), Account: acme.ID, Parent: id(1), Name: `A/B\`},
		{ID: id(3), Account: acme.ID, Parent: id(2), Name: "Straße"},
	})
	for _, seed := range []string{"Acme HQ", `acme hq/A\/B\\/STRASSE`, "/", `\`, "", "//", " Acme HQ / x", id(3).String(), "\xff/\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if names := SplitPath(path); len(names) > 0 && !slices.Equal(SplitPath(JoinPath(names...)), names) && JoinPath(names...) != "" {
			t.Errorf("%q splits into %q, which doesn't come back", path, names)
		}
		found, err := tree.Resolve(path)
		if err != nil {
			if KindOf(err) != NotFound {
				t.Error(err)
			}
			return
		}
		if again, err := tree.Resolve(tree.Path(found)); err != nil || again != found {
			t.Errorf("%q leads to %v, its path to %v", path, found, again)
		}
	})
}

// FuzzFold: folding twice is folding once, whatever the text.
func FuzzFold(f *testing.F) {
	for _, seed := range []string{"Acme", "Straße", "İ", "\u03b1\u0345\u0301", "ǰ", "ﬃ", "\u1e9e", "ᾳ\u0308", "\u13c3", "\uab93", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if once := Fold(text); Fold(once) != once {
			t.Errorf("Fold(%+q) = %+q, and again %+q", text, once, Fold(once))
		}
	})
}
