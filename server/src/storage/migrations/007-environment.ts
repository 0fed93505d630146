/** Secrets of the environment, and the audit log. `schema.ts` says what they mean. */
export const environment = `
create table env_secrets (
  name text primary key,
  sealed blob not null,
  hosts text not null,
  places text not null,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create table audit (
  id integer primary key autoincrement,
  at integer not null,
  action text not null,
  workflow text not null,
  version integer not null,
  run text,
  step text not null,
  credentials text not null
) strict;
create index audit_by_time on audit (at);
`
