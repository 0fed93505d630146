import type { Connected } from './driver.ts'
import type { ServerConfig, Tls } from './config.ts'

const SAYS: Readonly<Record<Tls, string>> = {
  'verify-full': 'the connection is encrypted, and the certificate is this host’s',
  require: 'the connection is encrypted; whose certificate it is was not checked',
  off: 'the connection is not encrypted, as configured'
}

/** What a connection that was made has shown. */
export function reached({ host, port, user, database }: ServerConfig, tls: Tls): Connected {
  return {
    address: `${host}:${port} answers`,
    tls: SAYS[tls],
    authentication: `the user \`${user}\` is accepted for the database \`${database}\``
  }
}
