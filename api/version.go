package api

import (
	"strconv"
	"strings"

	"tenantry/domain"
)

// IfMatch makes a change depend on the version that was read.
type IfMatch struct {
	Version string `header:"If-Match" maxLength:"100" doc:"The ETag of what was read: the change is only made where that is still so"`
}

// etag is the version of a record. What is derived from others, such as counts,
// doesn't change it: it is for changes, not for caches.
func etag(version uint64) string { return `"` + strconv.FormatUint(version, 10) + `"` }

// of is the version that a change is for: the one that was given, or else the one
// that was read just now. again says that a clash may be tried again, since
// whoever asked doesn't mind what was there.
func (m IfMatch) of(read uint64) (version uint64, again bool, err error) {
	given := strings.TrimSpace(m.Version)
	if given == "" || given == "*" {
		return read, true, nil
	}
	inside, ok := strings.CutPrefix(given, `"`)
	inside, closed := strings.CutSuffix(inside, `"`)
	version, bad := strconv.ParseUint(inside, 10, 64)
	switch {
	case !ok || !closed || strings.Contains(inside, `"`):
		return 0, false, domain.Errorf(domain.Invalid, "If-Match", "If-Match takes one ETag, as it was answered.")
	case bad != nil || version == 0:
		return 0, false, domain.Errorf(domain.Conflict, "version", "That isn't an ETag of this. Read it again, then make your change.")
	}
	return version, false, nil
}

// noVersion is the version of a change that is only tried so that the store refuses
// and notes it: what isn't there for whoever asks is nothing to build a change on.
const noVersion = ^uint64(0)

// tries is how often a change is begun anew that others came in between of.
const tries = 5

// changing makes a change: change reads what there is, makes it anew and writes
// it with the version that m.of answers.
func changing[T any](change func() (T, bool, error)) (T, error) {
	for try := 1; ; try++ {
		changed, again, err := change()
		if !again || try == tries || !clashed(err) {
			return changed, err
		}
	}
}

func clashed(err error) bool {
	p := problemOf(err)
	return err != nil && p.Kind == kindPrecond
}

// set writes what was given over what there was.
func set[T any](to *T, given *T) {
	if given != nil {
		*to = *given
	}
}

// Settings are cloud settings as they are written.
type Settings struct {
	TimeZone *string `json:"time_zone,omitempty" maxLength:"100" doc:"IANA name; empty takes that of above"`
	Clock    *string `json:"time_format,omitempty" maxLength:"10" doc:"12 or 24; empty takes that of above"`
	Units    *string `json:"units,omitempty" maxLength:"20" doc:"metric or imperial; empty takes that of above"`
}

// change writes what was given over settings.
func (g Settings) change(s *domain.Settings) (err error) {
	set(&s.TimeZone, g.TimeZone)
	if g.Clock != nil {
		if s.Clock, err = domain.ParseClock(*g.Clock); err != nil {
			return err
		}
	}
	if g.Units != nil {
		s.Units, err = domain.ParseUnits(*g.Units)
	}
	return err
}
