// Package jobstest holds what the tests of jobs and its rooms share: documents as
// the platform writes them, and windows in short. Only tests import it.
package jobstest

import (
	"testing"
	"time"

	"entsoed/entsoe"
	"entsoed/timeseries"
)

// Bounds of the first days of June 2026 in Brussels.
const (
	June1  = "2026-05-31T22:00Z"
	June2  = "2026-06-01T22:00Z"
	June3  = "2026-06-02T22:00Z"
	OneDay = June1 + "/" + June2
)

// Window reads "2026-01-01T00:00Z/2026-02-01T00:00Z".
func Window(t testing.TB, text string) timeseries.Window {
	t.Helper()
	const layout = "2006-01-02T15:04Z"
	from, err := time.Parse(layout, text[:len(layout)])
	if err != nil {
		t.Fatal(err)
	}
	to, err := time.Parse(layout, text[len(layout)+1:])
	if err != nil {
		t.Fatal(err)
	}
	return timeseries.Window{From: from, To: to}
}

// Windows reads several.
func Windows(t testing.TB, texts ...string) []timeseries.Window {
	t.Helper()
	var all []timeseries.Window
	for _, text := range texts {
		all = append(all, Window(t, text))
	}
	return all
}

// Item returns an item of the catalogue.
func Item(t testing.TB, name string) entsoe.Item {
	t.Helper()
	i, ok := entsoe.ItemByName(name)
	if !ok {
		t.Fatalf("no item %s", name)
	}
	return i
}
