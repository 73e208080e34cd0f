package schema

import (
	"fmt"
	"strings"
)

// viewFunction is a function that is made with the views of an item.
type viewFunction struct {
	name      string
	arguments string // with names and defaults
	types     string // of the arguments, as PostgreSQL writes them, without spaces after the commas
	returns   string
	query     string // one select, which the planner can inline
	comment   string
}

// signature identifies the function, as PostgreSQL writes it.
func (f viewFunction) signature() string { return fmt.Sprintf("entsoe.%s(%s)", f.name, f.types) }

// call shows by what arguments the function is called: entsoe.name(first, second).
func (f viewFunction) call() string {
	var names []string
	for argument := range strings.SplitSeq(f.arguments, ", ") {
		name, _, _ := strings.Cut(argument, " ")
		names = append(names, name)
	}
	return fmt.Sprintf("entsoe.%s(%s)", f.name, strings.Join(names, ", "))
}

func (f viewFunction) create() string {
	return fmt.Sprintf("create function entsoe.%s(%s) returns %s language sql stable parallel safe as $query$\n%s\n$query$;\ncomment on function %s is %s;\n",
		f.name, f.arguments, f.returns, f.query, f.signature(), literal(f.comment))
}
