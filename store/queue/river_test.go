package queue_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
	"entsoed/store/schema"
)

// collectArgs are the arguments of a collect job as River sees them.
type collectArgs struct {
	Feed     int64     `json:"feed" river:"unique"`
	Item     string    `json:"item"`
	Area     string    `json:"area"`
	Variant  string    `json:"variant,omitempty"`
	Lane     string    `json:"lane" river:"unique"`
	From     time.Time `json:"from,omitzero" river:"unique"`
	To       time.Time `json:"to,omitzero" river:"unique"`
	Backfill int64     `json:"backfill,omitempty"`
	Mode     string    `json:"mode,omitempty"`
	Trial    bool      `json:"trial,omitempty"`
}

func (collectArgs) Kind() string { return "collect" }

// revisionsArgs are the arguments of a revisions job as River sees them.
type revisionsArgs struct {
	Feed     int64     `json:"feed"`
	Item     string    `json:"item" river:"unique"`
	Area     string    `json:"area"`
	MRID     string    `json:"mrid" river:"unique"`
	From     time.Time `json:"from"`
	To       time.Time `json:"to"`
	Revision int       `json:"revision"`
	Backfill int64     `json:"backfill,omitempty"`
}

func (revisionsArgs) Kind() string { return "revisions" }

// driveArgs are the arguments of the driver of backfills.
type driveArgs struct{}

func (driveArgs) Kind() string { return "drive" }

// door is a way in which a job is inserted, and what River's client would have
// to be told to insert the same.
type door struct {
	name   string
	args   river.JobArgs
	opts   river.InsertOpts
	insert func() error
}

// TestJobsLookLikeRivers compares the rows that we insert with those that River's
// client inserts for the same arguments: all columns of every kind, so that a
// River that changes its format cannot pass unnoticed.
func TestJobsLookLikeRivers(t *testing.T) {
	catalogue := dbtest.OutageCatalogue()
	catalogue.Variants = []schema.VariantRow{{Item: "physical_flows", Variant: "day", Axis: "delivery", Unit: "instant", Backfilled: true, LatestClock: "1 hour"}}
	for n := range catalogue.Items {
		catalogue.Items[n].Border = catalogue.Items[n].Name == "physical_flows"
	}
	db := dbtest.Open(t, catalogue)
	client, err := river.NewClient(riverpgxv5.New(db.Pool), &river.Config{Schema: "river"})
	if err != nil {
		t.Fatal(err)
	}
	// The time of a job may differ by the seconds between the two inserts, and
	// those in the queue of backfills take turns.
	const columns = `
select to_jsonb(j) - '{id,created_at,scheduled_at}'::text[] || jsonb_build_object(
  'created_now', abs(extract(epoch from created_at - now())) < 60,
  'ten_minutes_later', round(extract(epoch from scheduled_at - created_at) / 600)) as job
from river.river_job j`
	for _, d := range doors(t, db) {
		t.Run(d.name, func(t *testing.T) {
			_, queueless := d.args.(driveArgs)
			d.opts.UniqueOpts = river.UniqueOpts{ByArgs: !queueless, ByState: queue.Living()}
			if _, err := client.Insert(t.Context(), d.args, &d.opts); err != nil {
				t.Fatal(err)
			}
			want := dbtest.QueryText(t, db, columns)
			dbtest.Exec(t, db, `delete from river.river_job`)
			if err := d.insert(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, dbtest.QueryText(t, db, columns)); diff != "" {
				t.Errorf("job rows (-River's, +ours):\n%s", diff)
			}
			result, err := client.Insert(t.Context(), d.args, &d.opts)
			if err != nil {
				t.Fatal(err)
			}
			if !result.UniqueSkippedAsDuplicate {
				t.Error("River does not see that our job is the same")
			}
			dbtest.Exec(t, db, `delete from river.river_job`)
		})
	}
}

