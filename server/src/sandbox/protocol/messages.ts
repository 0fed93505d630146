/** What stands in the payloads of frames. */
import type { Json } from '@bellhop/sdk'

/** Which handler of the child a call is for (`child/handlers.ts`). */
export type CallKind = 'describe' | 'run' | 'options' | 'props' | 'evaluate'

/** One call of a handler. */
export interface CallMessage {
  kind: CallKind
  /** File in the program's folder that is imported for it. */
  entry?: string
  env: Readonly<Record<string, string>>
  input: Json
  /** Some connections carry bytes that are nobody's HTTP: requests go over connections, too. */
  tunnels?: boolean
}

export interface AskMessage {
  operation: string
  input: Json
}

/** Where a connection goes. */
export interface Target {
  host: string
  /** 1 to 65535. */
  port: number
  /** Whether the code speaks TLS there: the door does it, and plain bytes stand on the stream. */
  tls: boolean
}

/** The head of a request that the code makes without speaking HTTP itself. */
export interface RequestHead {
  method: string
  /** The request target in origin form (RFC 9112, section 3.2.1). */
  path: string
  /** Without `Host`: that is where the stream goes. Values are one character a byte. */
  headers: readonly (readonly [name: string, value: string])[]
  /** Its body's length in bytes, -1 where that is not known beforehand; absent: there is none. */
  length?: number
}

/** A stream that the code opens: for bytes, or for the bodies of one request and its answer. */
export interface OpenMessage extends Target {
  request?: RequestHead
}

/** The head of an answer; the body follows on the stream. */
export interface AnswerHead {
  status: number
  statusText: string
  /** In the order and spelling of the vendor; values are one character a byte. */
  headers: readonly (readonly [name: string, value: string])[]
}

/** An error on its way through the pipe: text only. */
export interface ErrorMessage {
  name: string
  message: string
  stack?: string
  code?: string
  hint?: string
  retryable?: boolean
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** The order is the numbering on the pipe. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** Longest text of an error, in UTF-16 units. Nothing is cut here: who shows it scrubs it first, and cuts then (I1). */
const LONGEST = 1 << 18

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= LONGEST ? value : undefined

const messageOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length > LONGEST ? `a message of ${value.length} characters` : text(value)

/** Whatever was thrown, as text. Never throws: a getter or a proxy may. */
export function errorMessage(thrown: unknown): ErrorMessage {
  try {
    if (typeof thrown !== 'object' || thrown === null) return { name: 'Error', message: `thrown: ${String(thrown)}` }
    return readErrorMessage(thrown)
  } catch {
    return { name: 'Error', message: 'an error that could not be read' }
  }
}

/** Picks what an error message may hold out of any value, and nothing else. */
export function readErrorMessage(value: unknown): ErrorMessage {
  const from = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const stack = text(from['stack'])
  const code = text(from['code'])
  const hint = text(from['hint'])
  return {
    name: text(from['name']) ?? 'Error',
    message: messageOf(from['message']) ?? 'an object that is no error was thrown',
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(hint === undefined ? {} : { hint }),
    ...(from['retryable'] === true ? { retryable: true } : {})
  }
}
