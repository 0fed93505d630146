/** What a run of the tests starts is gone when the run is, however it ends. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'
import { eventually } from '../support/world.ts'
import { onPath } from './install/on-path.ts'
import type { Found } from './services.ts'

const RUNNER = fileURLToPath(new URL('testing/runner.ts', import.meta.url))

interface Run {
  child: ChildProcess
  found: Found
  /** Where it keeps everything that is temporary. */
  scratch: string
  /** Its own process and all that came of it. */
  processes: number[]
}

async function run(names: readonly string[], env: Record<string, string>): Promise<Run> {
  const scratch = await temporaryFolder()
  // As open as /tmp: PostgreSQL may run as somebody else.
  chmodSync(scratch, 0o711)
  const child = spawn(process.execPath, [RUNNER, ...names], {
    env: { ...env, TMPDIR: scratch },
    stdio: ['pipe', 'pipe', 'inherit']
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const printed: string[] = []
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => printed.push(chunk))
  const found = await eventually(() => /^found (.*)$/m.exec(printed.join(''))?.[1])
  return { child, found: JSON.parse(found) as Found, scratch, processes: familyOf(child.pid ?? 0) }
}

/** A process, its children and theirs. */
function familyOf(ancestor: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number))
  const below = (parent: number): number[] =>
    pairs.flatMap(([pid = 0, of]) => (of === parent ? [pid, ...below(pid)] : []))
  return [ancestor, ...below(ancestor)]
}

/** A process that has ended and that nobody waits for is a zombie: it is gone, too. */
function isAlive(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
    return !state.startsWith('Z')
  } catch {
    return false
  }
}

async function expectNothingLeft({ processes, scratch }: Run): Promise<void> {
  await eventually(() => (processes.some(isAlive) ? undefined : true))
  expect(readdirSync(scratch)).toEqual([])
}

/** What this run could start, so that nothing is tried for long that failed before. */
const present = (): string[] => {
  const found = Object.entries(inject('services'))
  return found.flatMap(([name, finding]) => ('at' in finding ? [name] : []))
}

const environment = (): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  ...(process.env['XDG_CACHE_HOME'] === undefined ? {} : { XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] })
})

it('leaves no process and no file when the runner is killed', async () => {
  const running = await run(present(), environment())
  expect(running.found.postgres).toHaveProperty('at')
  // Of PostgreSQL alone: its guard, the server and the server's own.
  expect(running.processes.length).toBeGreaterThan(5)
  running.child.kill('SIGKILL')
  await expectNothingLeft(running)
})

it('leaves no process and no file when the run is over', async () => {
  const running = await run(present(), environment())
  running.child.stdin?.end()
  expect(await once(running.child, 'exit')).toEqual([0, null])
  await expectNothingLeft(running)
})

it('says what it could not start, and why', async () => {
  const home = await temporaryFolder()
  const { found, child } = await run(Object.keys(inject('services')), { PATH: bare(join(home, 'bin')), HOME: home })
  expect(found).toMatchObject({
    postgres: { at: { user: 'postgres' } },
    moto: { unavailable: 'there is no python3 on the PATH' },
    openbao: { unavailable: 'there is no python3 on the PATH' },
    vault: { unavailable: 'there is no vault on the PATH; `npm run services:vault` builds one, which takes long' }
  })
  child.stdin?.end()
  await once(child, 'exit')
})

/** A PATH with what every system has, and nothing more. */
function bare(folder: string): string {
  mkdirSync(folder)
  for (const program of ['cp', 'id', 'sh']) symlinkSync(onPath(program) ?? '', join(folder, program))
  return folder
}
