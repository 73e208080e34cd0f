package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/entsoe/simulator"
	"entsoed/jobs"
	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/queue"
)

// mostMemory is what a worker may take at its peak, in bytes, whatever answers
// come.
const mostMemory = 300 << 20

// boxed is a worker in a container with the limits of docker-compose.yml. The image
// is the database's, which the tests have: it has a shell to look around with.
type boxed struct {
	t  *testing.T
	id string
}

// compose returns what docker-compose.yml says of the worker: the limit of memory
// and GOMEMLIMIT.
func composed(t *testing.T) (limit, soft, image string) {
	t.Helper()
	text, err := os.ReadFile("../../docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, worker, _ := strings.Cut(string(text), "\n  worker:\n")
	find := func(text, pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("docker-compose.yml has no %s", pattern)
		}
		return found[1]
	}
	return find(worker, `memory: (\d+m)`), find(worker, `GOMEMLIMIT=(\w+)`), find(string(text), `image: (timescale/\S+)`)
}

// box starts a worker in a container, or skips the test where there is no Docker.
func (s *site) box() *boxed {
	s.Helper()
	limit, soft, image := composed(s.T)
	if out, err := exec.Command("docker", "image", "inspect", image).CombinedOutput(); err != nil {
		why := fmt.Sprintf("no container to limit the memory of: %v %s", err, out)
		if os.Getenv("CI") != "" {
			s.Fatal(why)
		}
		s.Skip(why)
	}
	program := filepath.Join(s.TempDir(), "entsoed")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		s.Fatalf("build: %v\n%s", err, out)
	}
	args := []string{"create", "--network", "host", "--memory", limit, "--memory-swap", limit, "--cpus", "1", "--entrypoint", "/entsoed", "--env", "GOMEMLIMIT=" + soft}
	for name, value := range s.Settings {
		args = append(args, "--env", name+"="+value)
	}
	args = append(args, image, "worker", "--now", siteTime, "--speed", "0")
	b := &boxed{t: s.T, id: dockerOut(s.T, args...)}
	s.Cleanup(func() {
		if s.Failed() {
			log, _ := exec.Command("docker", "logs", "--tail", "40", b.id).CombinedOutput()
			s.Logf("the last lines of the worker:\n%s", log)
		}
		exec.Command("docker", "rm", "--force", "--volumes", b.id).Run() //nolint:errcheck // it may be gone
	})
	dockerOut(s.T, "cp", program, b.id+":/entsoed")
	dockerOut(s.T, "start", b.id)
	return b
}

func dockerOut(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("docker %s: %v\n%s", args[0], err, out)
	}
	return strings.TrimSpace(string(out))
}

// peak returns the most memory that the container has taken, in bytes. It is an
// error if the worker has ended.
func (b *boxed) peak() (int64, error) {
	out, err := exec.Command("docker", "exec", b.id, "sh", "-c", "cat /sys/fs/cgroup/memory.peak /sys/fs/cgroup/memory/memory.max_usage_in_bytes 2>/dev/null; true").Output()
	if err != nil {
		state := dockerOut(b.t, "inspect", "--format", "{{.State.Status}}, exit status {{.State.ExitCode}}, killed for its memory: {{.State.OOMKilled}}", b.id)
		return 0, fmt.Errorf("the worker is %s", state)
	}
	return strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
}

// attack is a platform that answers load as the simulator does, and prices in ways
// that should take more memory than there is.
type attack struct {
	http.Handler
	kinds []hostile

	mu     sync.Mutex
	areas  map[string]int // in the order in which they were asked for
	served map[string]int // by kind
}

func (a *attack) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if parameter(r, "documentType") != "A44" {
		a.Handler.ServeHTTP(w, r)
		return
	}
	kind := a.next(parameter(r, "in_Domain"))
	w.Header().Set("Entsoed-Simulator", "1")
	kind.write(w, hostileQuestion(w, r))
}

