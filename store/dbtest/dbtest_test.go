package dbtest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
	"entsoed/store/schema"
)

func TestMain(m *testing.M) { Main(m) }

func TestNewIsMigratedAndDropped(t *testing.T) {
	start(t) // or it is left out
	var name string
	t.Run("inner", func(t *testing.T) {
		cfg := New(t)
		name = cfg.Name
		db, err := store.Open(t.Context(), cfg, 2)
		if err != nil {
			t.Fatal(err)
		}
		db.Close()
	})
	if !strings.HasPrefix(name, "entsoed_test_") {
		t.Errorf("the database is named %q", name)
	}
	conn, err := pgx.Connect(t.Context(), start(t).admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var n int
	if err := conn.QueryRow(t.Context(), `select count(*) from pg_database where datname = $1`, name).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d databases %q are left (%v)", n, name, err)
	}
}

// TestGivenServerIsLeftAsItWas starts an installed PostgreSQL, which also
// proves that, and uses it as a person's own.
func TestGivenServerIsLeftAsItWas(t *testing.T) {
	start(t) // or it is left out
	if _, err := serverPrograms(); err != nil {
		LeaveOut(t, err.Error())
	}
	own, err := startInstalled(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := clusterFolder(t, own)
	state := func() (state string) {
		conn, err := pgx.Connect(t.Context(), own.admin)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(t.Context())
		err = conn.QueryRow(t.Context(), `
select string_agg(name, ' ' order by name) from (select datname from pg_database union all select rolname from pg_roles) x(name)`).Scan(&state)
		if err != nil {
			t.Fatal(err)
		}
		return state
	}
	before := state()
	t.Setenv("TEST_DATABASE_URL", own.admin)
	given, err := find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// As if this run were killed: its database is never dropped.
	if _, err := schema.Migrate(t.Context(), given.config("entsoed_test_killed"), schema.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := given.stop(); err != nil {
		t.Fatal(err)
	}
	if after := state(); after != before {
		t.Errorf("databases and roles are %s, were %s", after, before)
	}
	if err := own.stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the server's folder %s is left (%v)", dir, err)
	}
	if out, err := exec.Command("pgrep", "-f", filepath.Join(dir, "data")).Output(); err == nil {
		t.Errorf("the server still runs: %s", out)
	}
}

// TestKeeper shows that all processes of a run share a server, and that it is
// stopped when the run is gone without having said so.
func TestKeeper(t *testing.T) {
	start(t) // or it is left out
	run := exec.Command("sleep", "300")
	if err := run.Start(); err != nil {
		LeaveOut(t, err.Error())
	}
	began, err := startOf(fmt.Sprint(run.Process.Pid))
	if err != nil {
		LeaveOut(t, err.Error())
	}
	id := fmt.Sprintf("%d-%s", run.Process.Pid, began)
	var found [2]*server
	var errs [2]error
	var all sync.WaitGroup
	for i := range found {
		all.Go(func() { found[i], errs[i] = joined(t.Context(), id) })
	}
	all.Wait()
	run.Process.Kill() //nolint:errcheck // it lives
	run.Wait()         //nolint:errcheck // it was killed
	if err := errors.Join(errs[:]...); err != nil {
		t.Fatal(err)
	}
	if found[0].admin != found[1].admin {
		t.Errorf("two servers: %s, %s", found[0].engine, found[1].engine)
	}
	deadline := time.Now().Add(2 * time.Minute)
	for err = nil; err == nil; err = found[0].look(t.Context(), "") {
		if time.Now().After(deadline) {
			t.Fatal("the server is not stopped")
		}
	}
	folder := filepath.Join(os.TempDir(), prefix+"run_"+id)
	for _, err = os.Stat(folder); !errors.Is(err, fs.ErrNotExist); _, err = os.Stat(folder) {
		if time.Now().After(deadline) {
			t.Fatalf("%s is left", folder)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func clusterFolder(t *testing.T, s *server) (dir string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), `select current_setting('data_directory')`).Scan(&dir); err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(dir)
}

func TestComposeImage(t *testing.T) {
	image, err := composeImage()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(image, "timescale/timescaledb:") || strings.HasSuffix(image, ":") {
		t.Errorf("docker-compose.yml names %q", image)
	}
}
