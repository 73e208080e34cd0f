package timeseries

import "testing"

// The shapes by the names that the database stores, and what each demands of
// those who ask and plan.
func TestShape(t *testing.T) {
	for shape, want := range map[Shape]struct {
		name               string
		oneState, eventful bool
	}{
		ShapeSeries:    {"series", false, false},
		ShapeList:      {"list", false, true},
		ShapeRegister:  {"register", true, false},
		ShapeDocuments: {"documents", false, true},
	} {
		if shape.String() != want.name || shape.OneState() != want.oneState || shape.Eventful() != want.eventful {
			t.Errorf("%s: one state %v, eventful %v; want %+v", shape, shape.OneState(), shape.Eventful(), want)
		}
	}
}

func TestLen(t *testing.T) {
	for _, rows := range []Rows{Curves{{}, {}}, Entries{All: []Entry{{}, {}}}, Documents{{}, {}}} {
		if n := rows.Len(); n != 2 {
			t.Errorf("%T: %d rows, want 2", rows, n)
		}
	}
}
