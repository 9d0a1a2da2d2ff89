package widget

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func userForm() *Form {
	return NewForm(
		Input{Label: "Who", Kind: HeadingInput},
		Input{Name: "email", Label: "Email", Value: "tom@acme.example", Help: "Where the welcome mail goes."},
		Input{Name: "password", Label: "Password", Kind: SecretInput, Limit: 5},
		Input{Name: "country", Label: "Country", Suggestions: []string{"Denmark", "Germany"}},
		Input{Name: "units", Label: "Units", Kind: ChoiceInput, Value: "imperial",
			Options: []Option{{"metric", "metric"}, {"imperial", "imperial"}}},
		Input{Name: "customer", Label: "Customer", Value: "Nordics", ReadOnly: "You can't move yourself."},
		Input{Label: "Groups", Kind: HeadingInput},
		Input{Name: "dm", Label: "Device Management", Kind: CheckInput, Value: "true", Hint: "register, edit and assign devices"},
		Input{Name: "fda", Label: "Full Device Access", Kind: CheckInput, Hint: "see every device in reach",
			Note: "Device Management lists no devices until this is on"},
		Input{Name: "nca", Label: "Nested Customer Administrator", Kind: CheckInput,
			ReadOnly: "you may not grant this: you don't hold it"},
	)
}

func TestFormLooks(t *testing.T) {
	f := userForm()
	theme := ThemeFor(true, false, false)
	f.SetErrors(map[string]string{"email": "Another user has this email.", "": "It wasn't saved."})
	want(t, f.Draw(theme, 80, 24), `
	  ! It wasn't saved.
	Who
	› Email     tom@acme.example
	            ! Another user has this email.
	  Password
	  Country
	  Units     ◂ imperial ▸
	  Customer  Nordics  You can't move yourself.

	Groups
	  [x] Device Management               register, edit and assign devices
	  [ ] Full Device Access              see every device in reach
	      ! Device Management lists no devices until this is on
	   -  Nested Customer Administrator   you may not grant this: you don't hold it

	  Where the welcome mail goes.








	`)
	f.SetErrors(nil)
	f.Focus("nca")
	want(t, f.Draw(theme, 40, 10), `
	  [x] Device Management                ↑
	      register, edit and assign devices
	  [ ] Full Device Access
	      see every device in reach
	      ! Device Management lists no
	        devices until this is on
	›  -  Nested Customer Administrator
	      you may not grant this: you don't
	      hold it

	`)
}

func TestFormFocus(t *testing.T) {
	f := userForm()
	var order []string
	for range 9 {
		order = append(order, f.Focused())
		f.Next()
	}
	if got, want := strings.Join(order, " "), "email password country units customer dm fda nca email"; got != want {
		t.Errorf("tab goes %s, want %s", got, want)
	}
	f.Focus("email")
	f.Prev()
	if f.Focused() != "nca" || f.Focus("nobody") || f.Focus("") {
		t.Errorf("focus on %q", f.Focused())
	}
	for name, want := range map[string]bool{"email": false, "dm": false, "fda": true, "nca": true} {
		if f.Focus(name); f.AtEnd() != want {
			t.Errorf("at the end on %s: %v", name, !want)
		}
	}
	none := NewForm(Input{Label: "Nothing", Kind: HeadingInput})
	none.Next()
	none.Prev()
	if none.Focused() != "" || none.Update(tea.PasteMsg{Content: "x"}) || !none.AtEnd() || none.Accept() {
		t.Error("a form of headings has a focus")
	}
	locked := NewForm(Input{Name: "a", ReadOnly: "no"}, Input{Name: "b"})
	if locked.Focused() != "b" {
		t.Errorf("starts on %q, which can't be changed", locked.Focused())
	}
}

