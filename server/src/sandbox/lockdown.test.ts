/** What foreign code can reach, at every level of isolation that this host allows: the promise of I7 rests on none alone. */
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Level } from './isolation/level.ts'
import { SandboxFixture } from './testing/sandbox.ts'

const LEVELS: readonly Level[] = ['namespaces', 'user-namespaces', 'user', 'none']

/** Each is an expression that code evaluates; what it gives, or the code or message of its error. */
async function evaluate(level: Level, attempts: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  await using fixture = new SandboxFixture({ isolation: level })
  return (await fixture.run(fixture.program(programOf(attempts)))) as Record<string, unknown>
}

function programOf(attempts: Readonly<Record<string, string>>): string {
  const lines = Object.entries(attempts).map(([name, code]) => `${JSON.stringify(name)}: async () => (${code})`)
  return `import module, { createRequire } from 'node:module'
    import fs from 'node:fs'
    import os from 'node:os'
    import net from 'node:net'
    import vm from 'node:vm'
    const require = createRequire('/program/main.mjs')
    const attempts = { ${lines.join(',\n')} }
    export default async () => {
      const results = {}
      for (const [name, attempt] of Object.entries(attempts)) {
        try { results[name] = { got: String(await attempt()) } }
        catch (error) { results[name] = { failed: error.code ?? error.message } }
      }
      return results
    }`
}

/** Ways to a module that Node's permissions say nothing of. */
const DOORS = {
  import: `import('node:ffi')`,
  require: `require('node:ffi')`,
  'Module._load': `module._load('node:ffi')`,
  'Module.prototype.require': `new module('x').require('node:ffi')`,
  eval: `(0, eval)("import('node:ffi')")`,
  Function: `new Function("return import('node:ffi')")()`,
  'a script': `new vm.Script("import('node:ffi')", { importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }).runInThisContext()`,
  'another context': `vm.runInNewContext("f('import(\\\\'node:ffi\\\\')')", { f: eval })`,
  'a data URL': `import("data:text/javascript,export * from 'node:ffi'")`,
  sqlite: `import('node:sqlite')`,
  test: `import('node:test')`,
  'import.meta.resolve': `import(import.meta.resolve('node:ffi'))`
}

const TAKEN = {
  'process.kill': 'process.kill(process.pid, 0)',
  'process._kill': 'process._kill(process.pid, 0)',
  'kill of node:process': `import('node:process').then(({ kill }) => kill(1, 0))`,
  'kill of require': `require('process').kill(1, 0)`,
  'process._debugProcess': 'process._debugProcess(process.pid)',
  'process.binding': `process.binding('fs')`,
  'process._linkedBinding': `process._linkedBinding('fs')`,
  'process.dlopen': `process.dlopen({ exports: {} }, '/lib/x86_64-linux-gnu/libc.so.6')`,
  'process.execve': `process.execve('/bin/sh', ['sh'], {})`,
  'process.setuid': 'process.setuid(0)',
  'process.abort': 'process.abort()',
  'process._getActiveHandles': 'process._getActiveHandles()',
  'os.setPriority': 'os.setPriority(19)',
  'v8.setFlagsFromString': `require('v8').setFlagsFromString('--allow-natives-syntax')`,
  'v8.getHeapSnapshot': `require('v8').getHeapSnapshot()`,
  Worker: `new (require('worker_threads').Worker)('1', { eval: true })`,
  'child_process.spawn': `require('child_process').spawn('/bin/true')`,
  'import of child_process': `import('node:child_process').then(({ execSync }) => execSync('id'))`,
  'child_process by getBuiltinModule': `process.getBuiltinModule('child_process').execSync('id')`,
  dgram: `require('dgram').createSocket('udp4')`,
  cluster: `require('cluster').fork()`,
  inspector: `require('inspector').open()`,
  'vm.Script with compiled code': `new vm.Script('1', { cachedData: Buffer.alloc(10) })`,
  'its own class': `new (Object.getPrototypeOf(vm.Script.prototype).constructor)('1', 'x', 0, 0, Buffer.alloc(10), false)`,
  'vm.compileFunction with compiled code': `vm.compileFunction('1', [], { cachedData: Buffer.alloc(10) })`,
  'vm.runInThisContext with compiled code': `vm.runInThisContext('1', { cachedData: Buffer.alloc(10) })`,
  'vm.runInNewContext with compiled code': `vm.runInNewContext('1', {}, { cachedData: Buffer.alloc(10) })`,
  'compiled code that hides': `vm.runInThisContext('1', new Proxy({ cachedData: Buffer.alloc(10) }, { has: () => false }))`,
  'compiled code that is there at the second look': `vm.compileFunction('1', [], (() => {
    let looks = 0
    return { get cachedData() { return looks++ === 0 ? Buffer.alloc(10) : undefined } }
  })())`,
  'an engine of OpenSSL': `require('crypto').setEngine('/tmp/engine.so')`
}

