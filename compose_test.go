package entsoed_test

import (
	"archive/tar"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	simulated = "entsoed_simulated" // the database without a token
	real      = "entsoed"           // and with one
)

// TestCompose goes through the life of an installation with the real engine:
// each step builds on the one before it.
func TestCompose(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	p.compose(t, "up", "--detach", "worker")
	steps := []struct {
		name string
		run  func(*testing.T, *project)
	}{
		{"first rows", checkFirstRows},
		{"all healthy", checkHealthy},
		{"one image", checkOneImage},
		{"start order", checkStartOrder},
		{"prices", checkPrices},
		{"network and ports", checkNetwork},
		{"limits", checkLimits},
		{"rights of the worker", checkWorkerRights},
		{"log file", checkLogFile},
		{"health turns bad and good", checkHealthTurns},
		{"graceful stop", checkGracefulStop},
		{"volumes survive down", checkVolumesSurvive},
		{"new code after a pull", checkRebuild},
		{"token of the shell", checkShellToken},
	}
	for _, step := range steps {
		if !t.Run(step.name, func(t *testing.T) { step.run(t, p) }) {
			t.FailNow()
		}
	}
}

// count returns the number of points in a database.
func (p *project) count(database string) (int, error) {
	out, err := p.psql(database, "select count(*) from entsoe.points")
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(out)
}

func checkFirstRows(t *testing.T, p *project) {
	started := p.container(t, "worker").State.StartedAt
	left := time.Minute - time.Since(started)
	eventually(t, left, "first rows", func() error {
		n, err := p.count(simulated)
		if err == nil && n == 0 {
			return fmt.Errorf("no row")
		}
		return err
	})
	t.Logf("rows are in %s after the start of the worker's container", time.Since(started).Round(time.Second))
	if log := p.compose(t, "logs", "--no-log-prefix", "worker"); !strings.Contains(log, "simulat") {
		t.Errorf("the worker's log does not say that the data is simulated:\n%s", log)
	}
}

func checkHealthy(t *testing.T, p *project) {
	for _, service := range []string{"timescaledb", "simulator", "worker"} {
		eventually(t, patience, service+" is healthy", func() error { return p.health(t, service, "healthy") })
	}
}

// health is an error while a service's health is not as wanted.
func (p *project) health(t *testing.T, service, want string) error {
	if got := p.container(t, service).State.Health.Status; got != want {
		return fmt.Errorf("%s is %s", service, got)
	}
	return nil
}

func checkStartOrder(t *testing.T, p *project) {
	database, migrate, simulator, worker := p.container(t, "timescaledb"), p.container(t, "migrate"), p.container(t, "simulator"), p.container(t, "worker")
	if migrate.State.Status != "exited" || migrate.State.ExitCode != 0 || migrate.RestartCount != 0 {
		t.Errorf("migrate: %+v, restarts %d", migrate.State, migrate.RestartCount)
	}
	if !database.State.StartedAt.Before(migrate.State.StartedAt) {
		t.Errorf("migrate started %s, before the database at %s", migrate.State.StartedAt, database.State.StartedAt)
	}
	if !migrate.State.FinishedAt.Before(worker.State.StartedAt) {
		t.Errorf("the worker started %s, before migrate was done at %s", worker.State.StartedAt, migrate.State.FinishedAt)
	}
	if !simulator.State.StartedAt.Before(worker.State.StartedAt) {
		t.Errorf("the worker started %s, before the simulator at %s", worker.State.StartedAt, simulator.State.StartedAt)
	}
	for service, c := range map[string]container{"timescaledb": database, "simulator": simulator, "worker": worker} {
		if c.RestartCount != 0 || c.HostConfig.RestartPolicy.Name != "unless-stopped" {
			t.Errorf("%s: restarts %d, policy %q", service, c.RestartCount, c.HostConfig.RestartPolicy.Name)
		}
	}
	if got := migrate.HostConfig.RestartPolicy.Name; got != "no" {
		t.Errorf("migrate has the restart policy %q", got)
	}
}

// checkPrices runs the query of the README: today's or tomorrow's prices are in.
func checkPrices(t *testing.T, p *project) {
	midnight := time.Now().UTC().Truncate(24 * time.Hour).Add(-2 * time.Hour) // or later, in all of Europe
	eventually(t, patience, "prices", func() error {
		out, err := p.psql(simulated, "select at from entsoe.day_ahead_prices_best order by at desc limit 5")
		if err != nil {
			return err
		}
		latest, _, _ := strings.Cut(out, "\n")
		at, err := time.Parse("2006-01-02 15:04:05-07", latest)
		if err != nil {
			return err
		}
		if at.Before(midnight) {
			return fmt.Errorf("the latest price is of %s", at)
		}
		return nil
	})
}

