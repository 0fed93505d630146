/**
 * What a kill left on the disk, read by nothing of Bellhop's: a copy of the database is opened with SQLite, which
 * recovers it as the next start will, and every file is searched for text that may not be there.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { dataFiles, type DataFile } from '../../support/data-files.ts'
import { CLOCK } from '../load/clock.ts'
import { marks } from '../load/marks.ts'

/** A finished step as the journal has it. Times are the server's, in Unix milliseconds. */
export interface StepRow {
  run: string
  step: string
  endedAt: number
}

/** A tick of the schedule and the run that it started, as far as each is there. Times in Unix milliseconds. */
export interface TickRow {
  run: string | null
  at: number | null
  /** What the run's event says. */
  told: number | null
}

export interface Disk {
  /** Each run's status. */
  runs: ReadonlyMap<string, string>
  /** What runs that did not simply succeed say of their end, as JSON. */
  endings: ReadonlyMap<string, string>
  /** Finished steps of runs that have not ended; of all runs where asked for. */
  steps: readonly StepRow[]
  ticks: readonly TickRow[]
  /** How many runs have not ended. */
  unfinished: number
  /** Pieces of secrets that are sealed here, and how many rows hold any. */
  sealed: readonly Buffer[]
  places: number
  /** Readable text that may not be here: which, and in which file. */
  readable: readonly string[]
  /** What SQLite's own check of the file says, where asked for. */
  damage: readonly string[]
}

/** @param whole reads the steps of ended runs, too, and checks the file */
export async function inspect(data: string, scratch: string, whole = false): Promise<Disk> {
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch)
  const files = await dataFiles(data)
  for (const { name } of files.filter(({ name }) => /^bellhop\.db(-wal)?$/.test(name))) {
    await copyFile(join(data, name), join(scratch, name))
  }
  const db = new DatabaseSync(join(scratch, 'bellhop.db'))
  try {
    return { ...read(db, whole), readable: readableIn(files) }
  } finally {
    db.close()
  }
}

/** Every tick with its run, and every run of the schedule with its tick. */
const TICKS = `
  with every_one (id) as (
    select id from ticks union select r.id from runs r join workflows w on w.id = r.workflow_id where w.name = '${CLOCK}')
  select r.uuid as run, t.at, json_extract(e.body, '$.timestamp') * 1000 as told
  from every_one left join ticks t using (id) left join runs r using (id) left join events e on e.run = id`

function read(db: DatabaseSync, whole: boolean): Omit<Disk, 'readable'> {
  const all = (sql: string): Record<string, unknown>[] => db.prepare(sql).all()
  const which = whole ? '' : 'where s.run in (select run from unfinished)'
  const steps = all(`select r.uuid, s.name, s.ended_at from steps s join runs r on r.id = s.run ${which}`)
  return {
    endings: new Map(
      all('select uuid, ending from runs where ending is not null').map((row) => [
        String(row['uuid']),
        String(row['ending'])
      ])
    ),
    runs: new Map(all('select uuid, status from runs').map(({ uuid, status }) => [String(uuid), String(status)])),
    steps: steps.map(({ uuid, name, ended_at }) => ({
      run: String(uuid),
      step: String(name),
      endedAt: Number(ended_at)
    })),
    ticks: all(TICKS).map(({ run, at, told }) => ({
      run: typeof run === 'string' ? run : null,
      at: typeof at === 'number' ? at : null,
      told: typeof told === 'number' ? told : null
    })),
    unfinished: Number(all('select count(*) as n from unfinished')[0]?.['n']),
    sealed: all('select data from keyring').flatMap(({ data }) => sealedPieces(String(data))),
    places: Number(all("select count(*) as n from keyring where trim(data) <> ''")[0]?.['n']),
    damage: whole ? all('pragma integrity_check').map((row) => String(row['integrity_check'])) : []
  }
}

/** A sealed secret stands in its row as base64 that is longer than any word around it. Handles have dots. */
const SEALED = /[\w+/=-]{60,}/g

function sealedPieces(row: string): Buffer[] {
  return (row.match(SEALED) ?? []).map((word) => Buffer.from(word.slice(0, 40)))
}

/** Each mark that can be read, and in which file. */
function readableIn(files: readonly DataFile[]): string[] {
  return files.flatMap(({ name, bytes }) =>
    marks.filter((mark) => bytes.includes(mark.bytes)).map((mark) => `${mark.name} in ${name}`)
  )
}

/** Whether any of these pieces is in a file of this directory. */
export async function anyIn(data: string, pieces: readonly Buffer[]): Promise<boolean> {
  for (const { bytes } of await dataFiles(data)) {
    if (pieces.some((piece) => bytes.includes(piece))) return true
  }
  return false
}