/** Other ways to a file than its path as text. */
const DETOURS = {
  'a path of bytes': `fs.readFileSync(Buffer.from('/etc/passwd'))`,
  'a path that climbs': `fs.readFileSync(import.meta.dirname + '/../../../../../../../../etc/passwd')`,
  'bytes that climb': `fs.readFileSync(Buffer.from(import.meta.dirname + '/../../../../../../../../etc/passwd'))`,
  'a changed Buffer': `(() => {
    const { utf8Write } = Buffer.prototype
    Buffer.prototype.utf8Write = function (text, ...rest) { return utf8Write.call(this, '/etc/passwd', ...rest) }
    try { return fs.readFileSync(import.meta.dirname + '/none') } finally { Buffer.prototype.utf8Write = utf8Write }
  })()`,
  'a link': `(fs.symlinkSync('/etc/passwd', '/tmp/link'), fs.readFileSync('/tmp/link'))`,
  'a relative link': `(fs.symlinkSync('../../../../../../etc/passwd', '/tmp/link'), fs.readFileSync('/tmp/link'))`,
  'a hard link': `(fs.linkSync('/etc/passwd', '/tmp/hard'), fs.readFileSync('/tmp/hard'))`,
  'a copy': `(fs.cpSync('/etc/passwd', '/tmp/copy'), fs.readFileSync('/tmp/copy'))`,
  'another folder': `(process.chdir('/etc'), fs.readFileSync('passwd'))`,
  'a blob': `fs.openAsBlob('/etc/passwd').then((blob) => blob.text())`,
  'a module': `import('file:///etc/passwd', { with: { type: 'json' } })`,
  'a required module': `require('/etc/passwd')`,
  watching: `new Promise((resolve, reject) => {
    fs.watchFile('/etc/passwd', { interval: 5 }, resolve)
    setTimeout(() => reject(Object.assign(new Error('nothing is there'), { code: 'ENOENT' })), 50)
  })`
}

