/** Code that looks for a way out of its process: sockets, children, native code, modules of Node, signals. */
import { getPriority } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house/house.ts'
import { moduleOf, successes, unconfined, type Probes } from './probes/probes.ts'

let house: House
beforeAll(async () => void (house = await House.open()))
afterAll(() => house?.close())

/** The loader of native code was reached, and only the file is none. */
const native = (load: string) => `(() => {
  try { return ${load} } catch (error) { if (error.code === 'ERR_DLOPEN_FAILED') return 'loaded'; throw error }
})()`

const WAYS: Probes = {
  listen: `new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen(0, () => (server.close(), resolve('listens')))
  })`,
  'listen to a pipe': `new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject).listen('/tmp/' + target + '.sock', () => (server.close(), resolve('listens')))
  })`,
  udp: `new Promise((resolve, reject) => {
    const socket = require('dgram').createSocket('udp4').on('error', reject)
    socket.send('x', 9, '127.0.0.1', (error) => (socket.close(), error ? reject(error) : resolve('sent')))
  })`,
  spawn: `require('child_process').execFileSync('/bin/sh', ['-c', 'id'])`,
  'spawn by import': `load('node:child_process').then(({ execSync }) => execSync('id'))`,
  'spawn by getBuiltinModule': `process.getBuiltinModule('node:child_process').execSync('id')`,
  'spawn by Module._load': `module._load('child_process').spawnSync('id').pid`,
  'spawn by main': `module.createRequire('/').call(null, 'child_process').execSync('id')`,
  'the class of children': `new (require('child_process').ChildProcess)().spawn({ file: '/bin/true', args: ['true'] })`,
  'raw spawn': `typeof process.binding('spawn_sync').spawn`,
  fork: `require('cluster').fork ? (require('child_process').fork('/dev/null').kill(), 'forked') : 0`,
  'an addon': native(`process.dlopen({ exports: {} }, '/tmp/none.node')`),
  'a required addon': native(`module._extensions['.node']({ exports: {} }, '/tmp/none.node')`),
  worker: `new (require('worker_threads').Worker)('', { eval: true }).terminate().then(() => 'worked')`,
  'worker by eval': `(0, eval)("import('node:worker_threads')").then(({ Worker }) => new Worker('', { eval: true }).terminate()).then(() => 'worked')`,
  inspect: `(require('inspector').open(0), require('inspector').close(), 'open')`,
  'inspect itself': `new (require('inspector').Session)().connect() ?? 'connected'`,
  wasi: `new (require('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } }).wasiImport && 'made'`,
  sqlite: `load('node:sqlite').then(({ DatabaseSync }) => new DatabaseSync(':memory:').open ?? 'open')`,
  'sqlite by getBuiltinModule': `new (process.getBuiltinModule('node:sqlite').DatabaseSync)(':memory:') && 'open'`,
  test: `load('node:test').then(() => 'imported')`,
  sea: `load('node:sea').then(() => 'imported')`,
  traces: `require('trace_events').createTracing({ categories: ['node'] }).enabled`,
  'process.binding': `process.binding('fs').open && 'bound'`,
  'a data URL': `load("data:text/javascript,export { execSync } from 'node:child_process'").then(({ execSync }) => execSync('id'))`,
  'a file URL': `(fs.writeFileSync(os.tmpdir() + '/' + target + '.mjs', 'export default process.kill'), load('file://' + os.tmpdir() + '/' + target + '.mjs'))
    .then(({ default: kill }) => kill(target, 0)).finally(() => fs.rmSync(os.tmpdir() + '/' + target + '.mjs'))`,
  registerHooks: `(module.registerHooks({ resolve: (specifier, context, next) => next(specifier, context) }).deregister(), 'hooked')`,
  signal: 'process.kill(target, 0)',
  'the raw signal': 'process._kill(target, 0)',
  'a debugger’s signal': `process._debugProcess(target) ?? 'sent'`,
  'a priority': `(os.setPriority(target, 5), 'set')`,
  execve: `(() => {
    try { return process.execve(1) } catch (error) { if (error.code === 'ERR_INVALID_ARG_TYPE') return 'reached'; throw error }
  })()`,
  users: `(process.setuid(process.getuid()), 'set')`,
  'flags of V8': `(require('v8').setFlagsFromString('--allow-natives-syntax'), 'set')`,
  'a heap in a file': `require('v8').writeHeapSnapshot('/tmp/' + target + '.heap') && (fs.rmSync('/tmp/' + target + '.heap'), 'written')`,
  'compiled code': `new vm.Script('1', { cachedData: new vm.Script('1').createCachedData() }).runInThisContext()`,
  'another file descriptor': `(() => {
    for (let fd = 4; fd < 64; fd++) try { if (fs.fstatSync(fd).isFile()) return fd } catch {}
    return fs.openSync('/etc/os-release')
  })()`,
  'another user’s temporary files': `fs.readdirSync('/var/tmp')`,
  'a new root': `fs.mkdirSync('/var/tmp/' + target) ?? (fs.rmdirSync('/var/tmp/' + target), 'made')`
}

