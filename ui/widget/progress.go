package widget

import (
	"fmt"
	"strings"
)

// Progress is how far long work has come, in w cells: a bar, the percentage,
// and the counts where there is room. It says 100% only when all is done. A
// total that isn't known yet is 0, and has no bar.
func Progress(theme Theme, w, done, total int) string {
	if total <= 0 {
		return PadStyled(Comma(max(done, 0))+" done", w)
	}
	done = max(0, min(done, total))
	part := float64(done) / float64(total)
	percent := fmt.Sprintf(" %3d%%", int(part*100))
	counts := fmt.Sprintf("  %s of %s", FitRight(Comma(done), len(Comma(total))), Comma(total))
	const least = 10 // cells of a bar that is worth drawing
	room := w - len(percent) - len(counts)
	if room < least {
		counts, room = "", w-len(percent)
	}
	if room < least {
		return PadStyled(strings.TrimSpace(percent), w)
	}
	full := int(part * float64(room))
	bar := theme.Accent.Render(strings.Repeat(theme.Glyphs.Full, full)) +
		theme.Dim.Render(strings.Repeat(theme.Glyphs.Empty, room-full))
	return PadStyled(bar+percent+counts, w)
}
