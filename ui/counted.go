package ui

import "tenantry/ui/widget"

// counted is a number with its word: "1 line", "1,234 lines".
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return widget.Comma(n) + " " + many
}

// devices is counted for what is counted most.
func devices(n int) string { return counted(n, "device", "devices") }
