/**
 * Names and addresses inside a sandbox process. Only the server resolves names, once and for good, so code that asks for an
 * address gets one that stands for the name: connecting to it connects to the name. The addresses are of the range for
 * benchmarks (RFC 2544), which the internet does not route.
 */
import type dnsModule from 'node:dns'
import { isIP } from 'node:net'

type Callback = (error: NodeJS.ErrnoException | null, ...answer: unknown[]) => void

/** 198.18.0.0/15 */
const FIRST = (198 << 24) | (18 << 16)
const SIZE = 1 << 17
/** Questions whose answers are no addresses. */
const OTHERS = [
  'resolveAny',
  'resolveCaa',
  'resolveCname',
  'resolveMx',
  'resolveNaptr',
  'resolveNs',
  'resolvePtr',
  'resolveSoa',
  'resolveSrv',
  'resolveTlsa',
  'resolveTxt',
  'reverse',
  'lookupService'
]

const addresses = new Map<string, string>()
const names = new Map<string, string>()

/** The address that stands for a name; an address stands for itself. */
export function addressOf(name: string): string {
  if (isIP(name) !== 0) return name
  if (name === 'localhost' || name.endsWith('.localhost')) return '127.0.0.1'
  const known = addresses.get(name)
  if (known !== undefined) return known
  const value = FIRST + (addresses.size % SIZE)
  const address = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
  addresses.set(name, address)
  names.set(address, name)
  return address
}

/** The name that an address stands for; anything else as it is. */
export function nameOf(host: string): string {
  return names.get(host) ?? host
}

/** Whether it is an address that stands for a name. */
export function addressed(host: string): boolean {
  return names.has(host)
}

export function installNames(dns: typeof dnsModule): void {
  const lookup = (host: string, options: unknown, callback?: Callback): void => {
    const tell = callback ?? (options as Callback)
    const { family, all } = optionsOf(options)
    process.nextTick(() => {
      const address = addressOf(host)
      if (family === 6 && isIP(address) !== 6) tell(notFound(host))
      else if (all === true) tell(null, [{ address, family: isIP(address) }])
      else tell(null, address, isIP(address))
    })
  }
  const resolve4 = (host: string, options: unknown, callback?: Callback): void => {
    const tell = callback ?? (options as Callback)
    process.nextTick(() => tell(null, [addressOf(host)]))
  }
  const resolve6 = (host: string, options: unknown, callback?: Callback): void => {
    const tell = callback ?? (options as Callback)
    process.nextTick(() => tell(notFound(host)))
  }
  const resolve = (host: string, type: unknown, callback?: Callback): void => {
    if (typeof type === 'function' || type === 'A') resolve4(host, callback ?? type)
    else process.nextTick(() => callback?.(notAsked(host)))
  }
  const other = (host: string, ...rest: unknown[]): void => {
    const tell = rest.at(-1) as Callback
    process.nextTick(() => tell(notAsked(host)))
  }
  Object.assign(dns, {
    lookup,
    resolve,
    resolve4,
    resolve6,
    ...Object.fromEntries(OTHERS.map((name) => [name, other]))
  })
  installPromises(dns.promises)
}

function installPromises(promises: typeof dnsModule.promises): void {
  const lookup = async (host: string, options?: unknown): Promise<unknown> => {
    const { family, all } = optionsOf(options)
    const address = addressOf(host)
    if (family === 6 && isIP(address) !== 6) throw notFound(host)
    const found = { address, family: isIP(address) }
    return all === true ? [found] : found
  }
  const resolve4 = async (host: string): Promise<string[]> => [addressOf(host)]
  const resolve6 = async (host: string): Promise<never> => Promise.reject(notFound(host))
  const other = async (host: string): Promise<never> => Promise.reject(notAsked(host))
  const resolve = (host: string, type = 'A'): Promise<unknown> => (type === 'A' ? resolve4(host) : other(host))
  const others = Object.fromEntries(OTHERS.map((name) => [name, other]))
  Object.assign(promises, { lookup, resolve, resolve4, resolve6, ...others })
}

function optionsOf(options: unknown): { family?: unknown; all?: unknown } {
  if (typeof options === 'number') return { family: options }
  if (typeof options !== 'object' || options === null) return {}
  const { family, all } = options as { family?: unknown; all?: unknown }
  return { family: family === 'IPv6' ? 6 : family, all }
}

function notFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND', hostname: host })
}

function notAsked(host: string): NodeJS.ErrnoException {
  const error = new Error("a step can't ask for DNS records; it can connect to names")
  return Object.assign(error, { code: 'ENOTIMP', hostname: host })
}
