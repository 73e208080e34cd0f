package schema_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
	"entsoed/timeseries"
)

// needSuperuser leaves the test out where migrations make neither an owner nor a
// login.
func needSuperuser(t *testing.T, cfg store.Config) {
	t.Helper()
	if cfg.WorkerUser == "" {
		dbtest.LeaveOut(t, "the server of TEST_DATABASE_URL gets no login for the worker")
	}
}

// openAs opens a database with a connection string of one user.
func openAs(t *testing.T, cfg store.Config) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// TestRolesMayDoWhatTheyNeed runs statements as each role, the worker's by its login.
func TestRolesMayDoWhatTheyNeed(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	needSuperuser(t, cfg)
	owner, worker := openAs(t, cfg), openAs(t, cfg.AsWorker())
	for _, test := range []struct {
		role, sql string
		allowed   bool
	}{
		{"entsoe_reader", `select * from entsoe.day_ahead_prices_best`, true},
		{"entsoe_reader", `select * from entsoe.day_ahead_prices_best_as_of('2026-01-01')`, true},
		{"entsoe_reader", `select * from entsoe.as_of('2026-01-01')`, true},
		{"entsoe_reader", `select * from entsoe.backfills`, true},
		{"entsoe_reader", `select * from entsoe.gaps('day_ahead_prices', 'FR', '2026-01-01', '2026-01-02')`, true},
		{"entsoe_reader", `select * from entsoe.changes_since(0)`, true},
		{"entsoe_reader", `select entsoe.number_changes()`, true}, // there are none
		{"entsoe_reader", `update entsoe.change_counter set last = 5`, false},
		{"entsoe_reader", `delete from entsoe.points`, false},
		{"entsoe_reader", `insert into entsoe.collect_requests (item, area, from_time) values ('all', 'all', '2026-01-01')`, false},
		{"entsoe_reader", `select entsoe.pause_backfill(1)`, false},
		{"entsoe_reader", `select * from river.river_job`, false},
		{"entsoe_reader", `create view entsoe.mine as select 1 as one`, false},
		{"entsoe_operator", `select * from entsoe.feeds`, true},
		{"entsoe_operator", `select * from river.river_job`, true},
		{"entsoe_operator", `select entsoe.set_share('backfill', 0.5)`, true},
		{"entsoe_operator", `update entsoe.lanes set share = 0.1`, false},
		{"entsoe_operator", `delete from river.river_job`, false},
		{"entsoe_operator", `insert into river.river_job (kind, args) values ('plan', '{}')`, false},
		{"entsoe_operator", `select entsoe.drop_fast(now())`, false},
		{"worker", `select entsoe.drop_fast('2020-01-01')`, true},
		{"worker", `insert into entsoe.points_fast (at, value, series_id, known_after) select now(), 1, 1, 0 where false`, true},
		{"worker", `update river.river_job set priority = 2`, true},
		{"worker", `update entsoe.items set title = 'mine'`, false},
		{"worker", `delete from entsoe.migrations`, false},
		{"worker", `delete from river.river_migration`, false},
		{"worker", `truncate entsoe.points`, false},
		{"worker", `create table entsoe.mine ()`, false},
		{"worker", `create table river.mine ()`, false},
		{"worker", `create table public.mine ()`, false},
		{"worker", `create schema mine`, false},
		{"worker", `create function entsoe.mine() returns int language sql return 1`, false},
		{"worker", `alter table entsoe.points add column mine int`, false},
		{"worker", `drop view entsoe.day_ahead_prices`, false},
		{"worker", `drop table entsoe.alarms`, false},
		{"worker", `alter function entsoe.drop_fast(timestamptz) security invoker`, false},
		{"worker", `comment on schema entsoe is 'mine'`, false},
		{"worker", `set role entsoe_owner`, false},
		{"worker", `alter role entsoe_worker superuser`, false},
		{"worker", `create role mine`, false},
	} {
		db := owner
		if test.role == "worker" {
			db = worker
		}
		err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
			if test.role != "worker" {
				if _, err := tx.Exec(t.Context(), "set local role "+test.role); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := tx.Exec(t.Context(), test.sql); err != nil {
				return err
			}
			return errUndo
		})
		if (err == errUndo) != test.allowed || err != errUndo && store.Code(err) != store.CodeNoPrivilege {
			t.Errorf("%s: %s: %v", test.role, test.sql, err)
		}
	}
}

// errUndo rolls a transaction back that went well.
var errUndo = fmt.Errorf("all went well")

