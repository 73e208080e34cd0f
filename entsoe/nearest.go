package entsoe

import (
	"slices"
	"strings"
)

// longestName is how many bytes a name has at most that others are compared with.
const longestName = 100

// Nearest returns up to three known names that are like a name, the nearest
// first: those that differ in few letters, or in which it occurs. Upper and
// lower case are the same. Nothing is like a name of more than 100 bytes.
func Nearest(name string, known []string) []string {
	if len(name) > longestName {
		return nil
	}
	name = strings.ToLower(name)
	type near struct {
		name     string
		distance int
	}
	var found []near
	for _, k := range known {
		lower := strings.ToLower(k)
		d := EditDistance(name, lower)
		if d <= 1+len(k)/4 || len(name) > 2 && strings.Contains(lower, name) {
			found = append(found, near{k, d})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return a.distance - b.distance })
	var names []string
	for _, n := range found[:min(3, len(found))] {
		names = append(names, n.name)
	}
	return names
}

// EditDistance counts the letters to insert, drop or change to turn a into b:
// the one measure of how alike two names are.
func EditDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
