/**
 * The people who sign in to the builder, and their sessions. Ids are never given again: whoever remembers one must not find
 * somebody else's. `schema.ts` says what the columns mean.
 */
import type { Words } from './words.ts'

export const users = ({ idOnce, int, text, blob, rows }: Words): string => `
create table users (
  id ${idOnce},
  name ${text} not null,
  folded ${text} not null unique,
  password ${text},
  password_at ${int},
  link ${blob} unique,
  link_expires_at ${int},
  created_at ${int} not null
)${rows};

create table sessions (
  id ${idOnce},
  token ${blob} not null unique,
  "user" ${int} not null,
  agent ${text} not null,
  created_at ${int} not null,
  seen_at ${int} not null,
  expires_at ${int} not null
)${rows};
create index sessions_by_user on sessions ("user");
create index sessions_by_expiry on sessions (expires_at);
`
