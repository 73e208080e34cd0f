-- +goose Up

-- As before, but without a subquery: planning computes a key for each due feed.
-- +goose StatementBegin
create or replace function entsoe.job_key(kind text, args jsonb)
returns bytea language sql stable parallel safe
return sha256(convert_to('&kind=' || kind || case kind
  when 'collect' then '&args={' || concat_ws(',',
    '"feed":' || (args -> 'feed')::text, '"from":' || (args -> 'from')::text,
    '"lane":' || (args -> 'lane')::text, '"to":' || (args -> 'to')::text) || '}'
  when 'revisions' then '&args={' || replace(replace(replace(replace(replace(concat_ws(',',
    '"item":' || (args -> 'item')::text, '"mrid":' || (args -> 'mrid')::text),
    '&', '\u0026'), '<', '\u003c'), '>', '\u003e'), chr(8232), '\u2028'), chr(8233), '\u2029') || '}'
  else '' end, 'UTF8'));
-- +goose StatementEnd
