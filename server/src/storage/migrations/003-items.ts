/** Items of a run (`each`): how far their lanes have come, and how each item ended. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

export const items = ({ int, text, keyed }: Words): string => `
create table item_lanes (
  run ${int} not null,
  position ${int} not null,
  lane ${int} not null,
  name ${text} not null,
  total ${int} not null,
  lanes ${int} not null,
  started_at ${int} not null,
  done ${int} not null default 0,
  succeeded ${int} not null default 0,
  ended_early ${int} not null default 0,
  failed ${int} not null default 0,
  failed_at ${int},
  spent_ms ${int} not null default 0,
  places ${text},
  primary key (run, position, lane)
)${keyed};

create table items (
  run ${int} not null,
  position ${int} not null,
  item ${int} not null,
  status ${text} not null,
  started_at ${int} not null,
  ended_at ${int} not null,
  said ${text},
  primary key (run, position, item)
)${keyed};
create index items_failed on items (run, position, item) where status = 'failed';
`
