package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// find returns the first server that can be had.
func find(ctx context.Context) (*server, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		s, err := ready(ctx, 10*time.Second, "TEST_DATABASE_URL", given)
		if err != nil {
			return nil, fmt.Errorf("TEST_DATABASE_URL: %w", err)
		}
		return s, s.borrow(ctx)
	}
	if id, ok := goCommand(); ok {
		return joined(ctx, id)
	}
	return started(ctx)
}

// started starts a server of our own.
func started(ctx context.Context) (*server, error) {
	s, dockerErr := startDocker(ctx)
	if dockerErr == nil {
		return s, nil
	}
	s, localErr := startInstalled(ctx)
	if localErr == nil {
		return s, nil
	}
	return nil, fmt.Errorf(`the tests need a PostgreSQL, best with TimescaleDB. One of these will do:
  - install Docker, whose image of docker-compose.yml is then used (%w)
  - install PostgreSQL 15 or later (Debian: apt-get install postgresql) (%w)
  - set TEST_DATABASE_URL=postgres://user:password@host:5432/postgres to a server where that user may create databases`, dockerErr, localErr)
}

// ready waits until the server answers under one of its addresses and asks
// what it is.
func ready(ctx context.Context, wait time.Duration, where string, urls ...string) (*server, error) {
	deadline := time.Now().Add(wait)
	for {
		var errs []error
		for _, u := range urls {
			s := &server{admin: u}
			err := s.look(ctx, where)
			if err == nil {
				return s, nil
			}
			errs = append(errs, err)
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, errors.Join(errs...)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *server) look(ctx context.Context, where string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var version string
	err = conn.QueryRow(ctx, `
select current_setting('server_version'), coalesce((
  select default_version from pg_available_extensions
  where name = 'timescaledb' and current_setting('shared_preload_libraries') ~ 'timescaledb'), '')`).Scan(&version, &s.timescale)
	if err != nil {
		return err
	}
	version, _, _ = strings.Cut(version, " ")
	s.engine = fmt.Sprintf("PostgreSQL %s (%s)", version, where)
	return nil
}

// roleComment marks the roles that the tests have made on a server that is not theirs.
const roleComment = "Made by the tests of entsoed."

// borrow prepares a server that is not ours, so that stop leaves it as it was:
// migrations make roles there, which belong to no database. Test binaries that
// run at the same time hold a shared lock; the last one tidies up.
func (s *server) borrow(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.admin)
	if err != nil {
		return err
	}
	s.stop = func() error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		return errors.Join(giveBack(ctx, conn), conn.Close(ctx))
	}
	_, err = conn.Exec(ctx, `
select pg_advisory_lock_shared(hashtext('entsoed_test'));
do $$
declare r text;
begin
  perform pg_advisory_xact_lock(hashtext('entsoed_test roles'));
  foreach r in array array['entsoe_owner', 'entsoe_worker', 'entsoe_reader', 'entsoe_operator'] loop
    if not exists (select from pg_roles where rolname = r) then
      execute format('create role %I nologin', r);
      execute format('comment on role %I is %L', r, '`+roleComment+`');
    end if;
  end loop;
exception when insufficient_privilege then null;  -- then migrations make none either
end $$`)
	return err
}

// giveBack drops what killed test runs have left, and the roles, if no other
// test binary uses the server.
func giveBack(ctx context.Context, conn *pgx.Conn) error {
	var last bool
	err := conn.QueryRow(ctx, `
select pg_advisory_unlock_shared(hashtext('entsoed_test')) and pg_try_advisory_lock(hashtext('entsoed_test'))`).Scan(&last)
	if err != nil || !last {
		return err
	}
	rows, err := conn.Query(ctx, `
select format('drop database %I with (force)', datname) from pg_database
where datname like $1 and pg_has_role(datdba, 'usage')
union all
select format('drop role %I', rolname) from pg_roles where shobj_description(oid, 'pg_authid') = $2`,
		strings.ReplaceAll(prefix, "_", `\_`)+"%", roleComment)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