func checkNetwork(t *testing.T, p *project) {
	for _, service := range []string{"timescaledb", "build", "migrate", "simulator", "worker"} {
		c := p.container(t, service)
		if len(c.NetworkSettings.Networks) != 1 || c.NetworkSettings.Networks[p.Name] == nil {
			t.Errorf("%s is in the networks %v, want %s only", service, c.NetworkSettings.Networks, p.Name)
		}
		for port, bindings := range c.NetworkSettings.Ports {
			for _, binding := range bindings {
				if binding.HostIP != "127.0.0.1" {
					t.Errorf("%s publishes %s on %s, want loopback only", service, port, binding.HostIP)
				}
			}
		}
	}
	published := p.container(t, "worker").NetworkSettings.Ports["8090/tcp"]
	if len(published) != 1 {
		t.Fatalf("port 8090 of the worker is published %d times", len(published))
	}
	for _, page := range []string{"/healthz", "/readyz"} {
		response, err := http.Get("http://127.0.0.1:" + published[0].HostPort + page)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("%s answers %s", page, response.Status)
		}
	}
	if n := len(p.container(t, "timescaledb").NetworkSettings.Ports["5432/tcp"]); n != 1 {
		t.Errorf("port 5432 of the database is published %d times", n)
	}
}

func checkLimits(t *testing.T, p *project) {
	for _, service := range []string{"timescaledb", "build", "migrate", "simulator", "worker"} {
		host := p.container(t, service).HostConfig
		if host.Memory == 0 || host.Memory > 1<<30 || host.NanoCpus == 0 || host.NanoCpus > 1e9 {
			t.Errorf("%s may take %d bytes and %d billionths of a core; a small machine has 2 GB and one core", service, host.Memory, host.NanoCpus)
		}
		if !slices.Contains(host.SecurityOpt, "no-new-privileges:true") {
			t.Errorf("%s may gain privileges: %q", service, host.SecurityOpt)
		}
		if service != "timescaledb" && (!host.ReadonlyRootfs || !slices.Contains(host.CapDrop, "ALL")) {
			t.Errorf("%s: root file system read-only: %t, capabilities dropped: %q", service, host.ReadonlyRootfs, host.CapDrop)
		}
	}
}

// checkWorkerRights checks that the worker is connected as a role that is no superuser
// and cannot change the schema.
func checkWorkerRights(t *testing.T, p *project) {
	users, err := p.psql(simulated, "select string_agg(distinct usename, ' ') from pg_stat_activity where datname = current_database() and application_name like 'entsoed%'")
	if err != nil || users != "entsoed_worker" {
		t.Errorf("connected are %q: %v", users, err)
	}
	rights, err := p.psql(simulated, "select rolsuper, rolcreaterole, rolcreatedb, pg_has_role(oid, 'entsoe_owner', 'member') from pg_roles where rolname = 'entsoed_worker'")
	if err != nil || rights != "f|f|f|f" {
		t.Errorf("the worker has the rights %q: %v", rights, err)
	}
	for _, statement := range []string{"create table entsoe.mine ()", "alter table entsoe.points add column mine int", "drop table river.river_job"} {
		_, err := p.tryCompose("exec", "-T", "-e", "PGPASSWORD=entsoed", "timescaledb",
			"psql", "-h", "timescaledb", "-U", "entsoed_worker", "-d", simulated, "-c", statement)
		if err == nil || !strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner") {
			t.Errorf("the worker: %s: %v", statement, err)
		}
	}
}

// checkLogFile checks that the worker, as uid 65532, logs into its volume.
func checkLogFile(t *testing.T, p *project) {
	log := tar.NewReader(strings.NewReader(p.compose(t, "cp", "worker:/var/log/entsoed/entsoed.log", "-")))
	file, err := log.Next()
	if err != nil {
		t.Fatal(err)
	}
	if file.Uid != 65532 || file.Size == 0 {
		t.Errorf("the log file belongs to uid %d and has %d bytes", file.Uid, file.Size)
	}
	processes := docker(t, "top", p.container(t, "worker").ID, "-eo", "pid,uid,cmd")
	if !regexp.MustCompile(`\b65532 +/entsoed worker`).MatchString(processes) {
		t.Errorf("the worker does not run as uid 65532:\n%s", processes)
	}
}

// checkHealthTurns takes the database away and gives it back: the same worker
// must turn unhealthy and healthy, and collect again.
func checkHealthTurns(t *testing.T, p *project) {
	before := p.container(t, "worker").ID
	p.compose(t, "stop", "timescaledb")
	eventually(t, patience, "worker is unhealthy", func() error { return p.health(t, "worker", "unhealthy") })
	p.compose(t, "start", "timescaledb")
	eventually(t, patience, "worker is healthy", func() error { return p.health(t, "worker", "healthy") })
	if after := p.container(t, "worker"); after.ID != before || after.State.Status != "running" {
		t.Errorf("the worker is %s, container %s, before %s", after.State.Status, after.ID, before)
	}
}

