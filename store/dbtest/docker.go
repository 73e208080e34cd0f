package dbtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

// startDocker starts the database image of docker-compose.yml.
func startDocker(ctx context.Context) (*server, error) {
	image, err := composeImage()
	if err != nil {
		return nil, err
	}
	// The reaper is an image of its own. A container of a killed test run ends
	// by itself instead, see below.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, err
	}
	quiet := discard{}
	log.SetDefault(quiet)
	provider, err := testcontainers.NewDockerProvider(testcontainers.WithLogger(quiet))
	if err != nil {
		return nil, fmt.Errorf("docker: %w", err)
	}
	defer provider.Close()
	if err := provider.Health(ctx); err != nil {
		return nil, fmt.Errorf("docker does not answer: %w", err)
	}
	if err := havePulled(ctx, provider, image); err != nil {
		return nil, err
	}
	return runImage(ctx, image, quiet)
}

// havePulled pulls the image unless it is present, for at most a minute.
func havePulled(ctx context.Context, provider *testcontainers.DockerProvider, image string) error {
	if _, err := provider.Client().ImageInspect(ctx, image); err == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := provider.PullImage(ctx, image); err != nil {
		return fmt.Errorf("docker has no image %s and did not get it within a minute: %w", image, err)
	}
	return nil
}

func runImage(ctx context.Context, image string, quiet log.Logger) (*server, error) {
	password := rand.Text()
	c, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image: image,
			// Whatever happens to us, the container is gone after some hours.
			Entrypoint:   []string{"timeout", "10000", "docker-entrypoint.sh"},
			Cmd:          []string{"postgres", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=300", "-c", "max_locks_per_transaction=256", "-c", "max_wal_size=4GB"},
			Env:          map[string]string{"POSTGRES_PASSWORD": password, "TIMESCALEDB_TELEMETRY": "off"},
			ExposedPorts: []string{"5432/tcp"},
			Tmpfs:        map[string]string{"/var/lib/postgresql/data": "rw"},
			Labels:       map[string]string{"entsoed.test": "database"},
			HostConfigModifier: func(h *container.HostConfig) {
				h.AutoRemove = true
				h.ShmSize = 1 << 30
			},
		},
		Started: true,
		Logger:  quiet,
	})
	stop := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return testcontainers.TerminateContainer(c, testcontainers.StopContext(ctx), testcontainers.StopTimeout(0))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start %s in docker: %w", image, err), stop())
	}
	urls, err := addresses(ctx, c, password)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("address of %s in docker: %w", image, err), stop())
	}
	s, err := ready(ctx, time.Minute, "Docker, "+image, urls...)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s in docker: %w", image, err), stop())
	}
	s.stop, s.ours = stop, true
	return s, nil
}

// addresses are the ways to the server. Which of them works depends on whether
// we are on the engine's host, in a container ourselves, or elsewhere. The
// published port comes last, for its proxy takes a tenth of a processor.
func addresses(ctx context.Context, c testcontainers.Container, password string) ([]string, error) {
	port, err := c.MappedPort(ctx, "5432/tcp")
	if err != nil {
		return nil, err
	}
	host, err := c.Host(ctx)
	if err != nil {
		return nil, err
	}
	ip, err := c.ContainerIP(ctx)
	if err != nil {
		return nil, err
	}
	var urls []string
	for _, address := range []string{net.JoinHostPort(ip, "5432"), net.JoinHostPort("127.0.0.1", port.Port()), net.JoinHostPort(host, port.Port())} {
		u := url.URL{Scheme: "postgres", User: url.UserPassword("postgres", password), Host: address, Path: "/postgres", RawQuery: "sslmode=disable"}
		urls = append(urls, u.String())
	}
	return urls, nil
}

// composeImage returns the database image that docker-compose.yml names.
func composeImage() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		content, err := os.ReadFile(filepath.Join(dir, "docker-compose.yml"))
		if err == nil {
			image := regexp.MustCompile(`timescale/timescaledb(-ha)?:[\w.-]+`).Find(content)
			if image == nil {
				return "", fmt.Errorf("docker-compose.yml names no image timescale/timescaledb")
			}
			return string(image), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("there is no docker-compose.yml to name the image")
		}
		dir = parent
	}
}

// discard takes what testcontainers has to say.
type discard struct{}

// Printf is the whole of testcontainers' logger.
func (discard) Printf(string, ...any) {}
