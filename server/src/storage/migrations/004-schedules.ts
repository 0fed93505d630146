/** Schedules and their ticks. `schema.ts` says what they mean. */
export const schedules = `
create table schedules (
  workflow_id integer primary key,
  version_id integer not null,
  schedule text not null,
  settled_at integer not null,
  next_at integer
) strict;
create index schedules_by_next on schedules (next_at) where next_at is not null;

create table ticks (
  id integer primary key,
  workflow_id integer not null,
  at integer not null,
  unique (workflow_id, at)
) strict;
`
