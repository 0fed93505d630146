/** The tables of the first version. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

/** Of SQLite alone: elsewhere a written row moves in any case. */
const PLACES = `-- Enough rows that the tree has its second level before there is a secret in it: later ones are only appended.
insert into keyring (id, data)
  with recursive n (id) as (select 1 union all select id + 1 from n where id < 32) select id, printf('%496s', '') from n;
`

export const first = ({ dialect, id, int, text, blob, any, rows, keyed }: Words): string => `
create table runs (
  id ${int} primary key,
  uuid ${text} not null,
  workflow_id ${int} not null,
  version_id ${int} not null,
  status ${text} not null,
  keep ${int} not null,
  accepted_at ${int} not null,
  ended_at ${int},
  replay_of ${text},
  ending ${text}
)${rows};
create index runs_by_workflow on runs (workflow_id, id);

create table unfinished (
  run ${int} primary key,
  timeout_ms ${int} not null,
  boot ${int} not null,
  crashes ${int} not null default 0,
  wake_at ${int},
  places ${text}
)${rows};
create index unfinished_by_wake on unfinished (wake_at) where wake_at is not null;

create table keyring (id ${int} primary key, data ${text} not null)${rows};
${dialect === 'sqlite' ? PLACES : ''}
create table events (run ${int} primary key, body ${any} not null)${rows};

create table steps (
  id ${id},
  run ${int} not null,
  lane ${text} not null,
  position ${int} not null,
  name ${text} not null,
  kind ${text} not null,
  status ${text} not null,
  started_at ${int} not null,
  ended_at ${int} not null,
  attempts ${int} not null,
  spent_ms ${int} not null,
  value ${any} not null,
  logs ${any}
)${rows};
create unique index steps_by_run on steps (run, lane, position);

create table attempts (
  run ${int} not null,
  lane ${text} not null,
  position ${int} not null,
  number ${int} not null,
  step ${text} not null,
  started_at ${int} not null,
  ended_at ${int} not null,
  next_at ${int} not null,
  spent_ms ${int} not null,
  error ${any} not null,
  logs ${any},
  primary key (run, lane, position, number)
)${keyed};

create table waits (
  run ${int} not null,
  lane ${text} not null,
  position ${int} not null,
  name ${text} not null,
  kind ${text} not null,
  started_at ${int} not null,
  until ${int} not null,
  how ${text},
  ended_at ${int},
  value ${any},
  primary key (run, lane, position)
)${keyed};

create table resumptions (
  id ${id},
  run ${int} not null,
  name ${text} not null,
  value ${any} not null
)${rows};
create index resumptions_by_run on resumptions (run, name);

create table idempotency (
  id ${int} primary key,
  uuid ${text} not null,
  scope ${blob} not null unique,
  request ${blob} not null,
  answer ${blob}
)${rows};

create table workflows (
  id ${id},
  name ${text} not null unique,
  endpoint ${text} not null unique,
  enabled ${int} not null default 1,
  created_at ${int} not null,
  current_version ${int}
)${rows};

create table versions (
  id ${id},
  workflow_id ${int} not null,
  number ${int} not null,
  deployment_id ${text} not null,
  definition ${text} not null,
  hash ${text} not null,
  created_at ${int} not null,
  unique (workflow_id, number)
)${rows};

create table accounts (
  id ${id},
  app ${text} not null,
  name ${text} not null,
  sealed ${blob} not null,
  created_at ${int} not null,
  updated_at ${int} not null,
  unique (app, name)
)${rows};

create table test_events (
  id ${id},
  workflow_id ${int} not null,
  sealed ${blob} not null,
  created_at ${int} not null
)${rows};
create index test_events_by_workflow on test_events (workflow_id, id);
`