// doors are all ways in which we insert jobs. Names are as awkward as they come,
// for Go escapes what PostgreSQL does not.
func doors(t *testing.T, db *store.DB) []door {
	feeds, err := db.EnsureFeeds(t.Context(), []store.FeedRow{
		{Item: "physical_flows", Area: dbtest.Germany, CounterArea: dbtest.France, Name: "DE_LU>FR", Variant: "day"},
		{Item: "day_ahead_prices", Area: dbtest.Germany, Name: "DE_LU"},
		{Item: "unavailability_generation_units", Area: dbtest.Germany, Name: "DE_LU"}})
	if err != nil {
		t.Fatal(err)
	}
	border, prices, outages := feeds[0], feeds[1], feeds[2]
	dbtest.Activate(t, db, feeds...)
	order := startBackfill(t, db, border)

	collect := func(f store.FeedRow, lane string) collectArgs {
		return collectArgs{Feed: f.ID, Item: f.Item, Area: f.Name, Variant: f.Variant, Lane: lane}
	}
	window := func(args collectArgs) collectArgs {
		args.From, args.To = dbtest.After(0), dbtest.After(24)
		return args
	}
	need := func(n queue.Need) func() error {
		n.Window = dbtest.Window(0, 1)
		return func() error {
			_, _, err := queue.InsertDue(t.Context(), db, []queue.Need{n}, due(dbtest.After(0)))
			return err
		}
	}
	trial := window(collect(border, "backfill"))
	trial.Backfill, trial.Mode, trial.Trial = order, "all", true
	all := []door{
		{"live", collect(border, "live"), river.InsertOpts{Queue: "live", MaxAttempts: 9}, need(queue.Need{FeedID: border.ID})},
		{"revision later", collect(prices, "revision"), river.InsertOpts{Queue: "revision", MaxAttempts: 9, ScheduledAt: time.Now().Add(time.Hour)},
			need(queue.Need{FeedID: prices.ID, Stage: 1, Delay: time.Hour})},
		{"probe", collect(border, "probe"), river.InsertOpts{Queue: "backfill", MaxAttempts: 9}, need(queue.Need{FeedID: border.ID, Lane: store.LaneProbe})},
		{"window that a person waits for", window(collect(prices, "fetch")), river.InsertOpts{Queue: "elsewhere", MaxAttempts: 9}, func() error {
			_, _, err := queue.InsertCollect(t.Context(), db, queue.Collect{Feed: prices, Lane: store.LaneFetch, Window: dbtest.Window(0, 24), Queue: "elsewhere", MaxAttempts: 9})
			return err
		}},
		{"window of a backfill", trial, river.InsertOpts{Queue: "backfill", MaxAttempts: 9}, func() error {
			_, err := queue.InsertWindows(t.Context(), db, []queue.BackfillWindow{{Backfill: order, Mode: "all", Feed: border, Window: dbtest.Window(0, 24), Trial: true}}, 9, dbtest.After(48))
			return err
		}},
		{"driver of a backfill of the function", driveArgs{}, river.InsertOpts{Queue: "drive", MaxAttempts: 25}, func() error {
			_, err := db.Pool.Exec(t.Context(), `select from entsoe.enqueue_backfill('physical_flows', 'FR>DE_LU', $1, $2)`, dbtest.Day0, dbtest.After(48))
			return err
		}},
		{"driver of a backfill of the view", driveArgs{}, river.InsertOpts{Queue: "drive", MaxAttempts: 25}, func() error {
			_, err := db.Pool.Exec(t.Context(), `
insert into entsoe.collect_requests (item, area, from_time, to_time) values ('physical_flows', 'DE_LU>FR', $1, $2)`, dbtest.After(48), dbtest.After(96))
			return err
		}},
		{"driver", driveArgs{}, river.InsertOpts{Queue: "drive", MaxAttempts: 25}, func() error { return queue.WakeDriver(t.Context(), db) }},
	}
	for _, mrid := range []string{"nCYGn4HPvOBiVrWtRFL35g", "ZWQ5ODdj/ZjZ+hYWFk=", `odd "\ é <&>` + "\u2028\t"} {
		args := revisionsArgs{Feed: outages.ID, Item: outages.Item, Area: outages.Name, MRID: mrid, From: dbtest.After(0), To: dbtest.After(24), Revision: 2}
		missing := store.MissingRevisions{MRID: mrid, Revision: 2, Period: dbtest.Window(0, 24)}
		all = append(all, door{"revisions of " + mrid, args, river.InsertOpts{Queue: "backfill", MaxAttempts: 9}, func() error {
			err := pgx.BeginFunc(t.Context(), db.Pool, func(tx pgx.Tx) error {
				return queue.WantRevisions(t.Context(), tx, outages, 0, []store.MissingRevisions{missing})
			})
			if err == nil {
				_, err = queue.HandRevisions(t.Context(), db, 9)
			}
			return err
		}})
	}
	return append(all, healing(t, db, prices, collect(prices, "backfill")))
}

// startBackfill starts a backfill of a feed by SQL and plans it, as the driver
// does, and returns its number.
func startBackfill(t *testing.T, db *store.DB, f store.FeedRow) int64 {
	t.Helper()
	order := dbtest.QueryOne[int64](t, db, `
insert into entsoe.collect_requests (item, area, from_time, to_time, mode, variant) values ($1, $2, $3, $4, 'all', $5)
returning backfill`, f.Item, f.Name, dbtest.Day0, dbtest.After(48), f.Variant)
	dbtest.Exec(t, db, `delete from river.river_job`)
	feeds, err := db.BackfillFeeds(t.Context(), order, dbtest.After(9000))
	if err != nil {
		t.Fatal(err)
	}
	if len(feeds) != 1 || feeds[0].ID != f.ID {
		t.Fatalf("the backfill asks %+v, want %+v", feeds, f)
	}
	plan := store.FeedPlan{FeedID: f.ID, Span: feeds[0].Span, Todo: feeds[0].Todo, Requests: 2}
	if err := db.SavePlan(t.Context(), order, []store.FeedPlan{plan}); err != nil {
		t.Fatal(err)
	}
	return order
}

// healing is the door through which what was not answered is asked for again.
func healing(t *testing.T, db *store.DB, f store.FeedRow, args collectArgs) door {
	return door{"healing", args, river.InsertOpts{Queue: "backfill", MaxAttempts: 9}, func() error {
		dbtest.Exec(t, db, `update entsoe.feeds set wanted = tstzmultirange(tstzrange($2, $3)) where id = $1`, f.ID, dbtest.After(0), dbtest.After(24))
		_, _, err := queue.InsertHealing(t.Context(), db, dbtest.After(2000), 9)
		return err
	}}
}

// The states in Go, of which River is told, are those in SQL.
func TestLivingStates(t *testing.T) {
	db := dbtest.OpenCatalogue(t)
	inSQL := dbtest.QueryText(t, db, `select unnest(entsoe.living_states()) as state order by 1`)
	var inGo []string
	for _, state := range queue.Living() {
		inGo = append(inGo, string(state))
	}
	slices.Sort(inGo)
	if diff := cmp.Diff(inSQL, inGo); diff != "" {
		t.Errorf("(-SQL, +Go)\n%s", diff)
	}
	for _, state := range rivertype.JobStates() {
		alive := dbtest.QueryOne[bool](t, db, `select river.river_job_state_in_bitmask(B'11110001', $1::river.river_job_state)`, string(state))
		if want := slices.Contains(queue.Living(), state); alive != want {
			t.Errorf("a unique key counts while a job is %s: %v, want %v", state, alive, want)
		}
	}
}
