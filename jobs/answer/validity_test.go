package answer

import (
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/document"
	"entsoed/jobs/jobstest"
)

// However a TimeSeries spells its start and end, they are found.
func TestValidity(t *testing.T) {
	text := func(pairs ...string) document.Details {
		var d document.Details
		for i := 0; i < len(pairs); i += 2 {
			d = append(d, document.Detail{Name: pairs[i], Text: pairs[i+1]})
		}
		return d
	}
	in := func(name string, d document.Details) document.Details {
		return document.Details{{Name: name, Children: d}}
	}
	period := jobstest.Window(t, jobstest.OneDay)
	tests := []struct {
		name    string
		details document.Details
		want    string // bounds; empty: open
		wrong   string
	}{
		{"date and time", text("start_DateAndOrTime.date", "2026-06-01", "start_DateAndOrTime.time", "10:30:00Z",
			"end_DateAndOrTime.date", "2026-06-02", "end_DateAndOrTime.time", "11:00:00Z"), "2026-06-01T10:30:00Z 2026-06-02T11:00:00Z", ""},
		{"nested", append(in("start_DateAndOrTime", text("date", "2026-06-01", "time", "10:30:00Z")), in("end_DateAndOrTime", text("date", "2026-06-02"))...),
			"2026-06-01T10:30:00Z 2026-06-02T22:00:00Z", ""},
		{"without Z, with milliseconds", text("start_DateAndOrTime.dateTime", "2026-06-01T10:30", "end_DateAndOrTime.dateTime", "2026-06-01T10:31:00.5Z"),
			"2026-06-01T10:30:00Z 2026-06-01T10:31:00.5Z", ""},
		{"no end", text("start_DateAndOrTime.dateTime", "2026-06-01T10:30:00Z"), "2026-06-01T10:30:00Z ", ""},
		{"day of implementation", text("implementation_DateAndOrTime.date", "2026-06-01"), "2026-05-31T22:00:00Z ", ""},
		{"period of validity", in("validity_Period.timeInterval", text("start", "2026-06-01T10:00Z", "end", "2026-06-01T11:00Z")), "2026-06-01T10:00:00Z 2026-06-01T11:00:00Z", ""},
		{"the document's period", nil, "2026-05-31T22:00:00Z 2026-06-01T22:00:00Z", ""},
		{"a day in words", text("start_DateAndOrTime.date", "Monday"), "", `start_DateAndOrTime "Monday" is no day`},
		{"a time in words", text("end_DateAndOrTime.dateTime", "late"), "", `"late" is no time, such as 2024-09-01T22:00Z`},
		{"the wrong way round", text("start_DateAndOrTime.dateTime", "2026-06-02T00:00Z", "end_DateAndOrTime.dateTime", "2026-06-01T00:00Z"), "",
			"it ends at 2026-06-01T00:00:00Z, before it starts at 2026-06-02T00:00:00Z"},
	}
	for _, test := range tests {
		w, err := validity(document.Header{Period: period}, test.details, entsoe.Brussels())
		if err != nil {
			if err.Error() != test.wrong {
				t.Errorf("%s: %v, want %s", test.name, err, test.wrong)
			}
			continue
		}
		got := w.From.Format(time.RFC3339Nano) + " "
		if !w.To.IsZero() {
			got += w.To.Format(time.RFC3339Nano)
		}
		if got != test.want || test.wrong != "" {
			t.Errorf("%s: %s, want %s%s", test.name, got, test.want, test.wrong)
		}
	}
}