func TestFormTakesKeys(t *testing.T) {
	f := userForm()
	if f.Dirty() {
		t.Error("dirty before anything was typed")
	}
	typed(f, "x")
	if f.Value("email") != "tom@acme.examplex" || !f.Dirty() {
		t.Errorf("email %q, dirty %v", f.Value("email"), f.Dirty())
	}
	press(f, tea.KeyBackspace)
	if f.Dirty() {
		t.Error("dirty after the change was taken back")
	}
	if press(f, tea.KeyEnter) || press(f, tea.KeyDown) || press(f, tea.KeyEscape) {
		t.Error("the form took a key of the screen")
	}

	f.Focus("password")
	if !f.Update(tea.PasteMsg{Content: "123456"}) || f.Value("password") != "" {
		t.Error("took part of what is too long")
	}
	if got := seen(f.Draw(ThemeFor(true, false, false), 80, 24)); !strings.Contains(got, "That would be more than 5 characters.") {
		t.Errorf("doesn't tell the limit:\n%s", got)
	}

	f.Focus("country")
	typed(f, "ger")
	press(f, tea.KeyRight)
	if f.Value("country") != "Germany" {
		t.Errorf("right completes to %q", f.Value("country"))
	}
	f.SetValue("country", "d")
	if !f.Accept() || f.Value("country") != "Denmark" {
		t.Errorf("accepted as %q", f.Value("country"))
	}

	f.Focus("units")
	press(f, tea.KeyRight)
	if f.Value("units") != "metric" {
		t.Errorf("units %q", f.Value("units"))
	}
	press(f, tea.KeyLeft)
	typed(f, "m")
	if f.Value("units") != "metric" {
		t.Errorf("units %q", f.Value("units"))
	}

	f.Focus("fda")
	typed(f, " ")
	if !f.Checked("fda") || f.Value("fda") != "true" {
		t.Errorf("fda %q", f.Value("fda"))
	}
	f.Focus("nca")
	typed(f, " ")
	if f.Checked("nca") || press(f, tea.KeyEnter) {
		t.Error("changed what can't be changed")
	}
	f.Saved()
	if f.Dirty() {
		t.Error("dirty after it was saved")
	}
}

func TestFormChangesItsInputs(t *testing.T) {
	f := userForm()
	f.SetOptions("units", Option{"us", "US"}, Option{"imperial", "Imperial"})
	if f.Value("units") != "imperial" {
		t.Errorf("the value became %q", f.Value("units"))
	}
	f.SetOptions("units", Option{"us", "US"})
	if f.Value("units") != "us" {
		t.Errorf("the value is %q, no longer an option", f.Value("units"))
	}
	f.SetNote("fda", "")
	f.SetHint("dm", "other hint")
	f.SetHelp("email", "Other help.")
	f.SetReadOnly("nca", "")
	f.SetSuggestions("country", []string{"Norway"})
	f.SetValue("country", "n")
	f.SetValue("nobody", "n")
	got := seen(f.Draw(ThemeFor(true, false, false), 100, 30))
	for _, s := range []string{"other hint", "Other help.", "[ ] Nested"} {
		if !strings.Contains(got, s) {
			t.Errorf("no %q in\n%s", s, got)
		}
	}
	if strings.Contains(got, "until this is on") {
		t.Errorf("the note is still there:\n%s", got)
	}
	if f.Focus("country"); !f.Accept() || f.Value("country") != "Norway" {
		t.Errorf("country %q", f.Value("country"))
	}
	if f.Value("nobody") != "" || f.Checked("nobody") {
		t.Error("a value of nothing")
	}
}

// TestFormShowsItsFocus goes through a long form at every size: the focused
// label is always in sight, with the input below it where there are two lines.
func TestFormShowsItsFocus(t *testing.T) {
	var inputs []Input
	for i := range 30 {
		if i%7 == 0 {
			inputs = append(inputs, Input{Label: fmt.Sprint("Section ", i), Kind: HeadingInput})
		}
		inputs = append(inputs, Input{
			Name: fmt.Sprint("n", i), Label: fmt.Sprintf("Label %02d.", i), Value: fmt.Sprintf("value %02d.", i),
			Kind: []InputKind{TextInput, TextInput, CheckInput}[i%3], Help: "Some help that says what this is for.",
		})
	}
	f := NewForm(inputs...)
	f.SetErrors(map[string]string{"n3": strings.Repeat("wrong ", 20), "n4": "wrong"})
	for _, size := range sizes {
		if size.w < 17 || size.h < 4 {
			continue
		}
		for range 60 {
			f.Next()
			got := seen(f.Draw(ThemeFor(false, false, false), size.w, size.h))
			label := "Label " + fmt.Sprintf("%02s", f.Focused()[1:]) + "."
			if !strings.Contains(got, label) {
				t.Fatalf("%d×%d: no %q in\n%s", size.w, size.h, label, got)
			}
			if in := f.focused(); in.Kind == TextInput && !strings.Contains(got, in.Value) {
				t.Fatalf("%d×%d: no %q in\n%s", size.w, size.h, in.Value, got)
			}
		}
	}
}

