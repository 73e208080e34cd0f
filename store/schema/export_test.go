package schema

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Compressed is for tests on servers of the Apache edition, which compress nothing.
var Compressed = compressed

// What a move of points looks at before it begins, for tests on servers with room.
var Needed = needed

var UndoneByDeadlock = undoneByDeadlock

type Part = part

func NewPart(bytes int64, chunk bool) Part { return part{bytes: bytes, chunk: chunk} }

func FreeDisk(ctx context.Context, pool *pgxpool.Pool) (int64, error) {
	return (&migration{pool: pool}).freeDisk(ctx)
}

func Room(ctx context.Context, pool *pgxpool.Pool, need int64) error {
	return (&migration{pool: pool}).room(ctx, need)
}
