-- +goose Up

-- What a document said before may be what it says again, under the same number: the
-- same content is stored once for each time that it became the present.
alter table entsoe.documents drop constraint documents_mrid_item_no_revision_digest_key;
alter table entsoe.documents add constraint documents_mrid_item_no_revision_digest_published_at_key
  unique (mrid, item_no, revision, digest, published_at);
comment on column entsoe.documents.revision is
  'revisionNumber. The same revision may stand here several times: the platform has changed its content without a new number, or back to what it was.';

alter table entsoe.documents add column seen_at timestamptz;
comment on column entsoe.documents.seen_at is
  'When an answer last listed it, to the hour: it is written when an hour has passed since. Null: only once, in known_from. Documents are asked for by when they were last changed, and once a day those in force; one that is in force and was not seen for days is no longer listed.';

create or replace view entsoe.unavailability as
select i.name as item,
  coalesce(a.code, p.area, f.area) as area,
  coalesce(c.code, case when p.area is null then nullif(f.counter_area, '') else p.counter_area end) as counter_area,
  p.psr_type, t.title as psr_type_title, p.unit, p.resource, p.resource_name, p.generation_unit, p.unit_name, p.location, p.nominal_mw,
  r.at, r.until, tstzrange(r.at, r.until) as during,
  r.mw as available_mw, case when p.nominal_mw is not null then greatest(least(p.nominal_mw - r.mw, p.nominal_mw), 0) end as unavailable_mw,
  p.business_type, b.title as business_type_title,
  d.mrid, d.revision, d.published_at as published_from, d.published_until, d.known_from, d.known_until,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'code' as reason_code,
  case when d.reasons = '[]' then p.reasons else d.reasons end -> 0 ->> 'text' as reason_text,
  coalesce(d.seen_at, d.known_from) as last_seen
from entsoe.document_runs r
join entsoe.document_parts p on p.document_id = r.document_id and p.n = r.n
join entsoe.documents d on d.id = r.document_id
join entsoe.feeds f on f.id = d.feed_id
join entsoe.items i on i.item_no = d.item_no
left join entsoe.areas a on a.eic = coalesce(p.area, f.area)
left join entsoe.areas c on c.eic = case when p.area is null then nullif(f.counter_area, '') else p.counter_area end
left join entsoe.codes t on t.list = 'psrType' and t.code = p.psr_type
left join entsoe.codes b on b.list = 'businessType' and b.code = p.business_type
where d.active;
comment on column entsoe.unavailability.last_seen is
  'When an answer of the platform last listed the revision, to the hour. In force (at <= now < until, published_until infinity) and not seen for days: the platform has stopped listing it, without a word.';
