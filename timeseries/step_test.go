package timeseries

import (
	"testing"
	"time"
)

func TestParseStep(t *testing.T) {
	for _, test := range []struct {
		text, canonical string
		want            Step
	}{
		{"PT4S", "PT4S", Step{Seconds: 4}},
		{"PT1M", "PT1M", Step{Seconds: 60}},
		{"PT15M", "PT15M", Step{Seconds: 900}},
		{"PT30M", "PT30M", Step{Seconds: 1800}},
		{"PT60M", "PT60M", Step{Seconds: 3600}},
		{"PT1H", "PT60M", Step{Seconds: 3600}},
		{"PT1H30M", "PT90M", Step{Seconds: 5400}},
		{"PT0H15M0S", "PT15M", Step{Seconds: 900}},
		{"P0Y0M0DT1H0M0S", "PT60M", Step{Seconds: 3600}},
		{"P1D", "P1D", Step{Days: 1}},
		{"P7D", "P7D", Step{Days: 7}},
		{"P1W", "P7D", Step{Days: 7}},
		{"P100D", "P100D", Step{Days: 100}},
		{"P1M", "P1M", Step{Months: 1}},
		{"P3M", "P3M", Step{Months: 3}},
		{"P1Y", "P1Y", Step{Months: 12}},
		{"P12M", "P1Y", Step{Months: 12}},
		{"P18M", "P18M", Step{Months: 18}},
	} {
		got, err := ParseStep(test.text)
		if err != nil || got != test.want || got.String() != test.canonical {
			t.Errorf("%s: got %+v %s, %v; want %+v %s", test.text, got, got, err, test.want, test.canonical)
		}
		if again, err := ParseStep(got.String()); err != nil || again != got {
			t.Errorf("%s: %s is read as %+v, %v", test.text, got, again, err)
		}
	}
	for _, text := range []string{
		"", "P", "PT", "P1", "PT15", "15M", "T15M", "PT15m", "pt15M", "-PT15M", "+PT15M", "PT-15M", "PT1.5H", "PT15M ", "P1H", "PT1D", "PM", "PTM",
		"P1DT", "P0D", "PT0S", "P1DT1H", "P1M1D", "P1Y1D", "PT1M1H", "P1D1Y", "P1D1D", "PT9999999999999999999S", "P1000001D", "P1D\n",
	} {
		if got, err := ParseStep(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func TestParseResolution(t *testing.T) {
	for _, text := range []string{"PT1S", "PT4S", "PT1M", "PT5M", "PT15M", "PT20M", "PT30M", "PT60M", "PT1H", "PT4H", "P1D", "P7D", "P1W", "P1M", "P3M", "P1Y"} {
		if _, err := ParseResolution(text); err != nil {
			t.Error(err)
		}
	}
	for _, text := range []string{"PT7M", "PT13M", "PT24H", "PT25H", "P2D", "P14D", "P2M", "P6M", "P2Y", "PT0M", "P1DT1H", "hour", ""} {
		if got, err := ParseResolution(text); err == nil {
			t.Errorf("%q is read as %s", text, got)
		}
	}
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	instant, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestStepAdd(t *testing.T) {
	for _, test := range []struct {
		step, zone, from string
		n                int
		want             string
	}{
		{"PT15M", "Europe/Brussels", "2024-03-31T00:45Z", 1, "2024-03-31T01:00Z"},
		{"PT60M", "UTC", "2024-09-01T22:00Z", -2, "2024-09-01T20:00Z"},
		{"PT12H", "UTC", "0001-01-01T00:00Z", 7_000_000, "9583-09-05T00:00Z"},
		{"P1D", "Europe/Brussels", "2024-03-30T23:00Z", 1, "2024-03-31T22:00Z"},
		{"P1D", "Europe/Brussels", "2024-10-26T22:00Z", 1, "2024-10-27T23:00Z"},
		{"P1D", "UTC", "2024-03-30T23:00Z", 1, "2024-03-31T23:00Z"},
		{"P7D", "Europe/Helsinki", "2024-10-20T21:00Z", 1, "2024-10-27T22:00Z"},
		{"P1M", "Europe/Brussels", "2023-12-31T23:00Z", 3, "2024-03-31T22:00Z"},
		{"P1M", "UTC", "2024-01-31T00:00Z", 1, "2024-02-29T00:00Z"},
		{"P1M", "UTC", "2023-01-30T00:00Z", 1, "2023-02-28T00:00Z"},
		{"P1M", "UTC", "2024-03-31T00:00Z", -1, "2024-02-29T00:00Z"},
		{"P1M", "UTC", "2024-10-31T00:00Z", 4, "2025-02-28T00:00Z"},
		{"P3M", "Europe/Lisbon", "2023-12-31T00:00Z", 1, "2024-03-31T00:00Z"},
		{"P1Y", "UTC", "2024-02-29T00:00Z", 1, "2025-02-28T00:00Z"},
		{"P1Y", "Europe/Brussels", "2021-12-31T23:00Z", 2, "2023-12-31T23:00Z"},
	} {
		step, err := ParseStep(test.step)
		if err != nil {
			t.Fatal(err)
		}
		got := step.Add(at(t, test.from), test.n, location(t, test.zone))
		if !got.Equal(at(t, test.want)) || got.Location() != time.UTC {
			t.Errorf("%s + %d of %s in %s: got %v, want %s", test.from, test.n, test.step, test.zone, got, test.want)
		}
	}
}

func TestStepCount(t *testing.T) {
	const limit = 1000
	for _, test := range []struct {
		step, zone, from, to string
		want                 int
		whole                bool
	}{
		{"PT60M", "UTC", "2024-03-30T23:00Z", "2024-03-31T22:00Z", 23, true},
		{"PT15M", "UTC", "2024-10-26T22:00Z", "2024-10-27T23:00Z", 100, true},
		{"PT60M", "UTC", "2024-09-01T22:00Z", "2024-09-01T23:30Z", 1, false},
		{"PT60M", "UTC", "2024-09-01T22:00Z", "2024-09-01T22:00Z", 0, true},
		{"PT60M", "UTC", "2024-09-01T22:00Z", "2024-09-01T21:00Z", 0, true},
		{"PT1M", "UTC", "2024-09-01T22:00Z", "2034-09-01T22:00Z", limit + 1, false},
		{"P1D", "Europe/Brussels", "2024-03-29T23:00Z", "2024-04-01T22:00Z", 3, true},
		{"P1D", "UTC", "2024-03-29T23:00Z", "2024-04-01T22:00Z", 2, false},
		{"P1D", "Europe/Brussels", "2024-10-25T22:00Z", "2024-10-28T23:00Z", 3, true},
		{"P7D", "Europe/Brussels", "2023-12-31T23:00Z", "2025-01-05T23:00Z", 53, true},
		{"P7D", "Europe/Brussels", "2023-12-31T23:00Z", "2024-12-31T23:00Z", 52, false},
		{"P1M", "Europe/Brussels", "2021-12-31T23:00Z", "2022-12-31T23:00Z", 12, true},
		{"P3M", "Europe/Brussels", "2021-12-31T23:00Z", "2022-12-31T23:00Z", 4, true},
		{"P1Y", "Europe/Brussels", "2014-12-31T23:00Z", "2024-12-31T23:00Z", 10, true},
		{"P1D", "UTC", "2000-01-01T00:00Z", "2024-01-01T00:00Z", limit + 1, false},
		{"P1M", "UTC", "1000-01-01T00:00Z", "2024-01-01T00:00Z", limit + 1, false},
	} {
		step, err := ParseStep(test.step)
		if err != nil {
			t.Fatal(err)
		}
		n, whole := step.Count(Window{at(t, test.from), at(t, test.to)}, location(t, test.zone), limit)
		if n != test.want || whole != test.whole {
			t.Errorf("%s to %s by %s in %s: got %d, %v; want %d, %v", test.from, test.to, test.step, test.zone, n, whole, test.want, test.whole)
		}
	}
}

func TestLocalMidnight(t *testing.T) {
	for _, test := range []struct {
		zone, instant string
		want          bool
	}{
		{"Europe/Brussels", "2024-09-01T22:00Z", true},
		{"Europe/Brussels", "2024-12-01T22:00Z", false},
		{"Europe/Brussels", "2024-12-01T23:00Z", true},
		{"Europe/Helsinki", "2024-12-01T22:00Z", true},
		{"UTC", "2024-12-01T00:00Z", true},
		{"UTC", "2024-12-01T00:15Z", false},
	} {
		if got := LocalMidnight(at(t, test.instant), location(t, test.zone)); got != test.want {
			t.Errorf("%s in %s: %v", test.instant, test.zone, got)
		}
	}
	if LocalMidnight(at(t, "2024-12-01T00:00Z").Add(time.Millisecond), time.UTC) {
		t.Error("a moment after midnight counts as midnight")
	}
}
