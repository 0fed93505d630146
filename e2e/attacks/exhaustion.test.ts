/** Code that takes what it can get: its own process ends, or is held up, and everybody else is served as before. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { House } from './house/house.ts'
import { FORGER } from './probes/forger.ts'

let house: House
beforeAll(async () => void (house = await House.open()))
afterAll(() => house?.close())

interface Bomb {
  code: string
  /** How its run ends: the code of its error, or `undefined` where the code itself is told and goes on. */
  ends?: RegExp
  settings?: object
}

const small = { code: { memory: '64MB', cpu: '2s' } }

const BOMBS: Readonly<Record<string, Bomb>> = {
  'fills the heap': {
    code: `export default () => { const all = []; for (;;) all.push(new Array(10_000).fill({})) }`,
    ends: /^sandbox_out_of_memory$/,
    settings: small
  },
  'fills memory beside the heap': {
    code: `export default () => { const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1)) }`,
    ends: /^(sandbox_out_of_memory|code_failed)$/,
    settings: small
  },
  'computes for ever': {
    code: `export default () => { for (;;); }`,
    ends: /^sandbox_cpu_exhausted$/,
    settings: { code: { cpu: '300ms' } }
  },
  'computes for ever in an expression that backtracks': {
    code: `export default () => /^(a+)+$/.test('a'.repeat(50) + 'b')`,
    ends: /^sandbox_cpu_exhausted$/,
    settings: { code: { cpu: '300ms' } }
  },
  'opens files until there are no more': {
    code: `import { openSync } from 'node:fs'
      export default () => { for (let at = 0; ; at++) openSync('/tmp/' + at, 'w') }`,
    ends: /^code_failed$/
  },
  'fills the disk': {
    code: `import { writeFileSync } from 'node:fs'
      export default async () => { for (let at = 0; ; at++) {
        writeFileSync('/tmp/' + at, Buffer.alloc(16_000_000, 1))
        await new Promise((resolve) => setTimeout(resolve, at > 20 ? 20 : 0))
      } }`,
    ends: /^(code_failed|sandbox_scratch_full)$/,
    settings: { code: { cpu: '30s' } }
  },
  'floods standard output': {
    code: `import { writeSync } from 'node:fs'
      export default () => { for (let at = 0; at < 100_000; at++) try { writeSync(1, 'x'.repeat(1000) + '\\n') } catch (error) { if (error.code === 'EPIPE') return 'cut off' } }`
  },
  'logs without end': {
    code: `export default () => { for (let at = 0; at < 200_000; at++) console.log('x'.repeat(100)); return 'logged' }`
  },
  'writes garbage into the pipe': {
    code: `${FORGER} export default () => (send(Buffer.alloc(100_000, 255)), never)`,
    ends: /^sandbox_misbehaved$/
  },
  'announces a frame of 4 GB': {
    code: `${FORGER} export default () => (send(Buffer.from('ffffffff0300000001', 'hex')), never)`,
    ends: /^sandbox_misbehaved$/
  },
  'floods the pipe': {
    code: `${FORGER} export default () => { const lines = Buffer.concat(Array.from({ length: 5_000 }, () => frame(LOG, 1, '\\0x'))); for (;;) send(lines) }`,
    ends: /^(sandbox_cpu_exhausted|sandbox_timed_out|timeout|step_timed_out)$/,
    settings: { code: { cpu: '1s' } }
  },
  'opens ten thousand connections': {
    code: `import net from 'node:net'
      export default () => { for (let at = 0; at < 10_000; at++) net.connect(9, '127.0.0.1').on('error', () => {}); return 'opened' }`
  },
  'exports more than a record holds': {
    code: `export default async ({ $ }) => { for (let at = 0; at < 20; at++) { $.export('k' + at, 'x'.repeat(7_000_000)); await new Promise(setImmediate) } }`,
    ends: /^code_failed$/,
    settings: { code: { memory: '1GB', cpu: '60s' } }
  },
  'returns more than a message holds': {
    code: `export default () => 'x'.repeat(40_000_000)`,
    ends: /^code_failed$/
  },
  'returns lists in lists': {
    code: `${FORGER} export default () => (send(frame(RESULT, 1, '{"returned":' + '['.repeat(1_000_000) + ']'.repeat(1_000_000) + '}')), never)`,
    ends: /./
  },
  'returns objects in objects': {
    code: `${FORGER} export default () => (send(frame(RESULT, 1, '{"returned":' + '{"a":'.repeat(500_000) + '1' + '}'.repeat(500_000) + '}')), never)`,
    ends: /./
  },
  'asks in lists in lists': {
    code: `${FORGER} export default async () => {
      send(frame(ASK, 900001, '{"operation":"export","input":{"key":"deep","value":' + '['.repeat(500_000) + ']'.repeat(500_000) + '}}'))
      await new Promise((resolve) => setTimeout(resolve, 100))
      return 'asked'
    }`,
    ends: /./
  },
  'returns millions of small things': {
    code: `${FORGER} export default () => (send(frame(RESULT, 1, '{"returned":[' + '{},'.repeat(7_000_000) + '1]}')), never)`,
    ends: /^export_too_large$/,
    settings: { code: { memory: '1GB' } }
  },
  'throws a message without end': {
    code: `export default () => { throw Object.assign(new Error('x'.repeat(50_000_000)), { name: 'y'.repeat(1_000_000), stack: 'z'.repeat(50_000_000) }) }`,
    ends: /^code_failed$/,
    settings: { code: { memory: '1GB' } }
  }
}

test.for(Object.entries(BOMBS))('%s', async ([, { code, ends, settings }]) => {
  const attack = house.attack({ unbound: true, code, settings: { egress: [], ...settings }, step: { timeout: '15s' } })
  const begun = Date.now()
  await house.goesOn()
  const slowest = Date.now() - begun
  const { status, body } = await attack
  const how = status === 200 ? '' : String((body as { code?: string }).code)
  expect(how, JSON.stringify(body).slice(0, 500)).toMatch(ends ?? /^$/)
  await house.goesOn()
  expect(slowest).toBeLessThan(10_000)
})

test('and nothing was left of it', async () => {
  await expect(house.judge()).resolves.toBeUndefined()
})
