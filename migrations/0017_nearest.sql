-- +goose Up

-- Names that are like a name, for hints. Most typing errors are in one place: what
-- is left between the common beginning and the common end is wrong.
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
    where greatest(length(k.word), length(nearest.name)) - begins.alike - ends.alike <= 1 + length(k.word) / 4
      or length(nearest.name) > 2 and strpos(lower(k.word), lower(nearest.name)) > 0
    order by wrong, k.word
    limit 3
  ) n
);
-- +goose StatementEnd
comment on function entsoe.nearest(text, text[]) is
  'Up to three of the known names that differ from a name in one place, or in which it occurs; null: none does.';
