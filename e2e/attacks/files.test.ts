/** Code that reads what is not its own: the key, the database, the system, other processes, other workflows. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house/house.ts'
import { moduleOf, successes, unconfined, type Probes } from './probes/probes.ts'

let house: House
beforeAll(async () => void (house = await House.open()))
afterAll(() => house?.close())

const read = (path: string) => `fs.readFileSync(${JSON.stringify(path)}, 'latin1')`

/** All that there is in the data directory, and in the system what tells of others. */
function targets(data: string): Probes {
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map(({ parentPath, name }) => join(parentPath, name))
  const folders = [data, join(data, 'sandbox'), '/', '/etc', '/proc', '/root', '/home']
  return {
    ...Object.fromEntries(paths.map((path) => [path, read(path)])),
    ...Object.fromEntries(folders.map((path) => [path, `fs.readdirSync(${JSON.stringify(path)})`])),
    ...Object.fromEntries(
      ['/etc/passwd', '/etc/hosts', '/proc/1/cmdline', '/proc/self/environ'].map((path) => [path, read(path)])
    ),
    'the server’s environment': "fs.readFileSync('/proc/' + target + '/environ')",
    'the server’s command line': "fs.readFileSync('/proc/' + target + '/cmdline')",
    'the server’s memory map': "fs.readFileSync('/proc/' + target + '/maps').length",
    'the server’s memory': "fs.openSync('/proc/' + target + '/mem', 'r')",
    'the server’s files': "fs.readdirSync('/proc/' + target + '/fd')",
    'the server’s folder': "fs.readlinkSync('/proc/' + target + '/cwd')",
    'its parent': "fs.readFileSync('/proc/' + process.ppid + '/status')",
    'its own environment': "fs.readFileSync('/proc/self/environ')",
    'its own files': "fs.readdirSync('/proc/self/fd')",
    'a link': `(fs.symlinkSync('/etc/passwd', '/tmp/l' + target), fs.readFileSync('/tmp/l' + target))`,
    'a link to a folder': `(fs.symlinkSync('/etc', '/tmp/d' + target), fs.readFileSync('/tmp/d' + target + '/passwd'))`,
    'a hard link': `(fs.linkSync('/etc/passwd', '/tmp/h' + target), fs.readFileSync('/tmp/h' + target))`,
    'a copy': `(fs.copyFileSync('/etc/passwd', '/tmp/c' + target), fs.readFileSync('/tmp/c' + target))`,
    'a copied folder': `(fs.cpSync('/etc/ssl', '/tmp/s' + target, { recursive: true }), fs.readdirSync('/tmp/s' + target))`,
    'a climb': `fs.readFileSync('/tmp/../etc/passwd')`,
    'a promise': `fs.promises.readFile('/etc/passwd')`,
    'a stream': `(await import('node:stream/consumers')).text(fs.createReadStream('/etc/passwd'))`,
    'a blob': `fs.openAsBlob('/etc/passwd').then((blob) => blob.text())`,
    'a pattern': `(fs.globSync('/etc/pass*').join() || (() => { throw new Error('nothing') })())`,
    'a folder handle': `fs.opendirSync('/etc').readSync().name`,
    'a source map': `(await import('node:fs')).realpathSync('/etc/passwd')`,
    'an environment file': `(process.loadEnvFile('/etc/os-release'), 'loaded')`
  }
}

/** Links that were made for a control are taken away, so that it can be run again. */
const tidied = (probes: Probes): Probes => ({
  ...probes,
  tidy: `(['l', 'd', 'h', 'c', 's'].forEach((name) => fs.rmSync('/tmp/' + name + target, { recursive: true, force: true })), '')`
})

test('finds nothing that is not its own', async () => {
  const probes = targets(house.server.data)
  expect(Object.keys(probes).filter((path) => /\/(key|admin-token|[^/]+\.db)$/.test(path)).length).toBeGreaterThan(2)
  const { status, body } = await house.attack({ unbound: true, code: moduleOf(probes, String(house.server.pid)) })
  expect(status).toBe(200)
  expect(Object.keys(body as object)).toEqual(Object.keys(probes))
  expect(successes(body as never)).toEqual([])
  await house.judge()
})

test('which in Node as it is would find everything', async () => {
  const probes = targets(house.server.data)
  const results = await unconfined(tidied(probes))
  const missed = Object.keys(probes).filter((name) => !('got' in (results[name] ?? {})))
  // Not every system has these, and a hard link cannot lead from one file system to another.
  expect(missed.filter((name) => !['/root', '/home', 'a hard link'].includes(name))).toEqual([])
})

test('is given no environment but the one that its workflow declares', async () => {
  const code = `export default () => ({ env: { ...process.env }, cwd: process.cwd(), argv: process.argv.length, up: process.ppid })`
  const { body } = await house.attack({ unbound: true, code, settings: { env: { REGION: 'eu' } } })
  expect(body).toMatchObject({ env: { REGION: 'eu' }, up: 1 })
  await house.judge()
})
