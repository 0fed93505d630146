/** What was built of workflows' code. `schema.ts` says what they mean. */
import type { Words } from './words.ts'

export const builds = ({ int, text, blob, rows, keyed }: Words): string => `
alter table versions add column build ${text};
create index versions_by_build on versions (build) where build is not null;

create table builds (
  hash ${text} primary key,
  steps ${text} not null,
  lock ${text} not null,
  created_at ${int} not null
)${keyed};

create table build_files (
  build ${text} not null,
  name ${text} not null,
  hash ${text} not null,
  primary key (build, name)
)${keyed};
create index build_files_by_hash on build_files (hash);

create table file_contents (
  hash ${text} primary key,
  content ${blob} not null
)${rows};
`
