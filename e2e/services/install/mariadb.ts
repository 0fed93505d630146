import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Unavailable } from '../guard/unavailable.ts'
import { cached, clientEnvironment } from './cache.ts'
import { onPath } from './on-path.ts'

const SCRIPT = fileURLToPath(new URL('debian-mariadb.sh', import.meta.url))

export interface MariaDbProgram {
  server: string
  /** Where it finds libraries that the system does not have. */
  libraries?: string
  /** Its messages, character sets and the tables of a new server. */
  share: string
}

/**
 * `mariadbd` on the PATH, else Debian's, unpacked into the cache.
 * @throws Unavailable where there is neither the program nor Debian's package client
 */
export async function mariaDbProgram(): Promise<MariaDbProgram> {
  const server = onPath('mariadbd')
  if (server !== undefined) return { server, share: shareOf(join(server, '..', '..')) }
  if (onPath('apt-get') === undefined) {
    throw new Unavailable('there is no mariadbd on the PATH, and no apt-get that could fetch it')
  }
  const root = await cached('mariadb', (maker, into) => {
    return maker.run({ command: ['sh', SCRIPT, into], env: clientEnvironment() })
  })
  const usr = join(root, 'usr')
  return { server: join(usr, 'sbin', 'mariadbd'), libraries: librariesOf(usr), share: shareOf(usr) }
}

/** Debian's folder of the machine's kind, such as `lib/x86_64-linux-gnu`. */
function librariesOf(usr: string): string {
  const kind = readdirSync(join(usr, 'lib')).find((name) => name.endsWith('-linux-gnu'))
  return join(usr, 'lib', kind ?? '')
}

function shareOf(usr: string): string {
  const names = readdirSync(join(usr, 'share'))
  const name = ['mariadb', 'mysql'].find(
    (name) => names.includes(name) && tablesOf(join(usr, 'share', name)).length > 0
  )
  if (name === undefined) throw new Unavailable(`the mariadbd in ${usr} comes without the tables of a new server`)
  return join(usr, 'share', name)
}

/** The files that make the system's tables, in order; MariaDB 11 renamed them. */
export function tablesOf(share: string): string[] {
  const wanted = /^(?:mysql|mariadb)_system_tables(?:_data)?\.sql$/
  return readdirSync(share)
    .filter((name) => wanted.test(name))
    .sort((a, b) => a.length - b.length)
    .map((name) => join(share, name))
}
