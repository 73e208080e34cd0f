package timeseries

import (
	"encoding/json"
	"time"
)

// Entry is one row of a list or a register: what a TimeSeries says of one
// interval of delivery, or of its whole validity if it has no Points. Several
// entries may be equal in all but their values, and even in those.
type Entry struct {
	Attributes Attributes // with unit, currency and resolution where they are sent; without quantity
	From       time.Time
	To         time.Time          // zero: open
	Values     map[string]float64 // by path below Point
	Details    json.RawMessage    // an object; nil: nothing
}
