import { describe, expect, it } from 'vitest'
import { faultOf } from './fixtures/scopes.ts'
import { checkListed, isListed, isTunnel } from './listing.ts'
import { parseUrl } from './request.ts'

const { target } = parseUrl('https://api.example.com/')

describe('a list of hosts', () => {
  it.each([
    ['a host', { host: 'api.example.com' }, 'api.example.com', 80, true],
    ['another spelling of an address', { host: '[::1]' }, '::1', 80, true],
    ['the port that it names', { host: 'api.example.com', port: 8443 }, 'api.example.com', 8443, true],
    ['no other port', { host: 'api.example.com', port: 8443 }, 'api.example.com', 443, false],
    ['what is below a host', { host: 'example.com', below: true as const }, 'a.b.example.com', 443, true],
    ['not the host itself', { host: 'example.com', below: true as const }, 'example.com', 443, false],
    ['not what ends like it', { host: 'example.com', below: true as const }, 'evilexample.com', 443, false],
    ['not what goes on', { host: 'example.com' }, 'example.com.evil.com', 443, false]
  ])('names %s', (_, rule, host, port, expected) => {
    expect(isListed([{ host: 'other.example' }, rule], { host, port })).toBe(expected)
  })

  it('names tunnels, where bytes pass as they are', () => {
    const rules = [{ host: 'db.example.com', port: 5432, tcp: true as const }, { host: 'api.example.com' }]
    expect(isTunnel(rules, { host: 'db.example.com', port: 5432 })).toBe(true)
    expect(isTunnel(rules, { host: 'db.example.com', port: 5433 })).toBe(false)
    expect(isTunnel(rules, { host: 'api.example.com', port: 443 })).toBe(false)
  })

  it('binds strangers only, and not to keep them from their own apps', async () => {
    const nothing = { sandboxed: true, egress: [] }
    expect((await faultOf(() => checkListed(nothing, target))).code).toBe('egress_refused')
    const appHosts = [{ host: 'api.example.com' }]
    for (const open of [{ sandboxed: false, egress: [] }, { sandboxed: true }, { ...nothing, appHosts }]) {
      expect(() => checkListed(open, target)).not.toThrow()
    }
    expect(
      (await faultOf(() => checkListed({ ...nothing, appHosts: [{ host: 'api.example.com', port: 1 }] }, target))).code
    ).toBe('egress_refused')
  })
})
