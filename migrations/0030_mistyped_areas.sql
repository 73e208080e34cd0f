-- +goose Up

-- The last character of an EIC checks the others: the first 15 are weighted by 16
-- down to 2 and added up, modulo 37.
create function entsoe.eic_check_character(eic text)
returns text language sql immutable parallel safe
return substr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-', 37 - ((
  select sum((strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-', substr(eic_check_character.eic, n, 1)) - 1) * (17 - n))
  from generate_series(1, 15) n) + 36)::integer % 37, 1);
comment on function entsoe.eic_check_character(text) is
  'The last character that an EIC must have: it checks the first 15, so that a mistyped one is noticed.';

-- +goose StatementBegin
create or replace function entsoe.area_eic(name text)
returns text language plpgsql stable as $$
declare
  word      text := trim(area_eic.name);
  found_eic text;
  wanted    text;
begin
  select a.eic into found_eic from entsoe.areas a where lower(a.code) = lower(word) or a.eic = upper(word);
  if found_eic is not null then
    return found_eic;
  elsif upper(word) ~ '^[A-Z0-9-]{16}$' then
    wanted := entsoe.eic_check_character(upper(word));
    if wanted = right(upper(word), 1) then
      return upper(word); -- the platform has more areas than any list
    end if;
    raise exception 'EIC "%" is mistyped: its last character checks the others and would have to be "%", as in %', upper(word), wanted, left(upper(word), 15) || wanted
      using errcode = 'invalid_parameter_value',
      hint = coalesce('did you mean ' || entsoe.nearest(upper(word), array(select a.eic from entsoe.areas a)) || '? ', '')
        || 'entsoe.areas lists the areas that are known';
  end if;
  raise exception 'unknown area "%"', left(word, 100) using errcode = 'invalid_parameter_value',
    hint = coalesce('did you mean ' || entsoe.nearest(word, array(select a.code from entsoe.areas a)) || '? ', '')
      || 'all, names such as DE_LU (entsoe.areas lists them), borders such as DE_LU>FR and EICs of 16 characters are allowed';
end $$;
-- +goose StatementEnd
comment on function entsoe.area_eic(text) is 'The EIC of an area, by its name or EIC. A text that is neither is an error, and so is an EIC whose check character is wrong.';

-- Each length of a common beginning is tried, so that the time grows with the
-- square of the name's length: nothing is like a long one.
-- +goose StatementBegin
create or replace function entsoe.nearest(name text, known text[])
returns text language sql immutable parallel safe
return (
  select string_agg(n.word, ', ' order by n.wrong, n.word)
  from (
    select k.word, greatest(length(k.word), length(nearest.name)) - begins.alike - ends.alike as wrong
    from unnest(nearest.known) k(word)
    cross join lateral (
      select max(n) as alike
      from generate_series(0, least(length(k.word), length(nearest.name))) n
      where left(lower(k.word), n) = left(lower(nearest.name), n)
    ) begins
    cross join lateral (
      select max(n) as alike
      from generate_series(0, least(length(k.word), length(nearest.name)) - begins.alike) n
      where right(lower(k.word), n) = right(lower(nearest.name), n)
    ) ends
    where length(nearest.name) <= 100 and length(k.word) <= 100
      and (greatest(length(k.word), length(nearest.name)) - begins.alike - ends.alike <= 1 + length(k.word) / 4
        or length(nearest.name) > 2 and strpos(lower(k.word), lower(nearest.name)) > 0)
    order by wrong, k.word
    limit 3
  ) n
  where length(nearest.name) <= 100
);
-- +goose StatementEnd
comment on function entsoe.nearest(text, text[]) is
  'Up to three of the known names that differ from a name in one place, or in which it occurs; null: none does, or the name has more than 100 characters.';

-- +goose StatementBegin
create function entsoe.bound_unknown_areas()
returns trigger language plpgsql as $$
declare
  most   integer := coalesce(nullif(current_setting('entsoe.unknown_areas', true), '')::integer, 100);
  known  integer;
begin
  if not exists (
    select from added f
    where f.area not in (select eic from entsoe.areas)
      or f.counter_area <> '' and f.counter_area not in (select eic from entsoe.areas)
  ) then
    return null;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('entsoe.unknown_areas', 0));
  select count(distinct u.eic) into known
  from (select area as eic from entsoe.feeds union select counter_area from entsoe.feeds) u
  where u.eic <> '' and u.eic not in (select a.eic from entsoe.areas a);
  if known > most then
    raise exception 'the database would have feeds of % areas that are not in entsoe.areas, and % are allowed', known, most
      using errcode = 'program_limit_exceeded',
      hint = format('alter database %I set entsoe.unknown_areas = %s allows more, from the next connection on', current_database(), 2 * most);
  end if;
  return null;
end $$;
-- +goose StatementEnd
comment on function entsoe.bound_unknown_areas() is
  'Refuses feeds of more than 100 areas that are not in entsoe.areas: each would be asked for, at the cost of requests. alter database ... set entsoe.unknown_areas = 500 allows more.';
create trigger bound_unknown_areas after insert on entsoe.feeds
  referencing new table as added for each statement execute function entsoe.bound_unknown_areas();
comment on trigger bound_unknown_areas on entsoe.feeds is 'Refuses feeds of too many areas that nobody knows.';
