package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store/dbtest"
)

// scriptNow is what time it is for the simulator of the scripts and, where
// they say so, for the worker: a Friday afternoon after the day-ahead auction.
const scriptNow = "2026-11-20T14:00:00Z"

// TestScripts runs the stories of testdata/script: what a user types, and what
// the real binary answers.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: runs the binary some hundred times, which takes minutes")
	}
	folder := filepath.Dir(binary(t))
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", folder+string(filepath.ListSeparator)+os.Getenv("PATH"))
			env.Setenv("NOW", scriptNow)
			env.Values[scriptKey{}] = env.T() // which embeds the *testing.T of the script
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": scriptStatus, "poll": scriptPoll, "port": scriptPort,
			"database": scriptDatabase, "simulator": scriptSimulator, "query": scriptQuery, "await": scriptAwait, "post": scriptPost,
		},
	})
}

// scriptStatus runs a command and checks its exit status: status N COMMAND...
func scriptStatus(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// scriptPoll runs a command until it succeeds (with !, until it fails).
func scriptPoll(ts *testscript.TestScript, neg bool, args []string) {
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for (ts.Exec(args[0], args[1:]...) == nil) == neg {
		if time.Now().After(deadline) {
			ts.Fatalf("not within a minute: %s", strings.Join(args, " "))
		}
		<-tick.C
	}
}

// scriptPort sets HTTP_ADDR to a free address of this machine.
func scriptPort(ts *testscript.TestScript, _ bool, _ []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("HTTP_ADDR", listener.Addr().String())
	ts.Check(listener.Close())
}

// scriptDatabase points the settings at a database that does not exist yet, or
// where its making is not what the script is about, at a migrated one: database
// migrated.
func scriptDatabase(ts *testscript.TestScript, _ bool, args []string) {
	cfg := dbtest.Empty(scriptTest(ts))
	if slices.Equal(args, []string{"migrated"}) {
		cfg = dbtest.New(scriptTest(ts), jobs.Catalogue())
	}
	ts.Setenv("DATABASE_URL", cfg.URL)
	ts.Setenv("DATABASE_TIMESCALEDB", cfg.TimescaleDB)
}

// scriptTest is the test that the script runs in.
func scriptTest(ts *testscript.TestScript) testing.TB {
	return ts.Value(scriptKey{}).(testing.TB)
}

type scriptKey struct{}

// scriptSimulator starts a simulator whose clock stands still.
func scriptSimulator(ts *testscript.TestScript, _ bool, _ []string) {
	now, err := time.Parse(time.RFC3339, scriptNow)
	ts.Check(err)
	server := httptest.NewServer(simulator.New(simulator.Config{Now: simulator.Clock(now, 0)}))
	ts.Defer(server.Close)
	ts.Setenv("SIMULATOR", server.URL)
	ts.Setenv("ENTSOE_API_URL", server.URL+"/api")
}

// scriptPost posts JSON to the simulator: post /faults '{...}'.
func scriptPost(ts *testscript.TestScript, _ bool, args []string) {
	response, err := http.Post(ts.Getenv("SIMULATOR")+args[0], "application/json", strings.NewReader(args[1]))
	ts.Check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", response.Status, answer)
	}
}

// scriptQuery prints the rows of an SQL query, columns separated by "|".
func scriptQuery(ts *testscript.TestScript, _ bool, args []string) {
	ctx, conn := scriptConnect(ts)
	defer conn.Close(ctx)
	fmt.Fprint(ts.Stdout(), scriptRows(ctx, ts, conn, args[0]))
}

// scriptAwait waits until an SQL query gives these lines: await QUERY LINE...
func scriptAwait(ts *testscript.TestScript, _ bool, args []string) {
	want := strings.Join(args[1:], "\n") + "\n"
	ctx, conn := scriptConnect(ts)
	defer conn.Close(ctx)
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		got := scriptRows(ctx, ts, conn, args[0])
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s\nwant:\n%sgot, after %s:\n%s", args[0], want, patience, got)
		}
		<-tick.C
	}
}

func scriptConnect(ts *testscript.TestScript) (context.Context, *pgx.Conn) {
	ctx := scriptTest(ts).Context()
	conn, err := pgx.Connect(ctx, ts.Getenv("DATABASE_URL"))
	ts.Check(err)
	return ctx, conn
}

func scriptRows(ctx context.Context, ts *testscript.TestScript, conn *pgx.Conn, sql string) string {
	rows, err := conn.Query(ctx, sql)
	ts.Check(err)
	var lines strings.Builder
	for rows.Next() {
		values, err := rows.Values()
		ts.Check(err)
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = fmt.Sprint(v)
		}
		fmt.Fprintln(&lines, strings.Join(cells, "|"))
	}
	ts.Check(rows.Err())
	return lines.String()
}
