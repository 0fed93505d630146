/** Secrets of the environment, and the audit log. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

export const environment = ({ idOnce, int, text, blob, rows, keyed }: Words): string => `
create table env_secrets (
  name ${text} primary key,
  sealed ${blob} not null,
  hosts ${text} not null,
  places ${text} not null,
  created_at ${int} not null,
  updated_at ${int} not null
)${keyed};

create table audit (
  id ${idOnce},
  at ${int} not null,
  action ${text} not null,
  workflow ${text} not null,
  version ${int} not null,
  run ${text},
  step ${text} not null,
  credentials ${text} not null
)${rows};
create index audit_by_time on audit (at);
`
