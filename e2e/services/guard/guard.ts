/**
 * A process that outlives whoever started it by a moment only. It owns a folder and the programs that it was told to
 * run; its standard input is held open by the runner and is a promise that the runner is alive. When that ends, however
 * the runner ended, the programs are stopped, the folder is removed and the guard is gone.
 *
 * On standard input: one `Order` a line. On standard output: one `Ended` a line, when a program has ended.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Order {
  id: number
  /** The program and its arguments. */
  command: [string, ...string[]]
  env: Record<string, string>
  /** Whom it runs as, where the runner is root and the program refuses to be. */
  user?: { uid: number; gid: number }
  /** How it is asked to end. */
  signal: NodeJS.Signals
}

export interface Ended {
  id: number
  code: number | null
  /** Why it could not even be started. */
  error?: string
}

/** Milliseconds between asking a program to end and ending it. */
const GRACE = 2_000

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: guard.ts FOLDER')
const log = openSync(join(folder, 'log'), 'a', 0o644)
const running = new Map<ChildProcess, Order>()
let stopping = false

/** In a group of its own, so that what it starts is stopped with it. */
function start(order: Order): void {
  const [file, ...args] = order.command
  const options = { cwd: folder, env: order.env, detached: true, ...order.user }
  const child = spawn(file, args, { ...options, stdio: ['ignore', log, log] })
  running.set(child, order)
  const tell = (ended: Omit<Ended, 'id'>): void => {
    running.delete(child)
    process.stdout.write(`${JSON.stringify({ id: order.id, ...ended })}\n`)
  }
  child.once('error', (error) => tell({ code: null, error: error.message }))
  child.once('exit', (code) => tell({ code }))
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It ended meanwhile.
  }
}

async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  const ends = [...running].map(async ([child, order]) => {
    const ended = once(child, 'exit')
    signalGroup(child, order.signal)
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE)
    await ended
    clearTimeout(timer)
    signalGroup(child, 'SIGKILL')
  })
  await Promise.all(ends)
  rmSync(folder ?? '', { recursive: true, force: true, maxRetries: 10 })
  process.exit(0)
}

// Nobody reads any more when the runner was killed.
process.stdout.on('error', () => {})
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop())
createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (!stopping) start(JSON.parse(line) as Order)
  })
  .on('close', () => void stop())
