/** Stores, and what runs hold of them. `schema.ts` says what the columns mean. */
export const stores = `
create table stores (
  id integer primary key,
  name text not null unique,
  kind text not null,
  sealed blob not null,
  created_at integer not null,
  updated_at integer not null,
  edits integer not null
) strict;

create table leases (
  id integer primary key,
  run integer not null,
  uuid text not null,
  store text not null,
  sealed blob not null,
  expires_at integer not null,
  next_at integer not null,
  failures integer not null,
  problem text,
  unique (run, store)
) strict;
create index leases_by_run on leases (uuid);
create index leases_by_time on leases (next_at);
`
