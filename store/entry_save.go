package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/timeseries"
)

// save replaces the feed's present entries by those of the answer, as far as the
// answer is authoritative: all that overlap its Replaces, or with Whole all of the
// feed. It compares multisets, since rows have no name that two answers share.
// Rows that are in both are not touched; those that are gone get known_until.
//
// Rows of the answer outside its Replaces replace nothing: they are added where
// the feed has no row of the same interval. What is stored there may be more
// complete, or newer, than what an answer to another question happens to say.
// An answer without rows replaces nothing of a register. One of which something
// could not be read replaces nothing at all: its rows are added where there are
// fewer equal ones.
func (e entries) save(ctx context.Context, tx pgx.Tx, a Answer) (Saved, error) {
	if e.onlyAdds = len(a.Unread) > 0; e.onlyAdds {
		e.Whole, e.Replaces = false, []timeseries.Window{a.Asked}
	}
	if len(e.All) == 0 && (e.Whole || len(e.Replaces) == 0) {
		return Saved{}, nil
	}
	d := entryDiff{entries: e, answer: a, want: make(map[entryKey]int, len(e.All))}
	if err := d.take(); err != nil {
		return Saved{}, err
	}
	have, err := e.read(ctx, tx, a.FeedID, d.outside)
	if err != nil {
		return Saved{}, fmt.Errorf("read entries: %w", err)
	}
	d.compare(have)
	if err := d.retract(ctx, tx); err != nil {
		return Saved{}, fmt.Errorf("retract entries: %w", err)
	}
	if err := d.insert(ctx, tx); err != nil {
		return Saved{}, fmt.Errorf("insert entries: %w", err)
	}
	return d.saved(), nil
}

// entryDiff is the difference between an answer and what is stored.
type entryDiff struct {
	entries
	answer  Answer
	want    map[entryKey]int // how often the answer has each row
	rows    []entryRow       // of the answer
	outside []int64          // starts of those outside of what the answer replaces

	fresh     []entryRow  // to be written, in order
	gone      []goneEntry // to be retracted, in order
	unchanged int64
}

// goneEntry says how many of some equal rows are left.
type goneEntry struct {
	entryKey
	left, gone int32
}

func (d *entryDiff) take() error {
	d.rows = make([]entryRow, len(d.All))
	for i, e := range d.All {
		r, err := newEntryRow(e, d.ids[i])
		if err != nil {
			return fmt.Errorf("entry of %s from %s: %w", e.Attributes.Key(), e.From, err)
		}
		r.nth = int32(d.want[r.entryKey])
		d.want[r.entryKey]++
		d.rows[i] = r
		if !d.speaksFor(r.entryKey) {
			d.outside = append(d.outside, r.at)
		}
	}
	return nil
}

// speaksFor reports whether a row of this key no longer exists if the answer does
// not have it.
func (e entries) speaksFor(k entryKey) bool {
	return e.Whole || slices.ContainsFunc(e.Replaces, func(w timeseries.Window) bool {
		return !w.Empty() && k.at < w.To.UnixMicro() && (k.until > w.From.UnixMicro() || k.at >= w.From.UnixMicro())
	})
}

func (d *entryDiff) compare(have map[entryKey]int) {
	type interval struct{ at, until int64 }
	taken := map[interval]bool{} // outside of what the answer speaks for
	for k := range have {
		taken[interval{k.at, k.until}] = !d.onlyAdds && !d.speaksFor(k)
	}
	for _, r := range d.rows {
		if int(r.nth) < have[r.entryKey] || taken[interval{r.at, r.until}] {
			d.unchanged++
			continue
		}
		d.fresh = append(d.fresh, r)
	}
	for k, n := range have {
		if left := d.want[k]; left < n && !d.onlyAdds && d.speaksFor(k) {
			d.gone = append(d.gone, goneEntry{k, int32(left), int32(n - left)})
		}
	}
	slices.SortFunc(d.fresh, func(a, b entryRow) int {
		return cmp.Or(a.entryKey.compare(b.entryKey), cmp.Compare(a.nth, b.nth))
	})
	slices.SortFunc(d.gone, func(a, b goneEntry) int { return a.entryKey.compare(b.entryKey) })
}

func (k entryKey) compare(o entryKey) int {
	return cmp.Or(k.compareSlot(o), cmp.Compare(k.content, o.content))
}

// compareSlot compares everything but the content.
func (k entryKey) compareSlot(o entryKey) int {
	return cmp.Or(cmp.Compare(k.at, o.at), cmp.Compare(k.until, o.until), cmp.Compare(k.series, o.series))
}

