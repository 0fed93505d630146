/**
 * How sandboxed code learns that a request failed.
 *
 * What the door refuses is answered with a 4xx in the words of a Fault: client libraries take it for the last word, say it
 * in their own errors, and don't try again. (A broken connection some of them repeat for half an hour.) What happened on
 * the way to the vendor breaks the connection, with the Fault as its error, as it would without a door between. Either way
 * the step's log says what was refused, so that code which looks at no status cannot swallow it.
 */
import type { ServerResponse } from 'node:http'
import { Fault } from '@bellhop/sdk'
import type { DoorScope } from '../door.ts'
import type { Connection } from './connection.ts'

/** Most refusals that one step's log tells of. */
const MAX_TOLD = 20
const told = new WeakMap<DoorScope, Set<string>>()

/** Ends a request that failed, before or within its answer. */
export function refuse(connection: Connection, response: ServerResponse, error: unknown): void {
  const fault = faultOf(error)
  if (isNetworks(fault) || response.headersSent) {
    connection.stream.destroy(fault)
    return
  }
  tell(connection, fault)
  const { status, reason, body } = answerTo(fault)
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length), 'Connection', 'close']
  response.writeHead(status, reason, headers).end(body)
}

/** The same for what no parser could make a request of. */
export function refuseRaw(connection: Connection, fault: Fault): void {
  tell(connection, fault)
  const { status, reason, body } = answerTo(fault)
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`
  connection.stream.end(Buffer.concat([Buffer.from(`${head}connection: close\r\n\r\n`, 'latin1'), body]))
}

/** Ends a connection on which nothing can be answered. */
export function breakOff(connection: Connection, fault: Fault): void {
  tell(connection, fault)
  connection.stream.destroy(fault)
}

function tell({ scope }: Connection, { message, hint }: Fault): void {
  const known = told.get(scope) ?? new Set()
  told.set(scope, known)
  if (known.has(message) || known.size === MAX_TOLD) return
  known.add(message)
  scope.warn(`a request was refused: ${message}${hint === undefined ? '' : `. ${hint}`}`)
}

/** Vendors' libraries look for the reason in one of these places. */
function answerTo({ code, message, hint, status = statusOf(code) }: Fault): {
  status: number
  reason: string
  body: Buffer
} {
  const text = hint === undefined ? message : `${message}. ${hint}`
  const body = { ok: false, error: { type: 'bellhop', code, message: text }, message: text }
  const reason = message.replace(/[^\x20-\x7e]/g, '?')
  return { status, reason, body: Buffer.from(JSON.stringify(body)) }
}

function statusOf(code: string): number {
  return code.startsWith('bad_request') ? 400 : 403
}

function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  return new Fault('request_stopped', 'the request was given up because its step was stopped')
}

/** Whether it happened on the way to a vendor, or because nobody waits any more. */
function isNetworks({ code }: Fault): boolean {
  return /^(?:vendor_|run_|request_stopped$|door_closed$|answer_too_large$|keyring_destroyed$)/.test(code)
}
