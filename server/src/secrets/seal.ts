/**
 * Sealing: AES-256-GCM under keys derived from the master key, so that what is at rest is unreadable (I1) and a
 * run's rows are worthless to any other run (I5).
 *
 * Keys: HKDF-SHA-256 (RFC 5869) with a fixed salt; `info` says what the key is for and for whom, so each run, each
 * sealed record and each purpose of an HMAC has a key of its own. A key seals a handful of messages under random
 * 96-bit nonces, far below the 2^32 that NIST SP 800-38D, section 8.3, allows.
 *
 * Sealed bytes: version (1) | nonce (12) | ciphertext | tag (16). The associated data ties them to their place, and a
 * secret to what it may be used for: whoever can write to the database and has no key cannot send it elsewhere.
 */
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { Fault } from '@bellhop/sdk'
import { randomPiece } from './random.ts'

const VERSION = 1
const HEADER = Uint8Array.of(VERSION)
const NONCE = 12
const TAG = 16
const FIRST_BLOCK = Uint8Array.of(1)
const SALT = 'bellhop sealing v1'

/** Seals what belongs to one run. */
export interface RunSeal {
  /** @param origin what is kept beside it and must not be changed: where the secret may go */
  sealSecret(handle: string, value: string, origin?: string): Uint8Array
  /** @throws Fault `seal_broken` */
  openSecret(handle: string, sealed: Uint8Array, origin?: string): string
  sealText(purpose: string, text: string): Uint8Array
  /** @throws Fault `seal_broken` */
  openText(purpose: string, sealed: Uint8Array): string
}

/** Seals records that outlive a run: accounts, test events. What was sealed under one id opens under no other. */
export interface Sealer {
  seal(id: string, text: string): Uint8Array
  /** @throws Fault `seal_broken` */
  open(id: string, sealed: Uint8Array): string
}

/** The 32 bytes that everything at rest hangs on. Never shown: not by inspect, JSON or an error. */
export class MasterKey {
  readonly #root: Uint8Array
  readonly #purposes = new Map<string, Uint8Array>()

  /** @param key 32 bytes; the caller may wipe them afterwards */
  constructor(key: Uint8Array) {
    if (key.length !== 32) throw new Fault('key_malformed', 'the master key must be 32 bytes long')
    this.#root = hmacSha256(Buffer.from(SALT), key)
  }

  runSeal(run: string): RunSeal {
    return new DerivedRunSeal((info) => this.#derive(info), run)
  }

  /** @param purpose what kind of record, a constant of the code: `account`, `test_event` */
  sealer(purpose: string): Sealer {
    const keyOf = (id: string) => this.#derive(frame('record', purpose, id))
    return {
      seal: (id, text) => seal(keyOf(id), frame(purpose, id), text),
      open: (id, sealed) => open(keyOf(id), frame(purpose, id), sealed)
    }
  }

  /**
   * A keyed hash, 32 bytes, under a key that only this purpose uses. Parts are framed: ('ab', 'c') and ('a', 'bc')
   * differ.
   * @param purpose a constant of the code, never input: its key is kept
   */
  hmac(purpose: string, ...parts: readonly (string | Uint8Array)[]): Uint8Array {
    let key = this.#purposes.get(purpose)
    if (key === undefined) {
      key = this.#derive(frame('hmac', purpose))
      this.#purposes.set(purpose, key)
    }
    return hmacSha256(key, frame(...parts))
  }

  /** HKDF-Expand for one block: T(1) = HMAC(PRK, info | 0x01), RFC 5869, section 2.3. */
  #derive(info: Uint8Array): Uint8Array {
    return hmacSha256(this.#root, Buffer.concat([info, FIRST_BLOCK]))
  }

  toJSON(): string {
    return '[MasterKey]'
  }

  [inspect.custom](): string {
    return '[MasterKey]'
  }
}

class DerivedRunSeal implements RunSeal {
  readonly #run: string
  readonly #derive: (info: Uint8Array) => Uint8Array
  #key: Uint8Array | undefined

  constructor(derive: (info: Uint8Array) => Uint8Array, run: string) {
    this.#derive = derive
    this.#run = run
  }

  sealSecret(handle: string, value: string, origin = ''): Uint8Array {
    return seal(this.#runKey(), frame('secret', this.#run, handle, origin), value)
  }

  openSecret(handle: string, sealed: Uint8Array, origin = ''): string {
    return open(this.#runKey(), frame('secret', this.#run, handle, origin), sealed)
  }

  sealText(purpose: string, text: string): Uint8Array {
    return seal(this.#runKey(), frame('text', this.#run, purpose), text)
  }

  openText(purpose: string, sealed: Uint8Array): string {
    return open(this.#runKey(), frame('text', this.#run, purpose), sealed)
  }

  /** Derived at first use: a run in memory seals nothing. */
  #runKey(): Uint8Array {
    return (this.#key ??= this.#derive(frame('run', this.#run)))
  }

  toJSON(): string {
    return '[RunSeal]'
  }

  [inspect.custom](): string {
    return '[RunSeal]'
  }
}

function seal(key: Uint8Array, place: Uint8Array, text: string): Uint8Array {
  const nonce = randomPiece(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(place)
  const body = cipher.update(text, 'utf8')
  cipher.final()
  return Buffer.concat([HEADER, nonce, body, cipher.getAuthTag()])
}

function open(key: Uint8Array, place: Uint8Array, sealed: Uint8Array): string {
  if (sealed[0] !== VERSION || sealed.length < 1 + NONCE + TAG) throw broken()
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + NONCE))
  decipher.setAAD(place)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
  try {
    const head = decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG))
    return Buffer.concat([head, decipher.final()]).toString('utf8')
  } catch {
    throw broken()
  }
}

function broken(): Fault {
  return new Fault('seal_broken', 'sealed data could not be opened: it is damaged, or was sealed with another key', {
    hint: 'Check that the data directory and its key belong together.'
  })
}

function hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(data).digest()
}

/** Each part behind its length in four bytes, so that no two lists of parts give the same bytes. */
function frame(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  let size = 0
  for (const part of parts) size += 4 + (typeof part === 'string' ? Buffer.byteLength(part) : part.length)
  const framed = Buffer.allocUnsafe(size)
  let at = 0
  for (const part of parts) {
    const length = typeof part === 'string' ? framed.write(part, at + 4, 'utf8') : part.length
    if (typeof part !== 'string') framed.set(part, at + 4)
    framed.writeUInt32BE(length, at)
    at += 4 + length
  }
  return framed
}