func checkGracefulStop(t *testing.T, p *project) {
	start := time.Now()
	p.compose(t, "stop", "worker")
	took := time.Since(start)
	t.Logf("the worker stopped in %s", took.Round(100*time.Millisecond))
	if state := p.container(t, "worker").State; state.ExitCode != 0 || took > 25*time.Second {
		t.Errorf("the worker stopped with status %d in %s, want 0 within 20 s", state.ExitCode, took)
	}
}

func checkVolumesSurvive(t *testing.T, p *project) {
	before, err := p.count(simulated)
	if err != nil {
		t.Fatal(err)
	}
	log := p.logSize(t)
	p.compose(t, "down")
	p.compose(t, "up", "--detach", "worker")
	after, err := p.count(simulated)
	if err != nil || after < before || before == 0 {
		t.Errorf("%d points before, %d after: %v", before, after, err)
	}
	if now := p.logSize(t); now < log || log == 0 {
		t.Errorf("the log file had %d bytes before, %d after", log, now)
	}
}

// logSize returns the size of the log file.
func (p *project) logSize(t *testing.T) int64 {
	t.Helper()
	file, err := tar.NewReader(strings.NewReader(p.compose(t, "cp", "worker:/var/log/entsoed/entsoed.log", "-"))).Next()
	if err != nil {
		t.Fatal(err)
	}
	return file.Size
}

// checkRebuild changes the code, as a git pull does: "up" runs the new one.
func checkRebuild(t *testing.T, p *project) {
	before := p.container(t, "worker").Image
	p.write(t, "cmd/entsoed/pulled.go", "package main\n\nconst pulled = true\n")
	p.compose(t, "up", "--detach", "worker")
	if after := p.container(t, "worker").Image; after == before {
		t.Errorf("the worker still runs the image %s", before)
	}
}

// checkShellToken collects with a token of the shell, which wins over the one
// in .env.local: into a database of its own, beside the simulated one.
func checkShellToken(t *testing.T, p *project) {
	p.write(t, ".env.local", "ENTSOE_API_TOKEN=TOKEN-OF-FILE\nENTSOE_API_URL=http://simulator:8080/api\n")
	env := p.Env
	p.Env = append(slices.Clone(env), "ENTSOE_API_TOKEN=TOKEN-OF-SHELL")
	defer func() { p.Env = env; os.Remove(p.Dir + "/.env.local") }()
	p.compose(t, "up", "--detach", "worker")
	if got := p.container(t, "worker").Config.Env; !slices.Contains(got, "ENTSOE_API_TOKEN=TOKEN-OF-SHELL") {
		t.Errorf("the worker has the environment %q", got)
	}
	eventually(t, patience, "rows of the platform", func() error {
		n, err := p.count(real)
		if err == nil && n == 0 {
			return fmt.Errorf("no row")
		}
		return err
	})
	if n, err := p.count(simulated); err != nil || n == 0 {
		t.Errorf("the simulated database has %d points: %v", n, err)
	}
	if log := p.compose(t, "logs"); strings.Contains(log, "TOKEN-OF-") {
		t.Errorf("a log shows the token")
	}
}

// TestTokenPlaces asks compose which token the worker and the migration get
// from all combinations of .env.local, shell and .env.
func TestTokenPlaces(t *testing.T) {
	p := newProject(t)
	defaults, err := os.ReadFile(".env")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name              string
		local, shell, env string // lines, or an entry of the environment
		want              string
	}{
		{name: "nowhere"},
		{name: "local", local: "ENTSOE_API_TOKEN=local", want: "local"},
		{name: "shell", shell: "ENTSOE_API_TOKEN=shell", want: "shell"},
		{name: "shell over local", local: "ENTSOE_API_TOKEN=local", shell: "ENTSOE_API_TOKEN=shell", want: "shell"},
		{name: "empty in the shell", local: "ENTSOE_API_TOKEN=local", shell: "ENTSOE_API_TOKEN=", want: "local"},
		{name: "empty in local", local: "ENTSOE_API_TOKEN=", shell: "ENTSOE_API_TOKEN=shell", want: "shell"},
		{name: "empty in .env", env: "ENTSOE_API_TOKEN=", local: "ENTSOE_API_TOKEN=local", want: "local"},
		{name: "other settings in local", local: "ENTSOE_AREAS=DE_LU", shell: "ENTSOE_API_TOKEN=shell", want: "shell"},
		{name: "quoted in local", local: `ENTSOE_API_TOKEN="local"`, want: "local"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p.write(t, ".env", string(defaults)+test.env+"\n")
			p.write(t, ".env.local", test.local+"\n")
			plain := p.Env
			p.Env = append(slices.Clone(plain), test.shell)
			defer func() { p.Env = plain }()
			for service, environment := range p.environments(t) {
				want := test.want
				if service == "build" || service == "simulator" || service == "timescaledb" {
					want = "" // not their business
				}
				if got := environment["ENTSOE_API_TOKEN"]; got != want {
					t.Errorf("%s gets the token %q, want %q", service, got, want)
				}
			}
		})
	}
}

