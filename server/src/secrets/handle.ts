/**
 * Handles: `bhdl.<app>.<field>.<26 characters>`, the opaque strings that stand for secrets outside a keyring.
 * Two labels tell a reader where the secret came from; the tail is 128 random bits in lower-case Crockford base32.
 * Every character is safe in JSON, URLs and headers. Design, "The rules of handles", 1.
 */
import { randomPiece } from './random.ts'

export const HANDLE_PREFIX = 'bhdl.'

const SHAPE = String.raw`bhdl\.([a-z0-9_-]{1,40})\.([a-z0-9_-]{1,40})\.([0-9a-hjkmnp-tv-z]{26})`
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LABEL = /^[a-z0-9_-]{1,40}$/
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
  if (LABEL.test(text)) return text
  const plain = text.toLowerCase().replace(/[^a-z0-9_-]/g, '_')
  return plain === '' ? '_' : plain.slice(0, 40)
}

/** 128 bits, five at a time. */
function randomTail(): string {
  const bytes = randomPiece(16)
  let text = ''
  let bits = 0
  let held = 0
  for (let i = 0; i < bytes.length; i++) {
    bits = ((bits & 31) << 8) | (bytes[i] ?? 0)
    held += 8
    for (; held >= 5; held -= 5) text += ALPHABET[(bits >>> (held - 5)) & 31]
  }
  return text + ALPHABET[(bits << (5 - held)) & 31]
}
