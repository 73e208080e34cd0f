package answer

import (
	"strconv"
	"strings"

	"entsoed/entsoe/document"
)

// quantities returns the numbers among details that are quantities, amounts or
// nominal powers, by their paths. What has an mRID of its own, such as one of
// several units, is a thing of its own, and its numbers are not those of the
// row; nor is a number that repeats.
func quantities(details document.Details) map[string]float64 {
	found, count := map[string]float64{}, map[string]int{}
	var read func(details document.Details, above string)
	read = func(details document.Details, above string) {
		for _, d := range details {
			path := above + d.Name
			if d.Children != nil {
				if d.Children.First("mRID") == "" {
					read(d.Children, path+"/")
				}
				continue
			}
			if value, err := strconv.ParseFloat(d.Text, 64); err == nil && quantity(d.Name) {
				found[path] = value
				count[path]++
			}
		}
	}
	read(details, "")
	for path, n := range count {
		if n > 1 {
			delete(found, path)
		}
	}
	return found
}

func quantity(name string) bool {
	for _, end := range []string{"quantity", "amount", "nominalP"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// all returns the children of every element of a name.
func all(details document.Details, name string) []document.Details {
	var found []document.Details
	for _, d := range details {
		if d.Name == name {
			found = append(found, d.Children)
		}
	}
	return found
}
