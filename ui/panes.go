package ui

import "tenantry/ui/widget"

// wideEnough is from how many cells on a list has a pane of details beside it.
const wideEnough = 140

// beside puts two blocks side by side, as many lines as the left one has, with
// a little air between them.
func beside(left, right []string, leftWidth, rightWidth int) []string {
	const air = 3
	both := make([]string, len(left))
	for i := range left {
		both[i] = widget.PadStyled(left[i], leftWidth) + "   " + widget.PadStyled(lineAt(right, i), rightWidth-air)
	}
	return both
}
