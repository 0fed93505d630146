import { randomBytes } from 'node:crypto'
import type { MasterKey } from '../../secrets/seal.ts'
import { sameSecret } from './bearer.ts'
import { newToken } from './tokens.ts'

/** The link that makes the first administrator. Whoever asks has looked that there is none yet. */
export interface SetupLink {
  /** A new token. */
  make(): string
  accepts(token: string): boolean
  /** There is an administrator now. */
  void(): void
}

/** It lives in memory only, so every start makes a new one, and there is nothing of it to find in the data directory. */
export class OwnSetupLink implements SetupLink {
  #token: string | undefined

  /** The one before is void. */
  make(): string {
    this.#token = newToken()
    return this.#token
  }

  accepts(token: string): boolean {
    return this.#token !== undefined && sameSecret(token, this.#token)
  }

  void(): void {
    this.#token = undefined
  }
}

/** How long a link works that any node takes, in milliseconds. */
const SHARED_MS = 86_400_000

/** A link that every node with the same key takes: each start prints one, and the request may come to another node. */
export class SharedSetupLink implements SetupLink {
  readonly #master: MasterKey
  readonly #now: () => number

  constructor(master: MasterKey, now: () => number) {
    this.#master = master
    this.#now = now
  }

  make(): string {
    return this.#signed(`${(this.#now() + SHARED_MS).toString(36)}.${randomBytes(16).toString('base64url')}`)
  }

  accepts(token: string): boolean {
    const [until = '', nonce = ''] = token.split('.')
    return sameSecret(token, this.#signed(`${until}.${nonce}`)) && this.#now() < parseInt(until, 36)
  }

  void(): void {}

  #signed(text: string): string {
    return `${text}.${Buffer.from(this.#master.hmac('setup link', text)).toString('base64url')}`
  }
}
