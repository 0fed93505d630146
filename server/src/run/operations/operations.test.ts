/** What code asks of the server is hostile: what does not fit is refused, by name and place and never by value. */
import type { Json } from '@bellhop/sdk'
import { expect, test } from 'vitest'
import type { DataAccess } from '../../data/data-stores.ts'
import { Keyring } from '../../secrets/keyring.ts'
import { MasterKey } from '../../secrets/seal.ts'
import { Operations } from './operations.ts'
import type { Site } from './site.ts'

const MARK = 'a-value-that-nobody-should-quote'

function operations(over: Partial<Site> = {}): { asked: Operations; warned: string[] } {
  const warned: string[] = []
  const keyring = new Keyring(new MasterKey(new Uint8Array(32)).runSeal('r'))
  const site: Omit<Site, 'left'> = {
    step: 'one',
    runs: 1,
    waits: { name: 'one.0', urls: { resume_url: 'r', cancel_url: 'c' } },
    unheard: undefined,
    said: () => undefined,
    answer: (response) => response,
    data: { stores: {} as DataAccess, props: new Map(), keyring, writing: { run: 1, lane: '' }, begin: () => {} },
    warn: (message) => void warned.push(message),
    ...over
  }
  return { asked: new Operations(site), warned }
}

test.each<[string, Json]>([
  ['no_such_operation', {}],
  ['__proto__', {}],
  ['constructor', {}],
  ['export', { value: MARK }],
  ['export', { key: MARK.repeat(100), value: 1 }],
  ['export', MARK],
  ['flow.delay', { ms: MARK }],
  ['flow.delay', { ms: -1 }],
  ['flow.delay', { ms: 1e15 }],
  ['flow.suspend', { ms: [MARK] }],
  ['flow.rerun', { ms: 1, max: MARK }],
  ['flow.rerun', { ms: 1, max: 1e9 }],
  ['flow.exit', { reason: { [MARK]: 1 } }],
  ['respond', { headers: MARK }],
  ['respond', { headers: { [MARK]: { deep: MARK } } }],
  ['respond', { status: MARK }],
  ['respond', { encoding: 'base64', body: { not: MARK } }],
  ['respond', { encoding: MARK, body: 'x' }],
  ['send.http', { method: `${MARK} HTTP/1.1\r\n`, url: 'https://example.com' }],
  ['send.http', { url: [MARK] }],
  ['data.get', { store: MARK, key: 'k' }],
  ['data.get', { store: 's', key: '' }],
  ['data.set', { store: 's', key: MARK.repeat(100), value: 1 }],
  ['data.set', { store: 's', key: 'k', value: 1, ttl: MARK }],
  ['data.set', { store: '__proto__', key: 'k', value: 1 }],
  ['data.page', { store: 's', after: { [MARK]: 1 } }]
])('%s refuses %j', async (name, input) => {
  const { asked } = operations()
  const refused = await asked.ask(name, input).then(
    () => undefined,
    (error: unknown) => error
  )
  expect(refused).toMatchObject({ name: 'Fault' })
  expect(JSON.stringify([refused, String(refused)])).not.toContain(MARK)
  expect(asked.left).toMatchObject({ exit: undefined, next: undefined, response: undefined, sends: [] })
  expect(asked.left.exports.size).toBe(0)
})

test.for([
  ['flow.delay', {}, '`ms` should be of type number'],
  ['flow.delay', { ms: -1 }, '`ms` should be at least 0'],
  ['flow.rerun', { ms: 1, max: 1e9 }, '`max` should be at most 10000'],
  ['export', { key: '', value: 1 }, '`key` should be at least 1 characters long']
] as const)('%s with %j says what it takes', async ([name, input, expected]) => {
  await expect(operations().asked.ask(name, input)).rejects.toMatchObject({
    message: `\`$.${name}\` was called with something else than it takes: ${expected}`
  })
})

test('a list in a header is one line, but for cookies', async () => {
  const { asked } = operations()
  await asked.ask('respond', { headers: { 'Set-Cookie': ['a=1', 'b=2'], 'x-list': ['1', 2] } })
  expect(asked.left.response?.headers).toEqual({ 'Set-Cookie': ['a=1', 'b=2'], 'x-list': '1, 2' })
})

test('what the server itself exports cannot be', async () => {
  const { asked } = operations()
  for (const key of ['$return_value', '$resume_data'])
    await expect(asked.ask('export', { key, value: 1 })).rejects.toMatchObject({ code: 'reserved_export' })
})

test('the last wait counts, and a rerun beyond its limit is none', async () => {
  const { asked } = operations({ runs: 3 })
  await asked.ask('flow.delay', { ms: 10 })
  expect(await asked.ask('flow.rerun', { ms: 5, context: { a: 1 }, max: 3 })).toEqual({
    resume_url: 'r',
    cancel_url: 'c'
  })
  expect(asked.left.next).toEqual({ kind: 'rerun', ms: 5, context: { a: 1 }, wait: 'one.0' })
  const late = operations({ runs: 4 }).asked
  await late.ask('flow.rerun', { ms: 5, max: 3 })
  expect(late.left.next).toBeUndefined()
})

test('so much is held of requests and contexts, and no more', async () => {
  const { asked } = operations()
  for (let n = 0; n < 100; n++) await asked.ask('send.http', { url: 'https://example.com' })
  await expect(asked.ask('send.http', { url: 'https://example.com' })).rejects.toMatchObject({ code: 'too_many_sends' })
  const context = 'x'.repeat(1_000_001)
  await expect(asked.ask('flow.rerun', { ms: 1, context })).rejects.toMatchObject({ code: 'context_too_large' })
  const body = 'A'.repeat(14_000_000)
  await expect(asked.ask('respond', { body, encoding: 'base64' })).rejects.toMatchObject({ code: 'response_too_large' })
})

test('bytes are kept as the text that they are, and others a character for each', async () => {
  const bytes = (data: Buffer): object => ({ body: data.toString('base64'), encoding: 'base64' })
  const said = async (data: Buffer): Promise<unknown> => {
    const { asked } = operations()
    await asked.ask('respond', bytes(data) as Json)
    return asked.left.response
  }
  expect(await said(Buffer.from('\ufeffgrüße'))).toEqual({ body: '\ufeffgrüße', encoding: 'utf8' })
  const odd = Buffer.from([0xff, 0x00, 0x80, 0x41])
  expect(await said(odd)).toEqual({ body: odd.toString('latin1'), encoding: 'latin1' })
})

test('a basic credential is written for the door to look through', async () => {
  const { asked } = operations()
  await asked.ask('send.http', { url: 'https://example.com', auth: { username: 'u', password: 'p' }, params: { a: 1 } })
  expect(asked.left.sends).toEqual([
    { method: 'POST', url: 'https://example.com', headers: { authorization: 'Basic dTpw' }, params: { a: 1 } }
  ])
})