describe.for(LEVELS)('at the level %s, foreign code', (level) => {
  test('finds no way to a module that is not listed', async () => {
    const results = await evaluate(level, {
      ...DOORS,
      getBuiltinModule: `process.getBuiltinModule('node:ffi') ?? 'none'`
    })
    const { getBuiltinModule, ...others } = results
    expect(getBuiltinModule).toEqual({ got: 'none' })
    for (const [door, result] of Object.entries(others))
      expect(result, door).toEqual({ failed: expect.anything() as string })
  })

  test('has neither hooks of its own nor the ones that are there', async () => {
    const results = await evaluate(level, {
      registerHooks: 'module.registerHooks({ resolve: (s, c, n) => ({ url: "node:ffi", shortCircuit: true }) })',
      register: `module.register('data:text/javascript,')`,
      named: `import('node:module').then(({ registerHooks }) => registerHooks({}))`
    })
    for (const [name, result] of Object.entries(results)) expect(result, name).toEqual({ failed: 'ERR_ACCESS_DENIED' })
  })

  test('cannot signal, start, load, inspect, or change what it is', async () => {
    const results = await evaluate(level, TAKEN)
    for (const [name, result] of Object.entries(results)) {
      expect(result, name).toEqual({ failed: expect.stringMatching(/^ERR_/) as string })
    }
  })

  test('reads its program and its scratch folder, and nothing else', async () => {
    await using fixture = new SandboxFixture({ isolation: level })
    const neighbour = fixture.program('export default () => 1')
    writeFileSync(join(fixture.directory, 'key'), 'the key')
    await fixture.run(neighbour)
    const slots = join(fixture.directory, 'sandbox/slots')
    const paths = [join(fixture.directory, 'key'), `${neighbour.directory}/main.mjs`, slots, fixture.directory, '/']
    const system = [
      '/etc/passwd',
      '/proc/self/environ',
      '/proc/1/environ',
      `/proc/${process.pid}/environ`,
      '/proc',
      '/dev',
      process.execPath
    ]
    const attempts = Object.fromEntries(
      [...paths, ...system].map((path) => {
        const quoted = JSON.stringify(path)
        return [path, `fs.statSync(${quoted}).isDirectory() ? fs.readdirSync(${quoted}) : fs.readFileSync(${quoted})`]
      })
    )
    const program = fixture.program(
      programOf({ ...attempts, ...DETOURS, own: `fs.readFileSync(new URL(import.meta.url)).length > 0` })
    )
    const { own, ...others } = (await fixture.run(program)) as Record<string, unknown>
    expect(own).toEqual({ got: 'true' })
    for (const [path, result] of Object.entries(others)) {
      expect(result, path).toEqual({
        failed: expect.stringMatching(/^(ERR_ACCESS_DENIED|ENOENT|MODULE_NOT_FOUND|ERR_MODULE_NOT_FOUND)$/) as string
      })
    }
  })

  test('writes to /tmp and nowhere else, by whatever function', async () => {
    const results = await evaluate(level, {
      sync: `(fs.writeFileSync('/tmp/a', 'x'), fs.readFileSync('/tmp/a', 'utf8'))`,
      promise: `fs.promises.writeFile('/tmp/b', 'y').then(() => fs.promises.readFile('/tmp/b', 'utf8'))`,
      url: `(fs.copyFileSync('/tmp/a', '/tmp/c'), fs.readFileSync(new URL('file:///tmp/c'), 'utf8'))`,
      stream: `new Promise((resolve, reject) => fs.createWriteStream('/tmp/d').end('z').on('error', reject).on('close', () => resolve(fs.readFileSync('/tmp/d'))))`,
      tmpdir: `os.tmpdir()`,
      relative: `(fs.writeFileSync('e', 'v'), fs.readFileSync('/tmp/e', 'utf8'))`,
      listed: `fs.readdirSync('/tmp').sort()`,
      program: `fs.writeFileSync(new URL(import.meta.url), '')`,
      root: `fs.writeFileSync('/new', '')`
    })
    expect(results).toMatchObject({
      sync: { got: 'x' },
      promise: { got: 'y' },
      url: { got: 'x' },
      stream: { got: 'z' },
      tmpdir: { got: '/tmp' },
      relative: { got: 'v' },
      listed: { got: 'a,b,c,d,e' },
      program: { failed: 'ERR_ACCESS_DENIED' },
      root: { failed: 'ERR_ACCESS_DENIED' }
    })
  })

  test('sees nothing of the host and of how it was started', async () => {
    const results = await evaluate(level, {
      environment: 'Object.keys(process.env).length',
      arguments:
        '[process.execPath, ...process.argv, ...process.execArgv].filter((word) => !/^.bin.node$|^.program./.test(word))',
      report: 'process.report',
      host: 'JSON.stringify([os.hostname(), os.userInfo().username, os.homedir(), os.networkInterfaces()])',
      parent: 'process.ppid'
    })
    expect(results).toEqual({
      environment: { got: '0' },
      arguments: { got: '' },
      report: { got: 'undefined' },
      host: { got: '["localhost","bellhop","/tmp",{}]' },
      parent: { got: '1' }
    })
  })

  test('opens no socket of its own, and listens to none', async () => {
    const wait = (socket: string) =>
      `new Promise((resolve, reject) => ${socket}.on('error', reject).on('connect', resolve).on('listening', resolve))`
    const results = await evaluate(level, {
      unix: wait(`new net.Socket().connect('/var/run/docker.sock')`),
      listen: wait(`net.createServer().listen(0)`),
      pipe: wait(`net.createServer().listen('/tmp/socket')`),
      resolver: `new Promise((resolve, reject) => {
        const resolver = new (require('dns').Resolver)()
        resolver.setServers(['127.0.0.1'])
        resolver.resolve4('example.com', (error, found) => (error ? reject(error) : resolve(found)))
      })`
    })
    for (const [name, result] of Object.entries(results)) {
      expect(result, name).toEqual({ failed: expect.stringMatching(/^(ERR_ACCESS_DENIED|EACCES|EPERM)$/) as string })
    }
  })
})
