package store_test

import (
	"errors"
	"testing"

	"entsoed/store"
	"entsoed/store/dbtest"
)

func TestSourceIsClaimedOnce(t *testing.T) {
	db := dbtest.Open(t)
	simulated := store.Source{Kind: "simulated", URL: "http://simulator:8080/api"}
	for _, s := range []store.Source{simulated, simulated, {Kind: "simulated", URL: "http://elsewhere/api"}} {
		if err := db.ClaimSource(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	err := db.ClaimSource(t.Context(), store.Source{Kind: "platform", URL: "https://example.test/api"})
	mismatch, ok := errors.AsType[*store.SourceMismatchError](err)
	if !ok || mismatch.Have != simulated {
		t.Errorf("got %v, want a mismatch with the first source", err)
	}
}
