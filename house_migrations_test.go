package entsoed_test

import (
	"os"
	"strings"
	"testing"
)

// TestHouseMigrations: goose refuses two migrations with one number, and only when a
// database is migrated.
func TestHouseMigrations(t *testing.T) {
	files, err := os.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, file := range files {
		number, _, ok := strings.Cut(file.Name(), "_")
		if !ok || !strings.HasSuffix(file.Name(), ".sql") {
			continue
		}
		if other, twice := seen[number]; twice {
			t.Errorf("%s and %s have one number", other, file.Name())
		}
		seen[number] = file.Name()
	}
	if len(seen) == 0 {
		t.Error("there are no migrations")
	}
}