// environments returns the environment of each service as compose resolves it.
func (p *project) environments(t *testing.T) map[string]map[string]string {
	t.Helper()
	var config struct {
		Services map[string]struct{ Environment map[string]string }
	}
	if err := json.Unmarshal([]byte(p.compose(t, "config", "--format", "json")), &config); err != nil {
		t.Fatal(err)
	}
	environments := map[string]map[string]string{}
	for service, s := range config.Services {
		environments[service] = s.Environment
	}
	return environments
}

// TestLocalSettingsWin checks that .env.local beats every line of .env: none
// of its names may stand under "environment:" in the compose file, but for secrets
// that the database is not to see.
func TestLocalSettingsWin(t *testing.T) {
	p := newProject(t)
	content, err := os.ReadFile(".env")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var local strings.Builder
	for line := range strings.Lines(string(content)) {
		name, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "# "), "=")
		if !ok || strings.ContainsAny(name, " :") || name == "ENTSOE_API_TOKEN" {
			continue
		}
		names = append(names, name)
		fmt.Fprintf(&local, "%s=mine\n", name)
	}
	if len(names) < 20 {
		t.Fatalf(".env has only the settings %q", names)
	}
	p.write(t, ".env.local", local.String())
	for service, environment := range p.environments(t) {
		for _, name := range names {
			want := "mine"
			if service == "timescaledb" && (name == "CHANGES_WEBHOOK_URL" || name == "CHANGES_WEBHOOK_SECRET") {
				want = ""
			}
			if got := environment[name]; service != "build" && service != "simulator" && got != want {
				t.Errorf("%s has %s=%q in spite of .env.local", service, name, got)
			}
		}
	}
}

// TestTokenInEnvFile checks that the worker refuses a token in .env, says what
// to do, and does not show the token.
func TestTokenInEnvFile(t *testing.T) {
	p := newProject(t)
	p.write(t, ".env", "ENTSOE_API_TOKEN=SECRET-TOKEN\n"+readFile(t, ".env"))
	p.compose(t, "build")
	out, err := p.tryCompose("run", "--rm", "--no-deps", "worker")
	if err == nil {
		t.Fatalf("the worker ran:\n%s", out)
	}
	for _, want := range []string{".env", "ENTSOE_API_TOKEN", "hint:", ".env.local"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the worker does not say %q: %v", want, err)
		}
	}
	if strings.Contains(err.Error()+out, "SECRET-TOKEN") {
		t.Errorf("the worker shows the token: %v", err)
	}
}

// TestSecretFiles runs the example of docs/operations.md: token and password in
// files.
func TestSecretFiles(t *testing.T) {
	t.Parallel()
	p := newProject(t)
	_, text, _ := strings.Cut(readFile(t, "docs/operations.md"), "```yaml\n")
	override, _, ok := strings.Cut(text, "```")
	if !ok || !strings.Contains(override, "secrets:") {
		t.Fatal("docs/operations.md has no example of secrets")
	}
	p.write(t, "docker-compose.override.yml", override)
	p.write(t, "secrets/entsoe_api_token", "SECRET-TOKEN\n")
	p.write(t, "secrets/database_password", "SECRET-PASSWORD\n")
	p.write(t, "secrets/worker_password", "SECRET-OF-WORKER\n")
	p.write(t, ".env.local", "ENTSOE_API_URL=http://simulator:8080/api\n")
	p.compose(t, "up", "--detach", "worker")
	eventually(t, patience, "rows of the platform", func() error {
		n, err := p.count(real)
		if err == nil && n == 0 {
			return fmt.Errorf("no row")
		}
		return err
	})
	for user, password := range map[string]string{"entsoed": "SECRET-PASSWORD", "entsoed_worker": "SECRET-OF-WORKER"} {
		login := func(password string) error {
			_, err := p.tryCompose("exec", "-T", "-e", "PGPASSWORD="+password, "timescaledb",
				"psql", "-h", "timescaledb", "-U", user, "-d", real, "-c", "select 1")
			return err
		}
		if err := login(password); err != nil {
			t.Errorf("the password of the file is not that of %s: %v", user, err)
		}
		if login("entsoed") == nil {
			t.Errorf("the database takes the password of .env from %s", user)
		}
	}
	if log := p.compose(t, "logs"); strings.Contains(log, "SECRET-") {
		t.Error("a log shows a secret")
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
