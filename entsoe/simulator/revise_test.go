package simulator

import (
	"maps"
	"testing"
	"time"

	"entsoed/entsoe"
)

// seen is what a restless simulator tells of a feed's window at a time.
func seen(t *testing.T, query, now string, restless bool) map[string]string {
	t.Helper()
	return readAnswer(t, ask(standing(now, Config{Seed: 3, Restless: restless}), query)).points(t)
}

// Values are corrected, withdrawn and late; each re-read of the timetable sees
// some of it, and in the end nothing changes any more.
func TestRestlessness(t *testing.T) {
	all, corrected, gone, come := 0, 0, 0, 0
	for _, eic := range []string{nl, be, fr, cz, pl, deLU} {
		query := "documentType=A75&processType=A16&in_Domain=" + eic + "&" + period("2026-10-08T00:00:00Z", "2026-10-15T00:00:00Z")
		first := seen(t, query, "2026-10-15T01:00:00Z", true)
		later := seen(t, query, "2026-11-20T00:00:00Z", true)
		if !maps.Equal(first, seen(t, query, "2026-10-15T01:00:00Z", true)) {
			t.Error("two answers of the same time differ")
		}
		if !maps.Equal(later, seen(t, query, "2027-06-01T00:00:00Z", true)) {
			t.Error("values change long after the last re-read")
		}
		all += len(first)
		for name, value := range first {
			switch now, ok := later[name]; {
			case !ok:
				gone++
			case now != value:
				corrected++
			}
		}
		for name := range later {
			if _, ok := first[name]; !ok {
				come++
			}
		}
		calm := seen(t, query, "2026-10-15T06:00:00Z", false)
		if !maps.Equal(calm, seen(t, query, "2026-11-20T00:00:00Z", false)) {
			t.Error("values change though the simulator is not restless")
		}
	}
	if corrected == 0 || gone == 0 || come == 0 || corrected > all/10 || gone > all/20 {
		t.Errorf("of %d values %d were corrected, %d withdrawn and %d came late; want some of each", all, corrected, gone, come)
	}
}

// What a re-read of the timetable covers when it is due has been corrected by
// then, and stays so until the next one.
func TestCorrectionsComeBeforeTheyAreReadAgain(t *testing.T) {
	item, _ := entsoe.ItemByName("actual_total_load")
	query := "documentType=A65&processType=A16&outBiddingZone_Domain=" + nl + "&" + period("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")
	zone := entsoe.Feed{Item: item.Name, Area: nl}.Zone()
	at := func(now time.Time) map[string]string { return seen(t, query, now.Format(time.RFC3339), true) }
	now := time.Date(2026, 10, 2, 0, 0, 0, 0, time.UTC)
	for stage := 1; stage <= 3; stage++ {
		for {
			if end, _ := item.Timetable.Due(stage, now, zone); !end.Before(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)) {
				break
			}
			now = now.Add(time.Hour)
		}
		if one, two := at(now), at(now.Add(time.Hour)); stage == 3 && !maps.Equal(one, two) {
			t.Errorf("values change after the last re-read at %s", now)
		}
	}
	if maps.Equal(at(time.Date(2026, 10, 1, 2, 0, 0, 0, time.UTC)), at(now)) {
		t.Error("no value of a month was corrected")
	}
}
