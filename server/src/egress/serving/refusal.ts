/**
 * How sandboxed code learns that a request failed.
 *
 * What the door refuses is answered with a 4xx in the words of a Fault: most client libraries take it for the last word, and say
 * it in their own errors. (A broken connection more of them try again.) Code that goes on all the same is given up. What happened on
 * the way to the vendor breaks the connection, with the Fault as its error, as it would without a door between. Either way
 * the step's log says what was refused, so that code which looks at no status cannot swallow it.
 */
import type { ServerResponse } from 'node:http'
import { Fault } from '@bellhop/sdk'
import type { DoorScope } from '../door.ts'
import type { Asked, Connection } from './connection.ts'

/** Most refusals that one step's log tells of. */
const MAX_TOLD = 20
/** How often a credential is refused until its step is given up: some libraries try for half an hour. */
const INSISTENT = 3
const refused = new WeakMap<DoorScope, Map<string, number>>()

/** Ends a request that failed, before or within its answer. */
export function refuse(connection: Connection, response: ServerResponse, error: unknown): void {
  const fault = faultOf(error)
  if (isNetworks(fault) || response.headersSent) {
    connection.stream.destroy(fault)
    return
  }
  const { status, reason, body } = told(connection, fault)
  const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length), 'Connection', 'close']
  response.writeHead(status, reason, headers).end(body)
}

/** The same for what no parser could make a request of. */
export function refuseRaw(connection: Connection, fault: Fault): void {
  const { status, reason, body } = told(connection, fault)
  const head = `HTTP/1.1 ${status} ${reason}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`
  connection.stream.end(Buffer.concat([Buffer.from(`${head}connection: close\r\n\r\n`, 'latin1'), body]))
}

/** The same for a request that came as a message. @param answer says the head, where it is not said yet */
export function refuseAsked(connection: Connection, answer: Asked['answer'] | undefined, error: unknown): void {
  const fault = faultOf(error)
  if (isNetworks(fault) || answer === undefined) return void connection.stream.destroy(fault)
  const { status, reason, body } = told(connection, fault)
  const headers = [['Content-Type', 'application/json'] as const, ['Content-Length', String(body.length)] as const]
  answer({ status, statusText: reason, headers })
  connection.stream.end(body)
}

/** Ends a connection on which nothing can be answered. */
export function breakOff(connection: Connection, fault: Fault): void {
  tell(connection, fault)
  connection.stream.destroy(fault)
}

function told(connection: Connection, fault: Fault): ReturnType<typeof answerTo> {
  tell(connection, fault)
  return answerTo(fault)
}

function tell({ scope }: Connection, fault: Fault): void {
  const { message, hint, code } = fault
  const times = refused.get(scope) ?? new Map<string, number>()
  refused.set(scope, times)
  const time = (times.get(message) ?? 0) + 1
  if (time === 1 && times.size === MAX_TOLD) return
  times.set(message, time)
  if (time === 1) scope.warn(`a request was refused: ${hint === undefined ? message : `${message}. ${hint}`}`)
  if (time === INSISTENT && /^(?:credential_|dead_handle$)/.test(code)) scope.insists?.(fault)
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
