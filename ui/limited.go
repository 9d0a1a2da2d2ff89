package ui

import "tenantry/ui/widget"

// limitLine tells somebody who is limited to locations above a list of devices
// which these are; nothing to everybody else.
func (c *Console) limitLine(w int) string {
	if !c.standing.Rights.Narrowed() {
		return ""
	}
	return c.theme.Dim.Render("   " + widget.Fit("Limited to "+c.standing.Rights.LimitWords()+": only the devices there are listed.", w-4))
}
