/**
 * How a start goes with 100,000 unfinished runs in the data directory: half were in flight when the process died, half
 * wait for a date to come. Prints how long it takes until the engine takes on runs, how much memory it takes, and how
 * fast the runs that were in flight are brought to their end.
 *
 *   node bench/src/recovery.ts [runs]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { pack, ReusedPlaces } from '../../server/src/engine/stored/places.ts'
import { SqliteEngine } from '../../server/src/engine/sqlite/engine.ts'
import type { EngineCommands } from '../../server/src/engine/stored/commands.ts'
import { Keyring } from '../../server/src/secrets/keyring.ts'
import { MasterKey } from '../../server/src/secrets/seal.ts'
import { RunIds } from '../../server/src/storage/ids.ts'
import { SqliteStorage } from '../../server/src/storage/sqlite/storage.ts'
import type { Storage } from '../../server/src/storage/storage.ts'

const MASTER = new MasterKey(new Uint8Array(32).fill(7))
const WRITER = new URL('../../server/src/engine/sqlite/testing/writer-entry.ts', import.meta.url)
const EVENT = JSON.stringify({ method: 'POST', headers: { 'user-agent': 'bench' }, body: { text: 'x'.repeat(300) } })
const DAY = 86_400_000

const open = (dir: string): Promise<Storage<EngineCommands>> => SqliteStorage.open({ dir, writer: WRITER })

/** Writes the rows that a killed server leaves. */
async function build(dir: string, runs: number): Promise<void> {
  await (await open(dir)).close()
  const db = new DatabaseSync(join(dir, 'bellhop.db'))
  db.exec('pragma journal_mode = wal; pragma synchronous = off; begin')
  const run = db.prepare(
    'insert into runs (id, uuid, workflow_id, version_id, status, keep, accepted_at) values (?, ?, 1, 1, ?, 1, ?)'
  )
  const event = db.prepare('insert into events (run, body) values (?, ?)')
  const place = db.prepare('insert or replace into keyring (id, data) values (?, ?)')
  const unfinished = db.prepare(
    'insert into unfinished (run, timeout_ms, boot, wake_at, places) values (?, 30000, ?, ?, ?)'
  )
  const wait = db.prepare(
    "insert into waits (run, lane, position, name, kind, started_at, until) values (?, '', 0, 'delay', 'sleep', ?, ?)"
  )
  const ids = new RunIds()
  const places = new ReusedPlaces(1)
  const now = Date.now()
  for (let n = 0; n < runs; n++) {
    const waits = n % 2 === 0
    const id = ids.next(now - DAY)
    const keyring = new Keyring(MASTER.runSeal(id.uuid))
    keyring.mint(`token-of-run-${n}-0123456789`, { app: 'slack', field: 'oauth_access_token', audience: null })
    const packed = pack(keyring.takeMinted(), places)
    run.run(id.key, id.uuid, waits ? 'waiting' : 'running', now)
    event.run(id.key, EVENT)
    unfinished.run(id.key, waits ? 0 : 1, waits ? now + DAY : null, JSON.stringify(packed.ids))
    for (const [i, text] of packed.texts.entries()) place.run(packed.ids[i] ?? 0, text)
    if (waits) wait.run(id.key, now, now + DAY)
  }
  db.exec('commit; pragma wal_checkpoint(truncate)')
  db.close()
}

const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6)
const since = (start: number): number => Math.round(performance.now() - start)

/** Starts an engine on what was built. */
async function measure(dir: string, inFlight: number): Promise<void> {
  const idle = megabytes()
  const start = performance.now()
  const storage = await open(dir)
  const opened = since(start)
  let ended = 0
  const done = Promise.withResolvers<void>()
  const engine = await SqliteEngine.open({
    storage,
    master: MASTER,
    execute: async (_, durable) => {
      await durable.sleep('delay', () => new Date(0))
      return { status: 'succeeded' }
    }
  })
  engine.onEvent((event) => {
    if (event.type === 'ended' && ++ended === inFlight) done.resolve()
  })
  await engine.start()
  const started = since(start)
  let most = megabytes()
  const watch = setInterval(() => (most = Math.max(most, megabytes())), 20)
  await done.promise
  clearInterval(watch)
  const seconds = since(start) / 1000
  process.stdout.write(
    `open ${opened} ms, taking on runs after ${started} ms (memory ${idle} MB before, at most ${most} MB)\n` +
      `${inFlight} runs in flight brought to their end in ${seconds.toFixed(1)} s, ${Math.round(inFlight / seconds)} a second\n`
  )
  await engine.stop(0)
  await storage.close()
}

const [runs = '100000', dir] = process.argv.slice(2)
if (dir === undefined) {
  const made = mkdtempSync(join(tmpdir(), 'bellhop-recovery-'))
  try {
    await build(made, Number(runs))
    // In a process of its own, whose memory nothing was built in.
    const script = fileURLToPath(import.meta.url)
    execFileSync(process.execPath, [script, runs, made], { stdio: 'inherit' })
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
} else {
  await measure(dir, Math.floor(Number(runs) / 2))
}
