package timeseries

import "testing"

func TestKey(t *testing.T) {
	tests := []struct {
		name       string
		attributes Attributes
		key, curve string
	}{
		{"nothing", nil, "", ""},
		{"sorted by name", Attributes{"unit": "MWH", "area": "10YBE----------2"}, "area=10YBE----------2;unit=MWH", "area=10YBE----------2;unit=MWH"},
		{"what only describes is no part", Attributes{"area": "10YBE----------2", UnitName: "Doel 4", DocumentType: "A73"}, "area=10YBE----------2", "area=10YBE----------2"},
		{"a curve is the same at every resolution", Attributes{"area": "10YBE----------2", Resolution: "PT15M"}, "area=10YBE----------2;resolution=PT15M", "area=10YBE----------2"},
		{"values do not run into each other", Attributes{"a": "1;b=2", "c": `3\`}, `a=1\;b\=2;c=3\\`, `a=1\;b\=2;c=3\\`},
	}
	for _, test := range tests {
		if got := test.attributes.Key(); got != test.key {
			t.Errorf("%s: key %q, want %q", test.name, got, test.key)
		}
		if got := test.attributes.CurveKey(); got != test.curve {
			t.Errorf("%s: curve key %q, want %q", test.name, got, test.curve)
		}
	}
}
