import { describe, expect, it } from 'vitest'
import { policyFor, type Circumstances } from './policy.ts'
import { parseUrl } from './request.ts'

const { target } = parseUrl('https://git.example/')
const usual: Circumstances = {
  sandboxed: false,
  egress: [],
  denyPrivate: false,
  operatorHosts: [],
  sentFromOutside: false
}
const listed = [{ host: 'git.example' }]
const policy = (given: Partial<Circumstances>) => policyFor(target, { ...usual, ...given })

describe('policyFor', () => {
  it('lets trusted steps go anywhere', () => expect(policy({})).toBe('any'))

  it('keeps strangers outside unless `egress` lists the host, whatever the operator has', () => {
    expect(policy({ sandboxed: true })).toBe('public')
    expect(policy({ sandboxed: true, operatorHosts: listed })).toBe('public')
    expect(policy({ sandboxed: true, egress: [{ host: 'git.example', port: 8443 }] })).toBe('public')
    expect(policy({ sandboxed: true, egress: listed })).toBe('any')
  })

  it('lets strangers in where the operator has put an app that they are bound to, and only there', () => {
    const bound = { sandboxed: true, egress: undefined, appHosts: listed }
    expect(policy(bound)).toBe('public')
    expect(policy({ ...bound, operatorHosts: listed })).toBe('any')
    expect(policy({ ...bound, operatorHosts: listed, denyPrivate: true })).toBe('any')
    expect(policy({ ...bound, appHosts: [], operatorHosts: listed })).toBe('public')
  })

  it("keeps them outside on the operator's word, whatever they list", () => {
    expect(policy({ sandboxed: true, egress: listed, denyPrivate: true })).toBe('public')
    expect(policy({ sandboxed: true, egress: listed, denyPrivate: true, operatorHosts: listed })).toBe('any')
  })

  it("keeps everybody outside where the operator says so, but for the operator's hosts", () => {
    expect(policy({ denyPrivate: true })).toBe('public')
    expect(policy({ denyPrivate: true, egress: listed })).toBe('public')
    expect(policy({ denyPrivate: true, operatorHosts: listed })).toBe('any')
  })

  it("keeps a redirect from outside there, but for the operator's hosts", () => {
    expect(policy({ sentFromOutside: true })).toBe('public')
    expect(policy({ sentFromOutside: true, operatorHosts: listed })).toBe('any')
  })
})
