/**
 * The commits that every run has, as one statement each: for PostgreSQL, where each message between a node and the database costs as
 * much as what it asks for. The parts of a statement see the same moment, and none what the others write.
 */
import { sql } from 'kysely'
import { query } from '../../storage/query.ts'
import type { RunStatus } from '../../storage/schema.ts'
import type { Packed } from './places.ts'
import { eventValues, runValues, STEP_COLUMNS, stepValues, unfinishedValues } from './queries.ts'
import type { EventRow, NewRunRow, Owned, StepRow, UnfinishedRow } from './queries.ts'

/** All of a run that nothing else comes with. `secrets` as `secretsOf` writes them. */
export const acceptRun = query<NewRunRow & EventRow & UnfinishedRow & { secrets: string }>()((db, p) =>
  db
    .with('event', (part) => part.insertInto('events').values(eventValues(p)))
    .with('life', (part) => part.insertInto('unfinished').values(unfinishedValues(p)))
    .with('secrets', (part) =>
      part
        .insertInto('keyring')
        .columns(['id', 'data'])
        .expression(
          sql`select (place ->> 0)::bigint, place ->> 1 from json_array_elements(${p.secrets}::json) as given (place)`
        )
    )
    .insertInto('runs')
    .values(runValues(p))
)

export function secretsOf(packed: Packed | undefined): string {
  return JSON.stringify(packed?.ids.map((id, i) => [id, packed.texts[i]]) ?? [])
}

interface RunEnds extends Owned {
  outcome: RunStatus
  at: number
  ending: string | null
  /** As the row in `unfinished` has them. */
  places: string | null
  placeIds: string
}

/** Without a name there is none. */
type LastStep = Partial<Omit<StepRow, 'run'>>

/**
 * The end of a run that is kept and had no items, whose secrets are all in these places: whoever put more there after this
 * statement began is waited for, and then it does nothing.
 */
export const endRun = query<RunEnds & LastStep>()((db, p) =>
  db
    .with('ours', (part) =>
      part
        .deleteFrom('unfinished')
        .where('run', '=', p.run)
        .where('boot', '=', p.boot)
        .where('life', '=', p.life)
        .where(sql<boolean>`places is not distinct from ${p.places}::text`)
        .returning('run')
    )
    .with('secrets', (part) =>
      part
        .deleteFrom('keyring')
        .where(sql<boolean>`id = any(${p.placeIds}::bigint[])`)
        .where((e) => e.exists(e.selectFrom('ours').select('run')))
    )
    .with('step', (part) =>
      part
        .insertInto('steps')
        .columns([...STEP_COLUMNS])
        .expression(sql`select ${stepValues(p as Required<typeof p>)} from ours where ${p.name}::text is not null`)
    )
    .updateTable('runs')
    .from('ours')
    .set({ status: p.outcome, ended_at: p.at, ending: p.ending })
    .whereRef('runs.id', '=', 'ours.run')
)

export function placesIn(places: readonly number[]): { places: string | null; placeIds: string } {
  return { places: places.length === 0 ? null : JSON.stringify(places), placeIds: `{${places.join(',')}}` }
}
