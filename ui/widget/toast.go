package widget

// Toast is a note of w cells: what was just done, or why it wasn't. Where it
// warns a sign says so beside the tone.
func Toast(theme Theme, tone Tone, text string, w int) string {
	sign := " "
	if tone == ToneWarn || tone == ToneBad {
		sign = " ! "
	}
	if w <= len(sign) {
		return spaces(w)
	}
	return theme.Tone(tone).Render(sign + theme.Fit(text, w-len(sign)))
}
