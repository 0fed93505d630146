/** Moves runs that have ended back in time, so that a server that was filled in a minute looks like one in use for a day. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** `RunId.key` of server/src/storage/ids.ts: milliseconds since 2025, and 12 bits of sequence. */
const EPOCH = 1_735_689_600_000
const SEQUENCES = 4096

/**
 * @param data a data directory that no server uses
 * @param ageOf how old a run is to be, in milliseconds, by its place: 0 is the oldest of `count`
 */
export function age(data: string, ageOf: (place: number, count: number) => number): void {
  const db = new DatabaseSync(join(data, 'bellhop.db'))
  try {
    db.exec('pragma foreign_keys = off; begin')
    const runs = db.prepare('select id, uuid, accepted_at from runs where ended_at is not null order by id').all()
    const now = Date.now()
    runs.forEach(({ id, uuid, accepted_at }, place) => {
      const back = Math.round(Number(accepted_at) - (now - ageOf(place, runs.length)))
      move(db, Number(id), String(uuid), back)
    })
    db.exec('commit; pragma wal_checkpoint(truncate)')
  } finally {
    db.close()
  }
}

function move(db: DatabaseSync, run: number, uuid: string, back: number): void {
  const key = run - back * SEQUENCES
  for (const { table, column } of tablesOf(db)) {
    const times = columnsOf(db, table).filter((name) => name.endsWith('_at') || name === 'until')
    const moved = times.map((name) => `${name} = ${name} - ${back}`)
    db.exec(`update ${table} set ${[...moved, `${column} = ${key}`].join(', ')} where ${column} = ${run}`)
  }
  const ms = (Math.floor(key / SEQUENCES) + EPOCH).toString(16).padStart(12, '0')
  db.prepare('update runs set uuid = ? where id = ?').run(`${ms.slice(0, 8)}-${ms.slice(8)}${uuid.slice(13)}`, key)
}

/** The tables with rows of a run, and their columns that name it. */
function tablesOf(db: DatabaseSync): { table: string; column: string }[] {
  const tables = db.prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`).all()
  return tables.flatMap(({ name }) => {
    const table = String(name)
    if (table === 'runs') return [{ table, column: 'id' }]
    return columnsOf(db, table).includes('run') ? [{ table, column: 'run' }] : []
  })
}

function columnsOf(db: DatabaseSync, table: string): string[] {
  return db
    .prepare(`select name from pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name))
}
