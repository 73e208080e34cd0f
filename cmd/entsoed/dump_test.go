package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/entsoe/simulator"
	"entsoed/store"
	"entsoed/store/dbtest"
)

// dump is a database of an earlier commit, which migrations/testdata/dump.sh
// has made.
type dump struct {
	Now          string     // by its clock, RFC 3339
	Items, Areas string     // what its worker collected
	Hypertables  [][]string // table, column, chunk interval
	SQL          string
}

// readDump reads a dump and what the comments at its beginning say.
func readDump(t *testing.T, path string) dump {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unzipped)
	if err != nil {
		t.Fatal(err)
	}
	d := dump{SQL: string(text)}
	for lines := bufio.NewScanner(strings.NewReader(d.SQL)); lines.Scan() && strings.HasPrefix(lines.Text(), "-- "); {
		words := strings.Fields(strings.TrimPrefix(lines.Text(), "-- "))
		switch words[0] {
		case "now":
			d.Now = words[1]
		case "items":
			d.Items = words[1]
		case "areas":
			d.Areas = words[1]
		case "hypertable":
			d.Hypertables = append(d.Hypertables, []string{words[1], words[2], strings.Join(words[3:], " ")})
		}
	}
	if d.Now == "" || d.Items == "" || d.Areas == "" || len(d.Hypertables) == 0 {
		t.Fatalf("%s does not say when it was made and what is in it: %+v", path, d.Hypertables)
	}
	return d
}

// TestDump restores the databases of earlier commits, migrates them and goes on
// where they were: with every shape, corrected values, a running and a paused
// backfill, and jobs in many states. Nothing of the old data is lost. The oldest goes
// the whole way, and the newest has most in it; ENTSOED_LONG_TESTS=1 takes those
// between as well.
func TestDump(t *testing.T) {
	commits := []string{"750d018", "6295180"}
	if dbtest.Long() {
		commits = []string{"*"}
	}
	paths := dumps(t, commits)
	t.Parallel()
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".sql.gz"), func(t *testing.T) {
			t.Parallel()
			d := readDump(t, path)
			s := restore(t, d)
			tables := s.keep()
			s.keepKnown(d)
			s.buildOn(d)
			s.migrate()
			s.stillThere(tables, nil)
			s.stillBuilt()
			s.sameKnown()
			s.goOn(d)
			s.stillThere(tables, movedRows)
			s.answers(d)
		})
	}
}

// dumps returns the paths of the dumps of commits; "*" stands for all.
func dumps(t *testing.T, commits []string) (paths []string) {
	t.Helper()
	for _, commit := range commits {
		found, err := filepath.Glob("../../migrations/testdata/dumps/" + commit + ".sql.gz")
		if err != nil || len(found) == 0 {
			t.Fatalf("there is no dump %s: %v", commit, err)
		}
		paths = append(paths, found...)
	}
	return paths
}

