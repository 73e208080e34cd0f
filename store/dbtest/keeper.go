package dbtest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A run of "go test" starts one server for all of its packages. Each is a
// process of its own, and none of them lives as long as the run, so the first
// that needs a server starts a keeper: its own program once more, which starts
// the server, tells where it is, and stops it when the go command is gone,
// however that ended.

// keeperOf is set for a keeper: the process id of the go command, and when that
// started, for ids are used again.
const keeperOf = "ENTSOED_TEST_KEEPER_OF"

// kept is where a server is, as its keeper tells it.
type kept struct {
	Admin, Engine, Timescale string
	Failure                  string // why there is none
}

// goCommand returns the go command that runs this test binary, or that there is
// none: the binary was started by hand, or the system has no /proc. Then the
// server is for this process only.
func goCommand() (id string, ok bool) {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", os.Getppid()))
	if err != nil || strings.TrimSpace(string(name)) != "go" {
		return "", false
	}
	began, err := startOf(fmt.Sprint(os.Getppid()))
	return fmt.Sprintf("%d-%s", os.Getppid(), began), err == nil
}

// startOf tells when a living process started, in ticks after the system did.
func startOf(pid string) (string, error) {
	stat, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return "", err
	}
	// The second field is a name in parentheses, which may hold anything.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" {
		return "", errors.New("the process has ended")
	}
	return fields[19], nil
}

// lives reports whether a go command still runs.
func lives(id string) bool {
	pid, began, _ := strings.Cut(id, "-")
	now, err := startOf(pid)
	return err == nil && now == began
}

// joined returns the server of a go command's run, started if this is the first
// process that needs it.
func joined(ctx context.Context, id string) (*server, error) {
	folder := filepath.Join(os.TempDir(), prefix+"run_"+id)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Lstat(folder); err != nil || !info.IsDir() || info.Sys().(*syscall.Stat_t).Uid != uint32(os.Getuid()) {
		return nil, fmt.Errorf("%s belongs to somebody else (%v)", folder, err)
	}
	lock, err := os.Create(filepath.Join(folder, "lock"))
	if err != nil {
		return nil, err
	}
	defer lock.Close() // and with it the lock
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	place := filepath.Join(folder, "server")
	answer, err := os.ReadFile(place)
	if errors.Is(err, os.ErrNotExist) {
		if answer, err = startKeeper(id, folder); err == nil {
			err = os.WriteFile(place, answer, 0o600)
		}
	}
	if err != nil {
		return nil, err
	}
	var k kept
	if err := json.Unmarshal(answer, &k); err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	if k.Failure != "" {
		return nil, errors.New(k.Failure)
	}
	return &server{admin: k.Admin, engine: k.Engine, timescale: k.Timescale, ours: true, stop: func() error { return nil }}, nil
}

// startKeeper starts a keeper and returns what it tells.
func startKeeper(id, folder string) ([]byte, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), keeperOf+"="+id)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // Ctrl-C is for the tests; it stops in order after them
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	answer, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the keeper of the tests' server for %s said nothing: %w", folder, errors.Join(err, cmd.Wait()))
	}
	return answer, nil
}

// keep is the work of a keeper. It returns the status of its process.
func keep(id string) int {
	defer os.RemoveAll(filepath.Join(os.TempDir(), prefix+"run_"+id))
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	s, err := started(ctx)
	cancel()
	k := kept{}
	if err != nil {
		k.Failure = err.Error()
	} else {
		k.Admin, k.Engine, k.Timescale = s.admin, s.engine, s.timescale
	}
	if json.NewEncoder(os.Stdout).Encode(k) != nil && err == nil { // who started us was killed
		err = errors.New("nobody listens")
	}
	for lives(id) {
		time.Sleep(200 * time.Millisecond)
	}
	if s != nil {
		err = errors.Join(err, s.stop())
	}
	if err != nil {
		return 1
	}
	return 0
}
