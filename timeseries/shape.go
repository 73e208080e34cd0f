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

// String returns the name of the shape: "series", "list", "register", "documents".
func (s Shape) String() string { return [...]string{"series", "list", "register", "documents"}[s] }
