/**
 * The top-level fields of a JSON object, a form or a query, with where they stand in the text, so that a value can be
 * changed or a field cut out while every other byte stays as the caller wrote it (large numbers and order included).
 */
import type { Header } from './request.ts'

export type BodyKind = 'json' | 'form'

export interface Field {
  /** Decoded. */
  name: string
  /** Where the field as a whole stands, separators excluded. */
  from: number
  to: number
  /** Where its value stands; without the quotes of a JSON string. */
  start: number
  end: number
  /** Whether the value is text: a JSON string, or any value of a form. */
  text: boolean
}

/** What a body is by its content type; `undefined` for everything that has no fields. */
export function kindOf(headers: readonly Header[]): BodyKind | undefined {
  const type = headers.find(([name]) => name === 'content-type')?.[1] ?? ''
  if (isJsonType(type)) return 'json'
  return /^application\/x-www-form-urlencoded\b/i.test(type) ? 'form' : undefined
}

/** RFC 8259, and RFC 6839's `+json`. */
export function isJsonType(type: string): boolean {
  return /^(?:application|text)\/(?:[\w.!#$&^-]+\+)?json(?:$|[;\s])/i.test(type)
}

/** The fields of `text` in order, the same name twice included; `undefined` where it is not of that kind. */
export function fieldsOf(text: string, kind: BodyKind): Field[] | undefined {
  return kind === 'form' ? formFields(text) : jsonFields(text)
}

/** `value` as it stands inside a field's text: percent-encoded, or escaped for a JSON string. */
export function encodeFor(kind: BodyKind, value: string): string {
  if (kind === 'json') return JSON.stringify(value).slice(1, -1)
  // Lone surrogates would throw; they have no UTF-8 form, and a vendor can't have issued them.
  return encodeURIComponent(value.toWellFormed()).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
}

/** The text with each value and each gap between values replaced by what the functions return. */
export function rewrite(
  text: string,
  fields: readonly Field[],
  change: { value(raw: string, field: Field): string; gap(raw: string): string }
): string {
  let out = ''
  let at = 0
  for (const field of fields) {
    out += change.gap(text.slice(at, field.start)) + change.value(text.slice(field.start, field.end), field)
    at = field.end
  }
  return out + change.gap(text.slice(at))
}

/** The text without the fields that `drop` names. */
export function without(
  text: string,
  kind: BodyKind,
  fields: readonly Field[],
  drop: (raw: string) => boolean
): string {
  const kept = fields.map((field) => text.slice(field.from, field.to)).filter((raw) => !drop(raw))
  return kind === 'form' ? kept.join('&') : `{${kept.join(',')}}`
}

function formFields(text: string): Field[] {
  const fields: Field[] = []
  let from = 0
  for (const pair of text.split('&')) {
    const to = from + pair.length
    const equals = pair.indexOf('=')
    const start = equals < 0 ? to : from + equals + 1
    if (pair !== '') {
      fields.push({ name: decodeName(equals < 0 ? pair : pair.slice(0, equals)), from, to, start, end: to, text: true })
    }
    from = to + 1
  }
  return fields
}

function decodeName(raw: string): string {
  if (!/[%+]/.test(raw)) return raw
  return new URLSearchParams(`${raw}=`).keys().next().value ?? raw
}

function jsonFields(text: string): Field[] | undefined {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return undefined
  const fields: Field[] = []
  at = skipSpace(text, at + 1)
  while (text[at] === '"') {
    const from = at
    const nameEnd = skipString(text, at)
    const name: unknown = JSON.parse(text.slice(from, nameEnd))
    const value = skipSpace(text, skipSpace(text, nameEnd) + 1)
    const to = skipValue(text, value)
    const quoted = text[value] === '"' ? 1 : 0
    fields.push({ name: String(name), from, to, start: value + quoted, end: to - quoted, text: quoted === 1 })
    at = skipSpace(text, to)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return fields
}

// The text is known to be JSON, so these only have to find where things end.

function skipSpace(text: string, at: number): number {
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++
  return at
}

function skipString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '"') return i + 1
  }
  return text.length
}

function skipValue(text: string, at: number): number {
  if (text[at] === '"') return skipString(text, at)
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const c = text[i]
    if (c === '"') i = skipString(text, i) - 1
    else if (c === '{' || c === '[') depth++
    else if (depth === 0 && (c === ',' || c === '}' || text.charCodeAt(i) <= 0x20)) return i
    else if ((c === '}' || c === ']') && --depth === 0) return i + 1
  }
  return text.length
}
