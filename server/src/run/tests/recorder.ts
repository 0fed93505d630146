/**
 * The requests of a step that is tried, as they left and what came back: handles where they carried credentials, answers
 * scrubbed. What the step makes known later is taken out of them before anybody is shown them (I1).
 */
import type { RawHeader } from '../../egress/exchange.ts'
import { parseJson } from '../../egress/scrubbing.ts'
import type { Sent, Watch, Watching } from '../../egress/showing.ts'
import { toErrorRecord } from '../../secrets/error-record.ts'
import type { Keyring } from '../../secrets/keyring.ts'
import { suspects } from '../../secrets/looks.ts'

/** A request with its answer, as it may be shown. */
export interface SeenRequest {
  method: string
  url: string
  headers: Record<string, string>
  /** Left out where there was none. */
  body?: string
  /** Which credentials stood where: `header authorization`, `slack.oauth_access_token`. */
  credentials: { place: string; label: string }[]
  /** Left out where no answer came. */
  status?: number
  response_headers?: Record<string, string>
  response_body?: string
  duration_ms: number
  /** Why there is no answer. */
  error?: { code: string; message: string }
  /** What is not whole here, and why. */
  notes: string[]
}

/** Told, while the step goes on, of no more than where its requests go: what else they hold may turn out to be secret. */
export interface Progress {
  request(index: number, method: string, origin: string): void
  response(index: number, status: number | undefined, durationMs: number): void
}

/** Requests of a step that are shown. */
const MOST = 50
/** Characters of a body that are shown. */
const SHOWN = 64 * 1024
/** Kept beyond them until secrets are taken out: one that stands across the cut is found there. */
const KEPT = SHOWN + 512 * 1024
const STREAMED = 'the body of the request went out as it came, and was not looked at'
const CUT = 'the rest of a body is left out'
const WITHHELD = 'withheld: it could not be searched for secrets'

interface Entry {
  seen: SeenRequest
  begunAt: number
  chunks: Buffer[]
  length: number
}

export class Recorder implements Watch {
  readonly #entries: Entry[] = []
  readonly #progress: Progress
  #count = 0

  constructor(progress: Progress) {
    this.#progress = progress
  }

  /** Requests that there were besides those that are shown. */
  get leftOut(): number {
    return this.#count - this.#entries.length
  }

  sent(request: Sent): Watching {
    const index = this.#count++
    this.#progress.request(index, request.method, new URL(request.url).origin)
    const entry: Entry = { seen: begun(request), begunAt: performance.now(), chunks: [], length: 0 }
    if (this.#entries.length < MOST) this.#entries.push(entry)
    return this.#watching(entry, index)
  }

  #watching(entry: Entry, index: number): Watching {
    const { seen } = entry
    const ended = (): void => {
      seen.duration_ms = Math.round(performance.now() - entry.begunAt)
      this.#progress.response(index, seen.status, seen.duration_ms)
    }
    return {
      answered: (status, headers, body) => {
        seen.status = status
        seen.response_headers = headersOf(headers)
        if (body !== undefined) seen.response_body = kept(body, seen)
        ended()
      },
      streamed: (bytes) => {
        entry.length += bytes.length
        if (entry.length - bytes.length < KEPT) entry.chunks.push(Buffer.from(bytes))
        seen.response_body = kept(Buffer.concat(entry.chunks).toString('utf8'), seen)
        seen.duration_ms = Math.round(performance.now() - entry.begunAt)
      },
      failed: (error) => {
        const { code, message } = toErrorRecord(error)
        seen.error = { code, message }
        ended()
      }
    }
  }

