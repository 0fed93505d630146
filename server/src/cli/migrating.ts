/** Moves a data directory into a PostgreSQL database, and says how far it is. */
import { join } from 'node:path'
import { loadOrCreateKey } from '../secrets/keys.ts'
import { move, type Counted, type Progress } from '../storage/moving/moving.ts'
import { Source } from '../storage/moving/source.ts'
import { Target } from '../storage/moving/target.ts'
import { printRows } from './columns.ts'
import type { MigrateOptions } from './commands/migrate.ts'
import { refuseNewKey } from './data-directory.ts'
import { refuseOther } from './key-check.ts'

/** Between two lines, in milliseconds: on a terminal, where one takes the other's place, and elsewhere. */
const TERMINAL_MS = 100
const LINES_MS = 5000

/**
 * BELLHOP_KEY leaves the environment.
 * @throws Fault as `Source.open`, `Target.open` and `move`, and `key_*`, `wrong_key`
 */
export async function migrate({ from, to }: MigrateOptions, env: NodeJS.ProcessEnv): Promise<void> {
  const source = Source.open(from)
  let keyFile: string | undefined
  try {
    refuseNewKey(from, env)
    keyFile = env['BELLHOP_KEY'] === undefined ? join(from, 'key') : undefined
    const master = loadOrCreateKey(from, env)
    delete env['BELLHOP_KEY']
    refuseOther(master, source.keyCheck, 'data directory')
    const target = await Target.open(to, source)
    const teller = new Teller(process.stdout)
    try {
      const counted = await move(source, target, (progress) => teller.tell(progress))
      teller.end()
      report(counted)
    } finally {
      teller.end()
      await target.close()
    }
  } finally {
    source.close()
  }
  sayHowToStart(from, keyFile)
}

function report(counted: readonly Counted[]): void {
  const shown = counted.filter(({ here }) => here > 0)
  printRows([
    ['table', 'data directory', 'database'],
    ...shown.map(({ table, here, there }) => [table, number(here), number(there)])
  ])
  const rows = counted.reduce((sum, { there }) => sum + there, 0)
  console.log(
    `\nEverything is there: ${number(rows)} rows of ${shown.length} tables, and they are the same on both sides.`
  )
}

function sayHowToStart(from: string, keyFile: string | undefined): void {
  const key = keyFile === undefined ? '…' : `$(cat '${keyFile.replaceAll("'", String.raw`'\''`)}')`
  console.log(`Start nodes, each with this key and a folder of its own, on as many machines as you like:

  $ BELLHOP_KEY=${key} bellhop start --database postgres://… --data FOLDER

Unfinished runs go on with the first of them. So start no server on ${from} any more: it would run them
once more. Everybody who was signed in to the builder signs in again.`)
}

/** One line on a terminal; elsewhere a line every few seconds. */
class Teller {
  readonly #out: NodeJS.WriteStream
  readonly #everyMs: number
  #doing: Progress['doing'] | undefined
  #begunAt = 0
  #begunWith = 0
  #toldAt = 0
  #open = false

  constructor(out: NodeJS.WriteStream) {
    this.#out = out
    this.#everyMs = out.isTTY ? TERMINAL_MS : LINES_MS
  }

  tell(progress: Progress): void {
    const now = performance.now()
    if (this.#doing !== progress.doing) {
      this.#doing = progress.doing
      this.#begunAt = this.#toldAt = now
      // What was there before this began, or came with its first rows, says nothing of how fast it is.
      this.#begunWith = progress.done
    }
    if (now - this.#toldAt < this.#everyMs) return
    this.#toldAt = now
    const line = lineOf(progress, (1000 * (progress.done - this.#begunWith)) / (now - this.#begunAt))
    if (!this.#out.isTTY) return void this.#out.write(`${line}\n`)
    this.#out.write(`\r\u001b[K${line.slice(0, this.#out.columns - 1)}`)
    this.#open = true
  }

  /** Nothing more is told. */
  end(): void {
    if (this.#open) this.#out.write('\r\u001b[K')
    this.#open = false
  }
}

function lineOf({ doing, table, rows, of, done, total }: Progress, perSecond: number): string {
  const percent = Math.floor((100 * done) / Math.max(total, 1))
  const speed = `${number(Math.round(perSecond))} rows/s`
  return `${doing}, ${percent} % done: ${table}, ${number(rows)} of ${number(of)} rows, ${speed}`
}

function number(n: number): string {
  return n.toLocaleString('en')
}