// restore makes a database of a dump, as the server of its user had it.
func restore(t *testing.T, d dump) *site {
	t.Helper()
	s := &site{T: t, Config: dbtest.Empty(t)}
	s.onServer("create database " + pgx.Identifier{s.Config.Name}.Sanitize())
	if _, err := s.connect().PgConn().Exec(t.Context(), d.SQL).ReadAll(); err != nil {
		t.Fatalf("restore: %v", err)
	}
	if s.Config.TimescaleDB == "required" {
		conn := s.connect() // a new one: in the other the extension may have been loaded already
		s.exec(conn, "create extension if not exists timescaledb schema public")
		for _, h := range d.Hypertables {
			s.exec(conn, fmt.Sprintf(`select public.create_hypertable('%s', public.by_range('%s', interval '%s'),
				create_default_indexes => false, migrate_data => true)`, h[0], h[1], h[2]))
		}
	}
	now, err := time.Parse(time.RFC3339, d.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.Sim = simulator.New(simulator.Config{Seed: 5, Now: simulator.Clock(now, 0), Restless: true, Unlimited: true})
	server := httptest.NewServer(s.Sim)
	t.Cleanup(server.Close)
	s.Settings = map[string]string{
		"DATABASE_URL": s.Config.URL, "DATABASE_TIMESCALEDB": s.Config.TimescaleDB, "ENTSOE_API_URL": server.URL + "/api",
		"DATABASE_WORKER_USER": s.Config.WorkerUser, "DATABASE_WORKER_PASSWORD": s.Config.WorkerPassword,
		"ENTSOE_ITEMS": d.Items, "ENTSOE_AREAS": d.Areas, "COLLECT_SINCE": "2d", "HTTP_ADDR": "127.0.0.1:0",
		"ENTSOE_REQUESTS_PER_MINUTE": "400",
	}
	return s
}

// connect returns a session in the site's database, for as long as the test lasts.
func (s *site) connect() *pgx.Conn {
	s.Helper()
	conn, err := pgx.Connect(s.Context(), s.Config.URL)
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // the test is over
	return conn
}

// onServer runs a statement about databases.
func (s *site) onServer(statement string) {
	s.Helper()
	at, err := pgx.ParseConfig(s.Config.URL)
	if err != nil {
		s.Fatal(err)
	}
	at.Database = "postgres"
	conn, err := pgx.ConnectConfig(s.Context(), at)
	if err != nil {
		s.Fatal(err)
	}
	defer conn.Close(s.Context()) //nolint:errcheck // the test is over then
	s.exec(conn, statement)
}

func (s *site) exec(conn *pgx.Conn, sql string) {
	s.Helper()
	if _, err := conn.Exec(s.Context(), sql); err != nil {
		s.Fatalf("%s: %v", sql, err)
	}
}

// mirrored are the tables that follow the catalogue of the program, or hold the
// state of the moment.
const mirrored = `{source,items,areas,codes,area_lines,zones,variants,places,catalogue,lanes,budget,breakers,workers,clock_shift}`

// mayBeEmpty are the tables that have rows only for a while, or not of the items of
// the dumps.
const mayBeEmpty = `points_fast,revision_wants,fetch_counts,reading,set_aside,suspects,alarms,faults,backfill_stops`

// keep copies the tables that hold data, and returns their names. Each must have
// rows, or the dump would show nothing about it.
func (s *site) keep() []string {
	s.Helper()
	conn := s.connect()
	rows, err := conn.Query(s.Context(), `
		select relname::text from pg_class
		where relnamespace = 'entsoe'::regnamespace and relkind = 'r' and not relname = any($1::text[]) order by 1`, mirrored)
	if err != nil {
		s.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.Fatal(err)
	}
	s.exec(conn, "create schema kept")
	for _, name := range tables {
		tag, err := conn.Exec(s.Context(), fmt.Sprintf("create table kept.%[1]s as table entsoe.%[1]s", name))
		if err != nil {
			s.Fatal(err)
		}
		if tag.RowsAffected() == 0 && !slices.Contains(strings.Split(mayBeEmpty, ","), name) {
			s.Errorf("the dump has nothing in entsoe.%s", name)
		}
	}
	return tables
}

// knownAt is what was known at the instants of kept.instants.
const knownAt = `select k.t, p.series_id, p.at, p.value, date_trunc('second', p.known_from) as known_from from kept.instants k, entsoe.as_of(k.t) p`

// keepKnown keeps what was known on each of the last days.
func (s *site) keepKnown(d dump) {
	s.Helper()
	conn := s.connect()
	s.exec(conn, `create table kept.instants as
		select '`+d.Now+`'::timestamptz - day * interval '12 hours' + interval '0.999999 seconds' as t from generate_series(0, 6) day`)
	s.exec(conn, `create table kept.known as `+knownAt)
}

// sameKnown fails the test if something else is said to have been known then.
func (s *site) sameKnown() {
	s.Helper()
	if n := read[int](s, `select count(distinct t)::int from kept.known`); n < 2 {
		s.Errorf("the dump knows of %d instants", n)
	}
	if n := read[int](s, `select count(*)::int from (select * from kept.known except all `+knownAt+`) lost`); n > 0 {
		s.Errorf("%d values are no longer known at their time", n)
	}
	if n := read[int](s, `select count(*)::int from (`+knownAt+` except all select * from kept.known) more`); n > 0 {
		s.Errorf("%d values are known that were not", n)
	}
}

// buildOn makes what a user may have: a view of each of our views, and of what each
// function of the past shows. Before the views of points changed, migrations did not
// look after such.
func (s *site) buildOn(d dump) {
	s.Helper()
	conn := s.connect()
	var statements string
	err := conn.QueryRow(s.Context(), `
		select coalesce(string_agg(format('create view mine.%I as select * from entsoe.%s', name, source), E';\n'), '') from (
		  select relname, quote_ident(relname) from pg_class where relnamespace = 'entsoe'::regnamespace and relkind = 'v'
		  union all
		  select proname, format('%I(%L)', proname, $1::timestamptz) from pg_proc where pronamespace = 'entsoe'::regnamespace and proname like '%as\_of'
		) v(name, source)
		where (select max(version_id) from entsoe.migrations) >= 36`, d.Now).Scan(&statements)
	if err != nil {
		s.Fatal(err)
	}
	s.exec(conn, "create schema mine; "+statements)
	s.exec(conn, `create table kept.built as
		select c.relname, a.attname, format_type(a.atttypid, null) as type from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'mine'::regnamespace and a.attnum > 0`)
}

// stillBuilt fails the test for what is no longer there, or shows columns of other types.
func (s *site) stillBuilt() {
	s.Helper()
	if lost := read[string](s, `
		select coalesce(string_agg(concat_ws(' ', relname, attname, type), E'\n'), '') from (
		  select * from kept.built except
		  select c.relname, a.attname, format_type(a.atttypid, null) from pg_class c join pg_attribute a on a.attrelid = c.oid
		  where c.relnamespace = 'mine'::regnamespace
		) lost`); lost != "" {
		s.Errorf("of what a user built is lost\n%s\n%s", lost, read[string](s, `select coalesce(string_agg(object || ': ' || problem, E'\n'), '') from entsoe.kept_views`))
	}
}

// migrate runs `entsoed migrate` of today.
func (s *site) migrate() {
	s.Helper()
	p := start(s.T, "migrate", s.Settings, "migrate")
	<-p.ended
	if !p.cmd.ProcessState.Success() {
		s.Fatalf("migrate: %s", p.out.tail(10))
	}
	var err error
	if s.DB, err = store.Open(s.Context(), s.Config, 2); err != nil {
		s.Fatal(err)
	}
	s.Cleanup(s.DB.Close)
}

// movedRows says of tables whose rows may change while a worker goes on, by
// which columns a row is found again, and what else may hold it.
var movedRows = map[string]struct{ columns, elsewhere string }{
	"points":           {seenPoints, "union all select series_id, at, value, known_from from entsoe.point_history"},
	"series":           {"id, key", ""},
	"feeds":            {"id, item, area, counter_area, variant", ""},
	"entries":          {"at, until, known_from, feed_id, content, series_id, nth", ""},
	"documents":        {"id", ""},
	"coverage":         {"feed_id, stage", ""},
	"backfill_orders":  {"id, from_time, to_time", ""},
	"backfill_feeds":   {"backfill_id, feed_id", ""},
	"feed_series":      {"feed_id, series_id", ""},
	"feed_curves":      {"feed_id, resolution", ""},
	"document_asks":    {"", ""}, // done
	"backfill_samples": {"", ""}, // thinned out
	"revision_wants":   {"", ""}, // handed out
	"unanswered":       {"", ""}, // answered meanwhile
	"unit_outages":     {"", ""}, // computed from the newest revisions
	"answers":          {"simulated", ""},
}

// Points once kept the instant at which they were first seen, to the microsecond, and
// keep the seconds after their start; their history keeps instants, now to the second.
const (
	seenPoints   = "series_id, at, value, at + known_after * interval '1 second' as known_from"
	seenBefore   = "series_id, at, value, date_trunc('second', known_from) as known_from"
	historyWhole = "series_id, at, value, date_trunc('second', known_from) as known_from, date_trunc('second', known_until) as known_until"
)

// newForm says of tables that have another form since the dump by which columns a row
// is found again, in the dump and now.
var newForm = map[string]struct{ before, now string }{
	"points":        {seenBefore, seenPoints},
	"points_fast":   {seenBefore, seenPoints},
	"point_history": {historyWhole, "series_id, at, value, known_from, known_until"},
}

// stillThere fails the test for rows that were kept and are no longer there.
func (s *site) stillThere(tables []string, moved map[string]struct{ columns, elsewhere string }) {
	s.Helper()
	for _, name := range tables {
		columns := read[string](s, `
			select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
			where attrelid = ('kept.' || $1)::regclass and attnum > 0`, name)
		elsewhere := ""
		if m, ok := moved[name]; ok {
			columns, elsewhere = m.columns, m.elsewhere
		}
		if columns == "" {
			continue
		}
		before := columns
		if form, ok := newForm[name]; ok && s.differs(name) {
			before, columns = form.before, form.now
		}
		lost := read[string](s, fmt.Sprintf(`
			select coalesce(string_agg(row::text, E'\n'), '') from (
			  select to_jsonb(k)::text from (select %[2]s from kept.%[1]s) k
			  except
			  select to_jsonb(k)::text from (select %[4]s from entsoe.%[1]s %[3]s) k
			  limit 5) lost(row)`, name, before, elsewhere, columns))
		if lost != "" {
			s.Errorf("entsoe.%s lost rows, such as\n%s", name, lost)
		}
	}
}

// differs reports whether the dump has the table in another form, or older: histories
// of a time when points had another form are to the microsecond.
func (s *site) differs(table string) bool {
	s.Helper()
	return read[bool](s, `
		select $1 = 'point_history' or exists (
		  select from pg_attribute where attrelid = ('kept.' || $1)::regclass and attname = 'known_from')`, table)
}

// goOn runs a worker until the backfills that were running are done, and so are
// the jobs that were in the queue, but for those of a paused backfill.
func (s *site) goOn(d dump) {
	s.Helper()
	last := read[int64](s, `select max(id) from river.river_job`)
	w := start(s.T, "the worker", s.Settings, "worker", "--now", d.Now, "--speed", "0")
	eventually(s.T, patience, "the running backfills and the old jobs done", func(ctx context.Context) error {
		if err := w.running(); err != nil {
			return err
		}
		left, err := one[string](ctx, s, `
			select concat_ws(E'\n',
			  (select string_agg(concat_ws(' ', 'backfill', id, state), E'\n') from entsoe.backfill_orders where state not in ('done', 'paused')),
			  (select string_agg(concat_ws(' ', 'job', id, kind, queue, state, args), E'\n') from river.river_job j
			   where finalized_at is null and kind <> 'drive' and id <= $1
			     and not exists (select from entsoe.backfill_orders o where o.state = 'paused' and j.args @> jsonb_build_object('backfill', o.id))))`, last)
		if err != nil || left != "" {
			return fmt.Errorf("%s: %w", left, orNotYet(err))
		}
		return nil
	})
	w.terminate()
	if n := read[int](s, `select count(*)::int from entsoe.backfill_orders where state = 'done'`); n == 0 {
		s.Error("no backfill was done")
	}
	if n := read[int](s, `select count(*)::int from entsoe.backfill_orders where state = 'paused'`); n == 0 {
		s.Error("the paused backfill is no longer paused")
	}
}

// answers fails the test for views that no longer show anything.
func (s *site) answers(d dump) {
	s.Helper()
	for _, item := range strings.Split(d.Items, ",") {
		view := pgx.Identifier{"entsoe", item}.Sanitize()
		if n := read[int](s, "select count(*)::int from "+view); n == 0 {
			s.Errorf("the view of %s is empty", item)
		}
	}
	if n := read[int](s, `select count(*)::int from entsoe.as_of($1::timestamptz, true)`, d.Now); n == 0 {
		s.Error("nothing was known at the time of the dump")
	}
	if n := read[int](s, `
		select count(*)::int from entsoe.feeds f join entsoe.feed_series k on k.feed_id = f.id
		where f.known_since is null`); n > 0 {
		s.Errorf("of %d feeds with series it is not said since when they are known", n)
	}
	// What is best stands in spans; here it is asked of each value.
	if n := read[int](s, `
		with shown as (
		  select at, area_eic, sequence, currency, resolution, price from entsoe.day_ahead_prices_best
		), right_ones as (
		  select p.at, s.area, s.sequence, s.currency, s.resolution, p.value
		  from entsoe.series s join entsoe.points p on p.series_id = s.id
		  where s.item = 'day_ahead_prices' and not exists (
		    select from entsoe.series b join entsoe.points q on q.series_id = b.id
		    where b.rival_key = s.rival_key and (b.rank, b.id) < (s.rank, s.id) and q.at <= p.at and q.at > p.at - b.longest)
		)
		select (select count(*) from (select * from shown except all select * from right_ones) more)::int
		  + (select count(*) from (select * from right_ones except all select * from shown) fewer)::int`); n > 0 {
		s.Errorf("%d prices are shown as the best and are not, or the other way round", n)
	}
}
