/** Stores, and what runs hold of them. `schema.ts` says what the columns mean. */
import type { Words } from './words.ts'

export const stores = ({ id, int, text, blob, rows }: Words): string => `
create table stores (
  id ${id},
  name ${text} not null unique,
  kind ${text} not null,
  sealed ${blob} not null,
  created_at ${int} not null,
  updated_at ${int} not null,
  edits ${int} not null
)${rows};

create table leases (
  id ${id},
  run ${int} not null,
  uuid ${text} not null,
  store ${text} not null,
  sealed ${blob} not null,
  expires_at ${int} not null,
  next_at ${int} not null,
  failures ${int} not null,
  problem ${text},
  unique (run, store)
)${rows};
create index leases_by_run on leases (uuid);
create index leases_by_time on leases (next_at);
`
