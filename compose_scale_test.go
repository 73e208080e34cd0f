package entsoed_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// checkOneImage checks that all services of ours run the same image, which is
// built once.
func checkOneImage(t *testing.T, p *project) {
	want := p.container(t, "build").Image
	for _, service := range []string{"migrate", "simulator", "worker"} {
		if got := p.container(t, service).Image; got != want {
			t.Errorf("%s runs the image %s, built was %s", service, got, want)
		}
	}
	built := docker(t, "image", "ls", "--quiet", "--no-trunc", "--filter", "label=com.docker.compose.project="+p.Name)
	if images := slices.Compact(strings.Fields(built)); len(images) != 1 {
		t.Errorf("the project has the images %q, want one", images)
	}
	if out := p.compose(t, "pull", "build", "migrate", "simulator", "worker"); strings.Contains(out, "rror") {
		t.Errorf("pull asks a registry for the image that is built here:\n%s", out)
	}
}

// TestThreeWorkers runs three workers on a range of ports: each answers on one
// of them, writes a log file of its own, and takes a part of the work, none of
// which is done twice.
func TestThreeWorkers(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.Env = append(p.Env, "WORKER_PORT="+freePorts(t, 10))
	// Little live data, and few jobs of each worker at a time: all must share.
	p.write(t, ".env.local", "ENTSOE_ITEMS=actual_total_load\nENTSOE_AREAS=FR\nWORKER_CONCURRENCY=2\n")
	p.compose(t, "up", "--detach", "--scale", "worker=3", "worker")
	ports := map[string]bool{}
	for _, worker := range p.containers(t, "worker") {
		published := worker.NetworkSettings.Ports["8090/tcp"]
		if len(published) != 1 || published[0].HostIP != "127.0.0.1" {
			t.Fatalf("a worker is published at %v", published)
		}
		port := published[0].HostPort
		ports[port] = true
		eventually(t, patience, "the worker at port "+port+" answers", func() error { return answers(port) })
	}
	if len(ports) != 3 {
		t.Fatalf("the workers have the ports %v, want three", ports)
	}
	eventually(t, patience, "all are healthy", func() error {
		for _, worker := range p.containers(t, "worker") {
			if health := worker.State.Health.Status; health != "healthy" {
				return fmt.Errorf("one is %s", health)
			}
		}
		return nil
	})
	for _, name := range []string{"entsoed.log", "entsoed-2.log", "entsoed-3.log"} {
		p.compose(t, "cp", "worker:/var/log/entsoed/"+name, "-") // fails if there is none
	}
	checkSharedWork(t, p)
}

// checkSharedWork lets the workers do a backfill together.
func checkSharedWork(t *testing.T, p *project) {
	p.compose(t, "exec", "-T", "worker", "/entsoed", "backfill", "start", "actual_total_load",
		"--areas", "all", "--from", "2025-10-01", "--to", "2025-10-08", "--wait")
	const ours = "from river.river_job where kind = 'collect' and args ->> 'lane' = 'backfill'"
	if workers := p.ask(t, "select count(distinct attempted_by[1]) "+ours); workers != "3" {
		t.Errorf("%s of three workers took part", workers)
	}
	if again := p.ask(t, "select count(*) "+ours+" and (attempt > 1 or state <> 'completed')"); again != "0" {
		t.Errorf("%s jobs were worked more than once, or not to the end", again)
	}
	if twice := p.ask(t, "select count(*) from (select from entsoe.fetches where job_id in (select id "+ours+") group by feed_id, window_from, window_to having count(*) > 1) f"); twice != "0" {
		t.Errorf("%s windows were asked twice", twice)
	}
}

// ask returns the one value that a query on the simulated database gives.
func (p *project) ask(t *testing.T, query string) string {
	t.Helper()
	value, err := p.psql(simulated, query)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// answers asks a worker whether it lives.
func answers(port string) error {
	response, err := http.Get("http://127.0.0.1:" + port + "/healthz")
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %s", response.Status)
	}
	return nil
}

// freePorts returns a range of ports of the loopback address, none of which is
// taken, as compose writes it: "18090-18099". Outgoing connections have ports
// above it.
func freePorts(t *testing.T, n int) string {
	t.Helper()
	for first := 18090; first+n < 32768; first += n {
		free := true
		for port := first; free && port < first+n; port++ {
			listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if free = err == nil; free {
				listener.Close()
			}
		}
		if free {
			return fmt.Sprintf("%d-%d", first, first+n-1)
		}
	}
	t.Fatalf("no %d free ports in a row", n)
	return ""
}
