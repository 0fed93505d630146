/**
 * Connections, one pool for each origin and address policy, and the dialler that makes them.
 *
 * The dialler resolves a name once, judges every address that came back, and hands those very addresses to the socket:
 * there is no second lookup that could answer differently. A kept-alive connection goes on to the address that was
 * judged when it was made. Host and SNI come from the pool's origin, never from a request. No proxy of the environment
 * is used, and NODE_TLS_REJECT_UNAUTHORIZED has no say. Keeps rules 3 and 4 of the door.
 */
import { lookup } from 'node:dns'
import { connect, isIP, type LookupFunction, type Socket } from 'node:net'
import { Fault } from '@bellhop/sdk'
import { isMetadataName, reachOf, type Reach } from './addresses.ts'
import { isLocalhost, nameOf, type Target } from './hosts.ts'
import type { Policy } from './policy.ts'
import { buildConnector, Pool } from './undici.ts'

export interface Address {
  address: string
  family: 4 | 6
}

/** All addresses of a name, as the operating system knows them. Rejects with an error that has a `code`. */
export type Resolve = (host: string) => Promise<readonly Address[]>

export interface Connections {
  readonly pool: Pool
  /** Whether the last connection went to the internet alone. */
  outside: boolean
  /** When it was last asked for, as a count of what was asked for. */
  usedAt: number
}

export interface PoolsOptions {
  resolve: Resolve
  connectTimeoutMs: number
  /** Longest silence within an answer's body. */
  idleTimeoutMs: number
}

const MAX_POOLS = 256
const MAX_CONNECTIONS = 128

export const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error) reject(error)
      else resolve(addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 })))
    })
  })

export class Pools {
  readonly #options: PoolsOptions
  /** By policy and origin. */
  readonly #pools = new Map<string, Connections>()
  #uses = 0
  /** Pools that were pushed out and still finish what they had begun. */
  readonly #leaving = new Set<Pool>()

  constructor(options: PoolsOptions) {
    this.#options = options
  }

  get(target: Target, policy: Policy): Connections {
    const key = `${policy} ${target.origin}`
    let connections = this.#pools.get(key)
    if (connections === undefined) {
      if (this.#pools.size === MAX_POOLS) this.#pushOut()
      this.#pools.set(key, (connections = this.#connectTo(target, policy)))
    }
    connections.usedAt = ++this.#uses
    return connections
  }

  /**
   * Dials for bytes that are nobody's HTTP. The connection is the caller's.
   * @throws whatever Node does, and Fault `address_refused`
   */
  dial(target: Target, policy: Policy): Promise<Socket> {
    const { host, port } = target
    const judge = (addresses: readonly string[]): void => void judgeAddresses(addresses, target, policy)
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    // A socket looks up names only.
    if (isIP(host) !== 0) judge([host])
    const socket = connect({ host, port, lookup: this.#lookup(target, judge), allowHalfOpen: true, noDelay: true })
    const late = Object.assign(new Error('not connected'), { code: 'ETIMEDOUT' })
    socket.setTimeout(this.#options.connectTimeoutMs, () => socket.destroy(late))
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.setTimeout(0)
      socket.off('error', reject)
      resolve(socket)
    })
    return promise
  }

  /** Ends every connection, also those in use. */
  async close(): Promise<void> {
    const pools = [...Array.from(this.#pools.values(), ({ pool }) => pool), ...this.#leaving]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }

  /** Makes room by the pool that was not asked for the longest. */
  #pushOut(): void {
    const [key, { pool }] = [...this.#pools].reduce((oldest, one) => (one[1].usedAt < oldest[1].usedAt ? one : oldest))
    this.#pools.delete(key)
    this.#leaving.add(pool)
    void pool.close().then(() => this.#leaving.delete(pool))
  }

  #connectTo(target: Target, policy: Policy): Connections {
    const { connectTimeoutMs, idleTimeoutMs } = this.#options
    const judge = (addresses: readonly string[]): void => {
      connections.outside = judgeAddresses(addresses, target, policy)
    }
    const connect = buildConnector({
      allowH2: false,
      timeout: connectTimeoutMs,
      rejectUnauthorized: true,
      lookup: this.#lookup(target, judge)
    })
    const pool = new Pool(target.origin, {
      connect: (options, callback) => {
        try {
          // A socket looks up names only.
          if (isIP(target.host) !== 0) judge([target.host])
          connect(options, callback)
        } catch (error) {
          queueMicrotask(() => callback(error instanceof Error ? error : new Error('not dialled'), null))
        }
      },
      allowH2: false,
      useMilo: false,
      connections: MAX_CONNECTIONS,
      headersTimeout: 0, // each request has a timer of its own
      bodyTimeout: idleTimeoutMs
    })
    const connections: Connections = { pool, outside: false, usedAt: 0 }
    return connections
  }

  #lookup(target: Target, judge: (addresses: readonly string[]) => void): LookupFunction {
    const look = async (): Promise<Address[]> => {
      const found = await this.#options.resolve(target.host)
      judge(found.map(({ address }) => address))
      return [...found]
    }
    return (_host, { all }, callback) => {
      void settle(look(), (error, found) => {
        const first = found[0]
        if (all === true || first === undefined) callback(error, found)
        else callback(error, first.address, first.family)
      })
    }
  }
}

/** Tells how the promise ended, outside of it: what `tell` throws is nobody's rejection. */
async function settle(
  looking: Promise<Address[]>,
  tell: (error: NodeJS.ErrnoException | null, found: Address[]) => void
): Promise<void> {
  let error: Error | null = null
  let found: Address[] = []
  try {
    found = await looking
  } catch (cause) {
    error = cause instanceof Error ? cause : new Error('not resolved')
  }
  queueMicrotask(() => tell(error, found))
}

/**
 * Whether all of them are the internet's.
 * @throws Fault `address_refused`, naming the host and the kind of address but not the address, which would tell a
 *   stranger's code what the inside looks like
 */
export function judgeAddresses(addresses: readonly string[], target: Target, policy: Policy): boolean {
  if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' })
  const reaches = addresses.map(reachOf)
  if (isMetadataName(target.host) || reaches.includes('metadata')) throw refused(target, 'metadata')
  if (isLocalhost(target.host) && reaches.some((reach) => reach !== 'loopback')) throw refused(target, 'private')
  const inside = reaches.find((reach) => reach !== 'public')
  if (policy === 'public' && inside !== undefined) throw refused(target, inside)
  return inside === undefined
}

const KINDS: Record<Exclude<Reach, 'public'>, string> = {
  metadata: "a cloud's metadata service, which is never called",
  loopback: 'this machine itself',
  private: 'a private or reserved address range'
}

function refused(target: Target, reach: Exclude<Reach, 'public'>): Fault {
  const hint = 'Only an operator can allow it: by listing the host for this server or, for code steps, under `egress`.'
  return new Fault(
    'address_refused',
    `${nameOf(target)} leads to ${KINDS[reach]}`,
    reach === 'metadata' ? {} : { hint }
  )
}
