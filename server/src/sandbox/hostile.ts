/** Reading what a sandbox process says. It can be anything; what is wrong is a bad frame, and ends the process. */
import { Fault, type Json } from '@bellhop/sdk'
import parse from 'secure-json-parse'
import { BadFrame } from './protocol/frames.ts'
import { errorMessage, type AskMessage, type RequestHead, type Target } from './protocol/messages.ts'

/** Keys that would change a prototype where they are copied are dropped. @throws BadFrame */
export function jsonOf(payload: Buffer): Json {
  try {
    return parse(payload.toString(), undefined, { protoAction: 'remove', constructorAction: 'ignore' }) as Json
  } catch {
    throw new BadFrame('a message that is no JSON')
  }
}

/**
 * What a result may be made of: what a step leaves is read, scrubbed and written on the thread that serves all runs, and
 * takes its time by the value.
 */
export const MAX_VALUES = 500_000

const [QUOTE, BACKSLASH, COMMA, LIST, OBJECT] = Buffer.from('"\\,[{')

/** Whether JSON holds more values than a result may, told without reading it: they are behind commas and brackets. */
export function isTooMuch(json: Buffer): boolean {
  if (json.length <= MAX_VALUES) return false
  let values = 0
  for (let at = 0; at < json.length && values <= MAX_VALUES; at++) {
    const byte = json[at]
    if (byte === COMMA || byte === LIST || byte === OBJECT) values++
    else if (byte === QUOTE) at = endOfText(json, at)
  }
  return values > MAX_VALUES
}

function endOfText(json: Buffer, start: number): number {
  for (let at = json.indexOf('"', start + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let backslashes = 0
    while (json[at - 1 - backslashes] === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return at
  }
  return json.length
}

/** @throws BadFrame */
export function askOf(message: Json): AskMessage {
  const { operation, input = null } = objectOf(message)
  if (typeof operation !== 'string') throw new BadFrame('a question about nothing')
  return { operation, input }
}

/** @throws BadFrame */
export function targetOf(message: Json): Target {
  const { host, port, tls } = objectOf(message)
  const whole = typeof host === 'string' && typeof port === 'number' && typeof tls === 'boolean'
  if (!whole || host.length > 255 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new BadFrame('a connection to nowhere')
  }
  return { host, port, tls }
}

/** The request that a stream is opened for, if it is for one. @throws BadFrame */
export function requestOf(message: Json): RequestHead | undefined {
  const { request } = objectOf(message)
  if (request === undefined) return undefined
  const { method, path, headers, length } = objectOf(request)
  if (typeof method !== 'string' || typeof path !== 'string' || !Array.isArray(headers)) {
    throw new BadFrame('a request of the wrong shape')
  }
  const head = { method, path, headers: headers.map(headerOf) }
  if (length === undefined) return head
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < -1) {
    throw new BadFrame('a request of no length')
  }
  return { ...head, length }
}

function headerOf(header: Json): [name: string, value: string] {
  const [name, value, ...more] = Array.isArray(header) ? header : []
  if (typeof name === 'string' && typeof value === 'string' && more.length === 0) return [name, value]
  throw new BadFrame('a header of the wrong shape')
}

function objectOf(message: Json): Record<string, Json> {
  if (typeof message === 'object' && message !== null && !Array.isArray(message)) return message
  throw new BadFrame('a message of the wrong shape')
}

/** What the code may see of an error of the server's, as JSON: a Fault's words, and of anything else that it happened. */
export function refusalOf(error: unknown): string {
  if (!(error instanceof Fault)) return JSON.stringify({ name: 'Error', message: 'the server could not answer' })
  const { name, message, code, hint, retryable } = errorMessage(error)
  return JSON.stringify({ name, message, code, hint, retryable })
}
