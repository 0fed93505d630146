/**
 * Handles: `bhdl.<app>.<field>.<26 characters>`, the opaque strings that stand for secrets outside a keyring.
 * Two labels tell a reader where the secret came from; the tail is 128 random bits in lower-case Crockford base32.
 * Every character is safe in JSON, URLs and headers. Design, "The rules of handles", 1.
 */
import { randomFillSync } from 'node:crypto'

export const HANDLE_PREFIX = 'bhdl.'

const SHAPE = String.raw`bhdl\.([a-z0-9_-]{1,40})\.([a-z0-9_-]{1,40})\.([0-9a-hjkmnp-tv-z]{26})`
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const WHOLE = new RegExp(`^${SHAPE}$`)
/** The longest a handle can be, in characters. */
export const MAX_HANDLE_LENGTH = HANDLE_PREFIX.length + 40 + 1 + 40 + 1 + 26

/** A fresh expression that finds handle-shaped text; `g`, so its `lastIndex` is the caller's own. */
export function handlePattern(): RegExp {
  return new RegExp(SHAPE, 'g')
}

/** Whether the whole text has the shape of a handle, live or not. */
export function isHandleShaped(text: string): boolean {
  return text.startsWith(HANDLE_PREFIX) && text.length <= MAX_HANDLE_LENGTH && WHOLE.test(text)
}

/** `slack.oauth_access_token`, for messages: the labels of handle-shaped text. */
export function originOfHandle(handle: string): { app: string; field: string } {
  const [, app = '', field = ''] = handle.split('.')
  return { app, field }
}

/** Makes a handle that nobody can guess. */
export function makeHandle(app: string, field: string): string {
  return `${HANDLE_PREFIX}${label(app)}.${label(field)}.${randomTail()}`
}

/** Lower case, anything but `[a-z0-9_-]` as `_`, at most 40 characters, never empty. */
function label(text: string): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9_-]/g, '_')
  return plain === '' ? '_' : plain.slice(0, 40)
}

// Random bytes come 256 handles at a time: one call into the system's generator costs more than a handle.
const pool = new Uint8Array(16 * 256)
let used = pool.length

function randomTail(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  let text = ''
  let bits = 0
  let held = 0
  for (let i = used; i < used + 16; i++) {
    bits = (bits << 8) | (pool[i] ?? 0)
    held += 8
    for (; held >= 5; held -= 5) text += ALPHABET[(bits >>> (held - 5)) & 31]
    bits &= 31
  }
  used += 16
  return text + ALPHABET[(bits << (5 - held)) & 31]
}
