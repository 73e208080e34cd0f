package schema

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// harmful is a setting of the server that migrate switches off for the database.
type harmful struct{ Setting, Effect string }

func harmfulSettings() []harmful {
	return []harmful{
		// A question over years of points has a plan of one part per month and more, and
		// to compile those takes ten times as long as to run them.
		{"jit", "makes questions over years slower"},
		// Joins of views with a condition such as at >= (select ...) come out empty, without
		// a word (timescaledb#10503). Mended in August 2026, after 2.29.2.
		{"timescaledb.enable_parallel_chunk_append", "lets a join that is worked on in parallel find nothing"},
	}
}

// steerPlanner switches off for the database what makes answers slow or wrong. What
// somebody has set, for the server, the database or a role, stays.
func (m *migration) steerPlanner(ctx context.Context) error {
	for _, h := range harmfulSettings() {
		if err := m.switchOff(ctx, h); err != nil {
			return fmt.Errorf("switch %s off: %w", h.Setting, err)
		}
	}
	return nil
}

func (m *migration) switchOff(ctx context.Context, h harmful) error {
	var source, statement string
	err := m.pool.QueryRow(ctx, `
select source || case setting when 'off' then ' off' else '' end, format('alter database %I set %s = off', current_database(), name)
from pg_settings where name = $1`, h.Setting).Scan(&source, &statement)
	switch {
	case errors.Is(err, pgx.ErrNoRows): // TimescaleDB is not there
		return nil
	case err != nil || source == "default off":
		return err
	case source == "database off":
		m.report.have("%s is off in this database", h.Setting)
		return nil
	case source != "default":
		m.report.have("%s is as somebody has set it (%s)", h.Setting, source)
		return nil
	}
	_, err = m.pool.Exec(ctx, statement)
	if store.Code(err) == store.CodeNoPrivilege {
		m.report.missing("%s %s: let the owner of the database run `%s`", h.Setting, h.Effect, statement)
		return nil
	}
	if err == nil {
		m.report.have("%s is off in this database", h.Setting)
	}
	return err
}
