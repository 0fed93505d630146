/**
 * From the start of a process to the first line that a step's code writes in it, over many processes that are used once:
 * with the most isolation that the host allows, with Node's permissions alone, and Node.js without a sandbox, in turns.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { notedIsolation } from '../../../server/src/sandbox/isolation/isolation.ts'
import type { Level } from '../../../server/src/sandbox/isolation/level.ts'
import { createSandbox, type Sandbox } from '../../../server/src/sandbox/sandbox.ts'
import type { Stage } from '../stage.ts'
import { spreadOf, type Spread } from '../stats.ts'

const STARTS = 50
/** The first finds out what the host allows, and reads files that nobody has read. */
const WARM_UP_STARTS = 3
const TIMEOUT_MS = 30_000

/** Its first line says what processor time the process has used so far. */
const LINE = 'console.log(JSON.stringify(process.cpuUsage()))'

export interface ColdStart {
  /** What is in force on this host. */
  isolation: Level | undefined
  starts: number
  /** The first is the one that counts. */
  figures: StartFigures[]
}

export interface StartFigures {
  name: string
  /** Milliseconds to the first line. */
  took: Spread
  /** Processor time of the process until then, in milliseconds. */
  processor: Spread
}

/** One start. */
interface Start {
  took: number
  processor: number
}

export async function coldStart(stage: Stage): Promise<ColdStart> {
  const directory = join(stage.directory, 'cold-start')
  const program = join(directory, 'program')
  mkdirSync(program, { recursive: true })
  writeFileSync(join(program, 'step.mjs'), `export default () => ${LINE}\n`)
  writeFileSync(join(directory, 'alone.mjs'), `${LINE}\n`)
  const confined = createSandbox({ directory: join(directory, 'confined') })
  const permissions = createSandbox({ directory: join(directory, 'permissions'), isolation: 'none' })
  const contenders: { name: string; start: () => Promise<Start> }[] = [
    { name: 'a code step, isolated as the host allows', start: () => startStep(confined, program) },
    { name: 'a code step, by Node’s permissions alone', start: () => startStep(permissions, program) },
    { name: 'Node.js, without a sandbox', start: () => startAlone(join(directory, 'alone.mjs')) }
  ]
  try {
    const starts = await inTurns(stage, contenders)
    return {
      isolation: notedIsolation(join(directory, 'confined'))?.level,
      starts: STARTS,
      figures: contenders.map(({ name }, place) => figuresOf(name, starts[place] ?? []))
    }
  } finally {
    await confined.close()
    await permissions.close()
  }
}

async function inTurns(stage: Stage, contenders: readonly { start: () => Promise<Start> }[]): Promise<Start[][]> {
  stage.say(`starting ${STARTS} processes of each kind`)
  const starts: Start[][] = contenders.map(() => [])
  for (let i = -WARM_UP_STARTS; i < STARTS; i += 1) {
    for (const [place, { start }] of contenders.entries()) {
      const one = await start()
      if (i >= 0) starts[place]?.push(one)
    }
  }
  return starts
}

/** A process of its own, which ends with the call. */
async function startStep(sandbox: Sandbox, directory: string): Promise<Start> {
  const startedAt = performance.now()
  let start: Start | undefined
  await sandbox.call(
    { owner: 'version:1', directory },
    {
      kind: 'run',
      entry: 'step.mjs',
      input: { steps: {} },
      timeoutMs: TIMEOUT_MS,
      signal: new AbortController().signal,
      log: (_level, line) => (start ??= startOf(startedAt, line)),
      alone: true
    }
  )
  if (start === undefined) throw new Error('a step wrote no line')
  return start
}

async function startAlone(file: string): Promise<Start> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [file], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const start = startOf(startedAt, line.toString())
  await ended
  return start
}

function startOf(startedAt: number, line: string): Start {
  const took = performance.now() - startedAt
  const { user, system } = JSON.parse(line) as NodeJS.CpuUsage
  return { took, processor: (user + system) / 1000 }
}

function figuresOf(name: string, starts: readonly Start[]): StartFigures {
  return {
    name,
    took: spreadOf(starts.map(({ took }) => took)),
    processor: spreadOf(starts.map(({ processor }) => processor))
  }
}
