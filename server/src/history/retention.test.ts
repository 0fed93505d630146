import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyAt } from '../storage/ids.ts'
import { isDue, KEEP_NOTHING, lastCandidate, policyOf, type RetentionPolicy } from './retention.ts'

const NOW = Date.parse('2026-11-22T12:00:00Z')
const DAY = 86_400_000
const week: RetentionPolicy = { keep: true, max_age: 7 * DAY, max_events: 100 }

function ended(acceptedAt: number, endedAt: number): { id: number; ended_at: number } {
  return { id: keyAt(acceptedAt), ended_at: endedAt }
}

test('a run is due once it ended longer ago than its workflow keeps runs', () => {
  expect(isDue(ended(NOW - 9 * DAY, NOW - 7 * DAY - 1), week, 0, NOW)).toBe(true)
  expect(isDue(ended(NOW - 9 * DAY, NOW - 7 * DAY), week, 0, NOW)).toBe(false)
})

test('a run outside the newest is due however young it is', () => {
  const run = ended(NOW - 10, NOW - 5)
  expect(isDue(run, week, run.id, NOW)).toBe(true)
  expect(isDue(run, week, run.id - 1, NOW)).toBe(false)
})

test('an unfinished run is never due', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.nat(), fc.boolean(), (id, floor, max_age, keep) => {
      expect(isDue({ id, ended_at: null }, { keep, max_age, max_events: 1 }, floor, NOW)).toBe(false)
    })
  )
})

test('whatever is due is a candidate', () => {
  const times = fc.record({ accepted: fc.nat(30 * DAY), took: fc.nat(30 * DAY), floorAge: fc.nat(30 * DAY) })
  fc.assert(
    fc.property(times, fc.nat(30 * DAY), fc.boolean(), ({ accepted, took, floorAge }, max_age, keep) => {
      const run = ended(NOW - accepted, NOW - accepted + took)
      const policy = { keep, max_age, max_events: 1 }
      const floor = keyAt(NOW - floorAge)
      fc.pre(isDue(run, policy, floor, NOW))
      expect(run.id).toBeLessThanOrEqual(lastCandidate(policy, floor, NOW))
    })
  )
})

test('the policy is the one of the current version, and nothing is kept of a deleted workflow', async () => {
  const deployed = { plan: { definition: { settings: { retention: week } } } }
  let refreshed = false
  const workflows = {
    workflowById: (id: number) => (id === 1 || (id === 3 && refreshed) ? { name: 'notify' } : undefined),
    refresh: async () => void (refreshed = true),
    byName: (name: string) => Promise.resolve(name === 'notify' ? deployed : undefined)
  }
  expect(await policyOf(workflows, 1)).toBe(week)
  expect(refreshed).toBe(false)
  expect(await policyOf(workflows, 2)).toBe(KEEP_NOTHING)
  // Deployed by another node.
  expect(await policyOf(workflows, 3)).toBe(week)
})
