/** How a connection to a database fails before the database says anything. Only codes of errors are read. */
import type { Fault } from '@bellhop/sdk'
import { networkFailure } from '../../../egress/failures.ts'
import { tlsFailed, unreachable } from '../faults.ts'

interface Address {
  host: string
  port: number
}

/** The Fault for whatever broke a connection, or kept it from being made. */
export function connectionFault(error: unknown, address: Address): Fault {
  const { kind, what } = networkFailure(error)
  switch (kind) {
    case 'unreachable':
      return unreachableAt(address, what)
    case 'late':
      return unreachableAt(address, `it ${what}`)
    case 'tls':
      return untrusted(address, what)
    case 'not_http':
    case 'closed':
    case 'unknown':
      return unreachableAt(address, 'the connection was closed before the answer')
  }
}

/** There is no TLS, or not with whom it should be. */
export function untrusted({ host, port }: Address, why: string): Fault {
  return tlsFailed(
    `has no secure connection at ${host}:${port}: ${why}`,
    'Give the authority’s certificate as `ca`, or correct `host`. `tls: require` does without the check.'
  )
}

/** The server speaks no TLS, and the configuration asks for it. */
export function withoutTls({ host, port }: Address): Fault {
  return tlsFailed(
    `does not offer TLS at ${host}:${port}`,
    'Turn it on at the server, or write `tls: off` if nobody can listen between.'
  )
}

function unreachableAt({ host, port }: Address, why: string): Fault {
  return unreachable(
    `can’t be reached at ${host}:${port}: ${why}`,
    'Check `host` and `port`, that the database runs, and that this machine may connect to it.'
  )
}

/** The code of an error, where it has one. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}