test('finds none', async () => {
  const priority = getPriority(house.server.pid)
  const code = moduleOf(WAYS, String(house.server.pid))
  const { status, body } = await house.attack({ unbound: true, code, settings: { code: { cpu: '30s' } } })
  expect(status, JSON.stringify(body)).toBe(200)
  expect(Object.keys(body as object)).toEqual(Object.keys(WAYS))
  expect(successes(body as never)).toEqual([])
  expect(getPriority(house.server.pid)).toBe(priority)
  await house.judge()
})

test('which are all there in Node as it is', async () => {
  const results = await unconfined(WAYS)
  const missed = Object.entries(results).filter(([, result]) => !('got' in result))
  expect(missed).toEqual([])
})

/** Where code may not go, whatever its workflow says, and where it may not unless that lists it. */
const INSIDE = [
  '169.254.169.254',
  '169.254.170.2',
  '[fd00:ec2::254]',
  'metadata.google.internal',
  '[::ffff:a9fe:a9fe]',
  '2852039166'
]
const PRIVATE = [
  '127.0.0.1',
  '10.0.0.1',
  '192.168.0.1',
  '172.16.0.1',
  '[::1]',
  'localhost',
  '0.0.0.0',
  '0x7f.1',
  '[::ffff:127.0.0.1]'
]

test('reaches neither metadata services nor private addresses, by a request or a connection', async () => {
  const code = `import net from 'node:net'
    const bare = (host) => new Promise((resolve) => {
      const socket = net.connect({ host: host.replace(/[\\[\\]]/g, ''), port: Number(globalThis.port) })
      socket.write('GET / HTTP/1.1\\r\\nHost: ' + host + ':' + globalThis.port + '\\r\\n\\r\\n')
      socket.on('data', (data) => resolve(String(data).slice(9, 12))).on('error', (e) => resolve(e.message)).on('close', () => resolve('closed'))
    })
    export default async ({ steps }) => {
      const { hosts, port } = steps.trigger.event.body
      globalThis.port = port
      const results = {}
      for (const host of hosts) {
        const fetched = await fetch('http://' + host + ':' + port + '/').then(({ status }) => status, (e) => e.cause?.message ?? e.message)
        results[host] = [fetched, await bare(host)]
      }
      return results
    }`
  const hosts = [...INSIDE, ...PRIVATE]
  const before = house.vendor.got.length
  const listing = [house.app, ...INSIDE.slice(0, 2).map((host) => `${host}:${house.vendor.port}`)]
  for (const egress of [undefined, listing]) {
    const asked = egress === undefined ? hosts : hosts.filter((host) => host !== 'localhost')
    const { body } = await house.attack(
      { unbound: true, code, settings: { egress } },
      { hosts: asked, port: house.vendor.port }
    )
    expect(Object.keys(body as object).length).toBe(asked.length)
    for (const [host, answers] of Object.entries(body as Record<string, unknown[]>)) {
      for (const answer of answers) expect(String(answer), host).not.toMatch(/^[23]\d\d$/)
    }
  }
  expect(house.vendor.got.length).toBe(before)
  // The same code reaches what is listed: the address is what was refused.
  const { body } = await house.attack({ unbound: true, code }, { hosts: ['localhost'], port: house.vendor.port })
  expect(body).toEqual({ localhost: [200, '200'] })
  await house.judge()
})
