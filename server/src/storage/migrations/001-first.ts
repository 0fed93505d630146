/** The tables of the first version. `schema.ts` says what they mean. */
export const first = `
create table runs (
  id integer primary key,
  uuid text not null,
  workflow_id integer not null,
  version_id integer not null,
  status text not null,
  keep integer not null,
  accepted_at integer not null,
  ended_at integer,
  replay_of text,
  ending text
) strict;
create index runs_by_workflow on runs (workflow_id, id);

create table unfinished (
  run integer primary key,
  timeout_ms integer not null,
  boot integer not null,
  crashes integer not null default 0,
  wake_at integer,
  places text
) strict;
create index unfinished_by_wake on unfinished (wake_at) where wake_at is not null;

create table keyring (id integer primary key, data text not null) strict;
-- Enough rows that the tree has its second level before there is a secret in it: later ones are only appended.
insert into keyring (id, data)
  with recursive n (id) as (select 1 union all select id + 1 from n where id < 32) select id, printf('%496s', '') from n;

create table events (run integer primary key, body any not null) strict;

create table steps (
  id integer primary key,
  run integer not null,
  lane text not null,
  position integer not null,
  name text not null,
  kind text not null,
  status text not null,
  started_at integer not null,
  ended_at integer not null,
  attempts integer not null,
  spent_ms integer not null,
  value any not null,
  logs any
) strict;
create unique index steps_by_run on steps (run, lane, position);

create table attempts (
  run integer not null,
  lane text not null,
  position integer not null,
  number integer not null,
  step text not null,
  started_at integer not null,
  ended_at integer not null,
  next_at integer not null,
  spent_ms integer not null,
  error any not null,
  logs any,
  primary key (run, lane, position, number)
) strict, without rowid;

create table waits (
  run integer not null,
  lane text not null,
  position integer not null,
  name text not null,
  kind text not null,
  started_at integer not null,
  until integer not null,
  how text,
  ended_at integer,
  value any,
  primary key (run, lane, position)
) strict, without rowid;

create table resumptions (
  id integer primary key,
  run integer not null,
  name text not null,
  value any not null
) strict;
create index resumptions_by_run on resumptions (run, name);

create table idempotency (
  id integer primary key,
  uuid text not null,
  scope blob not null unique,
  request blob not null,
  answer blob
) strict;

create table workflows (
  id integer primary key,
  name text not null unique,
  endpoint text not null unique,
  enabled integer not null default 1,
  created_at integer not null,
  current_version integer
) strict;

create table versions (
  id integer primary key,
  workflow_id integer not null,
  number integer not null,
  deployment_id text not null,
  definition text not null,
  hash text not null,
  created_at integer not null,
  unique (workflow_id, number)
) strict;

create table accounts (
  id integer primary key,
  app text not null,
  name text not null,
  sealed blob not null,
  created_at integer not null,
  updated_at integer not null,
  unique (app, name)
) strict;

create table test_events (
  id integer primary key,
  workflow_id integer not null,
  sealed blob not null,
  created_at integer not null
) strict;
create index test_events_by_workflow on test_events (workflow_id, id);
`
