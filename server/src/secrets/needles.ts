/** What is looked for on behalf of a secret: the value itself and what people make of it before they encode it. Pure. */

/** Shorter text is not searched for inside text: it would be found by chance. Design, "What is known to be secret". */
export const MIN_SEARCHED = 6
/** A line of a longer secret is looked for from this length on. */
const MIN_LINE = 16
/** The frame of a PEM block, which many secrets share and which is none (RFC 7468). */
const FRAME = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/
/** Most secrets: nothing to trim, to split or to convert. */
const WORD = /^[!-[\]-~]+$/
const NUMERIC = /^-?[0-9][0-9.]*(?:[eE][+-]?[0-9]+)?$/

/** A row of bytes to be found, in all forms. */
export interface NeedleText {
  /** One character per byte, or per UTF-16 unit where `utf16`. */
  text: string
  /** Whether this is text beyond ASCII as JavaScript strings hold it; it has no encoded forms. */
  utf16: boolean
}

/** Everything to look for in search of `value`; empty where it is too short. Each text once. */
export function needlesOf(value: string): NeedleText[] {
  const needles: NeedleText[] = []
  const variants = WORD.test(value) && !NUMERIC.test(value) ? [value] : variantsOf(value)
  for (const text of variants) {
    const bytes = Buffer.byteLength(text) === text.length ? text : Buffer.from(text, 'utf8').toString('latin1')
    if (bytes.length < MIN_SEARCHED) continue
    needles.push({ text: bytes, utf16: false })
    if (bytes === text || text.length < MIN_SEARCHED) continue
    needles.push({ text, utf16: true })
    // What `btoa` encodes: text as Latin-1 bytes.
    if (Buffer.from(text, 'latin1').toString('latin1') === text) needles.push({ text, utf16: false })
  }
  return needles
}

/** Whole JSON values are compared with these: short secrets, as they are and trimmed. */
export function wholeValuesOf(value: string): string[] {
  if (value.length >= MIN_SEARCHED && WORD.test(value)) return []
  const trimmed = value.trim()
  return [value, trimmed].filter((text, index, all) => text !== '' && !searchable(text) && all.indexOf(text) === index)
}

/** Blank text stands everywhere. */
function searchable(text: string): boolean {
  return text.length >= MIN_SEARCHED && text.trim() !== ''
}

function variantsOf(value: string): Set<string> {
  const variants = new Set<string>()
  const add = (text: string) => {
    if (searchable(text)) variants.add(text)
  }
  add(value)
  add(value.trim())
  for (const text of withoutScheme(value.trim())) add(text)
  // Also lines that a shell or an environment file escaped.
  if (value.length > MIN_LINE && /[\r\n]|\\n/.test(value)) {
    for (const line of value.split(/\r\n|\r|\n|(?:\\r)?\\n/)) {
      const plain = line.trim()
      if (plain.length >= MIN_LINE && !FRAME.test(plain)) add(plain)
    }
  }
  // What is left of the secret when JSON read it as a number.
  if (NUMERIC.test(value)) add(String(Number(value)))
  // A form (application/x-www-form-urlencoded) writes spaces so, and may be encoded again.
  if (value.includes(' ')) add(value.trim().replaceAll(' ', '+'))
  return variants
}

/** An authentication scheme in front of the credential proper (RFC 9110, section 11.4), and vendors' own. */
const SCHEME = /^(?:bearer|basic|bot|oauth|jwt|ssws|[\w-]*(?:key|token))[ \t]+(\S+)$/i

/** The credential without its scheme, which a vendor says back without; of Basic also what it encodes (RFC 7617). */
function withoutScheme(value: string): string[] {
  const token = SCHEME.exec(value)?.[1]
  if (token === undefined) return []
  if (!/^basic[ \t]/i.test(value)) return [token]
  const pair = Buffer.from(token, 'base64').toString('utf8')
  return [token, pair, pair.slice(pair.indexOf(':') + 1)]
}

/**
 * Whether some form of the needle could be part of a JSON number's text: only then do numbers need a look. Hex of ten
 * characters has 20 digits, more than a number keeps. Base64 has no row of decimal digits but for a crafted secret.
 */
export function numeric({ text }: NeedleText): boolean {
  return /^[0-9.eE+-]+$/.test(text) || (text.length <= 10 && /^[ -)0-9@A-IP-Y`a-ip-y]+$/.test(text))
}
