import { existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '@bellhop/sdk'
import type { Command } from 'commander'
import type { LeaseTrouble } from '../../credentials/stores/lease-trouble.ts'
import type { Client } from '../client.ts'
import { sandbox } from './doctor-sandbox.ts'
import type { Finding } from './finding.ts'
import { clientCommand, clientOf, databaseOption } from './server-options.ts'

export function doctorCommand(): Command {
  return clientCommand('doctor')
    .addOption(databaseOption())
    .description('say what is in force on this machine, and what is not')
    .action(async (options: { server: string; data: string; database?: string }) => {
      const findings = [
        ...files(options.data, options.database !== undefined),
        ...disk(options.data),
        ...swap(),
        ...holder(options.data),
        ...(await sandbox(options.data)),
        ...(await shared(options.database)),
        ...(await server(clientOf(options)))
      ]
      for (const { level, text } of findings) console.log(`${MARKS[level]} ${text}`)
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
    })
    .addHelpText(
      'after',
      `
With a database that nodes share (better in BELLHOP_DATABASE_URL than as an option) it says how that is, too: its version, how fast it
answers, which nodes are there, and whether BELLHOP_KEY is their key.

Examples:
  $ bellhop doctor --data /var/lib/bellhop
  $ BELLHOP_DATABASE_URL=postgres://bellhop:password@db.internal/bellhop bellhop doctor
`
    )
}

/** Loaded where it is asked for: every other doctor does without a driver. */
async function shared(url: string | undefined): Promise<Finding[]> {
  if (url === undefined || url === '') return []
  return (await import('./doctor-database.ts')).database(url, process.env)
}

const MARKS = { ok: 'ok      ', know: 'note    ', problem: 'PROBLEM ' }
const SECRET_FILES = ['key', 'admin-token', 'bellhop.db', 'bellhop.db-wal', 'bellhop.db-shm']

function files(data: string, node: boolean): Finding[] {
  if (!existsSync(data)) return [{ level: 'know', text: `there is no data directory at ${data} (see --data)` }]
  const modes = SECRET_FILES.flatMap((name) => fileMode(join(data, name)))
  return node ? modes : [...modes, keyPlace(data)]
}

function keyPlace(data: string): Finding {
  const text = existsSync(join(data, 'key'))
    ? `the key lies beside what it protects: whoever copies ${data} can open it (BELLHOP_KEY keeps it elsewhere)`
    : `no key file: the server needs BELLHOP_KEY when it opens ${data}`
  return { level: 'know', text }
}

/** What is in memory can be paged out: only on this machine, and only where /proc is. */
function swap(): Finding[] {
  const inUse = readIfThere('/proc/swaps')?.trim().split('\n').slice(1)
  if (inUse === undefined) return []
  return inUse.length === 0
    ? [{ level: 'ok', text: 'swap is off' }]
    : [{ level: 'know', text: 'swap is on: credentials in memory can reach the disk (turn it off, or encrypt it)' }]
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function fileMode(path: string): Finding[] {
  if (!existsSync(path)) return []
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o077) === 0) return [{ level: 'ok', text: `${path} is this user's alone (mode ${mode.toString(8)})` }]
  return [{ level: 'problem', text: `${path} can be read by others (mode ${mode.toString(8)}): chmod 600 ${path}` }]
}

/** Below this, the server works on the ballast file, if at all. */
const LOW_DISK_BYTES = 64 << 20

function disk(data: string): Finding[] {
  if (!existsSync(data)) return []
  const { bavail, bsize } = statfsSync(data)
  const free = bavail * bsize
  const text = `${Math.floor(free / (1 << 20))} MiB free in ${data}`
  return [
    free < LOW_DISK_BYTES
      ? { level: 'problem', text: `${text}: free some, or shorten retention` }
      : { level: 'ok', text }
  ]
}

async function server(client: Client): Promise<Finding[]> {
  let version: string
  try {
    version = ((await client.call('GET', '/health')) as { version?: string }).version ?? 'unknown'
  } catch {
    return [{ level: 'know', text: `no server answers at ${client.server} (see --server)` }]
  }
  return [
    { level: 'ok', text: `the server at ${client.server} answers (version ${version})` },
    ...(await nativeSteps(client)),
    ...(await leases(client))
  ]
}

interface NativeSteps {
  allowed: boolean
  isolation?: keyof typeof APART
  python?: string
  bash?: string
  problem?: string
}

const APART = {
  namespaces: 'in namespaces and as a user of their own: no file of others, no process, no network but the door',
  'user-namespaces': 'in namespaces of their own: no file of others, no process, no network but the door',
  user: 'as a user of their own only: they can dial directly, and read what everybody on this machine may'
}

/** Steps in Python and Bash: whether they are run, how they are kept apart, and by what. */
async function nativeSteps(client: Client): Promise<Finding[]> {
  const said = (await client.call('GET', '/native-steps').catch(() => undefined)) as NativeSteps | undefined
  if (said === undefined) return []
  const { allowed, isolation, problem = 'it did not say why', python = 'none', bash = 'none' } = said
  if (!allowed) return [{ level: 'ok', text: 'steps in Python and Bash are off' }]
  if (isolation === undefined) return [{ level: 'problem', text: `steps in Python and Bash are refused: ${problem}` }]
  const text = `steps in Python (${python}) and Bash (${bash}) run ${APART[isolation]}`
  return [{ level: isolation === 'user' ? 'know' : 'ok', text }]
}

/** What runs hold of stores and could not be given back, or renewed. */
async function leases(client: Client): Promise<Finding[]> {
  try {
    const { leases } = (await client.call('GET', '/leases')) as unknown as { leases: LeaseTrouble[] }
    if (leases.length === 0) return [{ level: 'ok', text: 'everything that ended runs held of stores was given back' }]
    return leases.map(leaseFinding)
  } catch (error) {
    const why = error instanceof Fault ? error.message : 'it failed'
    return [{ level: 'know', text: `what runs hold of stores is not known: ${why}` }]
  }
}

function leaseFinding({ run, store, ended, failures, problem, expires_at, next_try_at }: LeaseTrouble): Finding {
  const what = `what the run ${run} ${ended ? 'held' : 'holds'} of the store \`${store}\``
  const tried = failures === 0 ? '' : ` (${failures} times, next at ${next_try_at})`
  const until = `unless that works it lapses at ${expires_at}`
  if (ended) return { level: 'problem', text: `${what} could not be given back${tried}, ${until}: ${problem}` }
  if (failures > 0) return { level: 'problem', text: `${what} could not be renewed${tried}, ${until}: ${problem}` }
  return { level: 'know', text: `${what} does not last: ${problem}` }
}

/** The process that has the data directory, if one has. */
function holder(data: string): Finding[] {
  const file = join(data, 'lock.pid')
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined
  return pid === undefined ? [] : processOf(pid)
}

/** What the kernel says of the server's process; only on this machine, and only where /proc is. */
function processOf(pid: number): Finding[] {
  try {
    const core = /Max core file size\s+(\S+)/.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return [
      core === '0'
        ? { level: 'ok', text: 'core dumps are off' }
        : { level: 'problem', text: 'core dumps are on: a crash would write credentials to disk (ulimit -c 0)' },
      args.includes('--disable-sigusr1')
        ? { level: 'ok', text: 'the debugger cannot be started by a signal' }
        : { level: 'problem', text: 'SIGUSR1 starts a debugger: start the server with `bellhop start`' }
    ]
  } catch {
    return []
  }
}
