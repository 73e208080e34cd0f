package schema

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"
)

// kept is a view or function of somebody else, or what was granted on one of ours,
// that a migration took down.
type kept struct {
	ID            int64
	Object, Owner string
	Statements    []string
}

// keptViews makes anew what stood on views or tables of ours whose form has changed,
// each as its owner. What cannot be made stays in entsoe.kept_views and is reported
// with its definition.
func (m *migration) keptViews(ctx context.Context) error {
	rows, err := m.pool.Query(ctx, `select id, object, owner, statements from entsoe.kept_views order by id`)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
	if err != nil {
		return err
	}
	for _, k := range all {
		err := pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `delete from entsoe.kept_views where id = $1`, k.ID); err != nil {
				return err
			}
			return execAll(ctx, tx, append([]string{"set local role " + pgx.Identifier{k.Owner}.Sanitize()}, k.Statements...))
		})
		if err == nil {
			m.report.have("%s was made anew", k.Object)
			continue
		}
		if ctx.Err() != nil {
			return err
		}
		if _, err := m.pool.Exec(ctx, `update entsoe.kept_views set problem = $2 where id = $1`, k.ID, err.Error()); err != nil {
			return err
		}
		m.report.missing("%s of %s, which stood on what has another form now, and could not be made anew (%v). Its definition is in entsoe.kept_views; delete it there once it is made, or not wanted any more: %s",
			k.Object, k.Owner, err, strings.Join(k.Statements, "; "))
	}
	return nil
}
