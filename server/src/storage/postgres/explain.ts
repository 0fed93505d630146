/** Why there is no connection to the database, or no use of it, in a sentence. The URL's password is in none. */
import { Fault } from '@bellhop/sdk'
import pg, { type Client } from 'pg'
import { unavailable } from './failures.ts'

/** Whom one wanted to talk to. */
export type Peer = Pick<Client, 'host' | 'port' | 'user' | 'database'>

/** @param error what the driver threw while it connected, or while the database was made ready */
export function explain(error: unknown, peer: Peer): Fault {
  if (error instanceof pg.DatabaseError) return ofServer(error, peer)
  const message = error instanceof Error ? error.message : ''
  if (message.startsWith('SASL')) return denied(peer)
  if (message.includes('does not support SSL')) return tls(peer, 'it does not speak TLS')
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return ofTls(code, peer) ?? ofNetwork(code, message, peer)
}

function ofServer(error: pg.DatabaseError, peer: Peer): Fault {
  switch (error.code) {
    case '28P01':
      return denied(peer)
    case '28000':
      return new Fault('database_denied', `${at(peer)} does not let the user ${named(peer.user)} in from here.`, {
        hint: 'Look at the server’s pg_hba.conf; if it wants TLS, add ?sslmode=verify-full to the URL.'
      })
    case '3D000':
      return new Fault('database_unknown', `${at(peer)} has no database ${named(peer.database)}.`, {
        hint: `Make it with: createdb ${peer.database ?? ''}`
      })
    case '42501':
      return new Fault(
        'database_forbidden',
        `The user ${named(peer.user)} may not make tables in the database ${named(peer.database)}, or those that are there are another’s.`,
        {
          hint: `Allow it with: grant create on database ${peer.database ?? ''} to ${peer.user ?? ''}. Where another user has made the schemas \`bellhop\` and \`dbos\`, name that one in the URL.`
        }
      )
    case '53300':
      return unavailable(`${at(peer)} takes no more connections.`, 'Raise its max_connections, or use fewer nodes.')
    case '55P03':
      return unavailable(
        'The tables have to be brought to this version, and somebody keeps one of them for long (a backup, or a session that is open).',
        'Start again when that has ended; see: select pid, xact_start, query from pg_stat_activity order by xact_start'
      )
    case '57P01':
    case '57P02':
    case '57P03':
      return unavailable(`${at(peer)} is starting, stopping or recovering.`, 'Try again in a moment.')
    default:
      return unavailable(
        `${at(peer)} does not do what is asked of it (${error.code ?? 'no code'}).`,
        'Look at the database server’s log.'
      )
  }
}

const denied = (peer: Peer): Fault =>
  new Fault('database_denied', `${at(peer)} does not accept the password of the user ${named(peer.user)}.`, {
    hint: 'Correct the user or the password in the URL; what is special in them is written as %40 for @.'
  })

/** Codes of OpenSSL and of Node: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function ofTls(code: string, peer: Peer): Fault | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return tls(peer, 'its certificate is for another name')
  if (code === 'CERT_HAS_EXPIRED') return tls(peer, 'its certificate has expired')
  if (/CERT|SIGNATURE|ISSUER/.test(code)) return tls(peer, 'nobody who is trusted here has signed its certificate')
  if (/^ERR_(SSL|TLS)|^EPROTO$/.test(code)) return tls(peer, 'it does not speak TLS as expected')
  return undefined
}

const tls = (peer: Peer, why: string): Fault =>
  new Fault('database_tls', `There is no safe connection to ${at(peer)}: ${why}.`, {
    hint: 'Name who signed it with ?sslmode=verify-full&sslrootcert=FILE in the URL, or leave sslmode out on a network that you trust.'
  })

function ofNetwork(code: string, message: string, peer: Peer): Fault {
  const hint = 'Look whether the database server runs, and at the host and the port in the URL.'
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unavailable(`The host ${peer.host} is not known.`, hint)
    case 'ECONNREFUSED':
    case 'ENOENT':
      return unavailable(`Nothing answers at ${at(peer)}.`, hint)
    default: {
      const slow = message.includes('timeout') || code === 'ETIMEDOUT'
      return unavailable(`${at(peer)} ${slow ? 'does not answer in time' : 'ended the connection'}.`, hint)
    }
  }
}

function at({ host, port }: Peer): string {
  return host.startsWith('/') ? host : `${host}:${port}`
}

function named(name: string | undefined): string {
  return `\`${name ?? ''}\``
}
