/** Hosts as the door compares them: parsed by WHATWG's rules, lower case, punycode, no brackets, no trailing dot. */
import type { HostRule } from '../secrets/keyring.ts'
import { reachOf } from './addresses.ts'
import { isIP } from 'node:net'

/** Where a request goes. */
export interface Target {
  protocol: 'http:' | 'https:'
  /** Canonical host. */
  host: string
  port: number
  /** `scheme://host`, with the port where it is not the scheme's own. */
  origin: string
}

/**
 * The target of a URL without a trailing dot, or `undefined` where it names none (another scheme, no host, more dots).
 */
export function targetOf(url: URL): Target | undefined {
  const { protocol } = url
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const host = withoutBrackets(url.hostname)
  if (host === '' || host.endsWith('.')) return undefined
  const port = url.port === '' ? defaultPort(protocol) : Number(url.port)
  return { protocol, host, port, origin: url.origin }
}

/** `host`, or `host:port` where the port is not the scheme's own: how messages name a target. */
export function nameOf(target: Target): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host
  return target.port === defaultPort(target.protocol) ? host : `${host}:${target.port}`
}

/** The canonical form of a host that somebody wrote; the text itself, in lower case, where it is none. */
export function canonicalHost(text: string): string {
  const authority = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text
  const url = URL.parse(`https://${authority}/`)
  const host = withoutBrackets(url?.hostname ?? text.toLowerCase())
  return host.endsWith('.') ? host.slice(0, -1) : host
}

/** The first rule that names the target: the same host, and its port or, where it names none, the scheme's own. */
export function matchingRule(rules: readonly HostRule[], target: Target): HostRule | undefined {
  return rules.find(
    (rule) =>
      (rule.port ?? defaultPort(target.protocol)) === target.port &&
      (rule.host === target.host || canonicalHost(rule.host) === target.host)
  )
}

/** How messages list what a credential is allowed to go to. */
export function nameRules(rules: readonly HostRule[]): string {
  if (rules.length === 0) return 'no host'
  return rules.map((rule) => (rule.port === undefined ? rule.host : `${rule.host}:${rule.port}`)).join(', ')
}

/**
 * Whether the host is this machine by its name alone. The dialler holds `localhost` to it: RFC 6761, section 6.3.
 */
export function isLoopbackHost(host: string): boolean {
  // The canonical form leaves few spellings, and this is asked for each credential that goes out in plain.
  if (host.startsWith('127.')) return isIP(host) === 4
  return host === '::1' || isLocalhost(host) || (host.startsWith('::ffff:') && reachOf(host) === 'loopback')
}

export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

function defaultPort(protocol: 'http:' | 'https:'): number {
  return protocol === 'https:' ? 443 : 80
}
