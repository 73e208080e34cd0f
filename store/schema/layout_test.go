package schema_test

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"entsoed/migrations"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// formerDatabase is one of the version before points got their present form, with
// three curves of five months and a view of them; in chunks if the server can.
func formerDatabase(t *testing.T, cfg store.Config, chunks bool) *pgx.Conn {
	t.Helper()
	cc, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	admin := cc.Copy()
	admin.Database = "postgres"
	execOn(t, dial(t, admin), "create database "+pgx.Identifier{cfg.Name}.Sanitize())
	db := stdlib.OpenDB(*cc)
	defer db.Close()
	conn := dial(t, cc)
	execOn(t, conn, `create schema entsoe`)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.Files,
		goose.WithTableName("entsoe.migrations"), goose.WithDisableGlobalRegistry(true), goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), store.LayoutVersion-1); err != nil {
		t.Fatal(err)
	}
	if chunks && cfg.TimescaleDB == "required" {
		conn = dial(t, cc) // a new one: in the other the extension may have been loaded already
		execOn(t, conn, `create extension if not exists timescaledb schema public;
select create_hypertable('entsoe.points', by_range('at', interval '30 days'), create_default_indexes => false);
select create_hypertable('entsoe.points_fast', by_range('at', interval '1 day'), create_default_indexes => false)`)
	}
	execOn(t, conn, `
insert into entsoe.items (name, title, article, unit, meaning, core) values ('day_ahead_prices', 'Energy Prices', '12.1.D', 'EUR/MWh', 'Price of the auction.', true);
insert into entsoe.series (item_no, item, area, key, curve_key, rival_key, longest, resolution)
select 1, 'day_ahead_prices', '10YFR-RTE------C', n::text, n::text, n::text, case n when 4 then interval '4 seconds' else '1 hour' end, case n when 4 then 'PT4S' else 'PT1H' end
from generate_series(1, 4) n;
insert into entsoe.points (at, known_from, value, series_id, item_no)
select at, at - interval '12 hours' + random() * interval '20 days', random(), n, 1
from generate_series('2025-01-10'::timestamptz, '2025-06-10', '1 hour') at, generate_series(1, 3) n;
insert into entsoe.points_fast (at, known_from, value, series_id, item_no)
select at, at + interval '1.9999 seconds', random(), 4, 1 from generate_series('2025-06-08'::timestamptz, '2025-06-10', '4 minutes') at;
insert into entsoe.point_history (at, known_from, known_until, value, series_id)
select at, known_from - random() * interval '2 days', known_from, value + 1, series_id from entsoe.points where random() < 0.3;
create view entsoe.day_ahead_prices as
select p.at, s.area, p.value as price, p.known_from from entsoe.points p join entsoe.series s on s.id = p.series_id where p.item_no = 1 and s.item_no = 1;
create function entsoe.day_ahead_prices_as_of(t timestamptz) returns setof entsoe.day_ahead_prices language sql stable
as 'select at, area, value, known_from from entsoe.as_of(t) where item = ''day_ahead_prices'''`)
	return conn
}

func dial(t *testing.T, cc *pgx.ConnConfig) *pgx.Conn {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), cc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.WithoutCancel(t.Context())) }) //nolint:errcheck // the test is over
	return conn
}

