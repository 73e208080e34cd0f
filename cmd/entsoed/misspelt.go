package main

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"entsoed/entsoe"
)

// ownPrefix begins the names of the settings that no other program has.
const ownPrefix = "ENTSOE_"

// composeVariables are those that docker-compose.yml reads, and what it sets in
// a container; entsoed itself reads none of them.
func composeVariables() []string {
	return []string{"WORKER_PORT", "TIMESCALEDB_PORT", "ENTSOED_VERSION", "TOKEN_OF_THE_SHELL"}
}

// misspelt is a variable that is set and read by nobody.
type misspelt struct {
	Name  string
	Meant string // the known name that it is like; may be empty
}

func (m misspelt) Error() string {
	if m.Meant == "" {
		return m.Name + " is not a setting of entsoed"
	}
	return fmt.Sprintf("%s is not a setting of entsoed (did you mean %s?)", m.Name, m.Meant)
}

// refused reports whether entsoed does not start with the variable. A name that
// is almost that of a setting that begins with ENTSOE_ cannot be meant for another
// program; without it entsoed would do something other than what was asked of
// it, for months. Any other may well be another program's: DATABASE_URI, or
// ENTSOE_API_KEY of a script, or ENTSOE_PORT of a container engine.
func (m misspelt) refused() bool { return strings.HasPrefix(m.Meant, ownPrefix) }

// findMisspelt looks for variables that are like those in known, or that begin
// as ours do, and are not among them. Empty ones count as unset.
func findMisspelt(variables, known []string) []misspelt {
	var found []misspelt
	for _, variable := range variables {
		name, value, _ := strings.Cut(variable, "=")
		if strings.TrimSpace(value) == "" || slices.Contains(known, name) {
			continue
		}
		nearest := entsoe.Nearest(name, known)
		switch {
		case len(nearest) > 0 && alike(name, nearest[0]):
			found = append(found, misspelt{Name: name, Meant: nearest[0]})
		case strings.HasPrefix(name, ownPrefix):
			found = append(found, misspelt{Name: name})
		}
	}
	slices.SortFunc(found, func(a, b misspelt) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// alike reports whether a name is a known one with a letter or two wrong. Where
// the known one is no name of our own, two must be swapped ones: DATABASE_POOL is
// not meant to be DATABASE_PORT.
func alike(name, known string) bool {
	name = strings.ToUpper(name)
	distance := entsoe.EditDistance(name, known)
	return distance <= 1 || distance == 2 && (strings.HasPrefix(known, ownPrefix) || letters(name) == letters(known))
}

// letters returns the letters of a word in order.
func letters(word string) string {
	all := []byte(word)
	slices.Sort(all)
	return string(all)
}

// checkNames refuses misspelt variables and keeps those that may be meant for
// another program, to warn of them.
func (c *config) checkNames(variables []string) error {
	known := composeVariables()
	for _, s := range settings(c) {
		known = append(known, s.Name)
	}
	for _, m := range findMisspelt(variables, known) {
		if m.refused() {
			return withHint(m, "rename or remove it, in .env.local or the shell; the file .env lists every setting")
		}
		c.strange = append(c.strange, m)
	}
	return nil
}

// warnStrange logs the variables that nobody reads.
func (c *config) warnStrange(log *slog.Logger) {
	for _, m := range c.strange {
		log.Warn(m.Error())
	}
}

// printStrange is warnStrange for a command that a person waits for.
func (c *config) printStrange(w io.Writer) {
	for _, m := range c.strange {
		fmt.Fprintln(w, "entsoed: warning:", m.Error())
	}
}
