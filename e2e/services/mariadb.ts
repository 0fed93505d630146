import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { createAuthority } from '../../server/src/egress/fixtures/certificates.ts'
import { Guarded } from './guard/guarded.ts'
import { freePort } from './guard/port.ts'
import { mariaDbProgram, tablesOf, type MariaDbProgram } from './install/mariadb.ts'
import type { Started } from './services.ts'

export interface MariaDb {
  host: string
  port: number
  /** May do everything, also make other users. */
  user: string
  password: string
  database: string
  /** Who signed its certificate, which is for `localhost`; it speaks TLS with those who ask for it. */
  ca: string
}

/** @throws Unavailable where there is no MariaDB, or it does not start */
export async function startMariaDb(): Promise<Started<MariaDb>> {
  const program = await mariaDbProgram()
  const guarded = Guarded.open('mariadb')
  try {
    const served = await serve(guarded, program)
    return { ...served, stop: () => guarded.stop() }
  } catch (error) {
    await guarded.stop()
    throw error
  }
}

async function serve(guarded: Guarded, program: MariaDbProgram): Promise<Omit<Started<MariaDb>, 'stop'>> {
  const password = randomBytes(12).toString('hex')
  const authority = createAuthority()
  const login = { host: '127.0.0.1', port: await freePort(), user: 'bellhop', password, database: 'bellhop' }
  const at = { ...login, ca: authority.cert }
  const env = { ...guarded.environment(), LD_LIBRARY_PATH: program.libraries ?? '' }
  const file = (name: string): string => join(guarded.folder, name)
  mkdirSync(file('data'))
  writeFileSync(file('tables.sql'), tables(program.share))
  writeFileSync(file('users.sql'), users(at))
  const common = [program.server, ...settings(file('data'), program.share)] as const
  // A new server reads the system's tables from its input.
  const bootstrap = 'input=$1; shift; exec "$@" --bootstrap <"$input"'
  await guarded.run({ command: ['sh', '-c', bootstrap, 'bootstrap', file('tables.sql'), ...common], env })
  const { cert, key } = authority.issue(['localhost'])
  writeFileSync(file('cert.pem'), cert)
  writeFileSync(file('key.pem'), key, { mode: 0o600 })
  const tls = [`--ssl-cert=${file('cert.pem')}`, `--ssl-key=${file('key.pem')}`]
  const listen = [...tls, `--port=${at.port}`, `--bind-address=${at.host}`, `--socket=${file('socket')}`]
  let version = ''
  await guarded.serve({ command: [...common, ...listen, `--init-file=${file('users.sql')}`], env }, async () => {
    version = await ask(login)
  })
  return { at, version }
}

/** Small and fast: its data lives as long as the tests. */
function settings(data: string, share: string): string[] {
  const root = process.getuid?.() === 0 ? ['--user=root'] : []
  return [
    '--no-defaults',
    `--datadir=${data}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, 'charsets')}`,
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=0',
    '--innodb-log-file-size=8M',
    ...root
  ]
}

function tables(share: string): string {
  const files = tablesOf(share).map((file) => readFileSync(file, 'utf8'))
  return ['create database mysql;', 'use mysql;', ...files].join('\n')
}

function users({ user, password, database }: Pick<MariaDb, 'user' | 'password' | 'database'>): string {
  return [
    `CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO '${user}'@'127.0.0.1' WITH GRANT OPTION;`,
    `CREATE DATABASE ${database};`,
    ''
  ].join('\n')
}

async function ask(at: mysql.ConnectionOptions): Promise<string> {
  const connection = await mysql.createConnection({ ...at, connectTimeout: 2_000 })
  const [rows] = await connection.query<mysql.RowDataPacket[]>('select version() as version')
  await connection.end()
  return String(rows[0]?.['version'])
}
