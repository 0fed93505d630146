/**
 * Data directories with a past: one real run is copied as often as is asked for, by SQL and under keys of its past, in
 * the order in which runs would have come. Row by row it is what the server wrote, so that pages fill up as they do.
 *
 * Only the names of tables and of their keys are known here: a new column is copied with the rest.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The column that names the run; columns whose values are the row's own number are left to SQLite. */
const TABLES = [
  { table: 'runs', run: 'id', own: undefined },
  { table: 'events', run: 'run', own: undefined },
  { table: 'steps', run: 'run', own: 'id' },
  { table: 'waits', run: 'run', own: undefined },
  { table: 'unfinished', run: 'run', own: undefined }
] as const

/** `RunId.key` of server/src/storage/ids.ts: milliseconds since 2025, and 12 bits of sequence. */
const EPOCH = 1_735_689_600_000
const SEQUENCES = 4096
/** Runs at a time: bounds the write-ahead log. */
const BATCH = 50_000

/** Multiplies the one run of a data directory that no server uses. Returns the database's size in bytes. */
export function multiplyRun(data: string, runs: number): number {
  const db = new DatabaseSync(join(data, 'bellhop.db'))
  try {
    db.exec('pragma synchronous = off; pragma wal_autocheckpoint = 0; pragma cache_size = -262144')
    if (numberOf(db, 'select count(*) as n from runs') !== 1) throw new Error('there is not exactly one run to copy')
    const places = takePlaces(db)
    const statements = TABLES.map(({ table, run, own }) => {
      db.exec(`create temp table model_${table} as select * from ${table}; delete from ${table}`)
      return copyOf(db, table, own, (column) => valueOf(column, table, run, runs, places))
    })
    statements.push(
      `insert into keyring select ${placeOf(places, 'model.rank')}, model.data from n, model_keyring as model order by 1`
    )
    for (let from = 0; from < runs; from += BATCH) {
      const numbers = `with recursive n (i) as (select ${from} union all select i + 1 from n where i + 1 < ${Math.min(runs, from + BATCH)})`
      db.exec(`begin; ${statements.map((statement) => `${numbers} ${statement}`).join('; ')}; commit`)
      db.exec('pragma wal_checkpoint(truncate)')
    }
    return numberOf(db, 'select page_count * page_size as n from pragma_page_count, pragma_page_size')
  } finally {
    db.close()
  }
}

/** Where the copies' sealed secrets go: `count` places each, from `first` on. */
interface Places {
  count: number
  first: number
}

/** Moves the sealed secrets of the one run aside, in their order. */
function takePlaces(db: DatabaseSync): Places {
  db.exec(`
    create temp table model_keyring as
      select row_number() over (order by place.key) - 1 as rank, keyring.data, keyring.id
      from unfinished, json_each(unfinished.places) as place join keyring on keyring.id = place.value;
    update keyring set data = printf('%*s', length(data), '') where id in (select id from model_keyring)`)
  return {
    count: numberOf(db, 'select count(*) as n from model_keyring'),
    first: numberOf(db, 'select max(id) + 1 as n from keyring')
  }
}

function copyOf(db: DatabaseSync, table: string, own: string | undefined, valueOf: (column: string) => string): string {
  const columns = db.prepare(`select name from pragma_table_info('${table}')`).all()
  const names = columns.map(({ name }) => String(name)).filter((name) => name !== own)
  const values = names.map(valueOf).join(', ')
  return `insert into ${table} (${names.join(', ')}) select ${values} from n, model_${table} as model order by n.i`
}

/** A column of copy `n.i`: the key, what is derived from it, or what the one run has. */
function valueOf(column: string, table: string, run: string, runs: number, places: Places): string {
  // The newest copy has the key of the one run.
  const key = `(model.${run} - (${runs - 1} - n.i) * ${SEQUENCES})`
  if (column === run) return key
  if (column === 'uuid') return uuidOf(key)
  if (column === 'accepted_at' && table === 'runs') return timeOf(key)
  if (column === 'places' && places.count > 0) {
    const ids = Array.from({ length: places.count }, (_, rank) => placeOf(places, String(rank)))
    return `'[' || ${ids.join(` || ',' || `)} || ']'`
  }
  return `model.${column}`
}

function placeOf({ first, count }: Places, rank: string): string {
  return `(${first} + n.i * ${count} + ${rank})`
}

function timeOf(key: string): string {
  return `(${key} / ${SEQUENCES} + ${EPOCH})`
}

function uuidOf(key: string): string {
  const ms = timeOf(key)
  const head = `printf('%08x-%04x-7%03x-a%03x-', ${ms} >> 16, ${ms} & 65535, ${key} % ${SEQUENCES}, abs(random() % 4096))`
  return `${head} || lower(hex(randomblob(6)))`
}

function numberOf(db: DatabaseSync, sql: string): number {
  return Number(db.prepare(sql).get()?.['n'])
}
