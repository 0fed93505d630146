/** The stand-in's engines: KV in both versions, and one that makes secrets, as `database` does. */
import type { JsonObject } from '@bellhop/sdk'
import type { Tokens } from './tokens.ts'

/** What comes of a request: the keys beside `errors` and `data` are those of Vault's answers. */
export interface Outcome {
  status: number
  errors?: string[]
  data?: JsonObject | null
  lease_id?: string
  lease_duration?: number
  renewable?: boolean
}

export interface EngineRequest {
  /** Below the mount. */
  path: string
  /** From the root of all namespaces. */
  whole: string
  method: 'read' | 'list' | 'update'
  query: URLSearchParams
  body: JsonObject
  token: string
}

export interface Engine {
  type: string
  options: JsonObject | null
  handle(request: EngineRequest): Outcome
}

const NOTHING: Outcome = { status: 404, errors: [] }
const UNSUPPORTED: Outcome = { status: 404, errors: ['1 error occurred:\n\t* unsupported path\n\n'] }

export function kv1(): Engine {
  const secrets = new Map<string, JsonObject>()
  return {
    type: 'kv',
    options: { version: '1' },
    handle({ path, method, body }) {
      if (method === 'list') return keysBelow(secrets.keys(), path)
      if (method === 'update') {
        if (Object.keys(body).length === 0) return { status: 400, errors: ['missing data fields'] }
        secrets.set(path, body)
        return { status: 204 }
      }
      const data = secrets.get(path)
      const ttl = data?.['ttl']
      const [, seconds = '2764800'] = /^(\d+)s$/.exec(typeof ttl === 'string' ? ttl : '') ?? []
      return data === undefined ? NOTHING : { status: 200, data, lease_duration: Number(seconds) }
    }
  }
}

interface Version {
  data: JsonObject | null
  metadata: JsonObject & { deletion_time: string; destroyed: boolean; version: number }
}

export interface Kv2 extends Engine {
  /** Deletes or destroys the newest version. */
  remove(path: string, how: 'deleted' | 'destroyed'): void
  /** Forgets everything. */
  clear(): void
  /** The newest version is to be deleted then. */
  expire(path: string, at: Date): void
}

export function kv2(now: () => number): Kv2 {
  const secrets = new Map<string, Version[]>()
  const write = (path: string, { data, options }: JsonObject): Outcome => {
    if (typeof data !== 'object' || data === null)
      return { status: 400, errors: ['error converting input for field "data"'] }
    const versions = secrets.get(path) ?? []
    const cas = typeof options === 'object' && options !== null && 'cas' in options ? options['cas'] : undefined
    if (cas !== undefined && cas !== versions.length) {
      return { status: 400, errors: ['check-and-set parameter did not match the current version'] }
    }
    const metadata = {
      created_time: new Date(now()).toISOString(),
      custom_metadata: null,
      deletion_time: '',
      destroyed: false,
      version: versions.length + 1
    }
    secrets.set(path, [...versions, { data: data as JsonObject, metadata }])
    return { status: 200, data: metadata }
  }
  const read = (path: string, query: URLSearchParams): Outcome => {
    const asked = query.get('version') ?? '0'
    if (!/^\d+$/.test(asked)) return { status: 400, errors: ['Field validation failed'] }
    const versions = secrets.get(path) ?? []
    const found = versions.at(asked === '0' ? -1 : Number(asked) - 1)
    if (found === undefined) return NOTHING
    return { status: found.data === null ? 404 : 200, data: { ...found } }
  }
  return {
    type: 'kv',
    options: { version: '2' },
    handle({ path, method, query, body }) {
      const [, part, rest = ''] = /^(data|metadata)(?:\/(.*))?$/.exec(path) ?? []
      if (part === 'metadata' && method === 'list') return keysBelow(secrets.keys(), rest)
      if (part !== 'data') return UNSUPPORTED
      return method === 'update' ? write(rest, body) : read(rest, query)
    },
    remove(path, how) {
      const newest = secrets.get(path)?.at(-1)
      if (newest === undefined) return
      newest.data = null
      newest.metadata.deletion_time = new Date(now()).toISOString()
      newest.metadata.destroyed = how === 'destroyed'
    },
    clear: () => secrets.clear(),
    expire(path, at) {
      const newest = secrets.get(path)?.at(-1)
      if (newest !== undefined) newest.metadata.deletion_time = at.toISOString()
    }
  }
}

export interface MakingRole {
  ttlMs: number
  maxTtlMs: number
  /** Default true. */
  renewable?: boolean
  /** Its engine cannot reach what it makes secrets in. */
  broken?: boolean
}

/** `creds/<role>` makes a user under a lease; `static-creds/<role>` gives one that is rotated. */
export function database(tokens: Tokens, roles: Readonly<Record<string, MakingRole>>): Engine {
  let made = 0
  return {
    type: 'database',
    options: {},
    handle({ path, whole, method, token }) {
      const [kind = '', name = ''] = path.split('/')
      if (kind === 'static-creds') {
        const rotated = new Date(0).toISOString()
        const data = {
          username: 'static',
          password: 'static-pw',
          last_vault_rotation: rotated,
          rotation_period: 3600,
          ttl: 1800
        }
        return { status: 200, data }
      }
      if (kind !== 'creds' || name === '') return UNSUPPORTED
      if (method !== 'read') return { status: 405, errors: ['1 error occurred:\n\t* unsupported operation\n\n'] }
      const role = roles[name]
      if (role === undefined) return { status: 400, errors: [`unknown role: ${name}`] }
      if (role.broken === true)
        return { status: 500, errors: ['1 error occurred:\n\t* dial tcp: connection refused\n\n'] }
      const { renewable = true, ttlMs, maxTtlMs } = role
      const lease = tokens.lease(whole, token, { ttlMs, maxTtlMs, renewable })
      made++
      const data = { username: `v-${name}-${made}`, password: `made-password-${made}` }
      return { status: 200, data, lease_id: lease.id, lease_duration: ttlMs / 1000, renewable }
    }
  }
}

function keysBelow(paths: Iterable<string>, below: string): Outcome {
  const prefix = below === '' || below.endsWith('/') ? below : `${below}/`
  const keys = new Set<string>()
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue
    const [name = '', ...more] = path.slice(prefix.length).split('/')
    keys.add(more.length === 0 ? name : `${name}/`)
  }
  return keys.size === 0 ? NOTHING : { status: 200, data: { keys: [...keys].toSorted() } }
}
