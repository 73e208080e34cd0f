package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sethvargo/go-envconfig"
)

// dotEnv is the file of defaults in the repository.
const dotEnv = "../../.env"

// TestDotEnv holds .env and the Config structs equal in both directions.
func TestDotEnv(t *testing.T) {
	content, err := os.ReadFile(dotEnv)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	line := regexp.MustCompile(`^(# )?([A-Z][A-Z0-9_]*)=(.*)$`)
	comment := false
	for _, text := range strings.Split(string(content), "\n") {
		found := line.FindStringSubmatch(text)
		if found == nil {
			comment = comment && text != "" || strings.HasPrefix(text, "# ")
			continue
		}
		name, value := found[2], found[3]
		if !comment {
			t.Errorf(".env: %s has no comment above it", name)
		}
		if _, twice := written[name]; twice {
			t.Errorf(".env: %s stands there twice", name)
		}
		written[name], comment = value, false
	}
	for _, s := range settings(&config{}) {
		value, ok := written[s.Name]
		switch {
		case !ok:
			t.Errorf(".env: %s is missing", s.Name)
		case value != s.Default:
			t.Errorf(".env: %s=%s, but the default is %q", s.Name, value, s.Default)
		}
		delete(written, s.Name)
	}
	for name := range written {
		t.Errorf(".env: %s is no setting of entsoed", name)
	}
}

// TestDotEnvIsTheDefault reads the settings once from .env and once from
// nothing.
func TestDotEnvIsTheDefault(t *testing.T) {
	content, err := os.ReadFile(dotEnv)
	if err != nil {
		t.Fatal(err)
	}
	fromFile := map[string]string{}
	for _, text := range strings.Split(string(content), "\n") {
		if name, value, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(text, "#") {
			fromFile[name] = value
		}
	}
	if len(fromFile) < 10 {
		t.Fatalf("only %d settings are active in .env", len(fromFile))
	}
	want, err := readConfig(t.Context(), environmentOf(nil))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readConfig(t.Context(), environmentOf(fromFile))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range settings(&want) {
		if other := settings(&got)[i]; other.String() != s.String() {
			t.Errorf("%s: %s with .env, %s without", s.Name, other, s)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"ENTSOE_REQUESTS_PER_MINUTE", "fast", `"fast": must be a whole number`},
		{"ENTSOE_REQUESTS_PER_MINUTE", "401", "1 to 400"},
		{"ENTSOE_API_URL", "ftp://example.org", "must be an http or https URL"},
		{"ENTSOE_API_URL", "http://simulator:80800/api", "a port of 1 to 65535"},
		{"ENTSOE_API_URL", "https://web-api.tp.entsoe.eu/api", "without a token"},
		{"ENTSOE_API_TOKEN", "two words", "must be one word"},
		{"ENTSOE_API_TOKEN_FILE", "/nowhere/token", "no such file"},
		{"ENTSOE_AREAS", "DE_LUX", "DE_LU"},
		{"ENTSOE_ITEMS", "day_ahead_price", "day_ahead_prices"},
		{"COLLECT_SINCE", "yesterday", "such as 15m, 36h, 7d"},
		{"COLLECT_SINCE", "10000d", "at most 366d"},
		{"COLLECT_INTERVAL", "1s", "at least 1m"},
		{"WORKER_CONCURRENCY", "0", "1 to 1000"},
		{"SCHEDULER_ENABLED", "perhaps", `"perhaps": must be true or false`},
		{"HTTP_ADDR", "8090", "such as 127.0.0.1:8090"},
		{"HTTP_ADDR", ":80900", `"80900" is not a port`},
		{"HTTP_ADDR", "127.0.0.1:-1", `"-1" is not a port`},
		{"DATABASE_PORT", "port", "must be a whole number"},
		{"DATABASE_PORT", "70000", "65535"},
		{"DATABASE_SSLMODE", "yes", "verify-full"},
		{"DATABASE_TIMESCALEDB", "no", "auto"},
		{"DATABASE_URL", "postgres://host:port/x", "postgres://"},
		{"DATABASE_WORKER_PASSWORD_FILE", "/nowhere/password", "no such file"},
		{"CHANGES_WEBHOOK_URL", "https://a.example/1 hook", "address 2 must be an http or https URL"},
		{"CHANGES_WEBHOOK_SECRET", "short", "at least 16 characters"},
		{"LOG_LEVEL", "loud", "debug, info, warn or error"},
		{"LOG_FORMAT", "xml", "auto, text or json"},
		{"APP_ENV", "test", "development or production"},
	} {
		t.Run(c.name+"="+c.value, func(t *testing.T) {
			_, err := readConfig(t.Context(), environmentOf(map[string]string{c.name: c.value}))
			if err == nil {
				t.Fatal("it was accepted")
			}
			var out bytes.Buffer
			if status := report(&out, err); status != exitUsage {
				t.Errorf("exit status %d, want %d", status, exitUsage)
			}
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			if len(lines) != 2 || !strings.HasPrefix(lines[0], "entsoed: "+c.name) || !strings.HasPrefix(lines[1], "hint: ") {
				t.Errorf("want a line that begins with the variable and a hint, got:\n%s", out.String())
			}
			if !strings.Contains(out.String(), c.want) {
				t.Errorf("want %q in:\n%s", c.want, out.String())
			}
		})
	}
}

