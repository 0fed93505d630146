/** What every database can be told, and the parts of it that two or three share. */
import { z } from 'zod'
import { isLoopbackHost } from '../../../egress/hosts.ts'
import { common, text } from '../config.ts'
import type { Dialect } from './dialects.ts'
import { misfit, readStatement } from './parameters.ts'

/** The statement that looks up a key: `select oauth_token as token from customers where id = $1`. */
function lookupQuery(dialect: Dialect): z.ZodType<string | undefined> {
  return text
    .refine((sql) => misfit(readStatement(sql, dialect), 1) === undefined, {
      error: 'one statement with `$1` where the looked-up key belongs, and no other parameter'
    })
    .optional()
    .meta({ description: 'the statement of a lookup, in which `$1` is the key; without it, for steps only' })
}

export function databaseFields(dialect: Dialect) {
  return {
    ...common,
    query: lookupQuery(dialect),
    read_only: z.boolean().default(true).meta({ description: 'false: statements may write; true' })
  }
}

const HOST = /^[A-Za-z0-9_.:-]+$/

/** What a database on a network needs besides. */
export function serverFields(port: number) {
  return {
    host: text.regex(HOST, 'a host name or an address, without a port').meta({ description: 'a name or an address' }),
    port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(port)
      .meta({ description: `${port} unless it is said` }),
    database: text.meta({ description: 'its name' }),
    user: text.meta({ description: 'who may read what `query` reads, and nothing more' }),
    password: text.optional().meta({ description: 'none where the server trusts whoever may connect' }),
    tls: z
      .enum(['verify-full', 'require', 'off'], '`verify-full`, `require` or `off`')
      .optional()
      .meta({ description: 'verify-full, require or off; off to this machine, verify-full to any other' }),
    ca: text
      .startsWith('-----BEGIN CERTIFICATE-----', 'a certificate in PEM')
      .optional()
      .meta({ description: 'the certificate of a private authority, in PEM' })
  }
}

/** The server's part of a configuration. */
export interface ServerConfig {
  host: string
  port: number
  database: string
  user: string
  password?: string | undefined
  tls?: Tls | undefined
  ca?: string | undefined
}

/**
 * - `verify-full`: the certificate is checked, and that it is the host's. Without a word, the default.
 * - `require`: TLS to whoever answers; it keeps out those who only listen.
 * - `off`: plain, which the loopback has by default.
 */
export type Tls = 'verify-full' | 'require' | 'off'

/** What holds where a configuration says nothing. Plain only to this machine. */
export function tlsOf({ tls, host }: Pick<ServerConfig, 'tls' | 'host'>): Tls {
  return tls ?? (isLoopbackHost(host.toLowerCase()) ? 'off' : 'verify-full')
}

/** What may be shown of a server's configuration. */
export function shownServer(config: ServerConfig): Record<string, string | number | boolean> {
  const { host, port, database, user } = config
  return { host, port, database, user, tls: tlsOf(config), ...(config.ca === undefined ? {} : { private_ca: true }) }
}

/** Where a configuration leads and as whom, without its password. */
export function targetOf(config: ServerConfig): string {
  const { host, port, database, user, ca } = config
  return JSON.stringify([host, port, database, user, tlsOf(config), ca ?? null])
}