// next returns the kind of an area, which has one for good.
func (a *attack) next(area string) hostile {
	a.mu.Lock()
	defer a.mu.Unlock()
	number, known := a.areas[area]
	if !known {
		number = len(a.areas)
		a.areas[area] = number
	}
	kind := a.kinds[number%len(a.kinds)]
	a.served[kind.name]++
	return kind
}

// count returns how often each kind was served, and the kind that was served least.
func (a *attack) count() (served map[string]int, least int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	served, least = map[string]int{}, 1<<30
	for _, kind := range a.kinds {
		served[kind.name] = a.served[kind.name]
		least = min(least, a.served[kind.name])
	}
	return served, least
}

// attacked are the areas whose prices are bombs, more than there are kinds of them.
const attacked = "AT,BE,BG,CH,CZ,DE_LU,DK_1,DK_2,EE,ES,FI,FR,GR,HR,HU,IE_SEM,LT,LV,NL,NO_1,NO_2,NO_3,PL,PT,RO,SE_3,SI,SK"

// TestMemory lets a worker in a container with the limits of docker-compose.yml ask
// a platform of which most answers are bombs, live and for a backfill. It must live,
// take less memory than mostMemory, and go on collecting the good ones.
func TestMemory(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	kinds := hostiles()
	const rounds = 2
	if dbtest.Long() {
		kinds = append(kinds, moreHostiles()...)
	}
	now, err := time.Parse(time.RFC3339, siteTime)
	if err != nil {
		t.Fatal(err)
	}
	sim := simulator.New(simulator.Config{Seed: 5, Unlimited: true, Now: simulator.Clock(now, 0)})
	a := &attack{Handler: sim, kinds: kinds, areas: map[string]int{}, served: map[string]int{}}
	s.Arrivals.Handler = a
	s.Settings["ENTSOE_ITEMS"], s.Settings["ENTSOE_AREAS"], s.Settings["LOG_LEVEL"] = "day_ahead_prices,actual_total_load", attacked, "info"
	s.placeBackfill("day_ahead_prices", "2026-01-01T00:00:00Z", "2026-03-20T00:00:00Z")
	worker := s.box()
	eventually(t, patience, "every kind of answer, and good ones", func(ctx context.Context) error {
		if _, err := worker.peak(); err != nil {
			t.Fatal(err)
		}
		served, least := a.count()
		feeds, err := one[int](ctx, s, `select count(distinct series_id) from entsoe.points`)
		if err == nil && (least < rounds || feeds < 10) {
			err = fmt.Errorf("%d series have points, served %v: %w", feeds, served, errNotYet)
		}
		return err
	})
	peak, err := worker.peak()
	if err != nil {
		t.Fatal(err)
	}
	served, _ := a.count()
	t.Logf("the worker took %d MiB at its peak; served were %v", peak>>20, served)
	if peak >= mostMemory {
		t.Errorf("the worker took %d MiB, more than %d", peak>>20, mostMemory>>20)
	}
}

// placeBackfill puts jobs of the backfill's lane for all areas of an item into the
// queue, as the driver of backfills does.
func (s *site) placeBackfill(item, from, to string) {
	s.Helper()
	known, _ := entsoe.ItemByName(item)
	areas, err := entsoe.SelectAreas(strings.Split(attacked, ","))
	if err != nil {
		s.Fatal(err)
	}
	rows, err := s.DB.EnsureFeeds(s.Context(), jobs.FeedRows(entsoe.CandidateFeeds([]entsoe.Item{known}, areas)))
	if err != nil {
		s.Fatal(err)
	}
	for _, feed := range rows {
		_, _, err := queue.InsertCollect(s.Context(), s.DB, queue.Collect{
			Feed: feed, Lane: store.LaneBackfill, Window: window(s.T, from, to), Queue: store.LaneBackfill, MaxAttempts: jobs.MaxAttempts,
		})
		if err != nil {
			s.Fatal(err)
		}
	}
}
