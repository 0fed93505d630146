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

/** The target of a URL, or `undefined` where it names none (another scheme, an empty host). */
export function targetOf(url: URL): Target | undefined {
  const { protocol } = url
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const host = bare(url.hostname)
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
  return bare(url?.hostname ?? text.toLowerCase())
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
  if (isIP(host) !== 0) return reachOf(host) === 'loopback'
  return isLocalhost(host)
}

export function isLocalhost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function bare(hostname: string): string {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}

function defaultPort(protocol: 'http:' | 'https:'): number {
  return protocol === 'https:' ? 443 : 80
}
