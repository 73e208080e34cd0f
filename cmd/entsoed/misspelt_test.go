package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestMisspeltVariables(t *testing.T) {
	const fine, warned, refused = "fine", "warned", "refused"
	for _, c := range []struct{ variable, want, meant string }{
		{"ENTSOE_ITMES=core", refused, "ENTSOE_ITEMS"},
		{"ENTSOE_ITEM=core", refused, "ENTSOE_ITEMS"},
		{"ENTSO_AREAS=FR", refused, "ENTSOE_AREAS"},
		{"ENTSOED_AREAS=FR", refused, "ENTSOE_AREAS"},
		{"entsoe_areas=FR", refused, "ENTSOE_AREAS"},
		{"ENTSOE_API_TOKN=SECRET", refused, "ENTSOE_API_TOKEN"},
		{"ENTSOE_API_KEY=of-a-script", warned, ""},
		{"ENTSOE_PORT=tcp://10.0.0.1:8090", warned, ""},
		{"COLLECT_SINSE=7d", warned, "COLLECT_SINCE"},
		{"DATABASE_HOTS=db", warned, "DATABASE_HOST"},
		{"DATABASE_URI=postgres://of.another/program", warned, "DATABASE_URL"},
		{"WORKER_PROT=8091", warned, "WORKER_PORT"},
		{"WORKER_CONCURENCY=10", warned, "WORKER_CONCURRENCY"},
		{"KEEP_FATS=180d", warned, "KEEP_FAST"},
		{"LOGLEVEL=debug", warned, "LOG_LEVEL"},
		{"ENTSOE_ITMES=", fine, ""},
		{"DATABASE_POOL=5", fine, ""},
		{"LOG_DIR=/var/log", fine, ""},
		{"HTTP_PROXY=http://proxy", fine, ""},
		{"WORKER_PORT=8091", fine, ""},
		{"TIMESCALEDB_PORT=15433", fine, ""},
		{"ENTSOED_VERSION=v1", fine, ""},
		{"TOKEN_OF_THE_SHELL=none", fine, ""},
		{"PATH=/bin", fine, ""},
	} {
		t.Run(c.variable, func(t *testing.T) {
			env := environmentOf(nil)
			env.Variables = []string{"HOME=/", c.variable}
			config, err := readConfig(t.Context(), env)
			var out bytes.Buffer
			got := fine
			switch {
			case err != nil:
				if got = refused; report(&out, err) != exitUsage {
					t.Error("the exit status is not that of a wrong setting")
				}
			case len(config.strange) > 0:
				got = warned
				config.warnStrange(slog.New(slog.NewTextHandler(&out, nil)))
			}
			if got != c.want {
				t.Errorf("it is %s, want %s: %v", got, c.want, err)
			}
			name, value, _ := strings.Cut(c.variable, "=")
			if got != fine && !strings.Contains(out.String(), name+" is not a setting of entsoed") {
				t.Errorf("the name is missing in:\n%s", &out)
			}
			if c.meant != "" && !strings.Contains(out.String(), "did you mean "+c.meant+"?") {
				t.Errorf("want %s in:\n%s", c.meant, &out)
			}
			if value != "" && strings.Contains(out.String(), value+" ") {
				t.Errorf("the value, which may be secret, is shown:\n%s", &out)
			}
		})
	}
}

// TestKnownVariables sets every variable that there is: none is misspelt.
func TestKnownVariables(t *testing.T) {
	known := composeVariables()
	for _, s := range settings(&config{}) {
		known = append(known, s.Name)
	}
	var variables []string
	for _, name := range known {
		variables = append(variables, name+"=x")
	}
	if found := findMisspelt(variables, known); len(found) > 0 {
		t.Error(found)
	}
}
