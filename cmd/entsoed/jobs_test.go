package main

import (
	"os"
	"strings"
	"testing"

	"entsoed/worker"
)

// TestRetentionInDocuments holds what is written about finished jobs against
// what the worker does.
func TestRetentionInDocuments(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| completed jobs in `river.river_job` | after " + days(worker.CompletedJobsKept) + " |",
		"| cancelled and discarded jobs | after " + days(worker.FailedJobsKept) + " |",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("docs/operations.md does not say %q", want)
		}
	}
}
