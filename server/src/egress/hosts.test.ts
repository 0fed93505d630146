import { describe, expect, it } from 'vitest'
import { canonicalHost, isLoopbackHost, matchingRule, nameOf, targetOf } from './hosts.ts'
import { parseUrl } from './request.ts'

const target = (url: string) => parseUrl(url).target

describe('targetOf', () => {
  it.each([
    ['https://API.Slack.COM/x', 'api.slack.com'],
    ['https://api.slack.com./x', 'api.slack.com'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://017700000001/', '127.0.0.1'],
    ['http://①②⑦.0.0.1/', '127.0.0.1'],
    ['http://[::FFFF:127.0.0.1]/', '::ffff:7f00:1'],
    ['https://api.slack.com\\@evil.com/', 'api.slack.com'],
    ['https:/api.slack.com/', 'api.slack.com']
  ])('reads %s as %s', (url, host) => expect(target(url).host).toBe(host))

  it('takes no other scheme', () => {
    expect(targetOf(new URL('ftp://example.com/'))).toBeUndefined()
    expect(targetOf(new URL('file:///etc/passwd'))).toBeUndefined()
  })
})

describe('matchingRule', () => {
  it('takes the very host only', () => {
    const rules = [{ host: 'slack.com' }]
    expect(matchingRule(rules, target('https://slack.com/api'))).toBe(rules[0])
    for (const other of [
      'https://slack.com.evil.com/',
      'https://evilslack.com/',
      'https://api.slack.com/',
      'https://slack.co/'
    ]) {
      expect(matchingRule(rules, target(other))).toBeUndefined()
    }
  })

  it("takes the scheme's own port where the rule names none", () => {
    const rules = [{ host: 'slack.com' }]
    expect(matchingRule(rules, target('https://slack.com:443/'))).toBeDefined()
    expect(matchingRule(rules, target('http://slack.com:80/'))).toBeDefined()
    expect(matchingRule(rules, target('https://slack.com:8443/'))).toBeUndefined()
    expect(matchingRule(rules, target('https://slack.com:80/'))).toBeUndefined()
  })

  it('takes the named port only', () => {
    const rules = [{ host: 'slack.com', port: 8443 }]
    expect(matchingRule(rules, target('https://slack.com:8443/'))).toBeDefined()
    expect(matchingRule(rules, target('https://slack.com/'))).toBeUndefined()
  })

  it("reads the rule's host as it reads the URL's", () => {
    expect(matchingRule([{ host: 'Bücher.example.' }], target('https://xn--bcher-kva.example/'))).toBeDefined()
    expect(matchingRule([{ host: '[::1]' }], target('https://[0:0::1]/'))).toBeDefined()
    expect(matchingRule([{ host: '::1' }], target('https://[::1]/'))).toBeDefined()
  })
})

it('names a target with its port where that is unusual', () => {
  expect(nameOf(target('https://a.example/'))).toBe('a.example')
  expect(nameOf(target('https://[::1]:8/'))).toBe('[::1]:8')
})

it('keeps text that is no host in lower case', () => expect(canonicalHost('No Host')).toBe('no host'))

it('knows this machine by name and by address', () => {
  for (const host of ['localhost', 'api.localhost', '127.0.0.9', '::1']) expect(isLoopbackHost(host)).toBe(true)
  for (const host of ['localhost.example.com', '10.0.0.1', 'example.com']) expect(isLoopbackHost(host)).toBe(false)
})