func execOn(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func textOn(t *testing.T, conn *pgx.Conn, sql string, args ...any) string {
	t.Helper()
	var text string
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return text
}

// contents sums up points, history, and what was known at some times, to the second.
func contents(t *testing.T, conn *pgx.Conn, knownFrom string) []string {
	t.Helper()
	sums := []string{textOn(t, conn, `
select format('points %s %s', count(*), md5(string_agg(concat_ws(' ', series_id, at at time zone 'UTC', value, date_trunc('second', `+knownFrom+`) at time zone 'UTC'), ',' order by series_id, at)))
from (select * from entsoe.points union all select * from entsoe.points_fast) p`), textOn(t, conn, `
select format('history %s %s', count(*), md5(string_agg(concat_ws(' ', series_id, at at time zone 'UTC', value,
  date_trunc('second', known_from) at time zone 'UTC', date_trunc('second', known_until) at time zone 'UTC'), ',' order by series_id, at, known_from)))
from entsoe.point_history`)}
	for _, at := range []string{"2025-02-03 04:05:06.999999Z", "2025-05-01 00:00:00.999999Z", "2026-01-01Z"} {
		sums = append(sums, textOn(t, conn, `
select format('as of %s: %s %s', $1::timestamptz at time zone 'UTC', count(*),
  md5(string_agg(concat_ws(' ', series_id, at at time zone 'UTC', value, date_trunc('second', known_from) at time zone 'UTC'), ',' order by series_id, at)))
from entsoe.as_of($1)`, at))
	}
	return sums
}

const (
	formerly = "known_from"
	now      = "at + known_after * interval '1 second'"
)

// TestMovePoints brings the points of a filled database to their new form, without a
// change in what it says, and makes anew what others built on its views.
func TestMovePoints(t *testing.T) {
	cfg := dbtest.Empty(t)
	needSuperuser(t, cfg)
	conn := formerDatabase(t, cfg, true)
	alice := cfg.Name + "_alice"
	execOn(t, conn, `create role `+alice)
	t.Cleanup(func() { conn.Exec(context.WithoutCancel(t.Context()), `drop owned by `+alice+`; drop role `+alice) }) //nolint:errcheck // it goes with the server
	execOn(t, conn, `
grant usage on schema entsoe to `+alice+`;
grant usage, create on schema public to `+alice+`;
grant select on all tables in schema entsoe to `+alice+`;
set role `+alice+`;
create view public.mine with (security_barrier) as select at, area, price from entsoe.day_ahead_prices;
create view public.mean as select area, avg(price) as price from public.mine group by area;
create function public.known(t timestamptz) returns bigint language sql stable begin atomic select count(*) from entsoe.as_of(t); end;
create view public.rows as select at, entry_values from entsoe.entries_as_of('2026-01-01Z');
create view public.then as
select a.value, b.price, a.at from entsoe.as_of('2025-05-01Z') a join entsoe.day_ahead_prices_as_of('2025-05-01Z') b on (b.at, b.price) = (a.at, a.value);
create function public.before() returns double precision language sql stable begin atomic select max(price) from entsoe.day_ahead_prices_as_of('2025-05-01Z'); end;
create rule nothing as on insert to public.mean do instead nothing;
create view public.raw as select item_no, count(*) as n from entsoe.points group by item_no;
comment on view public.mine is 'what I look at';
comment on column public.mine.price is 'by the hour';
grant select (area) on public.mean to public;
reset role;
create index mine on entsoe.points (at) where value > 1e6;
grant select (value) on entsoe.points_fast to public`)
	const sums = `
select concat_ws(' ', count(*), sum(price)::numeric(20, 6)) from public.mine
union all select concat_ws(' ', count(*), sum(value)::numeric(20, 6), sum(price)::numeric(20, 6)) from public.then
union all select public.before()::text`
	theirs := textOn(t, conn, `select string_agg(line, '; ') from (`+sums+`) s(line)`)
	want := contents(t, conn, formerly)

	report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, contents(t, conn, now)); diff != "" {
		t.Errorf("contents (-before, +after):\n%s", diff)
	}
	if got := textOn(t, conn, `select string_agg(line, '; ') from (`+sums+`) s(line)`); got != theirs {
		t.Errorf("what a user built shows %s, want %s", got, theirs)
	}
	for what, sql := range map[string]string{
		"the view of a view":        `select (count(*) = 1)::text from public.mean`,
		"its comment":               `select (obj_description('public.mine'::regclass, 'pg_class') = 'what I look at')::text`,
		"the comment of its column": `select (col_description('public.mine'::regclass, 3) = 'by the hour')::text`,
		"its options":               `select (reloptions = '{security_barrier=true}')::text from pg_class where oid = 'public.mine'::regclass`,
		"its owner":                 `select (relowner = '` + alice + `'::regrole)::text from pg_class where oid = 'public.mine'::regclass`,
		"a right on its column":     `select has_column_privilege('entsoe_reader', 'public.mean', 'area', 'select')::text`,
		"a view of a function":      `select (count(*) = 0)::text from public.rows`,
		"a function":                `select (public.known('2026-01-01Z') > 0)::text`,
		"its rule":                  `select (count(*) = 2)::text from pg_rewrite where ev_class = 'public.mean'::regclass`,
		"an index":                  `select (indexdef like '%(at) WHERE (value >%')::text from pg_indexes where schemaname = 'entsoe' and indexname = 'mine'`,
		"a right on a column":       `select has_column_privilege('public', 'entsoe.points_fast', 'value', 'select')::text`,
		"a right on a view of ours": `select has_table_privilege('` + alice + `', 'entsoe.day_ahead_prices', 'select')::text`,
		"a right on points":         `select has_table_privilege('` + alice + `', 'entsoe.points', 'select')::text`,
		"the old tables gone":       `select (to_regclass('entsoe.points_before') is null and to_regclass('entsoe.points_fast_before') is null)::text`,
		"whole seconds":             `select bool_and(known_from = date_trunc('second', known_from) and known_until = date_trunc('second', known_until))::text from entsoe.point_history`,
	} {
		if got := textOn(t, conn, sql); got != "true" {
			t.Errorf("%s: %s", what, got)
		}
	}
	lost := func(s string) bool {
		return strings.Contains(s, "view public.raw") && strings.Contains(s, "item_no,")
	}
	if !slices.ContainsFunc(report.Missing, lost) {
		t.Errorf("a view that cannot be made anew was not reported: %q", report.Missing)
	}
	if got := textOn(t, conn, `select string_agg(object, ', ') from entsoe.kept_views where problem is not null`); got != "view public.raw" {
		t.Errorf("left to be made anew is %s", got)
	}
	if cfg.TimescaleDB != "required" {
		return
	}
	if got := textOn(t, conn, `select string_agg(hypertable_name || ' ' || n, ', ' order by hypertable_name)
from (select hypertable_name, count(*) as n from timescaledb_information.chunks where hypertable_name like 'points%' group by 1) c`); got != "points 6, points_fast 3" {
		t.Errorf("chunks: %s", got)
	}
}

