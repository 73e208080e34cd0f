package world

import (
	"slices"
	"testing"

	"entsoed/entsoe"
)

// The table of sizes names areas of the catalogue, each once.
func TestSizesAreOfTheCatalogue(t *testing.T) {
	var codes []string
	for _, size := range sizes {
		if _, err := entsoe.FindArea(size.code); err != nil {
			t.Error(err)
		}
		if slices.Contains(codes, size.code) {
			t.Errorf("%s stands twice", size.code)
		}
		codes = append(codes, size.code)
	}
}
