/** Drafts, and the text of versions as it was written. `schema.ts` says what they mean. */
export const drafts = `
create table drafts (
  workflow_id integer primary key,
  name text not null unique,
  endpoint text not null unique,
  sealed blob not null,
  revision integer not null,
  base_version integer,
  created_at integer not null,
  updated_at integer not null
) strict;
alter table versions add column source blob;
`
