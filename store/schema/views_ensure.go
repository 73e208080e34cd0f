package schema

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"entsoed/store"
)

// views makes the views of the items, and replaces those whose definition has
// changed. The others are not touched: replacing one waits for its readers.
func (m *migration) views(ctx context.Context) error {
	items := map[string]ItemRow{}
	for _, i := range m.opts.Items {
		items[i.Name] = i
	}
	comments, err := m.seriesComments(ctx)
	if err != nil {
		return err
	}
	states, err := m.viewStates(ctx)
	if err != nil {
		return err
	}
	for _, spec := range m.opts.Views {
		item, known := items[spec.Item]
		state, mirrored := states[spec.Item]
		if !known || !mirrored {
			return fmt.Errorf("view %s: there is no such item", spec.Item)
		}
		if err := m.itemViews(ctx, spec, item, state, comments); err != nil {
			return fmt.Errorf("views of %s: %w", spec.Item, err)
		}
	}
	if len(m.opts.Views) > 0 {
		m.report.have("views of %d data items", len(m.opts.Views))
	}
	return nil
}

// collected keeps the comments of views true that say that their item is not
// collected: a view that was made anew has lost that.
func (m *migration) collected(ctx context.Context) error {
	_, err := m.pool.Exec(ctx, `select entsoe.note_collected()`)
	return err
}

// seriesComments returns the comments of the columns of entsoe.series by name.
func (m *migration) seriesComments(ctx context.Context) (map[string]string, error) {
	rows, err := m.pool.Query(ctx, `
select attname, coalesce(col_description(attrelid, attnum), '')
from pg_attribute where attrelid = 'entsoe.series'::regclass and attnum > 0 and not attisdropped`)
	if err != nil {
		return nil, err
	}
	comments := map[string]string{}
	var name, comment string
	_, err = pgx.ForEachRow(rows, []any{&name, &comment}, func() error {
		comments[name] = comment
		return nil
	})
	return comments, err
}

// viewState is what the database has of the views of an item.
type viewState struct {
	ItemNo    int16
	MD5       string   // of the statements that made them
	Views     []string // names
	Functions []string // signatures
}

// viewStates returns the state of the views of all items by name, in one
// statement: every command that needs the schema asks for it.
func (m *migration) viewStates(ctx context.Context) (map[string]viewState, error) {
	rows, err := m.pool.Query(ctx, `
select name, item_no, views_md5,
  array(select name || suffix from unnest($1::text[]) suffix where to_regclass('entsoe.' || name || suffix) is not null),
  array(
    select format('entsoe.%s(%s)', p.proname, array_to_string(array(select format_type(type, null) from unnest(p.proargtypes) with ordinality t(type, n) order by n), ','))
    from unnest($2::text[]) suffix join pg_proc p on p.proname = name || suffix and p.pronamespace = 'entsoe'::regnamespace)
from entsoe.items`, viewSuffixes, functionSuffixes)
	if err != nil {
		return nil, err
	}
	states := map[string]viewState{}
	var name string
	var s viewState
	_, err = pgx.ForEachRow(rows, []any{&name, &s.ItemNo, &s.MD5, &s.Views, &s.Functions}, func() error {
		states[name] = s
		s.Views, s.Functions = nil, nil // else the next row would overwrite them
		return nil
	})
	return states, err
}

func (m *migration) itemViews(ctx context.Context, spec ViewSpec, item ItemRow, state viewState, comments map[string]string) error {
	views, err := itemViews(spec, item, state.ItemNo, comments)
	if err != nil {
		return err
	}
	var names, functions []string
	hash := md5.New()
	for _, v := range views {
		hash.Write([]byte(v.create(true)))
		names = append(names, v.name)
		for _, f := range v.functions() {
			functions = append(functions, f.signature())
		}
	}
	sum := hex.EncodeToString(hash.Sum(nil))
	if sum == state.MD5 && same(names, state.Views) && same(functions, state.Functions) {
		return nil
	}
	err = pgx.BeginFunc(ctx, m.pool, func(tx pgx.Tx) error { return replaceViews(ctx, tx, spec.Item, state, views, sum) })
	switch store.Code(err) {
	case codeDependentObjects:
		m.report.missing("the new form of the views of %s: a view of yours depends on the old one; drop it, run `entsoed migrate` again and make it anew (%v)", spec.Item, err)
		return nil
	case codeLockTimeout:
		m.report.missing("the new form of the views of %s: they are in use; run `entsoed migrate` again", spec.Item)
		return nil
	}
	return err
}

// same reports whether two lists hold the same names, in whatever order.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// replaceViews replaces the views of an item and their functions, of which those there
// are dropped first: they return rows of views. A view that has lost or renamed a
// column must be dropped first as well; PostgreSQL reports that as an error.
func replaceViews(ctx context.Context, tx pgx.Tx, item string, state viewState, views []view, sum string) error {
	if _, err := tx.Exec(ctx, `set local lock_timeout = '10s'`); err != nil {
		return err
	}
	for _, f := range state.Functions {
		if _, err := tx.Exec(ctx, "drop function "+f); err != nil {
			return err
		}
	}
	for _, name := range state.Views {
		if slices.ContainsFunc(views, func(v view) bool { return v.name == name }) {
			continue
		}
		if _, err := tx.Exec(ctx, "drop view entsoe."+name); err != nil {
			return err
		}
	}
	for _, v := range views {
		err := pgx.BeginFunc(ctx, tx, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, v.create(true))
			return err
		})
		if store.Code(err) == codeBadViewChange {
			_, err = tx.Exec(ctx, "drop view entsoe."+v.name+";\n"+v.create(false))
		}
		if err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `update entsoe.items set views_md5 = $2 where name = $1`, item, sum)
	return err
}
