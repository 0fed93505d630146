/** Items of a run (`each`): how far their lanes have come, and how each item ended. `schema.ts` says what they mean. */
export const items = `
create table item_lanes (
  run integer not null,
  position integer not null,
  lane integer not null,
  name text not null,
  total integer not null,
  lanes integer not null,
  started_at integer not null,
  done integer not null default 0,
  succeeded integer not null default 0,
  ended_early integer not null default 0,
  failed integer not null default 0,
  failed_at integer,
  spent_ms integer not null default 0,
  places text,
  primary key (run, position, lane)
) strict, without rowid;

create table items (
  run integer not null,
  position integer not null,
  item integer not null,
  status text not null,
  started_at integer not null,
  ended_at integer not null,
  said text,
  primary key (run, position, item)
) strict, without rowid;
create index items_failed on items (run, position, item) where status = 'failed';
`
