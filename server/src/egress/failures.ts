/**
 * How an exchange over the network failed. Errors of Node and undici quote their input (headers, URLs), so none of their
 * text gets through, not even as a cause: only their codes are read. Keeps I1.
 */
import { Fault } from '@bellhop/sdk'
import { nameOf, type Target } from './hosts.ts'

const UNREACHABLE: Record<string, string> = {
  ENOTFOUND: 'its name does not resolve to an address',
  ENODATA: 'its name does not resolve to an address',
  EAI_AGAIN: 'its name could not be resolved right now',
  EAI_FAIL: 'its name could not be resolved',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
  EHOSTUNREACH: 'no route leads there',
  EHOSTDOWN: 'no route leads there',
  ENETUNREACH: 'no route leads there',
  ENETDOWN: 'the network is down',
  EADDRNOTAVAIL: 'this machine has no local port left for it',
  EMFILE: 'this process has no file descriptor left for it',
  ENFILE: 'this machine has no file descriptor left for it'
}

const TIMEOUTS: Record<string, string> = {
  ETIMEDOUT: 'did not accept a connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'did not accept a connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of its answer'
}

const UNTRUSTED = 'its certificate is signed by nobody that this machine trusts, or the chain is incomplete'
const TLS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate has been revoked',
  CERT_UNTRUSTED: UNTRUSTED,
  CERT_REJECTED: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate chain ends in a self-signed one that this machine does not trust',
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  INVALID_PURPOSE: 'its certificate is not one for a server',
  HOSTNAME_MISMATCH: 'its certificate is for another host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host'
}

/** What undici reports where an answer breaks HTTP. */
const BAD_ANSWER = new Set([
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_RESPONSE',
  'UND_ERR_INFO'
])

/** What became of a connection, in words of our own that go on after "it" or "the server". */
export interface NetworkFailure {
  kind: 'unreachable' | 'late' | 'tls' | 'not_http' | 'closed' | 'unknown'
  /** `its name does not resolve to an address`, `did not accept a connection in time`. */
  what: string
}

/** Reads what was thrown by its code alone. */
export function networkFailure(error: unknown): NetworkFailure {
  const code = codeOf(error)
  const unreachable = UNREACHABLE[code]
  if (unreachable !== undefined) return { kind: 'unreachable', what: unreachable }
  const late = TIMEOUTS[code]
  if (late !== undefined) return { kind: 'late', what: late }
  if (code in TLS || code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return { kind: 'tls', what: TLS[code] ?? 'it does not speak TLS as expected' }
  }
  if (code.startsWith('HPE_') || BAD_ANSWER.has(code)) return { kind: 'not_http', what: 'does not follow HTTP' }
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return { kind: 'closed', what: 'was closed' }
  return { kind: 'unknown', what: 'the request failed' }
}

export const TLS_HINT = 'A private certificate authority can be made known with NODE_EXTRA_CA_CERTS.'

/** The Fault for whatever an exchange with `target` threw; a Fault stays itself. */
export function failure(error: unknown, target: Target): Fault {
  if (error instanceof Fault) return error
  const { kind, what } = networkFailure(error)
  const where = nameOf(target)
  switch (kind) {
    case 'unreachable':
      return new Fault('vendor_unreachable', `${where} can't be reached: ${what}`, {
        retryable: true,
        hint: `Check the host and the port (${target.port}), and that this machine may connect to them.`
      })
    case 'late':
      return timedOut(target, what)
    case 'tls':
      return new Fault('vendor_tls', `no secure connection to ${where}: ${what}`, { hint: TLS_HINT })
    case 'not_http':
      return badAnswer(target, what)
    case 'closed':
      return closed(target)
    case 'unknown':
      return new Fault('vendor_unreachable', `the request to ${where} failed`, { retryable: true })
  }
}

export function timedOut(target: Target, what = 'did not answer in time'): Fault {
  return new Fault('vendor_timeout', `${nameOf(target)} ${what}`, {
    retryable: true,
    hint: 'It may have carried the request out all the same.'
  })
}

/** @param what continues "the answer of <host> …" */
export function badAnswer(target: Target, what: string): Fault {
  return new Fault('vendor_bad_answer', `the answer of ${nameOf(target)} ${what}`)
}

export function tooLarge(target: Target, limit: number): Fault {
  return new Fault('answer_too_large', `the answer of ${nameOf(target)} is larger than ${limit} bytes`, {
    hint: 'Ask for less at a time, or for a part of it.'
  })
}

function closed(target: Target): Fault {
  return new Fault('door_closed', `the request to ${nameOf(target)} was given up because the server is stopping`, {
    retryable: true
  })
}

/** The code of an error, or of the first of several (one for each address that was tried). */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
