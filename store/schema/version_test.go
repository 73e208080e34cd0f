package schema_test

import (
	"errors"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// TestOtherVersions meets databases that an older and a newer entsoed, or River, left.
func TestOtherVersions(t *testing.T) {
	cfg := dbtest.New(t, dbtest.Catalogue())
	needSuperuser(t, cfg)
	owner := openAs(t, cfg)
	known, err := schema.Known()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, change  string
		worker, owner string // what they are told; empty: they work
	}{
		{"the same", `select`, "", ""},
		{"newer", `insert into entsoe.migrations (version_id, is_applied) values (9999, true)`, "schema 9999", "schema 9999"},
		{"newer queue", `delete from entsoe.migrations where version_id = 9999; insert into river.river_migration (line, version) values ('main', 99)`, "queue 99", "queue 99"},
		{"older queue", `delete from river.river_migration where version in (8, 99)`, "entsoed migrate", ""},
	} {
		dbtest.Exec(t, owner, test.change)
		for _, who := range []struct {
			name string
			cfg  store.Config
			want string
		}{{"worker", cfg.AsWorker(), test.worker}, {"owner", cfg, test.owner}} {
			_, err := schema.Ensure(t.Context(), who.cfg, dbtest.Catalogue())
			want := who.want
			if want == "" && err == nil {
				continue
			}
			version, ok := errors.AsType[*schema.VersionError](err)
			if !ok || version.Known != known || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), known.String()) {
				t.Errorf("%s: the %s is told %v", test.name, who.name, err)
			}
		}
	}
}
