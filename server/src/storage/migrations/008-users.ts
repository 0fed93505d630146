/**
 * The people who sign in to the builder, and their sessions. Ids are never given again: whoever remembers one must not find
 * somebody else's. `schema.ts` says what the columns mean.
 */
export const users = `
create table users (
  id integer primary key autoincrement,
  name text not null,
  folded text not null unique,
  password text,
  password_at integer,
  link blob unique,
  link_expires_at integer,
  created_at integer not null
) strict;

create table sessions (
  id integer primary key autoincrement,
  token blob not null unique,
  user integer not null,
  agent text not null,
  created_at integer not null,
  seen_at integer not null,
  expires_at integer not null
) strict;
create index sessions_by_user on sessions (user);
create index sessions_by_expiry on sessions (expires_at);
`
