package sample

import (
	"fmt"
	"math/rand/v2"
	"time"

	"tenantry/domain"
	"tenantry/store"
)

// accessDays is how far back the access history goes.
const accessDays = 30

// pass has the holders of RFID tokens come and go for a month: mostly in, now and
// then out again, and a few that are refused: lost tokens, and one that nobody
// holds.
func (l *life) pass(now time.Time) error {
	r := rand.New(rand.NewPCG(2026, 27))
	found, err := l.db.Devices(l.ctx, l.boss(), store.DeviceQuery{Below: true, Sort: store.SortName, Page: store.Page{Limit: 400}})
	if err != nil || len(found.Rows) == 0 {
		return err
	}
	var events []store.AccessInput
	hold := func(digits string, device domain.ID, at time.Time, status domain.AccessStatus) {
		if at.After(now) {
			return
		}
		events = append(events, store.AccessInput{Device: device, AccessReport: domain.AccessReport{
			Event: fmt.Sprintf("reader-%05d", len(events)), At: at, RFID: digits, Status: status,
		}})
	}
	midnight := now.UTC().Truncate(24 * time.Hour)
	for day := accessDays; day >= 0; day-- {
		for i, b := range acmeBadges {
			device := found.Rows[(17*i+r.IntN(3))%len(found.Rows)].ID // people have a few vehicles of theirs
			at := midnight.AddDate(0, 0, -day).Add(time.Duration(4*60+r.IntN(300))*time.Minute + time.Duration(r.IntN(60))*time.Second)
			switch {
			case b.off && day%9 == i%9:
				hold(b.digits, device, at, domain.AccessRejected)
			case b.off, r.IntN(5) == 0: // a day off
			default:
				hold(b.digits, device, at, domain.AccessApproved)
				if r.IntN(3) > 0 {
					hold(b.digits, device, at.Add(time.Duration(3*60+r.IntN(300))*time.Minute), domain.AccessLoggedOut)
				}
			}
		}
		if day%6 == 1 {
			hold("0066600666", found.Rows[r.IntN(len(found.Rows))].ID, midnight.AddDate(0, 0, -day).Add(2*time.Hour), domain.AccessRejected)
		}
	}
	results, err := l.db.AddAccessEvents(l.ctx, l.operator, events, nil)
	for i, result := range results {
		if result.Fault != nil {
			return fmt.Errorf("the sample's access event %d doesn't fit: %w", i, result.Fault)
		}
	}
	return err
}