func TestEmptyCountsAsUnset(t *testing.T) {
	empty := map[string]string{}
	for _, s := range settings(&config{}) {
		empty[s.Name] = " "
	}
	c, err := readConfig(t.Context(), environmentOf(empty))
	if err != nil {
		t.Fatal(err)
	}
	if c.Entsoe.RequestsPerMinute != 390 || c.Worker.HTTPAddr != "127.0.0.1:8090" || !slices.Equal(c.Jobs.Areas, []string{"all"}) {
		t.Errorf("empty variables changed the defaults: %+v", c)
	}
}

func TestSourceFollowsTheToken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("SECRET-TOKEN\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const simulator, platform = "http://simulator:8080/api", "https://web-api.tp.entsoe.eu/api"
	for _, c := range []struct {
		name                 string
		set                  map[string]string
		kind, url, database_ string
	}{
		{"nothing", nil, "simulated", simulator, "entsoed_simulated"},
		{"a token", map[string]string{"ENTSOE_API_TOKEN": "t"}, "platform", platform, "entsoed"},
		{"a token in a file", map[string]string{"ENTSOE_API_TOKEN_FILE": file}, "platform", platform, "entsoed"},
		{"both", map[string]string{"ENTSOE_API_TOKEN": "t", "ENTSOE_API_TOKEN_FILE": file}, "platform", platform, "entsoed"},
		{"another URL", map[string]string{"ENTSOE_API_URL": "http://127.0.0.1:9/api"}, "simulated", "http://127.0.0.1:9/api", "entsoed_simulated"},
		{"another database", map[string]string{"DATABASE_NAME": "mine"}, "simulated", simulator, "mine"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readConfig(t.Context(), environmentOf(c.set))
			if err != nil {
				t.Fatal(err)
			}
			if s := got.source(); s.Kind != c.kind || s.URL != c.url || got.Database.Name != c.database_ {
				t.Errorf("got %+v and database %s", s, got.Database.Name)
			}
		})
	}
}

// TestSecretsStayOutOfTheLog gives every secret and searches all that the
// settings print.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	c, err := readConfig(t.Context(), environmentOf(map[string]string{
		"ENTSOE_API_TOKEN": "HIDDEN-TOKEN", "DATABASE_PASSWORD": "HIDDEN-PASSWORD",
		"DATABASE_URL":           "postgres://me:HIDDEN-URL@localhost/db",
		"CHANGES_WEBHOOK_URL":    "https://HIDDEN-HOST.example/HIDDEN-PATH",
		"CHANGES_WEBHOOK_SECRET": "HIDDEN-OF-THE-WEBHOOK",
	}))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	c.logSettings(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if strings.Contains(out.String(), "HIDDEN") || !strings.Contains(out.String(), "ENTSOE_API_TOKEN=set") || !strings.Contains(out.String(), "CHANGES_WEBHOOK_URL=set") {
		t.Error(out.String())
	}
}

func TestTokenInDotEnv(t *testing.T) {
	for _, c := range []struct {
		line    string
		refused bool
	}{
		{"ENTSOE_API_TOKEN=SECRET-TOKEN", true},
		{"  export ENTSOE_API_TOKEN = 'SECRET-TOKEN' # mine", true},
		{"ENTSOE_API_TOKEN: SECRET-TOKEN", true},
		{`ENTSOE_API_TOKEN="SECRET-TOKEN"`, true},
		{"ENTSOE_API_TOKEN=", false},
		{"ENTSOE_API_TOKEN= # none", false},
		{`ENTSOE_API_TOKEN=""`, false},
		{"# ENTSOE_API_TOKEN=SECRET-TOKEN", false},
		{"ENTSOE_API_TOKEN_FILE=/run/secrets/token", false},
		{"MY_ENTSOE_API_TOKEN=x", false},
	} {
		t.Run(c.line, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile(".env", []byte("APP_ENV=production\n"+c.line+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			err := refuseTokenInDotEnv(slog.New(slog.DiscardHandler))
			if (err != nil) != c.refused {
				t.Fatalf("refused: %v", err)
			}
			if err == nil {
				return
			}
			var out bytes.Buffer
			report(&out, err)
			if strings.Contains(out.String(), "SECRET") || !strings.Contains(out.String(), "hint: move the line to .env.local") {
				t.Error(out.String())
			}
		})
	}
}

// TestOwnDotEnv is the rule for the file in the repository itself.
func TestOwnDotEnv(t *testing.T) {
	t.Chdir(filepath.Dir(dotEnv))
	if err := refuseTokenInDotEnv(slog.New(slog.DiscardHandler)); err != nil {
		t.Error(err)
	}
}

func environmentOf(variables map[string]string) environment {
	return environment{Lookup: envconfig.MapLookuper(variables)}
}
