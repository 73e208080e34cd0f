package schema

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
)

// oldZones are former names of time zones that were renamed (tzdata 2022b): older
// servers know only these, the newest may no longer know them.
var oldZones = map[string]string{"Europe/Kyiv": "Europe/Kiev"}

// knownZones replaces the time zones of areas, places and bidding zones by names that the server
// knows. Where it knows none, days are counted as in Brussels.
func (m *migration) knownZones(ctx context.Context) error {
	rows, err := m.pool.Query(ctx, `select name from pg_timezone_names`)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	known := map[string]bool{"": true}
	for _, name := range names {
		known[name] = true
	}
	reported := map[string]bool{}
	name := func(zone string) string {
		switch old := oldZones[zone]; {
		case known[zone]:
			return zone
		case old != "" && known[old]:
			return old
		}
		if !reported[zone] {
			reported[zone] = true
			m.report.missing("time zone %s: the server does not know it, and counts the days of its areas as in Brussels; renew its time zone data", zone)
		}
		return "Europe/Brussels"
	}
	m.opts.Areas, m.opts.Places, m.opts.Zones = slices.Clone(m.opts.Areas), slices.Clone(m.opts.Places), slices.Clone(m.opts.Zones)
	for i := range m.opts.Areas {
		m.opts.Areas[i].TimeZone = name(m.opts.Areas[i].TimeZone)
	}
	for i := range m.opts.Places {
		m.opts.Places[i].TimeZone = name(m.opts.Places[i].TimeZone)
	}
	for i := range m.opts.Zones {
		m.opts.Zones[i].TimeZone = name(m.opts.Zones[i].TimeZone)
	}
	return nil
}
