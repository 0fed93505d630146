/**
 * What may be shown of a request as it left, and of its answer. The request is the one that the caller asked for, with its
 * handles: what stood in their place never gets here. The answer has been scrubbed. What becomes known as a secret only
 * later is for whoever shows it to take out.
 */
import type { FetchAnswer } from '@bellhop/sdk'
import type { RawHeader } from './exchange.ts'
import { decodeBasic, mayHoldHandle, type Revealed, type RevealedAt } from './places.ts'
import type { RelayedAnswer } from './relayed-answer.ts'
import type { Draft } from './request.ts'

/** A request as it left; handles stand where it carried credentials. */
export interface Sent {
  method: string
  url: string
  headers: readonly RawHeader[]
  /** Undefined where there is none, or where it went out as it came in. */
  body: string | Buffer | undefined
  streamed: boolean
  /** Which credentials stood where. */
  credentials: readonly (RevealedAt & { app: string; field: string })[]
}

export interface Watch {
  /** The request is on its way. */
  sent(request: Sent): Watching
}

/** What becomes of a request. */
export interface Watching {
  /** @param body left out where nobody reads it */
  answered(status: number, headers: readonly RawHeader[], body?: string): void
  /** More of a body that streams in; an answer without a body went before. */
  streamed(bytes: Uint8Array): void
  failed(error: unknown): void
}

export function sentOf({ method, url, headers, body }: Draft, revealed: Revealed): Sent {
  return {
    method,
    url: url.href,
    headers: headers.map(([name, value]) => [name, plainly(value)]),
    body,
    streamed: revealed.stream !== undefined,
    credentials: revealed.secrets.flatMap(({ origin: { app, field } }, i) => {
      const place = revealed.places[i]
      return place === undefined ? [] : [{ ...place, app, field }]
    })
  }
}

/** Basic credentials with handles in them are shown as what they are made of. */
function plainly(value: string): string {
  const pair = decodeBasic(value)
  return pair !== undefined && mayHoldHandle(pair) ? `Basic ${pair}` : value
}

/** The same promise; its failure is told. */
export function seen<T>(work: Promise<T>, watching: Watching | undefined): Promise<T> {
  if (watching === undefined) return work
  return work.catch((error: unknown) => {
    watching.failed(error)
    throw error
  })
}

export async function watchedAnswer(reading: Promise<FetchAnswer>, watching: Watching): Promise<FetchAnswer> {
  const answer = await seen(reading, watching)
  watching.answered(answer.status, Object.entries(answer.headers), await answer.text())
  return answer
}

/** The same answer; its body is told of as it comes. */
export async function watchedRelay(reading: Promise<RelayedAnswer>, watching: Watching): Promise<RelayedAnswer> {
  const answer = await seen(reading, watching)
  const { status, headers, whole, stream } = answer
  watching.answered(status, headers, whole?.text())
  return stream === undefined ? answer : { ...answer, stream: told(stream, watching) }
}

async function* told(
  stream: AsyncIterable<Uint8Array>,
  watching: Watching
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream) {
    watching.streamed(chunk)
    yield chunk
  }
}
