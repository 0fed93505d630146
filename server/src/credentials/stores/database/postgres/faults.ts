/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
import { Fault } from '@bellhop/sdk'
import { denied, notThere, slow, unauthenticated, unavailable } from '../../faults.ts'
import { at, badStatement, badValue, conflict, named, readOnly, refused, wordOf } from '../faults.ts'
import { codeOf, connectionFault, untrusted, withoutTls } from '../network.ts'
import type { PostgresConfig } from './postgres.ts'

/** @param sql the statement; of the server's words only those that stand in it are repeated */
export function postgresFault(error: unknown, config: PostgresConfig, sql: string): Error {
  if (error instanceof Fault) return error
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  if (isServers(error)) return ofState(code, config, wordOf(message, sql), constraintOf(error))
  return ofClient(error, message, config)
}

/** Errors of the server have a severity. */
function isServers(error: unknown): error is object {
  return typeof error === 'object' && error !== null && 'severity' in error
}

function constraintOf(error: object): string | undefined {
  return 'constraint' in error && typeof error.constraint === 'string' ? error.constraint : undefined
}

function ofState(state: string, config: PostgresConfig, word: string, constraint: string | undefined): Error {
  const exact = EXACT[state]
  if (exact !== undefined) return exact(config, word, state)
  switch (state.slice(0, 2)) {
    case '08':
      return connectionFault(undefined, config)
    case '22':
      return badValue(state)
    case '23':
      return conflict(CONSTRAINTS[state] ?? 'a constraint forbids it', state, constraint)
    case '28':
      return unauthenticated(
        `does not let the user \`${config.user}\` in (${state})`,
        'Look at the server’s pg_hba.conf: who may connect from here, and whether it wants TLS.'
      )
    case '40':
      return unavailable(`ended the statement in favour of another one (${state})`, 'It can be tried again.')
    case '42':
      return badStatement(`it is wrong${at(word)}`, state)
    case '53':
      return unavailable(`has no room for more (${state})`, 'Look at its connections, memory and disk.')
    case '57':
      return unavailable(`is starting, stopping or recovering (${state})`, 'It can be tried again in a moment.')
    default:
      return refused(state)
  }
}

type Say = (config: PostgresConfig, word: string, state: string) => Fault

const EXACT: Readonly<Record<string, Say>> = {
  '28P01': ({ user }) =>
    unauthenticated(`does not accept the password of \`${user}\` (28P01)`, 'Correct `user` or `password`.'),
  '3D000': ({ database }) => notThere(`has no database \`${database}\` (3D000)`, 'Correct `database`.'),
  '3F000': (_, word) => badStatement(`there is no such schema${named(word)}`, '3F000'),
  '25006': () => readOnly('25006'),
  '42501': (config) =>
    denied(
      `does not let \`${config.user}\` use what it names (42501)`,
      `Grant it: \`grant select on <table> to ${config.user}\`, and \`grant usage on schema\` where it needs one.`
    ),
  '42601': (_, word) => badStatement(`its grammar is wrong${at(word)}`, '42601'),
  '42P01': (_, word) => badStatement(`there is no such table${named(word)}`, '42P01'),
  '42703': (_, word) => badStatement(`there is no such column${named(word)}`, '42703'),
  '42883': (_, word) => badStatement(`there is no such function or operator${named(word)}`, '42883'),
  '42P18': () => badStatement('the type of a parameter is open: write `$1::text`', '42P18'),
  '53300': () =>
    unavailable('has too many connections (53300)', 'Raise its `max_connections`, or let fewer clients connect.'),
  '55P03': () => unavailable('has locked what is asked for (55P03)', 'It can be tried again.'),
  '57014': ({ timeout }) => slow(timeout)
}

const CONSTRAINTS: Readonly<Record<string, string>> = {
  '23502': 'a value is missing',
  '23503': 'a foreign key points nowhere, or is pointed at',
  '23505': 'the same is there already, by the unique constraint',
  '23514': 'a value is not allowed, by the check',
  '23P01': 'it overlaps what is there, by the constraint'
}

/** What the client finds out by itself has no code. */
function ofClient(error: unknown, message: string, config: PostgresConfig): Error {
  if (message.includes('does not support SSL')) return withoutTls(config)
  if (message.includes('establishing an SSL')) return untrusted(config, 'it does not speak TLS as expected')
  if (message.startsWith('SASL')) {
    return unauthenticated(`does not accept the password of \`${config.user}\``, 'Correct `user` or `password`.')
  }
  return connectionFault(error, config)
}
