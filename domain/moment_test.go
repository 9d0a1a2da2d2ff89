package domain

import (
	"testing"
	"time"
)

func TestMomentsAndDays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"2027-03-28": "2027-03-27T23:00:00Z", " 2027-03-01T08:00:00Z ": "2027-03-01T08:00:00Z", "2027-07-01 08:30": "2027-07-01T06:30:00Z",
	} {
		got, err := ParseMoment("from", text, zone, false)
		if err != nil || got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v %v", text, got, err)
		}
	}
	// The day on which clocks are put forward is an hour shorter.
	end, err := ParseMoment("to", "2027-03-28", zone, true)
	if err != nil || end.UTC().Format(time.RFC3339) != "2027-03-28T22:00:00Z" {
		t.Errorf("the end is %v %v", end, err)
	}
	if none, err := ParseMoment("to", " ", zone, true); !none.IsZero() || err != nil {
		t.Errorf("%v %v", none, err)
	}
	for _, text := range []string{"soon", "2027-02-30", "28.3.2027", "2027-03-28T08:00"} {
		if _, err := ParseMoment("from", text, zone, false); KindOf(err) != Invalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}
