/**
 * Which engine serves a path, and where in the path it begins: Vault's own command line asks so before it reads, which is
 * why people write `secret/customers/acme` and not `secret/data/customers/acme`.
 * https://developer.hashicorp.com/vault/api-docs/system/internal-ui-mounts
 */
import type { Fault } from '@bellhop/sdk'
import { denied } from '../faults.ts'
import { dataOf, notVault, objectOf, stanza } from './answers.ts'
import type { VaultClient } from './client.ts'
import { encoded, shown, type Segments } from './path.ts'

export interface Mount {
  /** Where it is mounted. */
  at: Segments
  /** Whatever is not KV makes secrets when it is asked. */
  engine: 'kv1' | 'kv2' | 'dynamic'
  /** Vault did not say: it is what most are. */
  assumed: boolean
}

/** An engine seldom changes; nothing is asked twice within this time. */
const KEPT_MS = 300_000
/** These serve Vault itself, in any namespace. What is read there may be the token of the store. */
const OWN_TYPES = /^(ns_)?(token|system|cubbyhole|identity)$/
const OWN_NAMES = new Set(['auth', 'sys', 'cubbyhole', 'identity'])

export class Mounts {
  readonly #client: VaultClient
  readonly #now: () => number
  readonly #kept = new Map<string, { mount: Mount; until: number }>()

  constructor(client: VaultClient, now: () => number) {
    this.#client = client
    this.#now = now
  }

  /** @throws Fault `store_denied` where it serves Vault itself, and what a request throws */
  async find(path: Segments, signal: AbortSignal): Promise<Mount> {
    if (OWN_NAMES.has(path[0] ?? '')) throw own(path)
    const kept = this.#keptFor(path)
    if (kept !== undefined) return kept
    const request = { method: 'GET', path: `sys/internal/ui/mounts/${encoded(path)}` } as const
    const { answer } = await this.#client.asStore(request, signal)
    // It answers so for a mount that does not exist, too. What is read next tells.
    if (answer.status === 403 || answer.status === 404) return { at: path.slice(0, 1), engine: 'kv2', assumed: true }
    if (answer.status !== 200) throw await this.#client.fault(answer, `to say what serves ${shown(path)}`, signal)
    const mount = mountOf(dataOf(answer), path)
    this.#kept.set(encoded(mount.at), { mount, until: this.#now() + KEPT_MS })
    return mount
  }

  /** It may be something else by now. */
  forget({ at }: Mount): void {
    this.#kept.delete(encoded(at))
  }

  /** No mount stands below another, so at most one fits. */
  #keptFor(path: Segments): Mount | undefined {
    for (let length = 1; length <= path.length; length++) {
      const kept = this.#kept.get(encoded(path.slice(0, length)))
      if (kept !== undefined && kept.until > this.#now()) return kept.mount
    }
    return undefined
  }
}

function mountOf(data: ReturnType<typeof dataOf>, path: Segments): Mount {
  const { path: where, type, options } = data ?? {}
  if (typeof where !== 'string' || typeof type !== 'string') throw notVault()
  const at = where.replace(/\/$/, '').split('/')
  // The mount of a way to log in is answered without its `auth/` and begins no path that was asked for.
  if (OWN_TYPES.test(type) || !at.every((segment, i) => segment === path[i])) throw own(path)
  if (type !== 'kv' && at.includes('auth')) throw own(path)
  if (type !== 'kv') return { at, engine: 'dynamic', assumed: false }
  return { at, engine: objectOf(options)?.['version'] === '2' ? 'kv2' : 'kv1', assumed: false }
}

function own(path: Segments): Fault {
  return denied(
    `has nothing for workflows at ${shown(path)}: it serves Vault itself`,
    'Write the path of a secret, which begins with the mount of a secrets engine.'
  )
}

/** What to add to a policy so that a path can be read. */
export function readStanza({ at, engine }: Mount, path: Segments): string {
  const rest = path.slice(at.length)
  return stanza(encoded(engine === 'kv2' ? [...at, 'data', ...rest] : path), 'read')
}
