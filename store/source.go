package store

import (
	"context"
	"fmt"
)

// Source is where the values of a database come from.
type Source struct {
	Kind string // "simulated" or "platform"
	URL  string // of the API, for people
}

// SourceMismatchError says that a database was filled from another source.
type SourceMismatchError struct{ Have, Want Source }

func (e *SourceMismatchError) Error() string {
	return fmt.Sprintf("the database holds data of the %s source (%s) and refuses the %s source (%s): set DATABASE_NAME to another name",
		e.Have.Kind, e.Have.URL, e.Want.Kind, e.Want.URL)
}

// ClaimSource binds the database to a source for ever, or returns a
// *SourceMismatchError if another kind of source has it.
func (db *DB) ClaimSource(ctx context.Context, s Source) error { return errTodo }
