/** Nodes: the servers that share a database; and which life of a run comes next. `schema.ts` says what the columns mean. */
import type { Words } from './words.ts'

/** Columns that hold what passed through a run, what is sealed, or what people wrote. */
const DATA: Readonly<Record<string, readonly string[]>> = {
  accounts: ['sealed'],
  attempts: ['error', 'logs'],
  data_entries: ['key', 'value'],
  drafts: ['sealed'],
  env_secrets: ['sealed'],
  events: ['body'],
  idempotency: ['answer'],
  items: ['said'],
  keyring: ['data'],
  leases: ['sealed'],
  resumptions: ['value'],
  runs: ['ending'],
  steps: ['value', 'logs'],
  stores: ['sealed'],
  test_events: ['sealed'],
  users: ['password'],
  versions: ['source'],
  waits: ['value']
}

/**
 * Of PostgreSQL alone: no statistics of them. They are samples of values, in a table of PostgreSQL's own, and stay there when the
 * row is deleted or written anew (I1, I5).
 */
const UNSAMPLED = Object.entries(DATA)
  .flatMap(([table, columns]) =>
    columns.map((column) => `alter table ${table} alter column ${column} set statistics 0;`)
  )
  .join('\n')

/**
 * Of PostgreSQL alone: rows that are written again and again keep to their page, and what they held before goes soon, for
 * among it are sealed secrets (I5).
 */
const CHURN = `
alter table runs set (fillfactor = 80);
${['unfinished', 'keyring', 'item_lanes', 'nodes']
  .map(
    (table) => `alter table ${table} set (
  fillfactor = 50,
  autovacuum_vacuum_threshold = 100, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0
);`
  )
  .join('\n')}
`

export const nodes = ({ dialect, id, int, text, rows }: Words): string => `
create table nodes (
  id ${id},
  executor ${text} not null unique,
  name ${text} not null,
  version ${text} not null,
  slot ${int} not null unique,
  started_at ${int} not null,
  renewed_at ${int} not null,
  expires_at ${int} not null,
  drained_at ${int},
  gone_at ${int}
)${rows};
alter table unfinished add column life ${int} not null default 1;
create index unfinished_by_boot on unfinished (boot) where boot <> 0;
alter table leases add column claimed_until ${int} not null default 0;
${dialect === 'postgres' ? CHURN + UNSAMPLED : ''}`
