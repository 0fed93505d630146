import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

const SCRIPT = 'console.log("the builder")\n'
const PAGE = `<!doctype html><meta property="csp-nonce" nonce="__BELLHOP_NONCE__"><script src="/assets/index-A1.js"></script>`
const AS_PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate' }

/** One server with a build for all tests that leave it as it is. */
let server: ApiServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bellhop-ui-'))
  writeFileSync(join(folder, 'outside.js'), 's3cret')
  build(join(folder, 'dist'), PAGE)
  server = await startApi({ ui: join(folder, 'dist') })
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function build(folder: string, page: string): void {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'assets', 'index-A1.js'), SCRIPT)
  writeFileSync(join(folder, 'assets', 'index-A1.js.br'), brotliCompressSync(SCRIPT))
  writeFileSync(join(folder, 'icon.svg'), '<svg/>')
  writeFileSync(join(folder, 'secret.pem'), 's3cret')
  writeFileSync(join(folder, 'index.html'), page)
}

test('every address that a browser opens is the page, which may do nothing but what it needs', async () => {
  const nonces = new Set<string>()
  for (const path of ['/', '/workflows', '/workflows/my.flow', '/runs/0199?step=x', '/setup']) {
    const answer = await raw(server, path, AS_PAGE)
    expect([path, answer.status, answer.headers['content-type']]).toEqual([path, 200, 'text/html; charset=utf-8'])
    const nonce = /nonce="([^"]+)"/.exec(answer.text)?.[1] ?? ''
    nonces.add(nonce)
    const policy = answer.headers['content-security-policy']
    expect(policy).toBe(
      `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
        "font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY'
    })
  }
  expect(nonces.size).toBe(5)
  expect(nonces).not.toContain('__BELLHOP_NONCE__')
})

test.each([
  ['what is no page', '/workflows', { accept: 'application/json' }],
  ['a script that is not there', '/assets/index-B2.js', AS_PAGE],
  ['the API', '/api/v1/nothing', AS_PAGE],
  ['a trigger', '/in/nothing', AS_PAGE],
  ['an image of a page', '/workflows', { ...AS_PAGE, 'sec-fetch-mode': 'no-cors' }],
  ['a file of no known type', '/secret.pem', {}],
  ['the template of the page', '/index.html', {}],
  ['a compressed file by itself', '/assets/index-A1.js.br', {}]
])('%s is 404 and no page', async (_what, path, headers: Record<string, string>) => {
  const answer = await raw(server, path, headers)
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([404, { code: 'not_found' }])
})

test('files are what the build left, compressed as it left them, and kept for ever where their names say what they are', async () => {
  const plain = await fetch(`${server.url}/assets/index-A1.js`, { headers: { 'accept-encoding': 'identity' } })
  expect(await plain.text()).toBe(SCRIPT)
  expect(Object.fromEntries(plain.headers)).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': 'text/javascript; charset=utf-8',
    vary: 'accept-encoding',
    'cross-origin-resource-policy': 'same-origin'
  })
  const packed = await raw(server, '/assets/index-A1.js', { 'accept-encoding': 'gzip, br;q=0.5' })
  expect(packed.headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(packed.body).toString()).toBe(SCRIPT)
  const refused = await raw(server, '/assets/index-A1.js', { 'accept-encoding': 'br;q=0, gzip' })
  expect(refused.headers['content-encoding']).toBeUndefined()
  const icon = await fetch(`${server.url}/icon.svg`)
  const etag = icon.headers.get('etag') ?? ''
  expect([icon.headers.get('cache-control'), icon.headers.get('vary')]).toEqual(['no-cache', null])
  expect((await raw(server, '/icon.svg', { 'if-none-match': etag })).status).toBe(304)
  expect((await fetch(`${server.url}/icon.svg`, { method: 'HEAD' })).headers.get('content-length')).toBe('6')
})

test('no path leads out of the build', async () => {
  for (const path of [
    '/../outside.js',
    '/assets/../../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/assets/..%5c..%5coutside.js',
    `/${folder}/outside.js`,
    '/outside.js'
  ]) {
    const answer = await raw(server, path, {})
    expect([path, answer.status]).toEqual([path, 404])
    expect(answer.text).not.toContain('s3cret')
  }
})

test('a page that is built while the server runs is the one that is served', async () => {
  const ui = join(folder, 'built-later')
  const server = await startApi({ ui })
  onTestFinished(() => server.close())
  const missing = await raw(server, '/', AS_PAGE)
  expect([missing.status, missing.text]).toEqual([503, expect.stringContaining('npm run build')])
  expect(missing.headers['content-security-policy']).toContain("default-src 'none'")
  build(ui, PAGE)
  expect((await raw(server, '/', AS_PAGE)).text).toContain('index-A1.js')
  build(ui, '<p>another</p>')
  utimesSync(join(ui, 'index.html'), 1, 1)
  expect((await raw(server, '/', AS_PAGE)).text).toBe('<p>another</p>')
})

/** An answer as it comes, and a path as it is written. */
function raw(
  server: ApiServer,
  path: string,
  headers: Record<string, string>
): Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer; text: string }> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const body = Buffer.concat(chunks)

        resolve({ status: answer.statusCode, headers: answer.headers, body, text: body.toString() })
      })
    })
      .once('error', reject)
      .end()
  })
}
