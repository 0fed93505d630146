/**
 * Passwords at rest: scrypt (RFC 7914) over the password keyed with the master key, so that a copied database without
 * the key gives nobody anything to guess at.
 *
 * Parameters: N = 2^15, r = 8, p = 3, one of the equivalents that OWASP's Password Storage Cheat Sheet lists, because each
 * hash then takes 32 MB of memory and not 128. Two are made at a time; few wait, so that a flood of guesses costs neither
 * memory nor all of libuv's threads, which files and names need too.
 */
import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'
import { Fault } from '@bellhop/sdk'
import type { MasterKey } from '../../secrets/seal.ts'

const derive = promisify<string | Uint8Array, Uint8Array, number, ScryptOptions, Buffer>(scrypt)

const COST = { ln: 15, r: 8, p: 3 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Above what these parameters take: Node refuses at exactly that. */
const MAX_MEMORY = 64 << 20

const AT_ONCE = 2
const MAX_WAITING = 32

/** NIST SP 800-63B-4, 3.1.1.2, asks for 15 where a password is all there is: here guesses are rate-limited, too. */
const SHORTEST = 12
const LONGEST = 256
/** Fewer different characters are a pattern. */
const FEWEST_DIFFERENT = 5

interface Parsed {
  cost: typeof COST
  salt: Buffer
  hash: Buffer
}

export class Passwords {
  readonly #master: MasterKey
  /** What an unknown user's password is compared with, in the same time. */
  readonly #nobody = textOf({ cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) })
  #working = 0
  readonly #waiting: (() => void)[] = []

  constructor(master: MasterKey) {
    this.#master = master
  }

  /** A text in the PHC string format: algorithm, parameters, salt and hash. @throws Fault `sign_in_busy` */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    return textOf({ cost: COST, salt, hash: await this.#derive(password, { cost: COST, salt }) })
  }

  /**
   * Whether this is the password. Takes as long for a user that there is not.
   * @param stored what `hash` made; null where there is no user, or none with a password
   * @throws Fault `sign_in_busy`
   */
  async matches(password: string, stored: string | null): Promise<boolean> {
    const { hash, ...how } = parse(stored ?? this.#nobody)
    const same = timingSafeEqual(await this.#derive(password, how), hash)
    return same && stored !== null
  }

  async #derive(password: string, { cost: { ln, r, p }, salt }: Omit<Parsed, 'hash'>): Promise<Buffer> {
    const keyed = this.#master.hmac('password', password.normalize('NFC'))
    await this.#turn()
    try {
      return await derive(keyed, salt, HASH_BYTES, { N: 2 ** ln, r, p, maxmem: MAX_MEMORY })
    } finally {
      this.#working -= 1
      this.#waiting.shift()?.()
    }
  }

  async #turn(): Promise<void> {
    if (this.#working >= AT_ONCE) {
      if (this.#waiting.length >= MAX_WAITING) throw busy()
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#working += 1
  }
}

function busy(): Fault {
  return new Fault('sign_in_busy', 'too many sign-ins are under way', {
    status: 503,
    retryable: true,
    retryAfterMs: 5_000,
    hint: 'Try again in a few seconds.'
  })
}

/**
 * Refuses what is guessed first.
 * @throws Fault `password_unfit` (422), without a word of it
 */
export function checkPassword(password: string, name: string): void {
  const length = Array.from(password).length
  if (length < SHORTEST) throw unfit(`a password has at least ${SHORTEST} characters`)
  if (length > LONGEST) throw unfit(`a password has at most ${LONGEST} characters`)
  const lower = password.normalize('NFKC').toLowerCase()
  if (new Set(lower).size < FEWEST_DIFFERENT) throw unfit('this password repeats a few characters')
  const rest = [name.normalize('NFKC').toLowerCase(), 'bellhop', 'password', 'administrator', 'admin']
    .toSorted((a, b) => b.length - a.length)
    .reduce((text, word) => text.replaceAll(word, ''), lower)
  if (!/\p{L}/u.test(rest) && rest.length < SHORTEST) {
    throw unfit('this password is made of what is guessed first')
  }
}

function unfit(message: string): Fault {
  return new Fault('password_unfit', message, {
    status: 422,
    hint: 'Several words that have nothing to do with each other are good; a password manager makes better ones.'
  })
}

function textOf({ cost: { ln, r, p }, salt, hash }: Parsed): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${hash.toString('base64')}`
}

function parse(text: string): Parsed {
  const [, ln, r, p, salt = '', hash = ''] =
    /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/=]+)\$([\w+/=]+)$/.exec(text) ?? []
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64')
  }
}
