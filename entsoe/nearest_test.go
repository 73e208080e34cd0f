package entsoe

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	known := []string{"DE_LU", "DE_AT_LU", "FR", "day_ahead_prices", "day_ahead_load_forecast"}
	tests := []struct {
		name string
		want []string
	}{
		{"DE_LUX", []string{"DE_LU"}}, {"delu", []string{"DE_LU"}}, {"FX", []string{"FR"}}, {"XX", nil}, {"", nil},
		{"ahead", []string{"day_ahead_prices", "day_ahead_load_forecast"}}, {"day_haed_price", []string{"day_ahead_prices"}},
	}
	for _, test := range tests {
		if got := Nearest(test.name, known); !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"delu", "de_lu", 1}, {"kitten", "sitting", 3}, {"ab", "ba", 2},
	}
	for _, test := range tests {
		if got := EditDistance(test.a, test.b); got != test.want {
			t.Errorf("%q %q: %d, want %d", test.a, test.b, got, test.want)
		}
	}
}
