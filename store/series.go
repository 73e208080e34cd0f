package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// fingerprint identifies a series by its key and its descriptive attributes.
type fingerprint [16]byte

// knownSeries remembers ids, so that the series of most answers need no
// statement at all. Series are never deleted.
type knownSeries struct {
	mu  sync.Mutex
	ids map[fingerprint]int32
}

func (k *knownSeries) get(f fingerprint) (int32, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, ok := k.ids[f]
	return id, ok
}

func (k *knownSeries) put(f fingerprint, id int32) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ids == nil {
		k.ids = map[fingerprint]int32{}
	}
	k.ids[f] = id
}

func fingerprintOf(key string, a timeseries.Attributes) fingerprint {
	sum := sha256.Sum256([]byte(key + "\x00" + a[timeseries.DocumentType] + "\x00" + a[timeseries.UnitName]))
	return fingerprint(sum[:16])
}

// saveSeries finds or makes the series and returns their ids, in their order.
func (db *DB) saveSeries(ctx context.Context, series []timeseries.Series) (ids []int32, err error) {
	ids = make([]int32, len(series))
	unknown := map[string]int{} // key -> index
	prints := make([]fingerprint, len(series))
	for i := range series {
		key := series[i].Attributes.Key()
		if _, twice := unknown[key]; twice {
			return nil, fmt.Errorf("save series: %s occurs twice in an answer", key)
		}
		prints[i] = fingerprintOf(key, series[i].Attributes)
		var ok bool
		if ids[i], ok = db.known.get(prints[i]); !ok {
			unknown[key] = i
		}
	}
	if len(unknown) == 0 {
		return ids, nil
	}
	if err := db.saveUnknown(ctx, series, unknown, ids); err != nil {
		return nil, fmt.Errorf("save %d series: %w", len(unknown), err)
	}
	for _, i := range unknown {
		db.known.put(prints[i], ids[i])
	}
	return ids, nil
}

// saveUnknown sets the ids of unknown series: it reads those that are there,
// makes the others, and renews descriptive attributes that have changed.
func (db *DB) saveUnknown(ctx context.Context, series []timeseries.Series, unknown map[string]int, ids []int32) error {
	given, err := seriesJSON(series, unknown)
	if err != nil {
		return err
	}
	if err := db.readIDs(ctx, unknown, ids); err != nil {
		return err
	}
	recordset := `jsonb_to_recordset($1::jsonb) as g(key text, curve_key text, rival_key text, seconds float8, other jsonb, ` +
		strings.Join(SeriesColumns, ` text, `) + ` text)`
	if slices.Contains(ids, 0) {
		_, err = db.Pool.Exec(ctx, `
insert into entsoe.series (item_no, longest, key, curve_key, rival_key, other, `+strings.Join(SeriesColumns, ", ")+`)
select i.item_no, make_interval(secs => g.seconds), g.key, g.curve_key, g.rival_key, g.other, g.`+strings.Join(SeriesColumns, ", g.")+`
from `+recordset+` join entsoe.items i on i.name = g.item
where not exists (select from entsoe.series s where s.key = g.key)
order by g.key
on conflict (key) do nothing`, given)
		if err != nil {
			return err
		}
		if err := db.readIDs(ctx, unknown, ids); err != nil {
			return err
		}
	}
	for key, i := range unknown {
		if ids[i] == 0 {
			return fmt.Errorf("the database does not know the item of %s: run `entsoed migrate`", key)
		}
	}
	_, err = db.Pool.Exec(ctx, `
update entsoe.series s
set document_type = coalesce(g.document_type, s.document_type), unit_name = coalesce(g.unit_name, s.unit_name)
from `+recordset+`
where s.key = g.key
  and (s.document_type <> g.document_type or s.document_type is null and g.document_type is not null
    or s.unit_name <> g.unit_name or s.unit_name is null and g.unit_name is not null)`, given)
	return err
}

// readIDs sets the ids of those series that are in the database.
func (db *DB) readIDs(ctx context.Context, unknown map[string]int, ids []int32) error {
	keys := make([]string, 0, len(unknown))
	for key := range unknown {
		keys = append(keys, key)
	}
	rows, err := db.Pool.Query(ctx, `select id, key from entsoe.series where key = any($1)`, keys)
	if err != nil {
		return err
	}
	var (
		id  int32
		key string
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &key}, func() error {
		ids[unknown[key]] = id
		return nil
	})
	return err
}

// seriesJSON returns the unknown series as a JSON array of rows of entsoe.series.
func seriesJSON(series []timeseries.Series, unknown map[string]int) ([]byte, error) {
	rows := make([]map[string]any, 0, len(unknown))
	for key, i := range unknown {
		a := series[i].Attributes
		row := map[string]any{
			"key": key, "curve_key": a.CurveKey(), "rival_key": rivalKey(a), "seconds": longestInterval(series[i].Step).Seconds(),
		}
		other := map[string]string{}
		for name, value := range a {
			if slices.Contains(SeriesColumns, name) {
				row[name] = value
			} else {
				other[name] = value
			}
		}
		row["other"] = other
		rows = append(rows, row)
	}
	return json.Marshal(rows)
}

// rivalKey is the same for series that compete for one value: those that differ
// only in what entsoe.series.rank is computed from.
func rivalKey(a timeseries.Attributes) string {
	rest := make(timeseries.Attributes, len(a))
	for name, value := range a {
		switch name {
		case timeseries.Resolution, timeseries.Sequence, timeseries.Currency, timeseries.Status:
		default:
			rest[name] = value
		}
	}
	return rest.Key()
}

// longestInterval is the greatest length that an interval of the step can have: days
// may have 25 hours, months 31 days, years 366. Rows without a resolution, whose
// lengths are their own, count as of one minute.
func longestInterval(s timeseries.Step) time.Duration {
	const day = 24 * time.Hour
	if s == (timeseries.Step{}) {
		return time.Minute
	}
	d := time.Duration(s.Seconds)*time.Second + time.Duration(s.Days)*day
	d += time.Duration(s.Months/12) * 366 * day
	d += time.Duration(s.Months%12) * 31 * day
	if s.Calendar() {
		d += time.Hour
	}
	return d
}

// SeriesColumns are the attributes with a column of their own in
// entsoe.series; others are in its column "other".
var SeriesColumns = []string{
	"item", "area", "counter_area", "side", "direction", "psr_type", "resource", "generation_unit",
	"process_type", "business_type", "contract", "agreement_type", "auction_type", "auction_category",
	"sequence", "product", "price_category", "status", "quantity", "unit", "currency", "resolution",
	"document_type", "unit_name",
}
