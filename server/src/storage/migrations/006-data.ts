/** Data stores and their entries. `schema.ts` says what the columns mean. */
export const data = `
create table data_stores (
  id integer primary key,
  name text not null unique,
  workflow_id integer,
  entries integer not null default 0,
  bytes integer not null default 0,
  created_at integer not null
) strict;
create index data_stores_by_workflow on data_stores (workflow_id) where workflow_id is not null;

create table data_entries (
  id integer primary key,
  store integer not null,
  key text not null,
  value text not null,
  written_at integer not null,
  expires_at integer,
  run integer not null,
  lane text not null,
  unique (store, key)
) strict;
create index data_entries_by_expiry on data_entries (expires_at) where expires_at is not null;
create index data_entries_by_run on data_entries (run, lane);
`
