package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// Pooler starts a PgBouncer before the database of cfg, in a pool mode (session,
// transaction, statement), and returns the configuration to go through it.
func Pooler(t testing.TB, cfg store.Config, mode string) store.Config {
	t.Helper()
	program := pooler(t)
	server, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	password, _ := server.User.Password()
	settings := fmt.Sprintf(`[databases]
* = host=%s port=%s user=%s password=%s
[pgbouncer]
listen_addr=127.0.0.1
listen_port=%s
unix_socket_dir=
auth_type=any
pool_mode=%s
default_pool_size=60
`, server.Hostname(), server.Port(), server.User.Username(), password, port, mode)
	file := filepath.Join(dir, "pgbouncer.ini")
	if err := os.WriteFile(file, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	owner, err := serverOwner() // root is refused here, too
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{dir: dir, owner: owner}
	cmd := c.command(context.Background(), program, "-q", file)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	server.Host, server.User = "127.0.0.1:"+port, url.UserPassword(server.User.Username(), "any")
	cfg.URL = server.String()
	server.Path = "/postgres"
	awaitPooler(t, server.String())
	return cfg
}

// pooler returns the program, or leaves the test out where there is none.
func pooler(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"pgbouncer", "/usr/sbin/pgbouncer"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("CI is set, and pgbouncer is not installed: tests would be left out")
	}
	LeaveOut(t, "pgbouncer is not installed")
	return ""
}

// awaitPooler waits until it answers.
func awaitPooler(t testing.TB, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			conn.Close(ctx)
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("pgbouncer does not answer: %v", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}
