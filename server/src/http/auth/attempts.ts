/**
 * Attempts to sign in, rate-limited by the caller's address and by the name that is tried. In memory and bounded, each node for itself: an attacker
 * who has enough addresses to push the others out has enough to go on anyway, one name at a time.
 *
 * An attempt counts before its password is checked, so that many at once are many; one that succeeds is given back. Who has
 * signed in from an address is not locked out there by strangers who try that name from elsewhere.
 */
import { Fault } from '@bellhop/sdk'
import ipaddr from 'ipaddr.js'

/** So many at once, and then one in each `everyMs`. */
interface Allowance {
  burst: number
  everyMs: number
}

const BY_ADDRESS: Allowance = { burst: 10, everyMs: 60_000 }
const BY_NAME: Allowance = { burst: 20, everyMs: 120_000 }
const MAX_KEYS = 10_000
const MAX_KNOWN = 1_000

export class Attempts {
  readonly #now: () => number
  readonly #addresses = new Uses(BY_ADDRESS)
  readonly #names = new Uses(BY_NAME)
  /** `<name> <address>` of those that have signed in, the latest last. */
  readonly #known = new Set<string>()

  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * Counts an attempt.
   * @param ip the caller's address
   * @param name as it is compared; left out where a link is tried and no name
   * @throws Fault `too_many_attempts` (429), with the time to wait
   */
  begin(ip: string, name?: string): void {
    const now = this.#now()
    const address = networkOf(ip)
    const waits = [this.#addresses.take(address, now)]
    if (name !== undefined && !this.#known.has(pair(name, address))) waits.push(this.#names.take(name, now))
    const ms = Math.max(...waits)
    if (ms > 0) throw tooMany(ms)
  }

  /** The attempt that began last there was no guess. */
  succeeded(ip: string, name?: string): void {
    const address = networkOf(ip)
    this.#addresses.giveBack(address)
    if (name === undefined) return
    if (!this.#known.delete(pair(name, address))) this.#names.giveBack(name)
    this.#known.add(pair(name, address))
    for (const oldest of this.#known) {
      if (this.#known.size <= MAX_KNOWN) break
      this.#known.delete(oldest)
    }
  }
}

/**
 * How much of an allowance each key has used, the latest last, as the time at which it has all of it again (GCRA, ITU-T I.371):
 * one that is refused uses nothing, so that waiting always helps.
 */
class Uses {
  readonly #allowance: Allowance
  readonly #whole = new Map<string, number>()

  constructor(allowance: Allowance) {
    this.#allowance = allowance
  }

  /** Takes one. Returns 0, or how many milliseconds it takes until there is one. */
  take(key: string, now: number): number {
    const { burst, everyMs } = this.#allowance
    const whole = Math.min(Math.max(this.#whole.get(key) ?? now, now), now + burst * everyMs)
    const wait = whole - now - (burst - 1) * everyMs
    this.#whole.delete(key)
    this.#whole.set(key, wait > 0 ? whole : whole + everyMs)
    this.#shrink()
    return Math.max(0, wait)
  }

  giveBack(key: string): void {
    const whole = this.#whole.get(key)
    if (whole !== undefined) this.#whole.set(key, whole - this.#allowance.everyMs)
  }

  #shrink(): void {
    for (const oldest of this.#whole.keys()) {
      if (this.#whole.size <= MAX_KEYS) break
      this.#whole.delete(oldest)
    }
  }
}

/** The network that one caller has: an IPv4 address, or 64 bits of an IPv6 one (RFC 6177). */
function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  return address.kind() === 'ipv4' ? address.toString() : (address as ipaddr.IPv6).parts.slice(0, 4).join(':')
}

function pair(name: string, address: string): string {
  return `${name} ${address}`
}

function tooMany(ms: number): Fault {
  return new Fault('too_many_attempts', 'too many attempts', {
    status: 429,
    retryable: true,
    retryAfterMs: ms,
    hint: `Try again in ${Math.ceil(ms / 1000)} seconds.`
  })
}
