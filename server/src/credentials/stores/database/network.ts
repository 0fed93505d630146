/** How a connection to a database fails before the database says anything. Only codes of errors are read. */
import type { Fault } from '@bellhop/sdk'
import { tlsFailed, unreachable } from '../faults.ts'

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name could not be resolved right now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the connection was not accepted in time',
  EHOSTUNREACH: 'no route leads there',
  ENETUNREACH: 'no route leads there',
  EACCES: 'this machine does not let the server connect there',
  EMFILE: 'this process has no file descriptor left for it'
}

const TLS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not trusted here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host'
}

interface Address {
  host: string
  port: number
}

/** The Fault for an error of the network or of TLS; undefined for any other. */
export function networkFault(code: string, { host, port }: Address): Fault | undefined {
  const where = `${host}:${port}`
  const unreached = UNREACHABLE[code]
  if (unreached !== undefined) return unreachableAt(where, unreached)
  const untrusted = TLS[code]
  if (untrusted !== undefined || code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return insecure(where, untrusted ?? 'it does not speak TLS as expected')
  }
  return undefined
}

/** The connection ended before there was an answer, and there is no code that says why. */
export function brokenOff({ host, port }: Address): Fault {
  return unreachableAt(`${host}:${port}`, 'the connection was closed before the answer')
}

/** The server speaks no TLS, and the configuration asks for it. */
export function withoutTls({ host, port }: Address): Fault {
  return tlsFailed(
    `at ${host}:${port} does not offer TLS`,
    'Turn it on at the server, or write `tls: off` if nobody can listen between.'
  )
}

function unreachableAt(where: string, why: string): Fault {
  return unreachable(
    `can’t be reached at ${where}: ${why}`,
    'Check `host` and `port`, that the database runs, and that this machine may connect to it.'
  )
}

function insecure(where: string, why: string): Fault {
  return tlsFailed(
    `has no secure connection at ${where}: ${why}`,
    'Give the authority’s certificate as `ca`, or correct `host`. `tls: require` does without the check.'
  )
}

/** The code of an error, or of the first of several (one for each address that was tried). */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string' && error.code !== '') return error.code
  return error instanceof AggregateError ? codeOf(error.errors[0]) : ''
}