// saved counts a row that is gone and a new one of the same series and interval as
// one changed row.
func (d *entryDiff) saved() Saved {
	s := Saved{Inserted: int64(len(d.fresh)), Unchanged: d.unchanged}
	fresh := d.fresh
	for _, g := range d.gone {
		s.Retracted += int64(g.gone)
		for n := g.gone; n > 0 && len(fresh) > 0; {
			switch c := fresh[0].compareSlot(g.entryKey); {
			case c > 0:
				n = 0
				continue
			case c == 0:
				s.Changed++
				n--
			}
			fresh = fresh[1:]
		}
	}
	s.Inserted -= s.Changed
	s.Retracted -= s.Changed
	var spans []seriesSpan
	for _, r := range d.fresh {
		spans = append(spans, seriesSpan{r.series, r.window()})
	}
	for _, g := range d.gone {
		spans = append(spans, seriesSpan{g.series, g.window()})
	}
	for _, span := range spans {
		s.touched = s.touched.hull(span.unixWindow)
	}
	s.wrote = wrote{spans: mergeSpans(spans), ofRows: true}
	return s
}

// window is the time of the rows of a key; of open ones only their start.
func (k entryKey) window() unixWindow {
	at := time.UnixMicro(k.at).Unix()
	if k.until == openEnd {
		return unixWindow{at, at + 1}
	}
	return unixWindow{at, max(at+1, time.UnixMicro(k.until+999_999).Unix())}
}

// longEntry is the condition of the index of long rows, word for word.
const longEntry = `case when until = 'infinity' then true else until - at > interval '25 hours' end`

// read counts, by key, the present rows of the feed that the save may touch or find
// equal: those within the hull of what the answer replaces, and those that begin
// when a row outside of it begins.
func (e entries) read(ctx context.Context, tx pgx.Tx, feed int64, outside []int64) (map[entryKey]int, error) {
	const present = `
select at, until, content, series_id from entsoe.entries
where feed_id = @feed and series_id = any(@series) and known_until = 'infinity'`
	have := make(map[entryKey]int, len(e.All))
	series, err := e.seriesOf(ctx, tx, feed)
	if err != nil {
		return nil, err
	}
	args := pgx.NamedArgs{"feed": feed, "series": series}
	if e.Whole {
		return have, countEntries(ctx, tx, have, present, args)
	}
	var hull timeseries.Window
	for _, w := range timeseries.Union(e.Replaces) {
		if hull.Empty() {
			hull = w
		}
		hull.To = w.To
	}
	if !hull.Empty() {
		args["from"], args["to"] = hull.From, hull.To
		err := countEntries(ctx, tx, have, present+` and at >= @from::timestamptz - interval '25 hours' and at < @to and (until > @from or at >= @from)
union all`+present+` and at < @from::timestamptz - interval '25 hours' and until > @from and `+longEntry, args)
		if err != nil {
			return nil, err
		}
	}
	if len(outside) == 0 {
		return have, nil
	}
	if hull.Empty() {
		hull.From, hull.To = time.Unix(0, 0), time.Unix(0, 0)
	}
	args["from"], args["to"] = hull.From, hull.To
	args["first"], args["last"] = time.UnixMicro(slices.Min(outside)), time.UnixMicro(slices.Max(outside))
	args["starts"] = microTimes(slices.Compact(slices.Sorted(slices.Values(outside))))
	return have, countEntries(ctx, tx, have, present+` and at >= @first and at <= @last and at = any(@starts::timestamptz[])
  and not (at < @to::timestamptz and @from::timestamptz < @to and (until > @from or at >= @from))`, args)
}

// seriesOf returns the series of all answers of the feed so far, and of this one.
// TimescaleDB opens only the compressed rows of those that a statement names.
func (e entries) seriesOf(ctx context.Context, tx pgx.Tx, feed int64) ([]int32, error) {
	rows, err := tx.Query(ctx, `select series_id from entsoe.feed_series where feed_id = $1`, feed)
	if err != nil {
		return nil, err
	}
	known, err := pgx.CollectRows(rows, pgx.RowTo[int32])
	all := append(known, e.ids...)
	slices.Sort(all)
	return slices.Compact(all), err
}

func countEntries(ctx context.Context, tx pgx.Tx, have map[entryKey]int, query string, args pgx.NamedArgs) error {
	rows, err := tx.Query(ctx, query, args)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		v := rows.RawValues() // in binary form
		have[entryKey{
			at: fromPostgres(v[0]), until: fromPostgres(v[1]),
			content: int64(binary.BigEndian.Uint64(v[2])), series: int32(binary.BigEndian.Uint32(v[3])),
		}]++
	}
	return rows.Err()
}

// fromPostgres reads a timestamp as microseconds since 1970.
func fromPostgres(raw []byte) int64 {
	if t := int64(binary.BigEndian.Uint64(raw)); t != math.MaxInt64 {
		return t + postgresEpoch*1e6
	}
	return openEnd
}

// toPostgres is the reverse of fromPostgres.
func toPostgres(micros int64) uint64 {
	if micros == openEnd {
		return math.MaxInt64
	}
	return uint64(micros - postgresEpoch*1e6)
}

func microTimes(micros []int64) []time.Time {
	times := make([]time.Time, len(micros))
	for i, m := range micros {
		times[i] = time.UnixMicro(m)
	}
	return times
}
