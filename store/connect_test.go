package store_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entsoed/store"
	"entsoed/store/dbtest"
)

// single turns a configuration with a URL into one with single settings.
func single(t *testing.T, cfg store.Config) store.Config {
	t.Helper()
	u, err := url.Parse(cfg.URL)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	c := store.Config{Host: u.Hostname(), User: u.User.Username(), Password: password, Name: cfg.Name, SSLMode: "disable", TimescaleDB: cfg.TimescaleDB}
	if _, err := fmt.Sscan(u.Port(), &c.Port); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOpenErrorsNameTheSetting(t *testing.T) {
	good := single(t, dbtest.New(t))
	empty := single(t, dbtest.Empty(t))
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	freePort := closed.Addr().(*net.TCPAddr).Port
	closed.Close()
	missingFile := filepath.Join(t.TempDir(), "missing")
	tests := []struct {
		name   string
		change func(*store.Config)
		want   []string
	}{
		{"unknown host", func(c *store.Config) { c.Host = "no-such-host.invalid" }, []string{"DATABASE_HOST", "no-such-host.invalid"}},
		{"nobody listens", func(c *store.Config) { c.Port = freePort }, []string{"DATABASE_HOST, DATABASE_PORT", fmt.Sprint(freePort)}},
		{"unknown user", func(c *store.Config) { c.User = "nobody_at_all" }, []string{"DATABASE_USER, DATABASE_PASSWORD", "nobody_at_all"}},
		{"no such database", func(c *store.Config) { c.Name = empty.Name }, []string{"DATABASE_NAME", empty.Name, "entsoed migrate"}},
		{"no schema yet", func(c *store.Config) { c.Name = "postgres" }, []string{"DATABASE_NAME", "entsoed migrate"}},
		{"no TLS", func(c *store.Config) { c.SSLMode = "require" }, []string{"DATABASE_SSLMODE"}},
		{"bad SSLMODE", func(c *store.Config) { c.SSLMode = "sometimes" }, []string{"DATABASE_SSLMODE", "sometimes", "verify-full"}},
		{"bad TIMESCALEDB", func(c *store.Config) { c.TimescaleDB = "no" }, []string{"DATABASE_TIMESCALEDB", "required, auto"}},
		{"bad port", func(c *store.Config) { c.Port = 70000 }, []string{"DATABASE_PORT", "70000"}},
		{"no port", func(c *store.Config) { c.Port = 0 }, []string{"DATABASE_PORT", "1 to 65535"}},
		{"missing password file", func(c *store.Config) { c.Password, c.PasswordFile = "", missingFile }, []string{"DATABASE_PASSWORD_FILE"}},
		{"bad URL", func(c *store.Config) { c.URL = "postgres://u:SECRET%zz@host/db" }, []string{"DATABASE_URL"}},
		{"URL with an unknown parameter", func(c *store.Config) {
			c.URL = fmt.Sprintf("postgres://%s:%s@%s:%d/%s?surprise=1", c.User, c.Password, c.Host, c.Port, c.Name)
		}, []string{"DATABASE_URL: cannot connect", "surprise"}},
		{"URL of another sort", func(c *store.Config) { c.URL = "mysql://u:SECRET@host/db" }, []string{"DATABASE_URL"}},
		{"URL with a port that is closed", func(c *store.Config) { c.URL = fmt.Sprintf("postgres://u:SECRET@127.0.0.1:%d/db", freePort) }, []string{"DATABASE_URL", fmt.Sprint(freePort)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cfg := good
			cfg.Wait = 300 * time.Millisecond
			test.change(&cfg)
			db, err := store.Open(t.Context(), cfg, 2)
			if err == nil {
				db.Close()
				t.Fatal("it was opened")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not name %s", err, want)
				}
			}
			if strings.Contains(err.Error(), "SECRET") || good.Password != "" && strings.Contains(err.Error(), good.Password) {
				t.Errorf("%q shows the password", err)
			}
		})
	}
}

func TestOpenTakesThePasswordOfAFile(t *testing.T) {
	cfg := single(t, dbtest.New(t))
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(cfg.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Password, cfg.PasswordFile = "", file
	db, err := store.Open(t.Context(), cfg, 2)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
}

func TestConfigShowsNoPassword(t *testing.T) {
	for _, cfg := range []store.Config{
		{URL: "postgres://user:SECRET@host:1/name"}, {Host: "host", Port: 1, User: "user", Password: "SECRET", Name: "name"},
	} {
		for _, format := range []string{"%v", "%s", "%+v"} {
			if got := fmt.Sprintf(format, cfg); got != "user@host:1/name" {
				t.Errorf("%s shows %q", format, got)
			}
		}
	}
}

// TestOpenWaitsForAStartingServer connects through a proxy that first refuses,
// then hangs up, and at last lets through, as a container does that starts.
func TestOpenWaitsForAStartingServer(t *testing.T) {
	cfg := single(t, dbtest.New(t))
	target := net.JoinHostPort(cfg.Host, fmt.Sprint(cfg.Port))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().(*net.TCPAddr)
	listener.Close()
	cfg.Host, cfg.Port, cfg.Wait = "127.0.0.1", address.Port, 20*time.Second
	opened := make(chan error, 1)
	go func() {
		db, err := store.Open(t.Context(), cfg, 2)
		if err == nil {
			db.Close()
		}
		opened <- err
	}()
	listener = listenWhenItHasBeenRefused(t, address)
	defer listener.Close()
	go serveProxy(listener, target, 2)
	select {
	case err := <-opened:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(30 * time.Second):
		t.Error("it did not open")
	}
}

// listenWhenItHasBeenRefused gives the other side the time of a first try.
func listenWhenItHasBeenRefused(t *testing.T, address *net.TCPAddr) net.Listener {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// serveProxy hangs up on the first connections and passes the others on.
func serveProxy(listener net.Listener, target string, hangUps int) {
	for n := 0; ; n++ {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		if n < hangUps {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", target)
		if err != nil {
			client.Close()
			continue
		}
		go func() {
			defer server.Close()
			io.Copy(server, client)
		}()
		go func() {
			defer client.Close()
			io.Copy(client, server)
		}()
	}
}
