package timeseries

// Shape says what the answers of an item are and how they are kept.
type Shape int

// The shapes of answers.
const (
	// ShapeSeries: curves. Two values of one instant and key are an error that keeps
	// the document.
	ShapeSeries Shape = iota
	// ShapeList: rows of a delivery interval that may share all their attributes, such
	// as single bids. An answer replaces, as a set, what overlaps its window.
	ShapeList
	// ShapeRegister: rows without a delivery interval, such as the units of an area. An
	// answer replaces the whole set of its feed.
	ShapeRegister
	// ShapeDocuments: each revision of each document is kept for ever.
	ShapeDocuments
)

// OneState reports whether the newest answer tells the state of all days, so that
// one day is asked for all of them.
func (s Shape) OneState() bool { return s == ShapeRegister }

// Eventful reports whether an item is published only when something happens,
// such as an outage, so that an answer without data is no sign of an idle feed.
func (s Shape) Eventful() bool { return s == ShapeList || s == ShapeDocuments }

// String returns the name of the shape: "series", "list", "register", "documents".
func (s Shape) String() string { return [...]string{"series", "list", "register", "documents"}[s] }
