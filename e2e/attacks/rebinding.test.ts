/** A name that is somebody else's address when it is looked up again. */
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Host } from './house/hosts.ts'
import { bound, House } from './house/house.ts'
import { called } from './probes/probes.ts'

const NAMES = fileURLToPath(new URL('house/names.ts', import.meta.url))
let house: House
/** Listens at the vendor's port, at another address. */
let rebound: Host
beforeAll(async () => {
  house = await House.open({}, ['--import', NAMES])
  rebound = await new Host().open('127.0.0.2', house.vendor.port)
})
afterAll(async () => {
  await house?.close()
  await rebound?.close()
})

/** By what it uses; each has a name of its own, since a name is the vendor's once. */
const WAYS: Readonly<Record<string, string>> = {
  fetch: `(await fetch('http://' + host, { headers: { authorization: 'Bearer ' + key } })).status`,
  'fetch after a look-up': `(await lookup(name), (await fetch('http://' + host, { headers: { authorization: 'Bearer ' + key } })).status)`,
  'node:http': `await new Promise((resolve, reject) => http.get('http://' + host, { agent: false, headers: { authorization: 'Bearer ' + key } },
    (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject))`,
  'a bare connection': `await new Promise((resolve, reject) => {
    const socket = net.connect({ host: name, port }, () => socket.write('GET / HTTP/1.1\\r\\nHost: ' + host + '\\r\\nAuthorization: Bearer ' + key + '\\r\\n\\r\\n'))
    socket.once('data', (data) => (socket.destroy(), resolve(Number(String(data).slice(9, 12))))).on('error', reject)
  })`
}

const HEAD = `import http from 'node:http'
  import net from 'node:net'
  import { lookup } from 'node:dns/promises'`

test.for(Object.entries(WAYS))('is dialled where it was looked up: %s', async ([, way], { task }) => {
  const name = `name-${task.id.replaceAll(/\W/g, '')}.rebind.localhost`
  const host = `${name}:${house.vendor.port}`
  const code = bound(`const { host, name, port } = body; return ${way}`, HEAD)
  const auth = { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [host] } }
  const event = { host, name, port: house.vendor.port }
  const { status, body } = await house.attack({ code, step: { auth }, settings: { egress: [host] } }, event)
  expect([status, body]).toEqual([200, 200])
  expect(house.vendor.got.at(-1)?.headers.authorization).toBe(`Bearer ${house.credential}`)
  expect(rebound.bytes.length).toBe(0)
  house.vendor.forget()
  await house.judge()
})

test('which would be seen: whoever looks it up twice comes to the other', async () => {
  const host = `twice.rebind.localhost:${house.vendor.port}`
  const code = `import ${JSON.stringify(NAMES)}
    import dns from 'node:dns'
    import http from 'node:http'
    const look = (name) => new Promise((resolve) => dns.lookup(name, {}, (error, address) => resolve(address)))
    export async function twice(host, key) {
      const judged = await look(host.split(':')[0])
      const status = await new Promise((resolve, reject) => http.get('http://' + host, { headers: { authorization: key } },
        (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject))
      return [judged, status]
    }`
  expect(await called(code, 'twice', [host, house.credential])).toEqual(['127.0.0.1', 200])
  expect(rebound.got.at(-1)?.headers.authorization).toBe(house.credential)
})
