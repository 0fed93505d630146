/** Host names as a definition gives them: exact, so that a credential goes where the author can read it goes (I6). */
import { quote, type Problem } from './mistakes.ts'
import { Template, type PlannedValue } from './references.ts'

const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?$/
const EXPECTED = 'a host name such as `api.example.com` or `api.example.com:8443`'

/**
 * A host, with a port if it is not 443, as it is compared: lower case, in the form that a URL parser gives it. Other
 * spellings of the same address are refused, because what is compared must be what is read.
 */
export function readHost(text: string): { host: string } | { problem: Problem } {
  const lower = text.toLowerCase()
  if (lower.includes('*'))
    return { problem: { message: 'a host cannot be a pattern: list each one', expected: EXPECTED } }
  const url = URL.canParse(`https://${lower}/`) ? new URL(`https://${lower}/`) : undefined
  if (HOST.test(lower) && url !== undefined) {
    if (url.host === lower.replace(/:443$/, '')) return { host: url.host }
    return {
      problem: { message: `${quote(text)} is another way to write a host`, expected: EXPECTED, suggestion: url.host }
    }
  }
  const meant = /^[a-z]+:\/\/([^/?#@\s]+)/.exec(lower)?.[1]
  const suggestion = meant !== undefined && HOST.test(meant) ? { suggestion: meant } : {}
  return { problem: { message: `${quote(text)} is not a host`, expected: EXPECTED, ...suggestion } }
}

/** Where a URL of a definition leads, as far as its literal text says. */
export type UrlHost =
  | { kind: 'literal'; host: string; plain: boolean }
  /** The host, or a part of it, comes from a reference. */
  | { kind: 'open' }
  | { kind: 'wrong'; problem: Problem }

const AUTHORITY = /^(https?):\/\/([^/?#\\]*)([/?#]|$)/i

/**
 * The literal host of a URL. The text before the first reference must hold the whole host and what ends it: after
 * `https://api.example.com{{…}}` the reference could go on with `.evil.example` or `@evil.example`.
 */
export function hostOfUrl(url: PlannedValue): UrlHost {
  const [first] = url instanceof Template ? url.parts : [url]
  const whole = !(url instanceof Template)
  if (typeof first !== 'string') return { kind: 'open' }
  const [, scheme, authority, end] = AUTHORITY.exec(first) ?? []
  if (scheme === undefined || authority === undefined) {
    if (!whole) return { kind: 'open' }
    const expected = '`https://` and a host, such as `https://api.example.com/items`'
    return { kind: 'wrong', problem: { message: 'this is not an http or https URL', expected } }
  }
  if (end === '' && !whole) return { kind: 'open' }
  if (authority.includes('@')) {
    return { kind: 'wrong', problem: { message: 'a URL of a definition holds no user name and no password' } }
  }
  const plain = scheme.toLowerCase() === 'http'
  const read = readHost(plain && !/:\d+$/.test(authority) ? `${authority}:80` : authority)
  return 'problem' in read ? { kind: 'wrong', problem: read.problem } : { kind: 'literal', host: read.host, plain }
}

/** Whether the host is this machine, where plain HTTP may carry a credential. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(host)
}
