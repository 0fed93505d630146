import type { Check } from '../store.ts'
import type { ServerConfig, Tls } from './config.ts'

const SAYS: Readonly<Record<Tls, string>> = {
  'verify-full': 'The connection is encrypted, and the certificate is this host’s.',
  require: 'The connection is encrypted; whose certificate it is was not checked.',
  off: 'The connection is not encrypted, as configured.'
}

/** What a connection that was made has shown. */
export function reached({ host, port, user, database }: ServerConfig, tls: Tls): Check[] {
  return [
    { what: 'address', ok: true, says: `${host}:${port} answers.` },
    { what: 'tls', ok: true, says: SAYS[tls] },
    { what: 'authentication', ok: true, says: `The user \`${user}\` is accepted for the database \`${database}\`.` }
  ]
}
