package widget

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestRenderComesBackAfterInnerStyles(t *testing.T) {
	outer, inner := Style{"\x1b[7m"}, Style{"\x1b[31m"}
	got := outer.Render("a" + inner.Render("b") + "c")
	if want := "\x1b[7ma\x1b[31mb\x1b[m\x1b[7mc\x1b[m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Style{}).Render("a"); got != "a" {
		t.Errorf("the zero style draws %q", got)
	}
	if got := outer.Render(""); got != "" {
		t.Errorf("nothing is drawn as %q", got)
	}
}

// TestThemesUseSafeColours keeps to the six colours that are readable on any
// background, and without colour to bold, underline and reverse.
func TestThemesUseSafeColours(t *testing.T) {
	safe := regexp.MustCompile(`^\x1b\[(1;|2|4|7|1|;|3[1-6])*m$`)
	mono := regexp.MustCompile(`^\x1b\[[147](;[147])*m$`)
	for i := range 8 {
		color, contrast, ascii := i&1 != 0, i&2 != 0, i&4 != 0
		theme := ThemeFor(color, contrast, ascii)
		v := reflect.ValueOf(theme)
		for f := range v.NumField() {
			style, ok := v.Field(f).Interface().(Style)
			if !ok || style.on == "" {
				continue
			}
			allowed := mono
			if color && !contrast {
				allowed = safe
			}
			if !allowed.MatchString(style.on) {
				t.Errorf("color %v, high contrast %v: %s is %q", color, contrast, v.Type().Field(f).Name, style.on)
			}
		}
		if theme.Cursor == (Style{}) || theme.Cursor == theme.Text {
			t.Error("the cursor's row looks like any other")
		}
	}
}

func TestGlyphsAreOfOneCell(t *testing.T) {
	for _, theme := range themes() {
		v := reflect.ValueOf(theme.Glyphs)
		for f := range v.NumField() {
			name, glyph := v.Type().Field(f).Name, v.Field(f).String()
			want := 1
			switch {
			case name == "Parts" && plainASCII(glyph):
				want = 0
			case name == "Parts":
				want = 7 // of a cell each
			case strings.HasSuffix(name, "hecked"), name == "Ellipsis" && plainASCII(glyph):
				want = 3
			}
			if ansi.StringWidth(glyph) != want || ansi.StringWidthWc(glyph) != want || Clean(glyph) != glyph {
				t.Errorf("%s is %q, not %d cells", name, glyph, want)
			}
		}
	}
}

func TestASCIIThemeDrawsASCII(t *testing.T) {
	theme := ThemeFor(true, false, true)
	v := reflect.ValueOf(theme.Glyphs)
	for f := range v.NumField() {
		if !plainASCII(v.Field(f).String()) {
			t.Errorf("%s is %q", v.Type().Field(f).Name, v.Field(f))
		}
	}
	exactLine(t, "rule", theme.Rule(40), 40)
}
