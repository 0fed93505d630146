/**
 * The crash suite can fail: small campaigns over servers that were tampered with, judged as the real one is. Each has
 * its kill in the one moment in which the tampering matters, so that nothing here is left to chance.
 */
import { expect, test } from 'vitest'
import { campaign, type CampaignSettings } from './campaign.ts'
import type { Law } from './evidence/evidence.ts'
import { judge, report } from './judge/judge.ts'
import type { Moment } from './killing/moments.ts'
import { deleteRuns, deleteSteps, leaveToken } from './sabotage/by-hand.ts'

/** A caller has been told of its run. It has all of it before it, or sleeps after its first step (`nap`). */
const acknowledged: Moment = { kind: 'acknowledged' }
/** The second step of `fetched` calls, and the first is therefore finished. */
const secondStep: Moment = { kind: 'call_held' }

function small(settings: Partial<CampaignSettings>): Promise<ReturnType<typeof judge>> {
  const usual = { seed: 1, kills: 0, clients: 2, patienceMs: 20_000 }
  return campaign({ ...usual, ...settings }).then(judge)
}

async function brokenBy(settings: Partial<CampaignSettings>): Promise<Set<Law>> {
  return new Set((await small(settings)).map(({ law }) => law))
}

const sabotage = (name: string): Pick<CampaignSettings, 'nodeArgs'> => ({
  nodeArgs: ['--import', new URL(`./sabotage/${name}.ts`, import.meta.url).href]
})

test('a server left alone breaks no law in these campaigns', async () => {
  const violations = await small({ only: ['quick', 'nap', 'fetched'], moments: [acknowledged, secondStep] })
  expect(report(violations)).toBe('no violations')
})

test('acknowledging before the commit is found out', async () => {
  const laws = await brokenBy({ ...sabotage('acknowledge-early'), only: ['quick'], moments: [acknowledged] })
  expect(laws).toContain('lost')
})

test('forgetting what a step left is found out', async () => {
  const laws = await brokenBy({ ...sabotage('forget-steps'), only: ['fetched'], moments: [secondStep] })
  expect(laws).toContain('repeated_step')
})

test('leaving runs where a crash left them is found out', async () => {
  const settings = { ...sabotage('never-recover'), only: ['nap'], moments: [acknowledged], patienceMs: 1_000 }
  expect(await brokenBy(settings)).toContain('unended')
})

test('another idempotency key for another attempt is found out', async () => {
  const laws = await brokenBy({ ...sabotage('new-keys'), only: ['fetched'], moments: [secondStep] })
  expect(laws).toContain('key_changed')
})

test('a step’s row deleted by hand between kill and start is found out', async () => {
  expect(await brokenBy({ only: ['nap'], moments: [acknowledged], harm: deleteSteps })).toContain('repeated_step')
})

test('a run’s row deleted by hand between kill and start is found out', async () => {
  expect(await brokenBy({ only: ['nap'], moments: [acknowledged], harm: deleteRuns })).toContain('lost')
})

test('a token in a file is found out', async () => {
  expect(await brokenBy({ only: ['quick'], moments: [acknowledged], harm: leaveToken })).toContain('readable')
})
