package store

import (
	"context"
	"fmt"
)

// Kinds of sources. A database belongs to one of them for good.
const (
	SourceSimulated = "simulated"
	SourcePlatform  = "platform"
)

// Source is where the values of a database come from.
type Source struct {
	Kind string // SourceSimulated or SourcePlatform
	URL  string // of the API, for people
}

// SourceKind is the kind of a source that is a simulator, or is none.
func SourceKind(simulated bool) string {
	if simulated {
		return SourceSimulated
	}
	return SourcePlatform
}

// SourceMismatchError says that a database was filled from another source.
type SourceMismatchError struct{ Have, Want Source }

func (e *SourceMismatchError) Error() string {
	return fmt.Sprintf("DATABASE_NAME: this database holds %s data (from %s) and refuses %s data (from %s): name another database",
		e.Have.Kind, e.Have.URL, e.Want.Kind, e.Want.URL)
}

// ClaimSource binds the database to a source for good, or returns a
// *SourceMismatchError if another kind of source has it. The address may change.
func (db *DB) ClaimSource(ctx context.Context, s Source) error {
	_, err := db.Pool.Exec(ctx, `
insert into entsoe.source (kind, url) select $1, $2
where not exists (select from entsoe.source)
on conflict do nothing`, s.Kind, s.URL)
	if err != nil {
		return fmt.Errorf("claim source: %w", err)
	}
	var have Source
	if err := db.Pool.QueryRow(ctx, `select kind, url from entsoe.source`).Scan(&have.Kind, &have.URL); err != nil {
		return fmt.Errorf("claim source: %w", err)
	}
	if have.Kind != s.Kind {
		return &SourceMismatchError{Have: have, Want: s}
	}
	return nil
}

// ClaimAnswers binds the database to the kind of the first answer that is about to
// be saved, of a simulator or not, and returns that kind.
func (db *DB) ClaimAnswers(ctx context.Context, simulated bool) (first bool, err error) {
	err = db.Pool.QueryRow(ctx, `
insert into entsoe.answers (simulated) values ($1)
on conflict (one) do update set simulated = entsoe.answers.simulated
returning simulated`, simulated).Scan(&first)
	if err != nil {
		return false, fmt.Errorf("claim the database for %s answers: %w", SourceKind(simulated), err)
	}
	return first, nil
}

// Installation returns a string that differs between databases and stays the same
// for each, so that the offsets of two installations differ.
func (db *DB) Installation(ctx context.Context) (text string, err error) {
	err = db.Pool.QueryRow(ctx, `select coalesce(max(claimed_at::text), '') from entsoe.source`).Scan(&text)
	if err != nil {
		return "", fmt.Errorf("when the source was claimed: %w", err)
	}
	return text, nil
}
