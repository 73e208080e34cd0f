package timeseries

// Combination says how the values of an item make one of a longer step.
type Combination int

// The combinations.
const (
	// CombineByUnit: energies are summed; powers, prices and all else are averaged,
	// weighted by time.
	CombineByUnit Combination = iota
	// CombineSum: amounts of money.
	CombineSum
	// CombineExtremes: the least of what is a minimum by its business type (A60, C77),
	// the greatest of what is a maximum (A61, C79), and the mean of all else.
	CombineExtremes
	// CombineLast: levels, such as what is stored in reservoirs.
	CombineLast
)

// String says it in words, for the comments of what shows the result.
func (c Combination) String() string {
	return [...]string{
		"powers, prices and all else: the mean, weighted by time; energies: the sum",
		"the sum",
		"minima (business types A60, C77): the least; maxima (A61, C79): the greatest; all else: the mean, weighted by time",
		"the level: the last value",
	}[c]
}
