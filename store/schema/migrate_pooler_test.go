package schema_test

import (
	"errors"
	"strings"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
	"entsoed/store/schema"
)

// A migration goes through a pooler in session mode, and no other.
func TestMigrateThroughAPooler(t *testing.T) {
	cfg := dbtest.New(t)
	if _, err := schema.Migrate(t.Context(), dbtest.Pooler(t, cfg, "session"), schema.Options{}); err != nil {
		t.Errorf("session mode: %v", err)
	}
	missing := cfg
	missing.URL = dbtest.Empty(t).URL
	if _, err := schema.Migrate(t.Context(), dbtest.Pooler(t, missing, "session"), schema.Options{}); err == nil || !strings.Contains(err.Error(), "at the server itself") {
		t.Errorf("a database that the pooler does not know: %v", err)
	}
	_, err := schema.Migrate(t.Context(), dbtest.Pooler(t, cfg, "transaction"), schema.Options{})
	if _, refused := errors.AsType[*store.PoolerError](err); !refused {
		t.Errorf("transaction mode: %v", err)
	}
}
