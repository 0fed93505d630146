/** The stand-in's tokens and the leases under them, by a clock of its own. What a token made goes with it. */
import { randomBytes } from 'node:crypto'

/** 768 hours, Vault's own. */
const SYSTEM_MAX_MS = 2_764_800_000

export interface TokenSettings {
  policies: readonly string[]
  /** Milliseconds; 0: it never ends. */
  ttlMs?: number
  maxTtlMs?: number
  renewable?: boolean
  type?: 'service' | 'batch'
  numUses?: number
  parent?: string
  displayName?: string
}

export interface Token extends Required<Omit<TokenSettings, 'parent'>> {
  id: string
  parent: string | undefined
  endsAt: number
  lastEnd: number
  createdAt: number
}

export interface Lease {
  id: string
  token: string
  endsAt: number
  ttlMs: number
  lastEnd: number
  renewable: boolean
}

export class Tokens {
  readonly #now: () => number
  readonly #tokens = new Map<string, Token>()
  readonly #leases = new Map<string, Lease>()

  constructor(now: () => number) {
    this.#now = now
  }

  create(settings: TokenSettings, id = `hvs.${randomBytes(18).toString('base64url')}`): Token {
    const { ttlMs = 0, maxTtlMs = SYSTEM_MAX_MS, type = 'service' } = settings
    const now = this.#now()
    const token: Token = {
      id,
      policies: settings.policies,
      ttlMs,
      maxTtlMs,
      renewable: (settings.renewable ?? true) && type === 'service' && ttlMs > 0,
      type,
      numUses: settings.numUses ?? 0,
      displayName: settings.displayName ?? 'token',
      parent: settings.parent,
      createdAt: now,
      endsAt: ttlMs === 0 ? Infinity : now + Math.min(ttlMs, maxTtlMs),
      lastEnd: now + maxTtlMs
    }
    this.#tokens.set(id, token)
    return token
  }

  /** Undefined for a token that is none, or none any more. */
  find(id: string | undefined): Token | undefined {
    this.#sweep()
    return id === undefined ? undefined : this.#tokens.get(id)
  }

  /** @param incrementMs undefined: what it was made for. Less than what is left shortens its life. */
  renew(token: Token, incrementMs = token.ttlMs): Token {
    token.endsAt = Math.min(this.#now() + incrementMs, token.lastEnd)
    return token
  }

  revoke(id: string): void {
    this.#tokens.delete(id)
    for (const [lease, { token }] of this.#leases) if (token === id) this.#leases.delete(lease)
    for (const child of this.#tokens.values()) if (child.parent === id) this.revoke(child.id)
  }

  lease(path: string, token: string, times: { ttlMs: number; maxTtlMs: number; renewable: boolean }): Lease {
    const { ttlMs, maxTtlMs, renewable } = times
    const now = this.#now()
    const id = `${path}/${randomBytes(12).toString('hex')}`
    const lease = { id, token, ttlMs, renewable, endsAt: now + ttlMs, lastEnd: now + maxTtlMs }
    this.#leases.set(id, lease)
    return lease
  }

  findLease(id: string): Lease | undefined {
    this.#sweep()
    return this.#leases.get(id)
  }

  renewLease(lease: Lease, incrementMs = lease.ttlMs): Lease {
    lease.endsAt = Math.min(this.#now() + incrementMs, lease.lastEnd)
    return lease
  }

  dropLease(id: string): void {
    this.#leases.delete(id)
  }

  /** What lives now. */
  leases(): Lease[] {
    this.#sweep()
    return [...this.#leases.values()]
  }

  tokens(): Token[] {
    this.#sweep()
    return [...this.#tokens.values()]
  }

  #sweep(): void {
    const now = this.#now()
    for (const { id, endsAt } of this.#tokens.values()) if (endsAt <= now) this.revoke(id)
    for (const { id, endsAt } of this.#leases.values()) if (endsAt <= now) this.#leases.delete(id)
  }
}
