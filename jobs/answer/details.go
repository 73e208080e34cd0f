package answer

import (
	"fmt"
	"strings"

	"entsoed/entsoe/document"
)

// quantities returns the quantities, amounts and nominal powers among details,
// by their paths. It leaves out the numbers of things with an mRID of their own,
// such as one of several units, and numbers that repeat. Its error tells of one that
// is no number.
func quantities(details document.Details) (found map[string]float64, err error) {
	found = map[string]float64{}
	count := map[string]int{}
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
			if !quantity(d.Name) {
				continue
			}
			value, ok := document.ParseNumber(d.Text)
			if !ok && err == nil {
				err = fmt.Errorf("%s %q is no number", path, d.Text)
			}
			found[path] = value
			count[path]++
		}
	}
	read(details, "")
	for path, n := range count {
		if n > 1 {
			delete(found, path)
		}
	}
	return found, err
}

func quantity(name string) bool {
	for _, end := range []string{"quantity", "amount", "nominalP"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// all returns the children of every element with a name.
func all(details document.Details, name string) []document.Details {
	var found []document.Details
	for _, d := range details {
		if d.Name == name {
			found = append(found, d.Children)
		}
	}
	return found
}
