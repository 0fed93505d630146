/** Data stores and their entries. `schema.ts` says what the columns mean. */
import type { Words } from './words.ts'

export const data = ({ id, int, text, rows }: Words): string => `
create table data_stores (
  id ${id},
  name ${text} not null unique,
  workflow_id ${int},
  entries ${int} not null default 0,
  bytes ${int} not null default 0,
  created_at ${int} not null
)${rows};
create index data_stores_by_workflow on data_stores (workflow_id) where workflow_id is not null;

create table data_entries (
  id ${id},
  store ${int} not null,
  key ${text} not null,
  value ${text} not null,
  written_at ${int} not null,
  expires_at ${int},
  run ${int} not null,
  lane ${text} not null,
  unique (store, key)
)${rows};
create index data_entries_by_expiry on data_entries (expires_at) where expires_at is not null;
create index data_entries_by_run on data_entries (run, lane);
`
