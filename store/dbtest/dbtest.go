// Package dbtest gives tests a real PostgreSQL.
//
// It takes the first that it finds: the server that TEST_DATABASE_URL names;
// Docker with the image of docker-compose.yml, if that is present or pulled
// within a minute; a PostgreSQL that is installed on the machine. The latter
// two are started once for all packages that a go command tests, and stopped
// when it ends.
//
// It makes and drops databases named entsoed_test_* and, on the server of
// TEST_DATABASE_URL, leaves nothing else behind.
package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"entsoed/store"
	"entsoed/store/schema"
)

const prefix = "entsoed_test_"

// shared is the server of this test binary, started by the first test that
// needs one. A test binary has nowhere else to keep it.
var shared struct {
	once    sync.Once
	server  *server
	err     error
	mu      sync.Mutex
	leftOut []string // tests
}

// Main runs the tests of a package, stops the server that they used, and says
// in one line what it was. Call it as the only thing in TestMain.
func Main(m *testing.M) {
	if id := os.Getenv(keeperOf); id != "" {
		os.Exit(keep(id))
	}
	status := m.Run()
	if s := shared.server; s != nil {
		fmt.Fprintln(terminal(), summary(s))
		if err := s.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "dbtest: stop the server:", err)
		}
	}
	os.Exit(status)
}

// New returns a fresh migrated database named entsoed_test_<random>, dropped
// when the test ends. opts holds what it mirrors of the catalogue.
func New(t testing.TB, opts ...schema.Options) store.Config {
	t.Helper()
	cfg, s := Empty(t), start(t)
	opts = append(opts, schema.Options{})
	var err error
	if s.ours {
		err = s.cast(t.Context(), cfg.Name, opts[0])
	} else {
		_, err = schema.Migrate(t.Context(), cfg, opts[0])
	}
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Empty is like New, but the database does not exist yet.
func Empty(t testing.TB) store.Config {
	t.Helper()
	s := start(t)
	name := prefix + strings.ToLower(rand.Text()[:10])
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.drop(ctx, name); err != nil {
			t.Error(err)
		}
	})
	return s.config(name)
}

// Restricted returns a database that exists and belongs to someone else: the
// user may connect, and nothing more. It has no extension.
func Restricted(t testing.TB) store.Config {
	t.Helper()
	return asUser(t, "login", "create database %s template template0")
}

// Ordinary is like Empty, for a user who may create databases and is nothing
// more than that.
func Ordinary(t testing.TB) store.Config {
	t.Helper()
	return asUser(t, "login createdb", "select '%s'")
}

// asUser returns the configuration of a new user, named as the database, after
// an administrator has run the statement for it.
func asUser(t testing.TB, rights, statement string) store.Config {
	t.Helper()
	cfg := Empty(t)
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, start(t).admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	user, password := cfg.Name, rand.Text()
	for _, statement := range []string{
		fmt.Sprintf("create role %s %s password '%s'", user, rights, password),
		fmt.Sprintf("comment on role %s is '%s'", user, roleComment),
		fmt.Sprintf(statement, cfg.Name),
	} {
		_, err := conn.Exec(ctx, statement)
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42501" {
			LeaveOut(t, "the user of TEST_DATABASE_URL may not create roles")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	u, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(user, password)
	cfg.URL = u.String()
	return cfg
}

// Open is New followed by store.Open, with at most 8 connections. They log in as
// the worker does, and so have no right that it lacks; on the server of
// TEST_DATABASE_URL, where no such role is made, as the user given.
func Open(t testing.TB, opts ...schema.Options) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), New(t, opts...).AsWorker(), 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// NeedTimescaleDB leaves the test out where the server has no TimescaleDB.
// Where CI is set there is none without it.
func NeedTimescaleDB(t testing.TB) {
	t.Helper()
	if start(t).timescale == "" {
		LeaveOut(t, "the server has no TimescaleDB")
	}
}

// LeaveOut skips a test and counts it for the summary.
func LeaveOut(t testing.TB, reason string) {
	t.Helper()
	shared.mu.Lock()
	shared.leftOut = append(shared.leftOut, t.Name())
	shared.mu.Unlock()
	t.Skip(reason)
}

// Long reports whether tests that prove endurance run in their long form, as
// "just torture" asks for: more workers killed, hours instead of minutes.
func Long() bool { return os.Getenv("ENTSOED_LONG_TESTS") != "" }

// start returns the server, started if need be.
func start(t testing.TB) *server {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: needs a database")
	}
	shared.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
		defer cancel()
		shared.server, shared.err = find(ctx)
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	if shared.server.timescale == "" && os.Getenv("CI") != "" {
		t.Fatalf("CI is set, and %s has no TimescaleDB: tests would be left out", shared.server.engine)
	}
	return shared.server
}

// summary is the line at the end of a package's tests.
func summary(s *server) string {
	timescale := "no"
	if s.timescale != "" {
		timescale = "yes (" + s.timescale + ")"
	}
	left := "none"
	if len(shared.leftOut) > 0 {
		left = strings.Join(shared.leftOut, ", ")
	}
	name := strings.TrimSuffix(os.Args[0][strings.LastIndexByte(os.Args[0], '/')+1:], ".test")
	return fmt.Sprintf("%s tests: %s, TimescaleDB %s, tests left out: %s", name, s.engine, timescale, left)
}

// server is a running PostgreSQL.
type server struct {
	admin     string // URL of the database postgres
	engine    string // for people
	timescale string // version that the server offers, empty: none
	ours      bool   // started for the tests, which may do there what they like
	stop      func() error
}

// config names a database of the server.
func (s *server) config(name string) store.Config {
	u, err := url.Parse(s.admin)
	if err != nil {
		panic(err) // the admin URL has been used to connect
	}
	u.Path = "/" + name
	cfg := store.Config{URL: u.String(), Name: name, TimescaleDB: "required"}
	if s.timescale == "" {
		cfg.TimescaleDB = "auto"
	}
	if s.ours {
		cfg.WorkerUser, cfg.WorkerPassword = prefix+"worker", prefix+"password"
	}
	return cfg
}

func (s *server) drop(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	name = pgx.Identifier{name}.Sanitize()
	_, err = conn.Exec(ctx, "drop database if exists "+name+" with (force)")
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "drop role if exists "+name) // of asUser
	return err
}
