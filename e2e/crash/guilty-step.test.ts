/**
 * A step that takes the process down every time: its run is ended after 20 deaths, with that reason, and is not brought
 * back again. Runs that were in the process beside it are not blamed for it.
 */
import { expect, onTestFinished, test } from 'vitest'
import { eventually, post } from '../support/world.ts'
import { listRuns } from './evidence/history.ts'
import { definitionOf, recipes } from './load/recipes.ts'
import { Stage } from './stage.ts'

const DEATHS = 20

interface Shown {
  status: string
  error?: { code: string; message: string; hint?: string }
  steps: { name: string; status: string }[]
}

test(`a step that took the process down ${DEATHS} times ends its run, and no other`, async () => {
  const stage = await Stage.open()
  onTestFinished(() => stage.close())
  const { vendor } = stage
  for (const customer of ['guilty', 'innocent']) vendor.admit(customer, `token-of-${customer}`)

  // Both are in flight in the first deaths, each in a step of its own.
  const innocents = vendor.hold({ customer: 'innocent', times: 2 })
  const innocent = await begin(stage, 'innocent')
  await innocents.arrived
  const first = vendor.hold({ customer: 'guilty', path: '/v1/notes' })
  const guilty = await begin(stage, 'guilty')
  for (let deaths = 1, held = first; deaths <= DEATHS; deaths++) {
    await held.arrived
    await stage.server.kill()
    held.release()
    if (deaths === 2) innocents.release()
    held = vendor.hold({ customer: 'guilty', path: '/v1/notes' })
    await stage.launch().listening
  }

  expect(await ended(stage, innocent)).toMatchObject({ status: 'succeeded' })
  const shown = await ended(stage, guilty)
  expect(shown).toMatchObject({ status: 'crashed', error: { code: 'crashed_too_often' } })
  expect(shown.error?.message).toContain('fetch')
  expect(shown.error?.hint).toBeTruthy()
  const calls = vendor.calls.filter(({ run, step }) => run === guilty && step === 'b')
  expect(calls).toHaveLength(DEATHS)
  expect(new Set(calls.map(({ key }) => key)).size).toBe(1)
  // What was finished before stayed finished through all of it.
  expect(vendor.calls.filter(({ run, step }) => run === guilty && step === 'fetch')).toHaveLength(1)

  // The caller who repeats the request learns the end.
  const again = await post(await addressOf(stage), bodyOf('guilty'), headersOf('guilty'))
  expect(again).toMatchObject({ status: 500, body: { run: guilty, code: 'crashed_too_often' } })
})

/** Starts a run of two steps for this customer, and leaves its caller waiting. */
async function begin(stage: Stage, customer: string): Promise<string> {
  const before = await listRuns(stage.server)
  // The caller is cut off by the first kill.
  post(await addressOf(stage), bodyOf(customer), headersOf(customer)).catch(() => {})
  return eventually(async () => [...(await listRuns(stage.server)).keys()].find((run) => !before.has(run)))
}

/** Deploying the same definition again changes nothing and tells the address. */
async function addressOf({ server, vendor }: Stage): Promise<string> {
  const recipe = recipes.find(({ name }) => name === 'fetched')
  if (recipe === undefined) throw new Error('there is no such recipe')
  return server.deploy('fetched', JSON.stringify(definitionOf(recipe, vendor.url)))
}

function bodyOf(customer: string): object {
  return { token: `token-of-${customer}`, pause: 0, stop: false, text: customer }
}

function headersOf(customer: string): Record<string, string> {
  return { 'idempotency-key': customer }
}

function ended({ server }: Stage, run: string): Promise<Shown> {
  return eventually(async () => {
    const shown = (await server.api('GET', `/runs/${run}`)).body as Shown
    return shown.status === 'running' || shown.status === 'waiting' ? undefined : shown
  })
}
