package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"

	"entsoed/timeseries"
)

// entries are the rows of a list or a register with the ids of their series.
type entries struct {
	timeseries.Entries
	ids      []int32
	onlyAdds bool // something could not be read, so nothing is gone
}

func (db *DB) prepareEntries(ctx context.Context, given timeseries.Entries) (content, error) {
	var series []timeseries.Series
	index := map[string]int{} // key -> index into series
	which := make([]int, len(given.All))
	for i, e := range given.All {
		if i > 0 && maps.Equal(e.Attributes, given.All[i-1].Attributes) { // the intervals of one TimeSeries
			which[i] = which[i-1]
			continue
		}
		key := e.Attributes.Key()
		n, ok := index[key]
		if !ok {
			step, err := stepOf(e.Attributes)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
			n = len(series)
			index[key] = n
			series = append(series, timeseries.Series{Attributes: e.Attributes, Step: step})
		}
		which[i] = n
	}
	known, err := db.saveSeries(ctx, series)
	if err != nil {
		return nil, err
	}
	ids := make([]int32, len(which))
	for i, n := range which {
		ids[i] = known[n]
	}
	return entries{Entries: given, ids: ids}, nil
}

func (e entries) series() []int32 { return slices.Compact(slices.Sorted(slices.Values(e.ids))) }
func (e entries) data() bool      { return len(e.All) > 0 }
func (e entries) revised() bool   { return false }

// stepOf reads the resolution, which rows need not have.
func stepOf(a timeseries.Attributes) (timeseries.Step, error) {
	if a[timeseries.Resolution] == "" {
		return timeseries.Step{}, nil
	}
	return timeseries.ParseStep(a[timeseries.Resolution])
}

// entryKey is everything that tells the entries of a feed apart; several may be
// equal. Times are microseconds since 1970.
type entryKey struct {
	at, until int64
	content   int64
	series    int32
}

// openEnd stands for an end that is open.
const openEnd = math.MaxInt64

// entryRow is an entry as it is written.
type entryRow struct {
	entryKey
	nth             int32
	values, details []byte
}

// newEntryRow checks an entry and puts it into the form in which it is written.
func newEntryRow(e timeseries.Entry, series int32) (entryRow, error) {
	r := entryRow{details: e.Details, entryKey: entryKey{at: e.From.UnixMicro(), until: openEnd, series: series}}
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

// checksum stands for the content of a row: reading and comparing 8 bytes costs a
// fraction of what whole rows cost. Only two contents of the same series and
// interval that share a checksum would be taken for equal.
func checksum(values, details []byte) int64 {
	both := make([]byte, 0, len(values)+len(details)+1)
	both = append(append(append(both, values...), 0), details...)
	sum := sha256.Sum256(both)
	return int64(binary.BigEndian.Uint64(sum[:8]))
}
