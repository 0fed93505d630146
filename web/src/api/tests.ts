/**
 * Test sessions: steps of a draft, run on the server in memory. The event, what steps left and the secrets of a session live
 * there only, and die with it; nothing of it is written.
 */
import { api, body, call, type Schemas } from './client.ts'
import { lines } from './lines.ts'

/** A request as it left through the door, with handles where credentials stood. */
export type SentRequest = Schemas['TestRequest']
export type TestLine = Schemas['TestLine']

/** Where the event of a session comes from. */
export type EventSource = { event: Record<string, unknown> } | { test_event: string } | { run: string }

/** Test values of runtime credentials, by step, app and field. */
export type TestFields = Record<string, Record<string, Record<string, string>>>

/** What is tried: the definition as it is now, and values for its runtime credentials. */
export interface Draft {
  definition: string
  fields: TestFields
}

export interface Session {
  id: string
  /** The event as it may be shown. */
  event: unknown
}

export function startSession(draft: Draft, source: EventSource): Promise<Session> {
  return body(api.POST('/tests', { body: { ...draft, ...source } }))
}

/** Runs one step, or all of them; tells what happens as it happens. */
export function runInSession(
  session: string,
  step: string | undefined,
  draft: Draft,
  signal: AbortSignal
): AsyncGenerator<TestLine> {
  const what = step === undefined ? 'run' : `steps/${encodeURIComponent(step)}`
  const headers = { 'content-type': 'application/json' }
  return lines<TestLine>(`/tests/${session}/${what}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(draft),
    signal
  })
}

/** Ends a session; its secrets are gone. Also while the page is being left. */
export function endSession(session: string): void {
  void call(`/tests/${session}`, { method: 'DELETE', keepalive: true }).catch(() => {})
}
