/**
 * Test sessions: steps of a draft, run on the server in memory. The event, what steps left and the secrets of a session live
 * there only, and die with it; nothing of it is written.
 */
import { call, type Problem } from './client.ts'
import { lines } from './lines.ts'
import type { Step } from './runs.ts'

/** A request as it left through the door, with handles where credentials stood. Bodies are cut at 64 KiB. */
export interface SentRequest {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
  status?: number
  response_headers?: Record<string, string>
  response_body?: string
  duration_ms?: number
  error?: string
  /** Where a credential stood, and whose it is: `header authorization`, `slack.oauth_access_token`. */
  credentials: { place: string; label: string }[]
}

/** Where the event of a session comes from. */
export type EventSource = { event: unknown } | { test_event: string } | { run: string }

/** Test values of runtime credentials, by step, app and field. */
export type TestFields = Record<string, Record<string, Record<string, string>>>

export interface Session {
  id: string
  /** The event as it may be shown. */
  event: unknown
}

export type TestLine =
  | { type: 'step_started'; step: string }
  | { type: 'log'; step: string; line: Step['logs'][number] }
  | { type: 'request'; step: string; request: SentRequest }
  | { type: 'step_finished'; step: Step; requests: SentRequest[] }
  | { type: 'done' }
  | { type: 'problem'; problem: Problem }

const JSON_BODY = { 'content-type': 'application/json' }

export async function startSession(definition: string, source: EventSource, fields: TestFields): Promise<Session> {
  const response = await call('/tests', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ definition, ...source, fields })
  })
  return (await response.json()) as Session
}

/** Runs one step of the definition as it is now, or all of them; tells what happens as it happens. */
export function runInSession(
  session: string,
  step: string | undefined,
  definition: string,
  signal: AbortSignal
): AsyncGenerator<TestLine> {
  const what = step === undefined ? 'run' : `steps/${encodeURIComponent(step)}`
  return lines<TestLine>(`/tests/${session}/${what}`, {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ definition }),
    signal
  })
}

/** Ends a session; its secrets are gone. Also while the page is being left. */
export function endSession(session: string): void {
  void call(`/tests/${session}`, { method: 'DELETE', keepalive: true }).catch(() => {})
}