// TestAllBelongsToTheOwner finds what is not the owner's in a database of which a part
// was made by somebody else before, chunks included.
func TestAllBelongsToTheOwner(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	needSuperuser(t, cfg)
	db := openAs(t, cfg)
	feed := dbtest.MakeFeed(t, db, "day_ahead_prices", dbtest.Germany)
	dbtest.MustSave(t, db, store.Answer{FeedID: feed.ID, Asked: dbtest.Window(0, 3),
		Rows: timeseries.Curves{dbtest.With(dbtest.PriceSeries("PT60M", dbtest.Hour), 0, 1, 2, 3)}})
	const strangers = `
select c.oid::regclass::text from pg_class c
where (c.relnamespace in ('entsoe'::regnamespace, 'river'::regnamespace)
    or c.oid in (select inhrelid from pg_inherits where inhparent::regclass::text like 'entsoe.%'))
  and c.relowner <> 'entsoe_owner'::regrole
union all
select oid::regprocedure::text from pg_proc where pronamespace in ('entsoe'::regnamespace, 'river'::regnamespace) and proowner <> 'entsoe_owner'::regrole
union all
select oid::regtype::text from pg_type where typnamespace in ('entsoe'::regnamespace, 'river'::regnamespace) and typowner <> 'entsoe_owner'::regrole
union all
select nspname from pg_namespace where nspname in ('entsoe', 'river') and nspowner <> 'entsoe_owner'::regrole
order by 1`
	if got := dbtest.QueryText(t, db, strangers); len(got) > 0 {
		t.Errorf("after the first migration these do not belong to the owner:\n%s", strings.Join(got, "\n"))
	}
	for _, object := range []string{
		"schema entsoe", "schema river", "table entsoe.points", "table entsoe.feeds", "view entsoe.backfills", "type entsoe.new_job",
		"function entsoe.drop_fast(timestamptz)", "table river.river_job", "type river.river_job_state", "view entsoe.day_ahead_prices",
	} {
		dbtest.Exec(t, db, "alter "+object+" owner to current_user")
	}
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Fatal(err)
	}
	if got := dbtest.QueryText(t, db, strangers); len(got) > 0 {
		t.Errorf("these were not carried over:\n%s", strings.Join(got, "\n"))
	}
	if n := dbtest.QueryOne[int](t, db, `select count(*)::int from entsoe.day_ahead_prices`); n != 3 {
		t.Errorf("%d prices, want 3", n)
	}
}

// TestDefinerFunctions checks what every function must be that lends its owner's
// rights: the owner's, with a search path of its own, and not for everybody.
func TestDefinerFunctions(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	needSuperuser(t, cfg)
	got := dbtest.QueryText(t, openAs(t, cfg), `
select p.proname, proowner::regrole, coalesce(array_to_string(proconfig, ' '), 'no settings'),
  string_agg(coalesce(nullif(a.grantee, 0)::regrole::text, 'everybody'), ' ' order by nullif(a.grantee, 0)::regrole::text)
from pg_proc p cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) a
where prosecdef and pronamespace in ('entsoe'::regnamespace, 'river'::regnamespace) and a.grantee <> proowner
group by p.oid, 1, 2, 3 order by 1`)
	const fixed = " entsoe_owner search_path=pg_catalog, pg_temp "
	var want []string
	for _, f := range [][2]string{
		{"analyze_changed", "entsoe_worker"},
		{"backfill_waits", "entsoe_operator entsoe_reader entsoe_worker"},
		{"cancel_backfill", "entsoe_operator entsoe_worker"},
		{"drop_fast", "entsoe_worker"},
		{"enqueue_backfill", "entsoe_operator entsoe_worker"},
		{"note_collected", "entsoe_worker"},
		{"pause_backfill", "entsoe_operator entsoe_worker"},
		{"queue_backfills", "entsoe_operator entsoe_reader entsoe_worker"},
		{"resume_backfill", "entsoe_operator entsoe_worker"},
		{"resume_webhook", "entsoe_operator entsoe_worker"},
		{"set_share", "entsoe_operator entsoe_worker"},
		{"stopped_windows", "entsoe_operator entsoe_reader entsoe_worker"},
	} {
		want = append(want, f[0]+fixed+f[1])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions that lend rights (-want, +got); store/schema/grants.go lists them by who may call them:\n%s", diff)
	}
}

