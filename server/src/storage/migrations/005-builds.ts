/** What was built of workflows' code. `schema.ts` says what they mean. */
export const builds = `
alter table versions add column build text;
create index versions_by_build on versions (build) where build is not null;

create table builds (
  hash text primary key,
  steps text not null,
  lock text not null,
  created_at integer not null
) strict, without rowid;

create table build_files (
  build text not null,
  name text not null,
  hash text not null,
  primary key (build, name)
) strict, without rowid;
create index build_files_by_hash on build_files (hash);

create table file_contents (
  hash text primary key,
  content blob not null
) strict;
`
