package schema_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// TestPolicyOfASuperuser: a policy that was made before its table was given to the
// owner is seen, and where the server can have policies it is made again.
func TestPolicyOfASuperuser(t *testing.T) {
	dbtest.NeedTimescaleDB(t)
	cfg := dbtest.New(t)
	needSuperuser(t, cfg)
	db := openAs(t, cfg)
	own := func() (planned, own bool, after string) {
		t.Helper()
		err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
			c, err := schema.Compressed(t.Context(), tx, "entsoe.points")
			planned, own, after = c.Planned, c.Own, c.After
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return planned, own, after
	}
	community := dbtest.QueryOne[string](t, db, `show timescaledb.license`) == "timescale"
	jobs := dbtest.QueryOne[string](t, db, `select oid::regclass::text from pg_class where relname = 'bgw_job' and relkind = 'r'`)
	if planned, own, _ := own(); planned != community || own != community {
		t.Fatalf("after the migration: planned %v, own %v", planned, own)
	}
	if !community {
		dbtest.Exec(t, db, `
insert into `+jobs+` (application_name, schedule_interval, max_runtime, max_retries, retry_period, proc_schema, proc_name, owner, scheduled, hypertable_id, config)
select 'Compression Policy', interval '1 day', interval '0', -1, interval '1 hour', '_timescaledb_functions', 'policy_compression', 'entsoe_owner'::regrole, false, id,
  '{"compress_after": "90 days"}'
from _timescaledb_catalog.hypertable where table_name = 'points'`)
		if planned, own, after := own(); !planned || !own || after != "90 days" {
			t.Errorf("a policy of the owner: planned %v, own %v, after %s", planned, own, after)
		}
	}
	setOwner(t, db, jobs)
	if planned, own, _ := own(); !planned || own {
		t.Errorf("a policy of the superuser: planned %v, own %v", planned, own)
	}
	if !community {
		return
	}
	if _, err := schema.Migrate(t.Context(), cfg, schema.Options{}); err != nil {
		t.Fatal(err)
	}
	if planned, own, after := own(); !planned || !own || after != "60 days" {
		t.Errorf("after another migration: planned %v, own %v, after %s", planned, own, after)
	}
}

// setOwner gives the policy of the points to our user, and another age.
func setOwner(t *testing.T, db *store.DB, jobs string) {
	t.Helper()
	dbtest.Exec(t, db, `
update `+jobs+` set owner = current_user::regrole, config = config || '{"compress_after": "60 days"}'
where proc_name in ('policy_compression', 'policy_columnstore')
  and hypertable_id = (select id from _timescaledb_catalog.hypertable where table_name = 'points')`)
}
