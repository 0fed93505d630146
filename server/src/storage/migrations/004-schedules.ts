/** Schedules and their ticks. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

export const schedules = ({ int, text, rows }: Words): string => `
create table schedules (
  workflow_id ${int} primary key,
  version_id ${int} not null,
  schedule ${text} not null,
  settled_at ${int} not null,
  next_at ${int}
)${rows};
create index schedules_by_next on schedules (next_at) where next_at is not null;

create table ticks (
  id ${int} primary key,
  workflow_id ${int} not null,
  at ${int} not null,
  unique (workflow_id, at)
)${rows};
`
