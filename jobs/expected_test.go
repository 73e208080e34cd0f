package jobs

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe"
	"entsoed/store/dbtest"
)

// The database counts deadlines as the timetables do, also around the changes
// of the clocks.
func TestSettled(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	random := rand.New(rand.NewPCG(1, 2))
	zones := []string{"Europe/Brussels", "Europe/Helsinki", "Europe/Lisbon", "Europe/Istanbul"}
	instants := []time.Time{
		time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
		time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 22, 59, 59, 0, time.UTC), time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC),
		time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
	}
	for range 8 {
		instants = append(instants, time.Unix(1420070400+random.Int64N(400_000_000), 0).UTC())
	}
	var batch pgx.Batch
	compared := 0
	for _, item := range entsoe.Items() {
		for _, v := range item.Variants {
			variant, _ := item.For(v.Name)
			for _, name := range zones {
				zone, err := time.LoadLocation(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, now := range instants {
					_, want := variant.Timetable.Published(now, zone)
					batch.Queue(`
						select entsoe.settled(unit, latest_months, latest_days, latest_clock, $3, $4)
						from entsoe.variants where item = $1 and variant = $2`, item.Name, v.Name, name, now).QueryRow(func(row pgx.Row) error {
						var got time.Time
						if err := row.Scan(&got); err != nil {
							return err
						}
						compared++
						if !got.Equal(want) {
							t.Errorf("%s %q in %s at %s: %s, want %s", item.Name, v.Name, name, now, got.UTC(), want)
						}
						return nil
					})
				}
			}
		}
	}
	if err := db.Pool.SendBatch(t.Context(), &batch).Close(); err != nil {
		t.Fatal(err)
	}
	if compared < 1000 {
		t.Errorf("only %d deadlines were compared", compared)
	}
}

// What is expected of a feed begins with its first day and ends with its last
// one, its deadline, or what the platform keeps.
func TestExpected(t *testing.T) {
	db := dbtest.Open(t, Catalogue())
	const from, to, now = "2010-01-01T00:00:00Z", "2030-01-01T00:00:00Z", "2026-06-10T13:30:00Z"
	tests := []struct {
		item, area, counter, variant string
		want                         string
	}{
		{"actual_total_load", "FR", "", "", "2014-11-30T23:00Z/2026-06-10T11:30Z"},
		{"day_ahead_prices", "FR", "", "", "2014-11-30T23:00Z/2026-06-10T22:00Z"},
		{"day_ahead_prices", "DE_LU", "", "", "2018-09-30T22:00Z/2026-06-10T22:00Z"},
		{"day_ahead_prices", "DE_AT_LU", "", "", "2014-11-30T23:00Z/2018-09-30T22:00Z"},
		{"intraday_auction_prices", "FR", "", "", "2024-06-12T22:00Z/2026-06-10T22:00Z"},
		{"cross_border_physical_flows", "FR", "GB", "", "2014-11-30T23:00Z/2026-06-10T11:30Z"},
		{"balancing_energy_bids", "FR", "", "afrr", "2026-03-08T23:00Z/2026-06-10T11:30Z"},
		{"balancing_energy_bids_archive", "FR", "", "afrr", "2020-12-31T23:00Z/2026-03-08T23:00Z"},
		{"unavailability_generation_units", "FR", "", "", "2014-11-30T23:00Z/2026-06-10T13:15Z"},
	}
	for _, test := range tests {
		item, _ := entsoe.ItemByName(test.item)
		name := test.area
		if test.counter != "" {
			name += ">" + test.counter
		}
		area, counter, err := entsoe.ParseFeedArea(item, name)
		if err != nil {
			t.Fatal(err)
		}
		var got string
		err = db.Pool.QueryRow(t.Context(), `
			select concat_ws('/', to_char(lower(e) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'), to_char(upper(e) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"'))
			from entsoe.expected($1, $2, $3, $4, $5, $6, $7) e`, test.item, area.EIC, counter.EIC, test.variant, from, to, now).Scan(&got)
		if err != nil || got != test.want {
			t.Errorf("%s %s %s: %s, want %s (%v)", test.item, name, test.variant, got, test.want, err)
		}
	}
}
