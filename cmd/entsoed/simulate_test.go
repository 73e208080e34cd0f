package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/sethvargo/go-envconfig"
)

// simulating runs `entsoed simulate` on a free port and returns the URL of its
// API, and what ends it and returns its exit status.
func simulating(t *testing.T, args ...string) (url, line string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	status := make(chan int, 1)
	go func() {
		env := environment{Stdin: strings.NewReader(""), Stdout: stdout, Stderr: io.Discard, Lookup: envconfig.MapLookuper(nil)}
		status <- run(ctx, env, append([]string{"simulate", "--listen", "127.0.0.1:0"}, args...))
		stdout.Close()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("simulate printed %q: %v", line, err)
	}
	_, rest, _ := strings.Cut(line, "simulating at ")
	url, _, _ = strings.Cut(rest, ",")
	return url, line, func() int { cancel(); return <-status }
}

func TestSimulateAnswersUntilItIsStopped(t *testing.T) {
	url, line, stop := simulating(t, "--seed", "7", "--now", "2026-03-29T10:00:00Z", "--speed", "0", "--fault", "unavailable,next=1")
	if !strings.Contains(line, "seed 7, clock 2026-03-29T10:00:00Z") {
		t.Errorf("first line is %q", line)
	}
	const load = "?securityToken=any&documentType=A65&processType=A16&outBiddingZone_Domain=10YNL----------L&periodStart=202603280000&periodEnd=202603290000"
	tests := []struct {
		path   string
		status int
		want   string
	}{
		{"/healthz", 200, "ok"},
		{"/api" + load, 503, ""},
		{"/api" + load, 200, "<createdDateTime>2026-03-29T10:00:00Z</createdDateTime>"},
		{"/stats", 200, `"requests": 2`},
	}
	for _, test := range tests {
		response, err := http.Get(strings.TrimSuffix(url, "/api") + test.path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != test.status || !strings.Contains(string(body), test.want) {
			t.Errorf("%s: status %d, %v, %.300s; want %d, %s", test.path, response.StatusCode, err, body, test.status, test.want)
		}
		if response.Header.Get("Entsoed-Simulator") != "7" {
			t.Errorf("%s: header Entsoed-Simulator is %q", test.path, response.Header.Get("Entsoed-Simulator"))
		}
	}
	if status := stop(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("it still answers after its end")
	}
}

func TestSimulateRefusesWrongFlags(t *testing.T) {
	tests := []struct {
		args, want string
	}{
		{"--now yesterday", `--now "yesterday" is no time like 2026-03-29T10:00:00Z`},
		{"--speed -1", "--speed is -1: must be 0 to 100000"},
		{"--speed NaN", "--speed is NaN: must be 0 to 100000"},
		{"--speed Inf", "--speed is +Inf: must be 0 to 100000"},
		{"--speed 1e9", "--speed is 1e+09: must be 0 to 100000"},
		{"--fault empty,chance=NaN", "chance is between 0 and 1"},
		{"--fault explode", `unknown fault "explode"; there are ban,`},
		{"--fault delay=soon", `fault delay: value "soon" is not allowed`},
		{"now", `unexpected argument "now"`},
	}
	for _, test := range tests {
		var said bytes.Buffer
		env := environment{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &said, Lookup: envconfig.MapLookuper(nil)}
		if status := run(t.Context(), env, append([]string{"simulate"}, strings.Fields(test.args)...)); status != exitUsage || !strings.Contains(said.String(), test.want) {
			t.Errorf("simulate %s: status %d, %q; want %d, %q", test.args, status, said.String(), exitUsage, test.want)
		}
	}
}

func TestSimulateNamesATakenAddress(t *testing.T) {
	url, _, stop := simulating(t)
	defer stop()
	address := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/api")
	var said bytes.Buffer
	env := environment{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: &said, Lookup: envconfig.MapLookuper(nil)}
	if status := run(t.Context(), env, []string{"simulate", "--listen", address}); status != exitFailure || !strings.Contains(said.String(), "hint: take another address with --listen") {
		t.Errorf("status %d, %q", status, said.String())
	}
}
