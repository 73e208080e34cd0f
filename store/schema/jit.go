package schema

import (
	"context"

	"entsoed/store"
)

// noJIT switches compiling of queries off for the database. A question over years of
// points has a plan of one part per month and more, and to compile those takes ten
// times as long as to run them. What somebody has set, for the server, the database
// or a role, stays.
func (m *migration) noJIT(ctx context.Context) error {
	var source, statement string
	err := m.pool.QueryRow(ctx, `
select source || case setting when 'off' then ' off' else '' end, format('alter database %I set jit = off', current_database())
from pg_settings where name = 'jit'`).Scan(&source, &statement)
	switch {
	case err != nil || source == "default off":
		return err
	case source == "database off":
		m.report.have("jit is off in this database")
		return nil
	case source != "default":
		m.report.have("jit is as somebody has set it (%s)", source)
		return nil
	}
	_, err = m.pool.Exec(ctx, statement)
	if store.Code(err) == store.CodeNoPrivilege {
		m.report.missing("jit makes questions over years slower: let the owner of the database run `%s`", statement)
		return nil
	}
	if err == nil {
		m.report.have("jit is off in this database")
	}
	return err
}