// TestMovePlainPoints moves those of plain tables, month by month.
func TestMovePlainPoints(t *testing.T) {
	cfg := dbtest.Empty(t)
	conn := formerDatabase(t, cfg, false)
	want := contents(t, conn, formerly)
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	conn = dial(t, conn.Config()) // a new one: the extension may be there now
	if diff := cmp.Diff(want, contents(t, conn, now)); diff != "" {
		t.Errorf("contents (-before, +after):\n%s", diff)
	}
}

// TestMovePointsKilled ends a migration amid its third chunk, from which nothing else
// can read or write until another has finished it.
func TestMovePointsKilled(t *testing.T) {
	dbtest.NeedTimescaleDB(t)
	needSuperuser(t, dbtest.New(t)) // makes the roles
	cfg := dbtest.Empty(t)
	conn := formerDatabase(t, cfg, true)
	execOn(t, conn, `alter table entsoe.points owner to entsoe_owner`) // else it waits for the lock before
	want := contents(t, conn, formerly)
	third := textOn(t, conn, `
select format('%I.%I', chunk_schema, chunk_name) from timescaledb_information.chunks where hypertable_name = 'points' order by range_start offset 2 limit 1`)
	lock := dial(t, conn.Config())
	execOn(t, lock, `begin; lock table `+third+` in access share mode`)
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	ended := make(chan error, 1)
	go func() {
		_, err := schema.Migrate(ctx, cfg, dbtest.Catalogue())
		ended <- err
	}()
	dbtest.WaitFor(t, func() bool {
		return textOn(t, conn, `
select (count(*) > 0)::text from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%drop_chunks%'`) == "true"
	})
	kill()
	if err := <-ended; err == nil {
		t.Fatal("the migration was not ended")
	}
	execOn(t, lock, `rollback`)

	if got := textOn(t, conn, `
select concat_ws(' ', to_regclass('entsoe.points'), to_regclass('entsoe.day_ahead_prices'), to_regclass('entsoe.availability'), to_regprocedure('entsoe.as_of(timestamptz, boolean)'))`); got != "" {
		t.Errorf("amid the move there are %s", got)
	}
	if got := textOn(t, conn, `
select (min(at) < (select min(at) from entsoe.points_before))::text from entsoe.points_moving`); got != "true" {
		t.Error("nothing was moved before")
	}
	var version *schema.VersionError
	if _, err := schema.Open(t.Context(), cfg, 1); !errors.As(err, &version) && !strings.Contains(err.Error(), "entsoed migrate") {
		t.Errorf("a worker would begin: %v", err)
	}
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, contents(t, conn, now)); diff != "" {
		t.Errorf("contents (-before, +after):\n%s", diff)
	}
}

