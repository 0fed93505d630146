import { writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, describe, expect, test, vi } from 'vitest'
import { createAuthority } from '../../../egress/fixtures/certificates.ts'
import { httpServer, rawAnswer } from '../../../egress/fixtures/servers.ts'
import type { Json } from '@bellhop/sdk'
import type { Store } from '../store.ts'
import { openStore, stage, TestHolding, type Stage } from './testing/fixture.ts'
import { faultOf } from './testing/faults.ts'

const LOOKUP = { path: ['secret', 'customers', 'acme', 'slack'] }

function read(store: Store) {
  return store.read(LOOKUP, { signal: AbortSignal.timeout(10_000), refused: false, holding: new TestHolding() })
}

function open({ server, token }: Stage, more: Record<string, Json> = {}): Store {
  return openStore(server, () => ({ address: server.url, auth: { token }, ...more }))
}

describe('TLS', () => {
  const authority = createAuthority()
  const good = authority.issue(['127.0.0.1', 'localhost'])

  test('a private authority is trusted where it is given, as text or as a file that may change', async () => {
    const made = await stage(good)
    expect((await read(open(made, { ca: authority.cert }))).fields).toMatchObject({ token: 'xoxb-of-acme' })
    const folder = await mkdtemp(join(tmpdir(), 'bellhop-ca-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'ca.pem')
    await writeFile(file, createAuthority().cert)
    const store = open(made, { ca_file: file })
    expect(await faultOf(read(store))).toMatchObject({
      code: 'store_tls',
      hint: expect.stringContaining('`ca`') as string
    })
    await writeFile(file, authority.cert)
    expect((await read(store)).fields).toMatchObject({ token: 'xoxb-of-acme' })
    await rm(file)
    expect((await faultOf(read(store))).message).toContain('`ca_file` cannot be read')
  })

  test.each([
    ['an authority that nobody trusts', good, undefined, /signed by nobody|self-signed/],
    [
      'a certificate that has expired',
      authority.issue(['localhost'], { from: new Date(0), to: new Date(1e12) }),
      authority.cert,
      /has expired/
    ],
    ['a certificate for another host', authority.issue(['elsewhere.example']), authority.cert, /another host/]
  ])('%s is refused, whatever the environment says', async (_, certificate, ca, problem) => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    onTestFinished(() => void vi.unstubAllEnvs())
    const made = await stage(certificate)
    const fault = await faultOf(read(open(made, ca === undefined ? {} : { ca })), [made.token])
    expect(fault).toMatchObject({ code: 'store_tls', retryable: false })
    expect(fault.message).toMatch(problem)
    expect(made.server.asked).toEqual([])
  })
})

describe('a redirect', () => {
  test('to another host is not followed, and the token does not go there', async () => {
    const made = await stage()
    const other = await httpServer()
    const store = open(made)
    await read(store)
    made.server.state = { goTo: other.url }
    expect(await faultOf(read(store), [made.token])).toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(other.received).toEqual([])
  })

  test('to the same host and another path is not followed', async () => {
    const made = await stage()
    const store = open(made)
    await read(store)
    made.server.state = { goTo: '/v1/secret/data/others?x=' }
    const before = made.server.asked.length
    expect(await faultOf(read(store))).toMatchObject({ code: 'store_unavailable' })
    expect(made.server.asked.length - before).toBe(1)
  })

  test('to the very same address is asked once more, as a balancer in front of standby nodes wants it', async () => {
    const made = await stage()
    const store = open(made)
    await read(store)
    made.server.state = { goTo: made.server.url }
    const before = made.server.asked.length
    expect(await faultOf(read(store))).toMatchObject({ code: 'store_unavailable' })
    expect(made.server.asked.length - before).toBe(2)
  })
})

describe('an answer', () => {
  const from = async (...parts: string[]): Promise<Store> => {
    const made = await stage()
    const { url } = await rawAnswer(...parts)
    return openStore(made.server, () => ({ address: url, auth: { token: made.token } }))
  }

  test('that is no JSON is not Vault’s', async () => {
    const page = '<h1>a proxy</h1>'
    const store = await from(`HTTP/1.1 200 OK\r\ncontent-length: ${page.length}\r\n\r\n${page}`)
    const fault = await faultOf(read(store))
    expect(fault.code).toBe('store_bad_answer')
    expect(fault.message).not.toContain('proxy')
  })

  test('that never ends is cut off', async () => {
    const store = await from('HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n', 'x'.repeat(2_000_000))
    expect((await faultOf(read(store))).message).toContain('more than 1048576 bytes')
  })

  test('that breaks off can be tried again', async () => {
    const store = await from('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"da')
    expect(await faultOf(read(store))).toMatchObject({ code: 'store_unreachable', retryable: true })
  })
})

test('a request says which namespace, that it is one, and whose', async () => {
  const made = await stage()
  const store = open(made, { namespace: 'team' })
  await faultOf(read(store))
  expect(new Set(made.server.asked.map(({ namespace }) => namespace))).toEqual(new Set(['team']))
  const { received, url } = await httpServer((_, response) => response.end('{}'))
  await faultOf(read(openStore(made.server, () => ({ address: url, auth: { token: made.token } }))))
  expect(received[0]?.headers).toMatchObject({ 'x-vault-request': 'true', 'x-vault-token': made.token })
})

test('a namespace that is not there is said to be none', async () => {
  const made = await stage()
  made.server.broken.set('auth/token/lookup-self', { status: 404, errors: ['namespace not found'] })
  const fault = await faultOf(read(open(made, { namespace: 'nowhere' })))
  expect(fault).toMatchObject({ code: 'store_unauthenticated', retryable: false })
  expect(fault.message).toContain('has no namespace nowhere')
})
