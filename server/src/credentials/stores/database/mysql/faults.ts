/**
 * https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html and
 * https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
import { Fault } from '@bellhop/sdk'
import { denied, notThere, slow, tlsFailed, unauthenticated, unavailable } from '../../faults.ts'
import { at, badStatement, badValue, conflict, named, readOnly, refused, wordOf } from '../faults.ts'
import { codeOf, connectionFault, untrusted, withoutTls } from '../network.ts'
import type { MysqlConfig } from './mysql.ts'

/** @param sql the statement; of the server's words only those that stand in it are repeated */
export function mysqlFault(error: unknown, config: MysqlConfig, sql: string): Error {
  if (error instanceof Fault) return error
  const message = error instanceof Error ? error.message : ''
  const number = numberOf(error)
  if (number !== undefined) return ofNumber(number, config, wordOf(message, sql))
  return ofClient(error, codeOf(error), config)
}

/** Errors of the server have a number of their own; those of the system have a negative one. */
function numberOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errno' in error)) return undefined
  return typeof error.errno === 'number' && error.errno >= 1000 ? error.errno : undefined
}

type Say = (config: MysqlConfig, word: string, number: number) => Fault

function ofNumber(number: number, config: MysqlConfig, word: string): Fault {
  const say = SAYS.find(([numbers]) => numbers.includes(number))?.[1]
  return say?.(config, word, number) ?? refused(String(number))
}

const SAYS: readonly (readonly [readonly number[], Say])[] = [
  [
    [1045, 1698, 1862],
    ({ user }, _, number) =>
      unauthenticated(`does not accept the password of \`${user}\` (${number})`, 'Correct `user` or `password`.')
  ],
  [
    [1130, 1129],
    (_, __, number) =>
      unauthenticated(`lets nobody in from here (${number})`, 'Look at the hosts that its user may come from.')
  ],
  [[1049], ({ database }) => notThere(`has no database \`${database}\` (1049)`, 'Correct `database`.')],
  [
    [1044, 1142, 1143, 1227, 1370],
    ({ user, database }, _, number) =>
      denied(
        `does not let \`${user}\` use what it names (${number})`,
        `Grant it: \`grant select on ${database}.<table> to ${user}\`.`
      )
  ],
  [[1792, 1290, 1836], (_, __, number) => readOnly(String(number))],
  [[1064, 1065, 1149], (_, word, number) => badStatement(`its grammar is wrong${at(word)}`, String(number))],
  [[1146, 1051], (_, word, number) => badStatement(`there is no such table${named(word)}`, String(number))],
  [[1054], (_, word) => badStatement(`there is no such column${named(word)}`, '1054')],
  [[1305, 1128], (_, word, number) => badStatement(`there is no such function${named(word)}`, String(number))],
  [[1295], () => badStatement('it is one that takes no parameters', '1295')],
  [[1210, 1264, 1265, 1292, 1366, 1406, 3140, 3141, 1690, 1367], (_, __, number) => badValue(String(number))],
  [[1062, 1586], (_, __, number) => conflict('the same is there already, by a unique key', String(number))],
  [[1451, 1452, 1216, 1217], (_, __, number) => conflict('by a foreign key', String(number))],
  [[1048, 1364], (_, __, number) => conflict('a value is missing', String(number))],
  [[3819, 4025], (_, __, number) => conflict('a value is not allowed, by a check', String(number))],
  [[1969, 3024, 1317, 1028], ({ timeout }) => slow(timeout)],
  [
    [1040, 1203, 1226],
    (_, __, number) =>
      unavailable(`has too many connections (${number})`, 'Raise its limit, or let fewer clients connect.')
  ],
  [[1205, 1213], (_, __, number) => unavailable(`has locked what is asked for (${number})`, 'It can be tried again.')],
  [[1053, 1077, 1079, 1927], (config) => connectionFault(undefined, config)],
  [
    [3159, 1835],
    (_, __, number) => tlsFailed(`wants TLS (${number})`, 'Write `tls: verify-full`, with its authority as `ca`.')
  ]
]

/** What the client finds out by itself. */
function ofClient(error: unknown, code: string, config: MysqlConfig): Error {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') return withoutTls(config)
  if (code === 'HANDSHAKE_SSL_ERROR') {
    return untrusted(config, 'its certificate is not trusted here, or is for another host')
  }
  if (code.startsWith('AUTH_SWITCH') || code.includes('AUTH')) {
    return unauthenticated(
      `wants \`${config.user}\` to log in in a way that is not supported (${code})`,
      'Let the user have a password with caching_sha2_password, mysql_native_password or, over TLS, sha256_password.'
    )
  }
  return connectionFault(error, config)
}
