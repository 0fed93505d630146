import { describe, expect, test } from 'vitest'
import { httpServer } from '../egress/fixtures/servers.ts'
import { NetworkFixture } from './testing/outside.ts'

const TOKEN = 'xoxb-0123456789-abcdef'

describe('code in a sandbox', () => {
  test.each([
    ['fetch', `const answer = await fetch(url, { headers: { authorization } }); return await answer.json()`],
    [
      'node:http',
      `const request = http.get(url, { headers: { authorization } })
       const [response] = await once(request, 'response')
       return JSON.parse(await text(response))`
    ]
  ])('calls a vendor with %s', async (_, code) => {
    const vendor = await httpServer((request, response) => response.end(JSON.stringify({ url: request.url })))
    await using fixture = new NetworkFixture()
    const handle = fixture.mint(TOKEN, [{ host: 'vendor.example', port: vendor.port, plain: true }])
    const program = fixture.program(`import http from 'node:http'
      import { once } from 'node:events'
      import { text } from 'node:stream/consumers'
      export default async ({ steps: { url, authorization } }) => { ${code} }`)
    const url = `http://vendor.example:${vendor.port}/path?a=b`
    const egress = [{ host: 'vendor.example' }]
    expect(await fixture.out(program, { url, authorization: `Bearer ${handle}` }, { egress })).toEqual({
      url: '/path?a=b'
    })
    expect(vendor.received[0]?.headers).toMatchObject({
      host: `vendor.example:${vendor.port}`,
      authorization: `Bearer ${TOKEN}`
    })
  })
})