  /** Takes out what a keyring knows by now. Fails closed. */
  scrub(keyring: Keyring): void {
    for (const entry of this.#entries) Object.assign(entry.seen, scrubbed(entry.seen, keyring))
  }

  /**
   * What may be shown.
   * @param shown what else is hidden from view is minted into it: what in a body looks like a credential
   */
  view(shown: Keyring): SeenRequest[] {
    return this.#entries.map(({ seen }) => {
      for (const body of [seen.body, seen.response_body]) mintSuspects(body, shown)
      const clean = scrubbed(seen, shown)
      if (clean.body !== undefined) clean.body = cut(clean.body, clean)
      if (clean.response_body !== undefined) clean.response_body = cut(clean.response_body, clean)
      return clean
    })
  }

  /** What was answered is not shown: some of it is secret, and nobody knows what. */
  withholdAnswers(why: string): void {
    for (const { seen } of this.#entries) {
      if (seen.response_body === undefined) continue
      delete seen.response_body
      seen.notes.push(why)
    }
  }
}

function begun({ method, url, headers, body, streamed, credentials }: Sent): SeenRequest {
  const seen: SeenRequest = {
    method,
    url,
    headers: headersOf(headers),
    credentials: credentials.map(({ in: place, name, app, field }) => ({
      place: `${place} ${name}`,
      label: `${app}.${field}`
    })),
    duration_ms: 0,
    notes: streamed ? [STREAMED] : []
  }
  if (body !== undefined) seen.body = kept(typeof body === 'string' ? body : body.toString('utf8'), seen)
  return seen
}

/** A name may come several times. */
function headersOf(headers: readonly RawHeader[]): Record<string, string> {
  const all = new Map<string, string>()
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    const before = all.get(lower)
    all.set(lower, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(all)
}

function kept(text: string, seen: SeenRequest): string {
  if (text.length > KEPT) note(seen, CUT)
  return text.slice(0, KEPT)
}

function cut(text: string, seen: SeenRequest): string {
  if (text.length <= SHOWN) return text
  note(seen, CUT)
  return text.slice(0, SHOWN)
}

function note({ notes }: SeenRequest, text: string): void {
  if (!notes.includes(text)) notes.push(text)
}

function scrubbed(seen: SeenRequest, keyring: Keyring): SeenRequest {
  try {
    if (keyring.incomplete) return withheld(seen)
    const text = (value: string): string => wholeText(keyring, value)
    const all = (headers: Record<string, string>): Record<string, string> =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [text(name), text(value)]))
    const { body, error, response_headers: headers, response_body: answer } = seen
    return {
      ...seen,
      url: text(seen.url),
      headers: all(seen.headers),
      ...(body === undefined ? {} : { body: document(keyring, body) }),
      ...(headers === undefined ? {} : { response_headers: all(headers) }),
      ...(answer === undefined ? {} : { response_body: document(keyring, answer) }),
      ...(error === undefined ? {} : { error: { ...error, message: text(error.message) } }),
      notes: [...seen.notes]
    }
  } catch {
    return withheld(seen)
  }
}

/** Short secrets count where they stand as a whole value, and nowhere else. */
function wholeText(keyring: Keyring, text: string): string {
  const clean = keyring.scrub(text)
  return typeof clean === 'string' ? clean : ''
}

/** The same for the values of a body that is JSON. */
function document(keyring: Keyring, body: string): string {
  const value = parseJson(body)
  const clean = value === undefined ? undefined : keyring.scrub(value)
  return wholeText(keyring, clean === value ? body : JSON.stringify(clean))
}

function withheld({ method, credentials, status, duration_ms, notes }: SeenRequest): SeenRequest {
  const all = [...new Set([...notes, WITHHELD])]
  return {
    method,
    url: '',
    headers: {},
    credentials,
    duration_ms,
    notes: all,
    ...(status === undefined ? {} : { status })
  }
}

/** Of JSON alone: elsewhere nothing has a name. */
function mintSuspects(body: string | undefined, shown: Keyring): void {
  if (body === undefined) return
  const value = parseJson(body)
  if (value === undefined) return
  for (const { field, value: found } of suspects(value)) shown.mint(found, { app: 'test', field, audience: null })
}