func TestFormIsExact(t *testing.T) {
	t.Parallel()
	var wild []Input
	errors := map[string]string{}
	for i, s := range hostile {
		name := fmt.Sprint(i)
		wild = append(wild, Input{
			Name: name, Label: s, Kind: InputKind(i % 5), Value: s, Placeholder: s, Hint: s, Help: s, Note: s,
			Suggestions: hostile, Options: []Option{{s, s}, {"", ""}},
		})
		if i%3 == 0 {
			wild[i].ReadOnly = s
		}
		errors[name], errors[s] = s, s
	}
	for what, form := range map[string]func() *Form{
		"empty": func() *Form { return NewForm() }, "normal": userForm, "hostile": func() *Form { return NewForm(wild...) },
	} {
		f := form()
		for i, theme := range []Theme{ThemeFor(true, false, false), ThemeFor(false, false, true)} {
			if i == 0 {
				f.SetErrors(errors)
			} else {
				f.SetErrors(nil)
			}
			for _, size := range sizes {
				exact(t, what, f.Draw(theme, size.w, size.h), size.w, size.h)
				f.Next()
			}
		}
	}
}

func BenchmarkFormDraw(b *testing.B) {
	f := userForm()
	theme := ThemeFor(true, false, false)
	b.ReportAllocs()
	for b.Loop() {
		_ = f.Draw(theme, 80, 20)
	}
}

func TestFormPicksAndHiddenInputs(t *testing.T) {
	f := NewForm(
		Input{Name: "email", Label: "Email"},
		Input{Name: "places", Label: "Limited to", Kind: PickInput, Value: "1,2", Shown: "Depot, Dock"},
		Input{Name: "heading", Label: "Password", Kind: HeadingInput},
		Input{Name: "password", Label: "Password", Kind: SecretInput, Hidden: true, Value: "kept"},
		Input{Name: "phone", Label: "Phone"},
	)
	theme := ThemeFor(true, false, false)
	f.Focus("places")
	for _, code := range []rune{'x', tea.KeySpace, tea.KeyRight} {
		if press(f, code) {
			t.Errorf("a pick takes %q", code)
		}
	}
	if f.Value("places") != "1,2" || f.Dirty() {
		t.Errorf("the pick is %q", f.Value("places"))
	}
	f.SetHidden("heading", true)
	want(t, f.Draw(theme, 60, 4), `
	  Email
	› Limited to  Depot, Dock
	  Phone

	`)
	f.SetShown("places", "Yard")
	f.SetValue("places", "3")
	f.Next()
	if f.Focused() != "phone" || !f.Dirty() || f.Focus("password") || f.Value("password") != "kept" {
		t.Errorf("the focus is on %q", f.Focused())
	}
	f.SetErrors(map[string]string{"password": "It is too short."})
	if got := strings.Join(f.Draw(theme, 60, 8), "\n"); !strings.Contains(got, "It is too short.") || !strings.Contains(got, "Yard") {
		t.Errorf("the error of what isn't there is lost:\n%s", got)
	}
	f.SetErrors(nil)
	f.SetHidden("password", false)
	f.Prev()
	f.SetHidden("password", true)
	if f.Focused() != "phone" {
		t.Errorf("the focus stays on %q, which is gone", f.Focused())
	}
	f.SetReadOnly("phone", "It is theirs.")
	if f.Locked() != "It is theirs." {
		t.Errorf("locked: %q", f.Locked())
	}
}
