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
