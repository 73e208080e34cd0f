package entsoed_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// pullLimit is how long a test waits for an image that is not there yet.
const pullLimit = time.Minute

// patience is how long a test waits for what should take seconds, on a machine
// that may have much else to do.
const patience = 5 * time.Minute

// builtVersion is the version that all tests build: one image, whose layers
// each of them finds there.
const builtVersion = "v1.2.3-test"

// needDocker skips the test, with the reason, where there is no Docker engine,
// no compose or no base image. In CI that is a failure.
func needDocker(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: builds an image and starts containers")
	}
	if err := dockerMissing(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// dockerMissing says what the tests of image and compose file lack.
func dockerMissing() error {
	for _, args := range [][]string{{"info"}, {"buildx", "version"}, {"compose", "version"}} {
		if out, err := exec.Command("docker", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("docker %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	images, err := baseImages()
	if err != nil {
		return err
	}
	for _, image := range images {
		if exec.Command("docker", "image", "inspect", image).Run() == nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), pullLimit)
		out, err := exec.CommandContext(ctx, "docker", "pull", "--quiet", image).CombinedOutput()
		cancel()
		if err != nil {
			return fmt.Errorf("image %s is not here and could not be pulled within %s: %w\n%s", image, pullLimit, err, out)
		}
	}
	return nil
}

// baseImages returns the images that Dockerfile and compose file name, without
// the one that compose builds, whose name holds a variable.
func baseImages() ([]string, error) {
	named := regexp.MustCompile(`(?m)^(?:FROM| +image:) +([^\s$]+)(?:\s|$)`)
	var images []string
	for _, name := range []string{"Dockerfile", "docker-compose.yml"} {
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for _, match := range named.FindAllSubmatch(content, -1) {
			images = append(images, string(match[1]))
		}
	}
	return images, nil
}

// docker runs a docker command that must succeed and returns what it prints.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t.Context(), "", os.Environ(), "docker", args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// command runs a program and returns its standard output; the error tells its
// standard error.
func command(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = dir, env, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String(), fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String(), nil
}

// project is a copy of the checkout with a compose project of its own, so that
// a test touches nothing else.
type project struct {
	Name string
	Dir  string
	Env  []string
}

// newProject copies what a build and compose need. Everything that the project
// makes is removed after the test.
func newProject(t *testing.T) *project {
	t.Helper()
	needDocker(t)
	p := &project{Name: testName(), Dir: t.TempDir()}
	p.Env = append(cleanEnvironment(), "COMPOSE_PROJECT_NAME="+p.Name, "ENTSOED_VERSION="+builtVersion,
		"TIMESCALEDB_PORT=0", "WORKER_PORT=0") // any port that is free
	for _, name := range checkout(t) {
		copyTo(t, p.Dir, name)
	}
	t.Cleanup(func() { p.remove(t) })
	return p
}

// remove removes all that the project made: containers, network, volumes and
// images, also those that a later build has replaced.
func (p *project) remove(t *testing.T) {
	if t.Failed() {
		t.Log(p.try("logs", "--no-color", "--tail", "25"))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for _, args := range [][]string{
		{"compose", "down", "--volumes", "--rmi", "local", "--remove-orphans"},
		{"image", "prune", "--force", "--filter", "label=com.docker.compose.project=" + p.Name},
	} {
		if _, err := command(ctx, p.Dir, p.Env, "docker", args...); err != nil {
			t.Error(err)
		}
	}
}

// testName returns a name that nothing else has.
func testName() string {
	random := make([]byte, 6)
	rand.Read(random)
	return "entsoed_test_" + hex.EncodeToString(random)
}

// cleanEnvironment is this process's environment without the settings of
// entsoed and of compose.
func cleanEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(entry string) bool {
		for _, prefix := range []string{"ENTSOE", "DATABASE_", "COMPOSE_", "TIMESCALEDB_", "WORKER_"} {
			if strings.HasPrefix(entry, prefix) {
				return true
			}
		}
		return false
	})
}

// checkout lists the files and folders that the image and compose are made of.
func checkout(t *testing.T) []string {
	t.Helper()
	content, err := os.ReadFile(".dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	names := []string{".dockerignore", "Dockerfile", "docker-compose.yml", ".env"}
	for line := range strings.Lines(string(content)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"); ok {
			names = append(names, name)
		}
	}
	return names
}

// copyTo copies a file or a folder into a folder.
func copyTo(t *testing.T, dir, name string) {
	t.Helper()
	err := filepath.WalkDir(name, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(dir, path), 0o755)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, path), content, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// write makes a file in the project's folder, readable for the container's user.
func (p *project) write(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(p.Dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644)); err != nil {
		t.Fatal(err)
	}
}

// compose runs a compose command that must succeed and returns what it prints.
func (p *project) compose(t *testing.T, args ...string) string {
	t.Helper()
	out, err := p.tryCompose(args...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tryCompose runs a compose command, for at most ten minutes.
func (p *project) tryCompose(args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return command(ctx, p.Dir, p.Env, "docker", append([]string{"compose"}, args...)...)
}

// try runs a compose command for its output only.
func (p *project) try(args ...string) string {
	out, err := p.tryCompose(args...)
	if err != nil {
		return err.Error()
	}
	return out
}

// psql asks the bundled database as the README shows it.
func (p *project) psql(database, query string) (string, error) {
	out, err := p.tryCompose("exec", "-T", "timescaledb", "psql", "-U", "entsoed", "-d", database, "-At", "-c", query)
	return strings.TrimSpace(out), err
}

// container is what "docker inspect" says of a container, as far as it is asked.
type container struct {
	ID    string `json:"Id"`
	Image string
	State struct {
		Status                string
		ExitCode              int
		StartedAt, FinishedAt time.Time
		Health                struct{ Status string }
	}
	RestartCount int
	Config       struct{ Env []string }
	HostConfig   struct {
		Memory, NanoCpus int64
		ReadonlyRootfs   bool
		CapDrop          []string
		SecurityOpt      []string
		RestartPolicy    struct{ Name string }
	}
	NetworkSettings struct {
		Networks map[string]any
		Ports    map[string][]struct{ HostIP, HostPort string }
	}
}

// container returns the state of a service's container.
func (p *project) container(t *testing.T, service string) container {
	t.Helper()
	return p.containers(t, service)[0]
}

// containers returns the states of all containers of a service, of which there
// is one at least.
func (p *project) containers(t *testing.T, service string) []container {
	t.Helper()
	ids := strings.Fields(p.compose(t, "ps", "--all", "--quiet", service))
	if len(ids) == 0 {
		t.Fatalf("%s has no container", service)
	}
	var found []container
	if err := json.Unmarshal([]byte(docker(t, append([]string{"inspect"}, ids...)...)), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// eventually asks until the answer is no error, at most for the limit.
func eventually(t *testing.T, limit time.Duration, what string, ask func() error) {
	t.Helper()
	start := time.Now()
	for {
		err := ask()
		if err == nil {
			t.Logf("%s after %s", what, time.Since(start).Round(100*time.Millisecond))
			return
		}
		if time.Since(start) > limit {
			t.Fatalf("%s: not within %s: %v", what, limit, err)
		}
		time.Sleep(250 * time.Millisecond)
	}
}
