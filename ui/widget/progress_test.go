package widget

import (
	"math"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestProgress(t *testing.T) {
	theme := ThemeFor(true, false, false)
	for _, c := range []struct {
		w, done, total int
		want           string
	}{
		{40, 450, 1000, "████████░░░░░░░░░░░  45%    450 of 1,000"},
		{17, 1, 2, "██████░░░░░░  50%"},
		{17, 999, 1000, "███████████░  99%"},
		{17, 5, 4, "████████████ 100%"},
		{17, -5, 4, "░░░░░░░░░░░░   0%"},
		{9, 1, 2, "50%"},
		{20, 1234, 0, "1,234 done"},
	} {
		line := Progress(theme, c.w, c.done, c.total)
		exactLine(t, "progress", line, c.w)
		if got := strings.TrimRight(ansi.Strip(line), " "); got != c.want {
			t.Errorf("%d of %d in %d: %q, want %q", c.done, c.total, c.w, got, c.want)
		}
	}
	if got := ansi.Strip(Progress(theme, 40, 450, 1000)); !strings.HasSuffix(got, " 45%    450 of 1,000") {
		t.Errorf("no counts where there is room: %q", got)
	}
}

func TestProgressAndToastAreExact(t *testing.T) {
	for _, theme := range themes() {
		for _, size := range sizes {
			for _, n := range []int{0, 1, 50, math.MaxInt, math.MinInt} {
				exactLine(t, "progress", Progress(theme, size.w, n, math.MaxInt), size.w)
				exactLine(t, "progress", Progress(theme, size.w, 50, n), size.w)
			}
			for i, s := range hostile {
				exactLine(t, "toast", Toast(theme, Tone(i%5), s, size.w), size.w)
			}
		}
	}
}

func TestToast(t *testing.T) {
	theme := ThemeFor(true, false, false)
	for tone, want := range map[Tone]string{ToneNormal: " Moved 489 devices.", ToneBad: " ! Moved 489 devices."} {
		if got := strings.TrimRight(ansi.Strip(Toast(theme, tone, "Moved 489 devices.", 40)), " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
