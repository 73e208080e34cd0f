package store

import "context"

// ClaimAnswers binds the database to the sort of the first answer that is about
// to be saved, of a simulator or not, and returns that sort.
func (db *DB) ClaimAnswers(ctx context.Context, simulated bool) (first bool, err error) {
	err = db.Pool.QueryRow(ctx, `
		insert into entsoe.answers (simulated) values ($1)
		on conflict (one) do update set simulated = entsoe.answers.simulated
		returning simulated`, simulated).Scan(&first)
	return first, err
}

// Installation returns a text that differs between databases and stays the
// same for one, so that the offsets of two installations differ.
func (db *DB) Installation(ctx context.Context) (text string, err error) {
	err = db.Pool.QueryRow(ctx, `select coalesce(max(claimed_at::text), '') from entsoe.source`).Scan(&text)
	return text, err
}
