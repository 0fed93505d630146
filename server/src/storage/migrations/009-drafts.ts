/** Drafts, and the text of versions as it was written. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

export const drafts = ({ int, text, blob, rows }: Words): string => `
create table drafts (
  workflow_id ${int} primary key,
  name ${text} not null unique,
  endpoint ${text} not null unique,
  sealed ${blob} not null,
  revision ${int} not null,
  base_version ${int},
  created_at ${int} not null,
  updated_at ${int} not null
)${rows};
alter table versions add column source ${blob};
`
