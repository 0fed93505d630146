/** The way out of steps in Python and Bash: every request goes through the door, TLS or not. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../../egress/fixtures/certificates.ts'
import { httpServer, httpsServer } from '../../egress/fixtures/servers.ts'
import { levelsHere } from './testing/levels.ts'
import { NativeFixture } from './testing/native.ts'

const levels = await levelsHere()
const TOKEN = 'tok_of_a_customer_1906'
const authority = createAuthority()
const before = getCACertificates('default')

beforeAll(() => setDefaultCACertificates([...before, authority.cert]))
afterAll(() => setDefaultCACertificates(before))

describe.each(levels.filter(({ asUser }) => !asUser))('the proxy at the level $level', (here) => {
  const fixture = new NativeFixture(here)
  afterAll(() => fixture[Symbol.asyncDispose]())

  test('takes requests over TLS and in plain to the door, which reveals handles to their host alone', async () => {
    const vendor = await httpsServer(authority.issue(['api.acme.test']), ({ headers }, response) => {
      response.end(JSON.stringify({ got: headers.authorization ?? null }))
    })
    const other = await httpServer()
    fixture.reach([{ host: 'api.acme.test' }, { host: 'other.test' }])
    const handle = fixture.mint(TOKEN, [{ host: 'api.acme.test', port: vendor.port }])
    const inputs = {
      handle,
      vendor: `https://api.acme.test:${vendor.port}/me?x=%20`,
      other: `http://other.test:${other.port}/`
    }
    const { returned } = await fixture.python(GET, { inputs })
    expect(returned).toEqual([`{"got": "Bearer ${handle}"}`.replace(': ', ':'), 403])
    expect(vendor.received.map(({ url, headers }) => [url, headers.authorization, headers.host])).toEqual([
      ['/me?x=%20', `Bearer ${TOKEN}`, `api.acme.test:${vendor.port}`]
    ])
    expect(other.received).toEqual([])
    expect(fixture.scope.warnings.join()).toContain('a request was refused')
  })

  test('serves curl, with bodies both ways', async () => {
    const vendor = await httpsServer(authority.issue(['api.acme.test']), ({ method, body }, response) => {
      response.end(method === 'POST' ? `got=${body.length}\n` : 'y'.repeat(3_000_000))
    })
    fixture.reach([{ host: 'api.acme.test' }])
    const url = `https://api.acme.test:${vendor.port}/`
    const code = `head -c 3000000 /dev/zero | curl -sS --data-binary @- ${url} >> "$PIPEDREAM_EXPORTS"
echo "bytes=$(curl -sS ${url} | wc -c)" >> "$PIPEDREAM_EXPORTS"`
    expect((await fixture.bash(code)).exports).toEqual({ got: '3000000', bytes: '3000000' })
    expect(vendor.received[0]?.body.length).toBe(3_000_000)
  })

  test('is for whoever knows its password', async () => {
    const code = `import os, socket
from urllib.parse import urlsplit
def handler(pd):
    there = urlsplit(os.environ["http_proxy"])
    said = []
    for request in [b"GET http://example.com/ HTTP/1.1\\r\\nHost: example.com\\r\\n\\r\\n", b"CONNECT example.com:443 HTTP/1.1\\r\\n\\r\\n"]:
        connection = socket.create_connection((there.hostname, there.port))
        connection.sendall(request)
        said.append(connection.recv(100).split(b"\\r\\n")[0].decode())
    return said`
    expect((await fixture.python(code)).returned).toEqual([
      'HTTP/1.1 407 Proxy Authentication Required',
      'HTTP/1.1 407 Proxy Authentication Required'
    ])
  })
})

const GET = `import urllib.error, urllib.request
def handler(pd):
    headers = {"authorization": "Bearer " + pd.inputs["handle"]}
    said = []
    for name in ["vendor", "other"]:
        try:
            said.append(urllib.request.urlopen(urllib.request.Request(pd.inputs[name], headers=headers)).read().decode())
        except urllib.error.HTTPError as error:
            said.append(error.code)
    return said`