// TestMovePointsForeign migrates as a role that may not act for the owner of a view: it
// is reported with its definition, and what it stood on changes all the same.
func TestMovePointsForeign(t *testing.T) {
	cfg := dbtest.Empty(t)
	needSuperuser(t, cfg)
	at, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := pgx.ParseConfig(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	plain, alice := cfg.Name+"_plain", cfg.Name+"_alice"
	server := admin.Copy()
	server.Database = "postgres"
	execOn(t, dial(t, server), `create role `+plain+` login createdb password 'plain'; create role `+alice)
	at.User = url.UserPassword(plain, "plain")
	cfg.URL, cfg.TimescaleDB = at.String(), "auto"
	formerDatabase(t, cfg, false)
	conn := dial(t, admin)
	t.Cleanup(func() {
		conn.Exec(context.WithoutCancel(t.Context()), `drop owned by `+plain+`, `+alice+` cascade; drop role `+alice) //nolint:errcheck // it goes with the server
	})
	execOn(t, conn, `
grant usage on schema entsoe to `+alice+`;
grant select on all tables in schema entsoe to `+alice+`;
grant create on schema public to `+alice+`;
set role `+alice+`;
create view public.listed as select at, entry_values from entsoe.entries_as_of('2026-01-01Z');
create view public.outages as select unit, unavailable_mw from entsoe.unavailability_as_of('2026-01-01Z');
create view public.known as select at, value from entsoe.as_of('2026-01-01Z');
reset role`)
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	const want = "view public.known, view public.listed, view public.outages"
	if got := textOn(t, conn, `select string_agg(object, ', ' order by object) from entsoe.kept_views where problem is not null`); got != want {
		t.Errorf("left to be made anew are %s, want %s", got, want)
	}
	if got := textOn(t, conn, `select string_agg(statements[1], ' ') from entsoe.kept_views`); strings.Contains(got, "as_of(item") {
		t.Errorf("they find columns by their places: %s", got)
	}
}

// TestMovePointsRefused changes nothing if something stands in the way.
func TestMovePointsRefused(t *testing.T) {
	cfg := dbtest.Empty(t)
	conn := formerDatabase(t, cfg, true)
	execOn(t, conn, `
create materialized view public.daily as select * from entsoe.day_ahead_prices;
create materialized view public.earlier as select * from entsoe.as_of('2026-01-01Z');
create table public.notes (price entsoe.day_ahead_prices);
create function public.f() returns trigger language plpgsql as 'begin return null; end';
create trigger mine after insert on entsoe.points for each row execute function public.f();
insert into entsoe.points (at, known_from, value, series_id, item_no) values ('2150-01-01Z', '2025-01-01Z', 1, 1, 1)`)
	_, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
	var refused *schema.LayoutError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v", err)
	}
	var kinds []string
	for _, what := range refused.InTheWay {
		kind, _, _ := strings.Cut(what, " (")
		kinds = append(kinds, kind)
	}
	want := []string{"materialized view public.daily", "materialized view public.earlier", "table public.notes", "trigger mine on entsoe.points", "values more than 68 years from when they were seen"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("in the way (-want, +got):\n%s", diff)
	}
	if got := textOn(t, conn, `select max(version_id)::text from entsoe.migrations`); got != "37" {
		t.Errorf("the schema is at %s", got)
	}
}

// TestFreeDisk: what df says of the server's disk is understood, and compared with
// what a move needs.
func TestFreeDisk(t *testing.T) {
	cfg := dbtest.New(t)
	needSuperuser(t, cfg)
	db := openAs(t, cfg)
	free, err := schema.FreeDisk(t.Context(), db.Pool)
	if err != nil || free <= 0 {
		t.Errorf("%d bytes are free, %v", free, err)
	}
	var refused *schema.LayoutError
	if err := schema.Room(t.Context(), db.Pool, 1<<60); !errors.As(err, &refused) || refused.Free <= 0 {
		t.Errorf("got %v, want that the disk is too small", err)
	}
	if err := schema.Room(t.Context(), db.Pool, 1); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		what  string
		want  int64
		parts []schema.Part
	}{
		{"nothing", 0, nil},
		{"chunks", 200, []schema.Part{schema.NewPart(50, true), schema.NewPart(100, true)}},
		{"a plain table", 250, []schema.Part{schema.NewPart(50, false), schema.NewPart(100, false)}},
	} {
		if got := schema.Needed(test.parts); got != test.want {
			t.Errorf("%s: %d, want %d", test.what, got, test.want)
		}
	}
}

// A transaction that a deadlock undid is done again, but not for ever, and nothing else is.
func TestUndoneByDeadlock(t *testing.T) {
	deadlock, other := &pgconn.PgError{Code: "40P01"}, errors.New("other")
	for _, test := range []struct {
		fails []error
		tries int
		want  error
	}{
		{nil, 1, nil},
		{[]error{deadlock}, 2, nil},
		{[]error{deadlock, other}, 2, other},
		{[]error{other}, 1, other},
		{[]error{deadlock, deadlock, deadlock, deadlock, deadlock, deadlock}, 5, deadlock},
	} {
		tries := 0
		got := schema.UndoneByDeadlock(func() error {
			tries++
			if tries <= len(test.fails) {
				return test.fails[tries-1]
			}
			return nil
		})
		if got != test.want || tries != test.tries {
			t.Errorf("%v: %v after %d tries, want %v after %d", test.fails, got, tries, test.want, test.tries)
		}
	}
}
