import { randomBytes } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { audience } from './fixtures/scopes.ts'
import { httpServer } from './fixtures/servers.ts'
import { house, send } from './fixtures/serving.ts'
import { TOKEN } from './fixtures/vendor.ts'

const OTHER = 'key-of-another-app-0123456789'

/** Code that holds real values: one of the vendor's, one of an app elsewhere. */
async function revealing() {
  const vendor = await httpServer()
  const inside = await house(vendor, { revealed: true })
  const other = inside.scope.keyring.mint(OTHER, { app: 'other', field: 'key', audience: audience(['other.example']) })
  return { vendor, other, ...inside }
}

describe('code that holds real values', () => {
  it('sends each to its own app, wherever it stands', async () => {
    const { vendor, connect, host } = await revealing()
    const headers = { host, 'x-token': TOKEN }
    await send(connect(), host, { method: 'POST', path: `/?t=${TOKEN}`, headers }, `token=${TOKEN}`)
    expect(vendor.received[0]).toMatchObject({ url: `/?t=${TOKEN}`, body: `token=${TOKEN}` })
    expect(vendor.received[0]?.headers['x-token']).toBe(TOKEN)
  })

  const places: [string, { path?: string; headers?: Record<string, string> }][] = [
    ['a header', { headers: { 'x-token': OTHER } }],
    ['Basic credentials', { headers: { authorization: `Basic ${Buffer.from(`u:${OTHER}`).toString('base64')}` } }],
    ['the query', { path: `/?t=${OTHER}` }],
    ['the path', { path: `/${Buffer.from(OTHER).toString('hex')}` }],
    ["a header's name", { headers: { [`x-${OTHER}`]: '1' } }]
  ]
  it.each(places)('is refused to send one elsewhere in %s', async (_, options) => {
    const { vendor, connect, host, scope } = await revealing()
    const answer = await send(connect(), host, { ...options, headers: { host, ...options.headers } })
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('credential_wrong_host') as string })
    expect(answer.body + String(answer.reason)).not.toContain(OTHER)
    expect(scope.warnings).toHaveLength(1)
    expect(vendor.connections()).toBe(0)
  })

  it('sends a handle elsewhere in a body, encoded or not, and is told so', async () => {
    const { vendor, connect, host, scope, other } = await revealing()
    const body = JSON.stringify({ a: OTHER, own: TOKEN, b: Buffer.from(OTHER).toString('base64') })
    await send(connect(), host, { method: 'POST', headers: { host, 'content-type': 'application/json' } }, body)
    const received = JSON.parse(vendor.received[0]?.body ?? '') as Record<string, string>
    expect(received).toEqual({ a: other, own: TOKEN, b: expect.stringMatching(/^bhdl\.other\.key\.\w{26}/) as string })
    expect(scope.warnings).toEqual([expect.stringContaining('the credential key of other stands in the body')])
  })

  it('has a large body searched as it streams', async () => {
    const { vendor, connect, host, other } = await revealing()
    const body = `${'x '.repeat(200_000)}${OTHER} ${TOKEN}${' y'.repeat(100_000)}`
    await send(connect(), host, { method: 'POST', headers: { host, 'content-length': body.length } }, body)
    expect(vendor.received[0]?.body).toBe(body.replace(OTHER, other))
    expect(vendor.received[0]?.headers['content-length']).toBeUndefined()
  })

  const packings: [string, (text: string) => Buffer][] = [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['deflate, gzip', (text) => gzipSync(deflateSync(text))]
  ]
  it.each(packings)('has a body searched that is packed by %s, and sent unpacked', async (coding, pack) => {
    const { vendor, connect, host, other } = await revealing()
    for (const text of [`a ${OTHER} b ${TOKEN}`, `${'x '.repeat(300_000)}${OTHER} ${TOKEN}`]) {
      // Random bytes beside it keep it from being small when it is packed, so that it streams.
      const packed = pack(text.length < 1000 ? text : text + randomBytes(300_000).toString('hex'))
      const headers = { host, 'content-encoding': coding, 'content-length': packed.length }
      const answer = await send(connect(), host, { method: 'POST', headers }, packed)
      expect(answer.status).toBe(200)
      const received = vendor.received.at(-1)
      expect(received?.body.slice(0, text.length + 50)).toContain(text.replace(OTHER, other))
      expect(received?.headers['content-encoding']).toBeUndefined()
    }
  })

  it('is refused a body that is packed in an unknown way, and one that is broken goes nowhere', async () => {
    const { vendor, connect, host } = await revealing()
    for (const coding of ['compress', 'gzip, own', 'gzip, gzip, gzip, gzip']) {
      const headers = { host, 'content-encoding': coding }
      const answer = await send(connect(), host, { method: 'POST', headers }, OTHER)
      expect(answer).toMatchObject({ status: 415, body: expect.stringContaining('body_packed') as string })
    }
    const headers = { host, 'content-encoding': 'gzip' }
    const answer = await send(connect(), host, { method: 'POST', headers }, OTHER).catch(() => undefined)
    expect(answer?.status).not.toBe(200)
    expect(JSON.stringify(vendor.received)).not.toContain(OTHER)
  })

  it('keeps it from a host of its own that speaks no TLS', async () => {
    const vendor = await httpServer()
    const { connect, scope } = await house(vendor, { revealed: true, egress: [{ host: 'api.example' }] })
    scope.keyring.mint(OTHER, {
      app: 'other',
      field: 'key',
      audience: audience([{ host: 'api.example', port: vendor.port }])
    })
    const host = `api.example:${vendor.port}`
    const answer = await send(connect({ host: 'api.example' }), host, { headers: { host, 'x-token': OTHER } })
    expect(answer.status).toBe(403)
  })
})
