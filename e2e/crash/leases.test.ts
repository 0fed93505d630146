/**
 * What a run holds of a Vault, and a server that is killed between fetch and use: no lease is left behind, no secret is
 * on the disk.
 *
 * `npm run test:crash`; `KILLS=1000` for more kills.
 *
 * Kills are controlled by order: a gate between the server and its Vault, or the vendor, holds the request or the
 * answer in question, and the server dies in that moment (`leases/moments.ts`). Each run is one of three shapes: a
 * binding that fetches, a step that fetches, a lease that has to be renewed. What is asked in the end
 * (`leases/judge.ts`):
 * - I2: every run has ended as it should. I3: no finished step ran twice, by the vendor's word and the journal's.
 * - I1: after each kill no user name, password or token, nor the store's own token, can be read in any file.
 * - I6: what Vault made for a run was used by that run alone.
 * - Nothing that Vault made lives: what was written down was given back, and what was not (a token with nothing under
 *   it) is gone two minutes later, by Vault's clock.
 */
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { campaign, type CampaignSettings, type LeaseEvidence } from './leases/campaign.ts'
import { judgeLeases } from './leases/judge.ts'
import { MOMENTS, SLOW_MOMENTS, type Moment } from './leases/moments.ts'
import { standInSource } from './leases/source.ts'

const KILLS = Number(process.env['KILLS'] ?? 100)
/** Servers that are killed side by side, each with a Vault of its own. */
const LANES = 4
/** Milliseconds: many times what a quiet machine takes. */
const TIME_LIMIT = 300_000 + KILLS * 5_000
const HOLD_LATE = { nodeArgs: ['--import', new URL('./sabotage/hold-late.ts', import.meta.url).href] }

/** All moments in turn; each twice in a row, so that a run may die twice in the same one. */
function plan(lane: number): Moment[] {
  const count = Math.ceil((KILLS - lane) / LANES)
  const twice = [...MOMENTS, ...MOMENTS].sort((a, b) => MOMENTS.indexOf(a) - MOMENTS.indexOf(b))
  const slow = SLOW_MOMENTS[lane % SLOW_MOMENTS.length] ?? 'renewing'
  return Array.from({ length: count }, (_, i) => (i === 0 ? slow : (twice[(i + lane * 7) % twice.length] ?? 'using')))
}

async function played(settings: Partial<CampaignSettings>): Promise<LeaseEvidence> {
  return campaign(await standInSource(), { moments: [], patienceMs: 60_000, ...settings })
}

async function brokenBy(settings: Partial<CampaignSettings>): Promise<Set<string>> {
  return new Set(judgeLeases(await played({ patienceMs: 2_000, ...settings })).map(({ law }) => law))
}

test(`${KILLS} kills between fetch and use leave no lease and no secret`, { timeout: TIME_LIMIT }, async () => {
  const plans = Array.from({ length: LANES }, (_, lane) => plan(lane))
  const evidence = await Promise.all(plans.map((moments) => played({ moments })))
  expect(evidence.flatMap(judgeLeases)).toEqual([])
  // The evidence is worth something: every moment came (of 100 kills each is several), with and without a row.
  const kills = evidence.flatMap((lane) => lane.kills)
  expect(kills.map(({ moment }) => moment)).toEqual(plans.flat())
  expect(kills.filter(({ held }) => held > 0).length).toBeGreaterThan(KILLS / 3)
  expect(kills.filter(({ leases }) => leases > 0).length).toBeGreaterThan(KILLS / 3)
  expect(kills.some(({ held, moment }) => held === 0 && moment === 'token_made')).toBe(true)
  expect(kills.some(({ finished }) => finished.length > 0)).toBe(true)
})

test('writing down what a run holds only after its use is found out', async () => {
  const laws = await brokenBy({ ...HOLD_LATE, moments: ['using'] })
  expect(laws).toEqual(new Set(['lease_left', 'token_left']))
})

test('a password in a file is found out', async () => {
  const harm: CampaignSettings['harm'] = (data, made) => {
    const password = made.find(({ name }) => name === 'password')?.text ?? ''
    appendFileSync(join(data, 'heap.dump'), `…${Buffer.from(`"${password}"`).toString('base64')}…`)
  }
  expect(await brokenBy({ moments: ['using'], harm })).toEqual(new Set(['readable']))
})
