package dbtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/schema"
)

// startInstalled makes and starts a cluster with the newest PostgreSQL that is
// installed. It lives in a temporary folder.
func startInstalled(ctx context.Context) (*server, error) {
	bin, err := serverPrograms()
	if err != nil {
		return nil, err
	}
	owner, err := serverOwner()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "entsoed_test_")
	if err != nil {
		return nil, err
	}
	c := &cluster{bin: bin, dir: dir, owner: owner}
	s, err := c.start(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", bin, err), c.stop())
	}
	return s, nil
}

// cluster is a PostgreSQL of our own.
type cluster struct {
	bin   string              // folder of initdb and postgres
	dir   string              // temporary folder
	owner *syscall.Credential // nil: ourselves
	life  io.Closer           // the server ends when this is closed, also by our death
	done  chan error
}

func (c *cluster) start(ctx context.Context) (*server, error) {
	if c.owner != nil {
		if err := os.Chown(c.dir, int(c.owner.Uid), int(c.owner.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(c.dir, "data")
	initdb := c.command(ctx, filepath.Join(c.bin, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, bytes.TrimSpace(out))
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	settings := []string{"port=" + port, "listen_addresses=127.0.0.1", "unix_socket_directories=" + c.dir, "fsync=off", "full_page_writes=off",
		"max_connections=300", "max_locks_per_transaction=256", "max_wal_size=4GB", "timezone=UTC"}
	if c.hasTimescaleDB() {
		settings = append(settings, "shared_preload_libraries=timescaledb", "timescaledb.telemetry_level=off")
	}
	if err := c.run(data, settings); err != nil {
		return nil, err
	}
	s, err := ready(ctx, 30*time.Second, "installed, "+c.bin, "postgres://postgres@127.0.0.1:"+port+"/postgres?sslmode=disable")
	if err != nil {
		log, _ := os.ReadFile(filepath.Join(c.dir, "log"))
		return nil, fmt.Errorf("%w: %s", err, bytes.TrimSpace(log))
	}
	s.stop, s.ours = c.stop, true
	return s, nil
}

// run starts the server below a shell that stops it when its standard input
// ends: that happens also when this process is killed.
func (c *cluster) run(data string, settings []string) error {
	args := []string{"-c", `dir=$1; shift; "$@" >"$dir/log" 2>&1 </dev/null & read -r _; kill -INT $!; wait $!; rm -rf "$dir"`,
		"sh", c.dir, filepath.Join(c.bin, "postgres"), "-D", data}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	cmd := c.command(context.Background(), "/bin/sh", args...)
	life, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	c.life, c.done = life, make(chan error, 1)
	go func() { c.done <- cmd.Wait() }()
	return nil
}

func (c *cluster) stop() error {
	var err error
	if c.life != nil {
		err = c.life.Close()
		<-c.done // its status is that of an interrupted server
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

// command prepares a program that runs as the owner of the cluster.
func (c *cluster) command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = c.dir
	// Of its own process group: Ctrl-C reaches us first, and we stop it in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.owner, Setpgid: true}
	return cmd
}

func (c *cluster) hasTimescaleDB() bool {
	out, err := exec.Command(filepath.Join(c.bin, "pg_config"), "--pkglibdir").Output()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(strings.TrimSpace(string(out)), "timescaledb.so"))
	return err == nil
}

// serverPrograms returns the folder of the newest server that is installed.
// Most packages put it outside the PATH.
func serverPrograms() (string, error) {
	var found []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin", "/usr/lib64/pgsql/bin",
		"/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		dirs, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		for _, dir := range dirs {
			if _, err := os.Stat(filepath.Join(dir, "initdb")); err == nil {
				found = append(found, dir)
			}
		}
	}
	if len(found) > 0 {
		return slices.MaxFunc(found, func(a, b string) int { return majorVersion(a) - majorVersion(b) }), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("no PostgreSQL server is installed")
	}
	if initdb, err = filepath.EvalSymlinks(initdb); err != nil {
		return "", err
	}
	return filepath.Dir(initdb), nil
}

// majorVersion reads the first number in a path, 0 if there is none.
func majorVersion(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0])
	return n
}

// serverOwner returns whom to run the server as: PostgreSQL refuses root.
func serverOwner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, fmt.Errorf("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

// Installed returns a migrated database on a PostgreSQL of its own, and the folder of
// the programs of that, such as pg_dump. It is stopped when the test ends.
func Installed(t testing.TB, opts schema.Options) (cfg store.Config, programs string) {
	t.Helper()
	programs, err := serverPrograms()
	if err != nil {
		LeaveOut(t, err.Error())
	}
	s, err := startInstalled(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	cfg = s.config(prefix + strings.ToLower(rand.Text()[:10]))
	if _, err := schema.Migrate(t.Context(), cfg, opts); err != nil {
		t.Fatal(err)
	}
	return cfg, programs
}
