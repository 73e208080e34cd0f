package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"

	"entsoed/timeseries"
)

// SaveCurves finds or makes the series of the entries and sets their ids, as
// SaveSeries does for points; call it before the transaction that saves them.
func (db *DB) SaveCurves(ctx context.Context, entries []timeseries.Entry) error {
	var series []timeseries.Series
	index := map[string]int{} // key -> index into series
	which := make([]int, len(entries))
	for i, e := range entries {
		if i > 0 && maps.Equal(e.Attributes, entries[i-1].Attributes) { // the intervals of one TimeSeries
			which[i] = which[i-1]
			continue
		}
		key := e.Attributes.Key()
		n, ok := index[key]
		if !ok {
			step, err := stepOf(e.Attributes)
			if err != nil {
				return fmt.Errorf("save curves: %s: %w", key, err)
			}
			n = len(series)
			index[key] = n
			series = append(series, timeseries.Series{Attributes: e.Attributes, Step: step})
		}
		which[i] = n
	}
	if err := db.SaveSeries(ctx, series); err != nil {
		return err
	}
	for i, n := range which {
		entries[i].SeriesID = series[n].ID
	}
	return nil
}

// stepOf reads the resolution, which rows need not have.
func stepOf(a timeseries.Attributes) (timeseries.Step, error) {
	if a[timeseries.Resolution] == "" {
		return timeseries.Step{}, nil
	}
	return timeseries.ParseStep(a[timeseries.Resolution])
}

// entryKey is all that tells an entry of a feed from another; of equal ones
// there may be several. Times are microseconds since 1970.
type entryKey struct {
	at, until int64
	content   int64
	series    int32
}

// openEnd stands for the end of what has none.
const openEnd = math.MaxInt64

// entryRow is an entry as it is written.
type entryRow struct {
	entryKey
	nth             int32
	values, details []byte
}

// newEntryRow checks an entry and puts it into the form in which it is written.
func newEntryRow(e timeseries.Entry) (entryRow, error) {
	r := entryRow{details: e.Details, entryKey: entryKey{at: e.From.UnixMicro(), until: openEnd, series: e.SeriesID}}
	if e.SeriesID == 0 {
		return r, fmt.Errorf("it has no series: SaveCurves comes first")
	}
	if e.From.IsZero() {
		return r, fmt.Errorf("it has no start")
	}
	if !e.To.IsZero() {
		r.until = e.To.UnixMicro()
	}
	if r.until < r.at {
		return r, fmt.Errorf("it ends before it begins")
	}
	if len(r.details) == 0 {
		r.details = []byte("{}")
	}
	values := e.Values
	if values == nil {
		values = map[string]float64{}
	}
	var err error
	if r.values, err = json.Marshal(values); err != nil {
		return r, err
	}
	r.content = checksum(r.values, r.details)
	return r, nil
}

// checksum stands for the content of a row: reading and comparing 8 bytes costs
// a fraction of what whole rows cost. Two different contents of one series and
// interval would have to share it to be taken for equal.
func checksum(values, details []byte) int64 {
	both := make([]byte, 0, len(values)+len(details)+1)
	both = append(append(append(both, values...), 0), details...)
	sum := sha256.Sum256(both)
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