// TestStrangersFunctionsAreNotCalled puts functions, operators and tables of the same
// names where a careless function of the owner would find them first.
func TestStrangersFunctionsAreNotCalled(t *testing.T) {
	catalogue := dbtest.Catalogue()
	catalogue.Variants = []schema.VariantRow{{Item: "physical_flows", Variant: "day", Axis: "delivery", Unit: "instant", Backfilled: true, LatestClock: "1 hour"}}
	for n := range catalogue.Items {
		catalogue.Items[n].Border = catalogue.Items[n].Name == "physical_flows"
	}
	cfg := dbtest.New(t, catalogue)
	needSuperuser(t, cfg)
	db := openAs(t, cfg)
	dbtest.Exec(t, db, `
create schema evil;
grant all on schema evil to entsoe_operator, entsoe_worker;
create table evil.caught (by text);
grant insert, select on evil.caught to public;
create function evil.catch(name text) returns text language plpgsql as $$
begin
  if current_user = 'entsoe_owner' then insert into evil.caught values (name); end if;
  return name;
end $$;
create function evil.format(text, variadic anyarray) returns text language sql as $$ select evil.catch('format') $$;
create function evil.now() returns timestamptz language sql as $$ select evil.catch('now')::text::timestamptz $$;
create function evil.cardinality(bigint[]) returns integer language sql as $$ select length(evil.catch('cardinality')) $$;
create function evil.lower(text) returns text language sql as $$ select evil.catch('lower') $$;
create function evil.to_regclass(text) returns regclass language sql as $$ select length(evil.catch('to_regclass'))::oid::regclass $$;
create function evil.same(text, text) returns boolean language sql as $$ select evil.catch('=') is not null $$;
create operator evil.= (leftarg = text, rightarg = text, function = evil.same);`)
	calls := []string{
		`select * from entsoe.enqueue_backfill('physical_flows', 'FR>DE_LU', '2026-01-01', '2026-01-02')`,
		`select entsoe.set_share('backfill', 0.5)`,
		`select entsoe.drop_fast('2020-01-01')`,
		`select count(*) from entsoe.backfills`,
		`select entsoe.cancel_backfill(1)`,
	}
	conn, err := db.Pool.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, sql := range append([]string{"set role entsoe_worker", "set search_path = pg_temp, evil, pg_catalog, entsoe",
		"create temporary table lanes (share numeric)", "create temporary table pg_extension (extname text)"}, calls...) {
		_, err := conn.Exec(t.Context(), sql)
		if err != nil && (!slices.Contains(calls, sql) || store.Code(err) != "22023") { // as "there is no backfill 1"
			t.Fatalf("%s: %v", sql, err)
		}
	}
	if got := dbtest.QueryText(t, db, `select distinct by from evil.caught order by 1`); len(got) > 0 {
		t.Errorf("these ran as the owner: %s", strings.Join(got, ", "))
	}
	if dbtest.QueryOne[bool](t, db, `select to_regclass('timescaledb_information.hypertables') is null`) {
		return
	}
	dbtest.Exec(t, db, `create function public.drop_chunks(regclass, older_than timestamptz) returns text language sql as $$ select evil.catch('drop_chunks') $$`)
	if _, err := conn.Exec(t.Context(), `select entsoe.drop_fast('2020-01-01')`); store.Code(err) != store.CodeNoPrivilege {
		t.Errorf("with a function drop_chunks of a stranger: %v", err)
	}
}

// TestWorkerSeesWhoHoldsLocks lets a stranger hold one of entsoed's locks: the worker,
// which is no superuser, must be able to name the session.
func TestWorkerSeesWhoHoldsLocks(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	needSuperuser(t, cfg)
	stranger, worker := openAs(t, cfg), openAs(t, cfg.AsWorker())
	tx, err := stranger.Pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context()) //nolint:errcheck // it holds a lock, nothing else
	_, err = tx.Exec(t.Context(), `select set_config('application_name', 'a neighbour', false), pg_advisory_xact_lock($1)`, store.MigrateLock)
	if err != nil {
		t.Fatal(err)
	}
	var seen []store.LockHolder
	dbtest.WaitFor(t, func() bool {
		seen, err = worker.LockHolders(t.Context())
		return err != nil || len(seen) > 0
	})
	if err != nil || len(seen) != 1 || seen[0].Role != stranger.Pool.Config().ConnConfig.User || seen[0].Since == nil || !strings.Contains(seen[0].Query, "pg_advisory_xact_lock") || seen[0].Address == "" {
		t.Errorf("%+v %v", seen, err)
	}
}

// TestLoginFollowsTheSettings changes the password of the worker, and names roles that
// cannot be its.
func TestLoginFollowsTheSettings(t *testing.T) {
	cfg := dbtest.Empty(t)
	needSuperuser(t, cfg)
	cfg.WorkerUser = cfg.Name // which the end of the test drops
	for _, password := range []string{"first", "sécond '\\ %", "sécond '\\ %"} {
		cfg.WorkerPassword = password
		report, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(fmt.Sprint(report), password) {
			t.Errorf("the report shows the password: %+v", report)
		}
		if _, err := schema.Ensure(t.Context(), cfg.AsWorker(), dbtest.Catalogue()); err != nil {
			t.Errorf("password %q: %v", password, err)
		}
	}
	old := cfg
	old.WorkerPassword = "first"
	_, err := schema.Ensure(t.Context(), old.AsWorker(), dbtest.Catalogue())
	if err == nil || !strings.Contains(err.Error(), "DATABASE_WORKER_PASSWORD") || !strings.Contains(err.Error(), "entsoed migrate") {
		t.Errorf("the old password: %v", err)
	}
	db := openAs(t, cfg)
	dbtest.Exec(t, db, "alter role "+cfg.WorkerUser+" superuser")
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err == nil || !strings.Contains(err.Error(), "DATABASE_WORKER_USER") {
		t.Errorf("a superuser: %v", err)
	}
	dbtest.Exec(t, db, "comment on role "+cfg.WorkerUser+" is 'somebody'; alter role "+cfg.WorkerUser+" nosuperuser; revoke entsoe_worker from "+cfg.WorkerUser)
	cfg.WorkerPassword = "third"
	if _, err := schema.Migrate(t.Context(), cfg, dbtest.Catalogue()); err != nil {
		t.Error(err)
	}
	if _, err := schema.Ensure(t.Context(), cfg.AsWorker(), dbtest.Catalogue()); err == nil {
		t.Error("the password of a role that somebody else made was changed")
	}
}
