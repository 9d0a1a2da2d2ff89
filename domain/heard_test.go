package domain

import (
	"testing"
	"time"
)

func TestHeardIsByTheClockOfWhoAsks(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 3, 12, 23, 30, 0, 0, time.UTC) // the 13th in Copenhagen
	here, there := NewHeardSteps(now, time.UTC), NewHeardSteps(now, copenhagen)
	for _, c := range []struct {
		last        time.Time
		here, there Heard
	}{
		{now, HeardToday, HeardToday},
		{now.Add(time.Hour), HeardToday, HeardToday}, // its clock is fast
		{time.Date(2026, 3, 12, 23, 0, 0, 0, time.UTC), HeardToday, HeardToday},
		{time.Date(2026, 3, 12, 22, 59, 59, 0, time.UTC), HeardToday, HeardWeek},
		{time.Date(2026, 3, 11, 23, 59, 59, 0, time.UTC), HeardWeek, HeardWeek},
		{now.Add(-7 * 24 * time.Hour), HeardWeek, HeardWeek},
		{now.Add(-7*24*time.Hour - time.Minute), HeardMonth, HeardMonth},
		{now.Add(-30 * 24 * time.Hour), HeardMonth, HeardMonth},
		{now.Add(-30*24*time.Hour - time.Minute), HeardBefore, HeardBefore},
		{time.Unix(1, 0), HeardBefore, HeardBefore},
		{time.Time{}, HeardNever, HeardNever},
	} {
		if got := here.Of(MinuteOf(c.last)); got != c.here {
			t.Errorf("%v in UTC: %s, want %s", c.last, got, c.here)
		}
		if got := there.Of(MinuteOf(c.last)); got != c.there {
			t.Errorf("%v in Copenhagen: %s, want %s", c.last, got, c.there)
		}
	}
	for _, h := range Heards() {
		if h.String() == "" || h.Filter() == "" {
			t.Errorf("step %d has no words", h)
		}
	}
}
