package store

import (
	"time"

	"tenantry/domain"
)

// accessToday is how many events of a day are counted: what takes a moment, and
// a day's passages of most fleets.
const accessToday = 10_000

// AccessFigures count what the actor sees of today's access history.
type AccessFigures struct {
	Reads    bool      // they may read the history here; nothing of the rest is known otherwise
	Since    time.Time // midnight, by their clock
	ByStatus []int     // by domain.AccessStatus, of which none is 0
	AtLeast  bool      // there are more than were counted
}

// accessFigures counts the events since midnight at a customer and below.
func (tx *tx) accessFigures(may *domain.Rights, customer domain.ID) (AccessFigures, error) {
	var f AccessFigures
	y, m, d := tx.now.In(zoneOf(may)).Date()
	since := time.Date(y, m, d, 0, 0, 0, 0, zoneOf(may))
	finder, err := tx.accessFinder(may, AccessQuery{Customer: customer, Below: true, From: since})
	if domain.KindOf(err) == domain.Refused {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	f = AccessFigures{Reads: true, Since: since, ByStatus: make([]int, len(domain.AccessStatuses())+1)}
	looks := 0
	err = finder.each(finder.walk(finder.end), func(_ accessPosition, r *accessRecord) (bool, error) {
		if looks++; looks > accessToday {
			f.AtLeast = true
			return false, nil
		}
		if int(r.Status) < len(f.ByStatus) && finder.inScope(idFromRecord(r.Customer)) {
			f.ByStatus[r.Status]++
		}
		return true, nil
	})
	return f, err
}
