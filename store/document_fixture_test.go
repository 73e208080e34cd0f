package store_test

import (
	"fmt"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/timeseries"
)

func clearDocuments(t testing.TB, db *store.DB) {
	dbtest.ExecOwner(t, db, `truncate entsoe.documents, entsoe.document_parts, entsoe.document_runs, entsoe.document_asks, entsoe.unit_outages, river.river_job`)
}

func status(d timeseries.Document, status string) timeseries.Document {
	d.Status = status
	return d
}

func counts(s store.Saved) string {
	return fmt.Sprintf("%d new, %d changed, %d unchanged, %d missing", s.Inserted, s.Changed, s.Unchanged, len(s.Missing))
}

// dump is everything that is stored of documents, without row numbers.
func dump(t testing.TB, db *store.DB) string {
	t.Helper()
	var all []string
	for _, sql := range []string{
		`select mrid, revision, status, published_at, published_until, known_from, known_until, starts, ends, reasons, details, encode(digest, 'hex') as digest
from entsoe.documents order by mrid, revision, digest`,
		`select d.mrid, d.revision, encode(d.digest, 'hex') as digest, p.n, p.unit, p.area, p.nominal_mw, r.at, r.until, r.mw
from entsoe.documents d join entsoe.document_parts p on p.document_id = d.id left join entsoe.document_runs r on r.document_id = d.id and r.n = p.n
order by d.mrid, d.revision, d.digest, p.n, r.at`,
		`select i.name, o.unit, o.at, o.until, o.unavailable_mw, o.nominal_mw, o.area, o.psr_type
from entsoe.unit_outages o join entsoe.items i using (item_no) order by i.name, o.unit, o.at`,
	} {
		all = append(all, dbtest.QueryText(t, db, sql)...)
	}
	return strings.Join(all, "\n")
}
