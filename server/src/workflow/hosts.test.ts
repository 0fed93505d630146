import { describe, expect, test } from 'vitest'
import { hostOfUrl, isLoopback, readHost } from './hosts.ts'
import { parseTemplate } from './references.ts'

const ref = '{{steps.trigger.event.body.x}}'

describe('the host of a URL', () => {
  test.each([
    ['https://api.example.com', 'api.example.com'],
    ['https://api.example.com/a?b#c', 'api.example.com'],
    ['HTTPS://API.Example.com/', 'api.example.com'],
    ['https://api.example.com:443/', 'api.example.com'],
    ['https://api.example.com:8443?x=1', 'api.example.com:8443'],
    [`https://api.example.com/${ref}`, 'api.example.com'],
    [`https://api.example.com?x=${ref}`, 'api.example.com'],
    [`https://api.example.com#${ref}`, 'api.example.com'],
    ['https://[::1]:8443/', '[::1]:8443'],
    ['http://127.0.0.1:4001/x', '127.0.0.1:4001'],
    ['http://api.example.com/x', 'api.example.com:80']
  ])('%s is literal', (url, host) => {
    expect(hostOfUrl(parseTemplate(url).value)).toMatchObject({ kind: 'literal', host })
  })

  test.each([
    ref,
    `https://${ref}/x`,
    `https://api.example.com${ref}`,
    `https://api.example.com:${ref}/`,
    `https://api.${ref}.com/`,
    `https://user:${ref}@api.example.com/`,
    `${ref}https://api.example.com/`,
    `https:${ref}`
  ])('%s is open', (url) => {
    expect(hostOfUrl(parseTemplate(url).value)).toEqual({ kind: 'open' })
  })

  test.each([
    'api.example.com/x',
    'ftp://api.example.com/',
    'https://',
    'https:///x',
    'https:/api.example.com/',
    'https:\\\\api.example.com/',
    ' https://api.example.com/',
    'https://me@api.example.com/',
    'https://api.example.com\\.evil.example/',
    'https://api.example.com\t.evil.example/',
    'https://api.éxample.com/',
    'https://api.example.com./',
    'https://api%2eexample.com/',
    'https://0x7f000001/',
    'https://*.example.com/',
    `https://me@api.example.com/${ref}`,
    `https://api.example.com\\@evil.example/${ref}`
  ])('%s is a mistake', (url) => {
    expect(hostOfUrl(parseTemplate(url).value).kind).not.toBe('literal')
  })
})

describe('a host in a list', () => {
  test.each([
    ['api.example.com', 'api.example.com'],
    ['API.example.com:8443', 'api.example.com:8443'],
    ['localhost:4001', 'localhost:4001'],
    ['10.0.0.7', '10.0.0.7']
  ])('%s', (text, host) => {
    expect(readHost(text)).toEqual({ host })
  })

  test.each<[string, string | undefined]>([
    ['https://api.example.com/x', 'api.example.com'],
    ['*.example.com', undefined],
    ['api.example.com/x', undefined],
    ['me@api.example.com', undefined],
    ['', undefined],
    ['api example', undefined],
    ['0177.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['api.example.com:0', undefined],
    ['api.example.com:99999', undefined],
    ['api.example.com:', undefined],
    [ref, undefined]
  ])('%s is refused', (text, suggestion) => {
    const read = readHost(text)
    expect(read).toHaveProperty('problem')
    expect('problem' in read ? read.problem.suggestion : undefined).toBe(suggestion)
  })
})

test.each([
  ['localhost:80', true],
  ['127.8.8.8', true],
  ['[::1]:80', true],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['10.0.0.1', false]
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})
