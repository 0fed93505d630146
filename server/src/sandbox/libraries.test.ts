/** Libraries from npm, as they are, in a process without network; vendors over TLS; credentials as handles. */
import type { ServerResponse } from 'node:http'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../egress/fixtures/certificates.ts'
import { httpServer, httpsServer, type Received } from '../egress/fixtures/servers.ts'
import { bundled } from './testing/bundled.ts'
import { NetworkFixture } from './testing/outside.ts'

const TOKEN = 'sk-live-0123456789-abcdef'
const HOST = 'api.vendor.example'

const authority = createAuthority()
const before = getCACertificates('default')
beforeAll(() => setDefaultCACertificates([...before, authority.cert]))
afterAll(() => setDefaultCACertificates(before))

interface Library {
  /** What the vendor answers; `{"hello":"world"}`. */
  answer?: (request: Received, response: ServerResponse) => unknown
  /** What the code returns. */
  returns: unknown
  /** What the vendor sees of the credential. */
  authorization?: string
  /** How it says that a credential was refused, where it does not repeat why. */
  refused?: string
}

const HELLO = { hello: 'world' }

const LIBRARIES: Record<string, Library> = {
  fetch: { returns: HELLO },
  axios: { returns: HELLO, refused: 'Request failed with status code 403' },
  got: { returns: HELLO },
  'node-fetch': { returns: HELLO },
  undici: { returns: HELLO },
  octokit: { answer: () => ({ number: 7 }), returns: { number: 7 }, authorization: `token ${TOKEN}` },
  slack: {
    answer: ({ url, body }) => ({ ok: true, url, body }),
    returns: expect.objectContaining({ ok: true, url: '/api/chat.postMessage', body: 'channel=C1&text=hi' }),
    // It tries for half an hour, whatever it is told.
    refused: 'the code did not end'
  },
  stripe: { answer: () => ({ id: 'cus_1', object: 'customer' }), returns: { id: 'cus_1' } },
  openai: { answer: speak, returns: ['hello', 'one', 'two'] }
}

/** As openai's API does: whole, or word for word. */
function speak({ body }: Received, response: ServerResponse): unknown {
  const { stream } = JSON.parse(body) as { stream?: boolean }
  if (stream !== true) return { choices: [{ message: { role: 'assistant', content: 'hello' } }] }
  response.setHeader('content-type', 'text/event-stream')
  for (const content of ['one', 'two']) {
    response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
  }
  return response.end('data: [DONE]\n\n')
}

describe('a library in a sandbox calls a vendor over TLS with a handle:', () => {
  test.for(Object.entries(LIBRARIES))('%s', async ([name, library]) => {
    const { answer = () => HELLO, returns, authorization = `Bearer ${TOKEN}` } = library
    const vendor = await httpsServer(authority.issue([HOST]), (request, response) => {
      const body = answer(request, response)
      if (body !== response) response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
    })
    await using fixture = new NetworkFixture()
    const token = fixture.mint(TOKEN, [{ host: HOST, port: vendor.port }])
    const url = `https://${HOST}:${vendor.port}`
    const program = fixture.program(await bundled(`libraries/${name}.ts`))
    expect(await fixture.out(program, { url, token }, { egress: [{ host: HOST }] })).toEqual(returns)
    for (const { headers } of vendor.received) expect(headers.authorization).toBe(authorization)
    expect(vendor.received.length).toBeGreaterThan(0)
    expect(fixture.scope.warnings).toEqual([])
  })
})

describe('a library in a sandbox says that a credential was refused, and the log says why:', () => {
  test.for(Object.entries(LIBRARIES))('%s', async ([name, { refused }]) => {
    const vendor = await httpsServer(authority.issue([HOST]))
    await using fixture = new NetworkFixture()
    const token = fixture.mint(TOKEN, [{ host: 'api.other.example' }])
    const url = `https://${HOST}:${vendor.port}`
    const why = `the credential token of acme may not go to ${HOST}:${vendor.port}; it may go to api.other.example`
    const program = fixture.program(await bundled(`libraries/${name}.ts`))
    const done = fixture.out(program, { url, token }, { egress: [{ host: HOST }] }, { timeoutMs: 3000 })
    // Some hand a vendor's words on without a look at the status.
    const said = await done.then(JSON.stringify, String)
    expect(said).toContain(refused ?? why)
    expect(fixture.scope.warnings).toEqual([expect.stringContaining(`a request was refused: ${why}`)])
    expect(vendor.received).toEqual([])
  })
})

test('a proxy that the environment names gets nothing', async () => {
  const proxy = await httpServer()
  await using fixture = new NetworkFixture()
  const egress = [{ host: HOST }, { host: 'proxy.example' }]
  const token = fixture.mint(TOKEN, [{ host: HOST }])
  const program = fixture.program(await bundled('libraries/axios.ts'))
  const env = { HTTPS_PROXY: `http://proxy.example:${proxy.port}`, https_proxy: `http://proxy.example:${proxy.port}` }
  const done = fixture.out(program, { url: `https://${HOST}`, token }, { egress }, { env })
  await expect(done).rejects.toThrow('400')
  expect(fixture.scope.warnings).toEqual([expect.stringContaining('as if it were a proxy')])
  expect(proxy.connections()).toBe(0)
})
