package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"entsoed/store/dbtest"
)

// testsAtOnce is how many parallel tests of this package run at the same time,
// unless the command line says more: they wait for processes, for the budget
// of requests and for silence, so more than there are processors.
const testsAtOnce = 6

// patience is how long a test waits for what should take seconds, on a machine
// that may have much else to do.
const patience = 5 * time.Minute

func TestMain(m *testing.M) {
	flag.Parse()
	if parallel := flag.Lookup("test.parallel"); parallel.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		parallel.Value.Set(strconv.Itoa(max(testsAtOnce, runtime.GOMAXPROCS(0)))) //nolint:errcheck // it is a number
	}
	dbtest.Main(m)
}

// program is a run of the real binary in a process of its own.
type program struct {
	t     *testing.T
	name  string
	cmd   *exec.Cmd
	out   output        // standard output and error
	ended chan struct{} // closed when the process is gone
}

// output collects what a process prints.
type output struct{ dbtest.Log }

// tail returns the last lines.
func (o *output) tail(lines int) string {
	all := strings.Split(strings.TrimSpace(o.String()), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// start runs entsoed with these settings and no others. The process is killed
// at the test's end; if the test failed, its last lines are shown.
func start(t *testing.T, name string, settings map[string]string, args ...string) *program {
	t.Helper()
	return startTo(t, name, nil, settings, args...)
}

// startTo is start for a process whose standard output goes elsewhere, if
// stdout is not nil.
func startTo(t *testing.T, name string, stdout *os.File, settings map[string]string, args ...string) *program {
	t.Helper()
	p := &program{t: t, name: name, ended: make(chan struct{})}
	p.cmd = exec.Command(binary(t), args...)
	p.cmd.Dir = t.TempDir() // there is no .env
	p.cmd.Env = environ(settings)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.out
	if stdout != nil {
		p.cmd.Stdout = stdout
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.cmd.Wait() //nolint:errcheck // ProcessState tells
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("the last lines of %s:\n%s", name, p.out.tail(60))
		}
	})
	return p
}

// environ is a bare environment with the settings.
func environ(settings map[string]string) []string {
	var all []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "SYSTEMROOT"} {
		if value, ok := os.LookupEnv(name); ok {
			all = append(all, name+"="+value)
		}
	}
	for name, value := range settings {
		all = append(all, name+"="+value)
	}
	return all
}

// kill ends the process with SIGKILL, in whatever it is doing, and waits until
// it is gone.
func (p *program) kill() {
	p.cmd.Process.Kill() //nolint:errcheck // it may have ended by itself
	<-p.ended
}

// signal sends a signal that the process must be there to get.
func (p *program) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("%s: %v: %v", p.name, s, err)
	}
}

// longestEnd is how long entsoed may take to stop in order.
const longestEnd = 20 * time.Second

// terminate asks the process to stop, which it must do in order and in time.
func (p *program) terminate() {
	p.t.Helper()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(longestEnd):
		p.t.Fatalf("%s did not end within %s of SIGTERM", p.name, longestEnd)
	}
	p.t.Logf("%s ended %s after SIGTERM", p.name, time.Since(began).Round(100*time.Millisecond))
	if status := p.cmd.ProcessState; !status.Success() {
		p.t.Errorf("%s ended after %s with %s, want exit status 0", p.name, time.Since(began), status)
	}
}

// running returns an error if the process has ended by itself.
func (p *program) running() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s ended by itself: %s", p.name, p.cmd.ProcessState)
	default:
		return nil
	}
}

// errNotYet says that what is waited for has not happened.
var errNotYet = errors.New("not yet")

// eventually tries until there is no error, or fails the test when the time is
// over.
func eventually(t *testing.T, within time.Duration, what string, try func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := errNotYet
	for {
		err := try(ctx)
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%s: not within %s: %v", what, within, last)
		}
	}
}

// built is the binary while a test uses it. The test binary has nowhere else
// to keep it.
var built struct {
	mu    sync.Mutex
	users int
	dir   string
}

// binary returns the path of the real entsoed, built from this checkout unless
// another test that is still running has done so.
func binary(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: needs the binary")
	}
	built.mu.Lock()
	defer built.mu.Unlock()
	if built.users == 0 {
		dir, err := compile()
		if err != nil {
			t.Fatal(err)
		}
		built.dir = dir
	}
	built.users++
	t.Cleanup(func() {
		built.mu.Lock()
		defer built.mu.Unlock()
		if built.users--; built.users == 0 {
			os.RemoveAll(built.dir)
		}
	})
	return filepath.Join(built.dir, "entsoed")
}

func compile() (dir string, err error) {
	dir, err = os.MkdirTemp("", "entsoed_test_")
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "entsoed"), ".").CombinedOutput()
	if err != nil {
		return "", errors.Join(fmt.Errorf("build: %w\n%s", err, out), os.RemoveAll(dir))
	}
	return dir, nil
}

// atOnce calls try for 0 to n-1, some at the same time: they wait for most of
// their time, so more than there are processors.
func atOnce(n, some int, try func(i int)) {
	var all sync.WaitGroup
	free := make(chan struct{}, some)
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			try(i)
		})
	}
	all.Wait()
}

// TestProcess shows that the helpers find what they are for: the binary runs,
// its settings reach it, and its exit status is seen.
func TestProcess(t *testing.T) {
	p := start(t, "entsoed", map[string]string{"LOG_LEVEL": "loud"}, "worker")
	eventually(t, patience, "exit", func(context.Context) error {
		if p.running() == nil {
			return errNotYet
		}
		return nil
	})
	if code := p.cmd.ProcessState.ExitCode(); code != exitUsage || !strings.Contains(p.out.String(), "LOG_LEVEL") {
		t.Errorf("exit status %d, want %d:\n%s", code, exitUsage, p.out.tail(5))
	}
	if slices.ContainsFunc(p.cmd.Env, func(s string) bool { return strings.HasPrefix(s, "ENTSOE_") }) {
		t.Error("settings of this shell reach the process")
	}
}
