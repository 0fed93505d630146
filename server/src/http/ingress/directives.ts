import type { IncomingHttpHeaders } from 'node:http'
import { HttpFault } from '../problem.ts'

/** What a caller asks of Bellhop itself, as a header or query parameter of any trigger request. */
export interface Directives {
  /** `x-pd-nostore`: leave nothing (I4). */
  nostore: boolean
  /** `x-pd-notrigger`: keep the event for testing, run nothing. */
  notrigger: boolean
}

export type Query = Readonly<Record<string, string | string[] | undefined>>

const NONE: Directives = { nostore: false, notrigger: false }

/** @throws HttpFault `bad_directive` (400) where a value is neither on nor off, or both are on */
export function directivesOf(headers: IncomingHttpHeaders, query: Query): Directives {
  const nostore = isOn('x-pd-nostore', headers, query)
  const notrigger = isOn('x-pd-notrigger', headers, query)
  if (!nostore && !notrigger) return NONE
  if (nostore && notrigger) {
    throw new HttpFault(
      'bad_directive',
      400,
      '`x-pd-nostore` and `x-pd-notrigger` exclude each other',
      'Send one of them.'
    )
  }
  return { nostore, notrigger }
}

/** Whether either place switches it on. An unclear value is refused: guessing wrong would store what must not be. */
function isOn(name: string, headers: IncomingHttpHeaders, query: Query): boolean {
  const header = headers[name]
  const parameter = query[name]
  if (header === undefined && parameter === undefined) return false
  return [header, parameter].flat().some((value) => value !== undefined && isTrue(name, value))
}

function isTrue(name: string, value: string): boolean {
  switch (value.trim().toLowerCase()) {
    case '1':
    case 'true':
      return true
    case '':
    case '0':
    case 'false':
      return false
    default:
      throw new HttpFault(
        'bad_directive',
        400,
        `\`${name}\` is neither 1 nor 0`,
        `Send \`${name}: 1\` to switch it on.`
      )
  }
}
