import { sameSecret } from './bearer.ts'
import { newToken } from './tokens.ts'

/**
 * The link that makes the first administrator. It lives in memory only, so every start makes a new one, and there is
 * nothing of it to find in the data directory.
 */
export class SetupLink {
  #token: string | undefined

  /** A new token; the one before is void. */
  make(): string {
    this.#token = newToken()
    return this.#token
  }

  accepts(token: string): boolean {
    return this.#token !== undefined && sameSecret(token, this.#token)
  }

  /** There is an administrator now. */
  void(): void {
    this.#token = undefined
  }
}
