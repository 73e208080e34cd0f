package entsoe

import "slices"

// Finer is a request parameter that divides an answer with too many TimeSeries
// where no shorter window helps, because each curve runs through all of it: 149
// generation units of France are more than the 100 that one answer may hold,
// and paging was without effect (entsoe-apy#104).
type Finer struct {
	Param string
	// Usual are the values that are asked for, Others those that are asked for as
	// well when the usual ones hold less than the platform says that there is.
	Usual, Others []string
}

// Divides reports whether there is a parameter.
func (f Finer) Divides() bool { return f.Param != "" }

// productionTypes divides by psrType: by what production consists of, and then
// by all other types.
var productionTypes = func() Finer {
	f := Finer{Param: "psrType"}
	for _, c := range psrTypeTitles {
		if slices.Contains(usualProduction, c.code) {
			f.Usual = append(f.Usual, c.code)
			continue
		}
		f.Others = append(f.Others, c.code)
	}
	return f
}()

// usualProduction are the types B01 to B20 and storage.
var usualProduction = []string{
	"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18", "B19", "B20", "B25",
}
