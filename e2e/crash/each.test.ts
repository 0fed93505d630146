/**
 * The server is killed in the middle of an `each`, again and again: every item is done, and no step of an item that had
 * its checkpoint runs a second time. The vendor counts.
 */
import { expect, onTestFinished, test } from 'vitest'
import { eventually, post } from '../support/world.ts'
import { Stage } from './stage.ts'

const ITEMS = 250
const LANES = 4
/** The calls, counted over all lives, at which the server is killed. */
const KILLS = [40, 41, 200, 400]

interface Shown {
  status: string
  steps: { name: string; items?: { total: number; succeeded: number } }[]
}

interface Items {
  items: { index: number; status: string; steps: { name: string; status: string }[] }[]
  next_cursor: string | null
}

test('a server that is killed in the middle of an each goes on where its items were', async () => {
  const stage = await Stage.open()
  onTestFinished(() => stage.close())
  const { vendor } = stage
  const url = await stage.server.deploy('everybody', definition(vendor.url))
  const users = Array.from({ length: ITEMS }, (_, i) => ({ id: `u${i}`, token: `token-of-user-${i}-0123456789` }))
  const run = (await post(url, { users })).headers.get('x-bellhop-run') ?? ''

  const kills: { finished: Set<string>; calls: number }[] = []
  for (const at of KILLS) {
    await eventually(() => (vendor.total >= at ? true : undefined))
    const finished = await checkpointed(stage, run)
    await stage.server.kill()
    // What an earlier kill found finished is finished still.
    for (const earlier of kills) expect(finished).toEqual(finished.union(earlier.finished))
    kills.push({ finished, calls: vendor.calls.length })
    await stage.launch().listening
  }
  const shown = await eventually(async () => {
    const body = (await stage.server.api('GET', `/runs/${run}`)).body as Shown
    return body.status === 'running' ? undefined : body
  })
  expect(shown).toMatchObject({ status: 'succeeded' })
  expect(shown.steps[0]).toMatchObject({ name: 'all', items: { total: ITEMS, succeeded: ITEMS } })

  // Every item was done, each step of it at least once and under one key.
  const keys = Map.groupBy(vendor.calls, ({ key }) => key ?? '')
  expect(keys.size).toBe(2 * ITEMS)
  // A step whose checkpoint was seen before a kill is not called after it (I3).
  for (const { finished, calls } of kills) {
    expect(vendor.calls.slice(calls).filter(({ key }) => key !== null && finished.has(key))).toEqual([])
  }
  // Only what was in flight at a kill was done again: on each lane one step, at most.
  const repeated = [...keys.values()].filter((calls) => calls.length > 1)
  expect(repeated.length).toBeLessThanOrEqual(KILLS.length * LANES)
  expect((await items(stage, run)).map(({ status }) => status)).toEqual(Array(ITEMS).fill('succeeded'))
  expect(kills.at(-1)?.finished.size).toBeGreaterThan(300)
})

/** Two calls for each user: what the first answers is in the item's journal when the second is made. */
function definition(vendor: string): string {
  const call = (name: string): string => `
      - name: ${name}
        use: http-request
        auth: { http: { runtime: { bearer_token: "{{user.token}}" } } }
        props:
          method: POST
          url: "${vendor}/v1/notes"
          headers: { x-run-id: "{{steps.trigger.context.id}}", x-step: ${name} }
          body: { user: "{{user.id}}" }`
  return `
name: everybody
trigger: { type: http }
steps:
  - name: all
    each: "{{steps.trigger.event.body.users}}"
    as: user
    concurrency: ${LANES}
    steps:${call('first')}${call('second')}
settings: { timeout: 10m }
`
}

/** The keys of steps that the run's items show as finished. */
async function checkpointed(stage: Stage, run: string): Promise<Set<string>> {
  const known = await items(stage, run)
  return new Set(
    known.flatMap(({ index, steps }) =>
      steps.flatMap(({ status }, position) => (status === 'succeeded' ? [`${run}-i0.${index}.${position}`] : []))
    )
  )
}

async function items({ server }: Stage, run: string): Promise<Items['items']> {
  const all: Items['items'] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `/runs/${run}/steps/all/items?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`
    const { body } = await server.api('GET', path)
    const page = body as Items
    all.push(...page.items)
    cursor = page.next_cursor
  }
  return all
}
