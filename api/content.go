package api

import (
	"fmt"
	"mime"

	"tenantry/domain"
)

// isJSON and isCSV say what a body is; one that doesn't say is taken for what is
// asked for.
func isJSON(contentType string) bool { return is(contentType, "application/json") }

func isCSV(contentType string) bool { return is(contentType, csvType) }

func is(contentType, wanted string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && kind == wanted
}

func tooLarge(limit int64) *Problem {
	size := fmt.Sprintf("%d KiB", limit>>10)
	if limit >= 1<<20 {
		size = fmt.Sprintf("%d MiB", limit>>20)
	}
	return newProblem(kindTooLarge, "", "The body is larger than "+size+". Send it in parts.").with("Connection", "close")
}

// addDetail says more.
func (p *Problem) addDetail(format string, args ...any) *Problem {
	p.Detail += " " + domain.Clean(fmt.Sprintf(format, args...))
	return p
}
