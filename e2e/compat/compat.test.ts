/**
 * Actions that were written for Pipedream's API, as npm has them: installed by the server at deploy, run in its sandbox with
 * credentials from a `runtime` binding. What they call are stand-ins, under the vendors' names, over TLS.
 */
import type { JsonObject } from '@bellhop/sdk'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { post } from '../support/world.ts'
import { ACTIONS, type Expected } from './actions.ts'
import { house, TOKENS, type House } from './house.ts'

const PACKAGES = {
  slack: '@pipedream/slack@0.10.3',
  notion: '@pipedream/notion@1.0.6',
  helper_functions: '@pipedream/helper_functions@0.3.13'
}
type App = keyof typeof PACKAGES

const runtime = { oauth_access_token: '{{steps.trigger.event.body.token}}' }
const AUTH: Record<App, JsonObject | undefined> = {
  slack: { slack: { runtime } },
  notion: { notion: { runtime, hosts: ['api.notion.com'] } },
  helper_functions: undefined
}

let home: House
beforeAll(async () => {
  home = await house()
})
afterAll(() => home[Symbol.asyncDispose]())

interface Offered {
  key: string
  problem?: string
}

interface Run {
  status: string
  steps: { name: string; status: string; exports: JsonObject; summary?: string; error?: { message: string } }[]
}

const workflowOf = (app: App): string => app.replaceAll('_', '-')

/** Deploys the action as the only step, `act`. */
function deploy(app: App, key: string, props: JsonObject = {}): Promise<string> {
  const auth = AUTH[app]
  const step = { name: 'act', use: `${PACKAGES[app]}#${app}-${key}`, props, ...(auth && { auth }) }
  const trigger = { type: 'http', auth: { type: 'none' }, respond: 'last_step' }
  return home.server.deploy(workflowOf(app), JSON.stringify({ name: workflowOf(app), trigger, steps: [step] }))
}

/** Runs what was deployed last for somebody, and returns everything that the run shows. */
async function run(app: App, url: string, body: JsonObject): Promise<Run> {
  await post(url, body)
  const { runs } = (await home.server.api('GET', `/workflows/${workflowOf(app)}/runs`)).body as {
    runs: { id: string }[]
  }
  return (await home.server.api('GET', `/runs/${runs[0]?.id}`)).body as Run
}

function expectNoToken(...shown: unknown[]): void {
  for (const token of Object.values(TOKENS)) expect(JSON.stringify(shown) + home.server.output).not.toContain(token)
}

describe.each(Object.keys(ACTIONS) as App[])('an action of @pipedream/%s runs as it is:', (app) => {
  test.for(Object.entries(ACTIONS[app]))('%s', async ([key, expected]) => {
    const { asked } = home.standIns[app]
    asked.splice(0)
    const url = await deploy(app, key, expected.props)
    const shown = await run(app, url, app === 'helper_functions' ? {} : { token: TOKENS[app] })
    expect(shown).toMatchObject({ status: 'succeeded' })
    expect(outcome(shown)).toMatchObject(wanted(expected))
    expectNoToken(shown)
    expect(asked.map(({ path }) => path.replace(/\?.*/, '').split('/').at(-1))).toEqual(expected.asks ?? [])
    for (const { headers, path, body } of asked) {
      expect(headers.authorization).toBe(app === 'helper_functions' ? undefined : `Bearer ${TOKENS[app]}`)
      // Neither a token elsewhere, nor what stands for one.
      expect(path + body).not.toMatch(/xoxb|ntn_|bhdl/)
    }
  })
})

function outcome({ steps }: Run) {
  const { exports = {}, summary } = steps.find(({ name }) => name === 'act') ?? {}
  return { returns: exports['$return_value'], exports, summary }
}

function wanted({ returns, exports = {}, summary }: Expected) {
  return { exports, ...(returns !== undefined && { returns }), ...(summary !== undefined && { summary }) }
}

test('a token that Slack refuses fails the step with what Slack says', async () => {
  const url = await deploy('slack', 'list-channels')
  const shown = await run('slack', url, { token: 'xoxb-of-somebody-else' })
  expect(shown.steps.find(({ name }) => name === 'act')).toMatchObject({
    status: 'failed',
    error: { message: expect.stringContaining('invalid_auth') as string }
  })
  expect(JSON.stringify(shown)).not.toContain('xoxb-of-somebody-else')
})

test('what the packages offer can be looked at before anything is deployed', async () => {
  const asked = Object.values(PACKAGES).map((name) => home.server.api('GET', `/components/${encodeURIComponent(name)}`))
  const offers = (await Promise.all(asked)).map(({ body }) => body as { actions: Offered[] })
  const actions = offers.flatMap(({ actions }) => actions)
  // It stands on a script that sets variables without declaring them.
  expect(actions.filter(({ problem }) => problem !== undefined)).toMatchObject([
    {
      key: 'helper_functions-convert-html-to-slack-mrkdwn',
      problem: expect.stringContaining('entities is not defined') as string
    }
  ])
  const offered = new Set(actions.map(({ key }) => key))
  const run = Object.entries(ACTIONS).flatMap(([app, its]) => Object.keys(its).map((key) => `${app}-${key}`))
  expect(run.filter((key) => !offered.has(key))).toEqual([])
})

describe('a form gets the choices that the package looks up:', () => {
  const options = (app: 'slack' | 'notion', body: JsonObject) => {
    const given = { ...body, auth: { [app]: { fields: { oauth_access_token: TOKENS[app] } } } }
    return home.server.api('POST', `/workflows/${app}/steps/act/options`, JSON.stringify(given))
  }

  test('channels of Slack, page by page', async () => {
    await deploy('slack', 'add-emoji-reaction', { conversation: 'C1', timestamp: '1', icon_emoji: 'bell' })
    const first = await options('slack', { prop: 'conversation' })
    expect(first).toMatchObject({ status: 200, body: { options: [{ label: 'Public channel: general', value: 'C1' }] } })
    const { context } = first.body as { context: JsonObject }
    const second = await options('slack', { prop: 'conversation', page: 1, prev_context: context })
    expect(second.body).toMatchObject({ options: [{ label: 'Public channel: random', value: 'C2' }] })
    expectNoToken(first, second)
  })

  test('pages of Notion, by a query', async () => {
    await deploy('notion', 'retrieve-page', { pageId: 'page-1' })
    home.standIns.notion.asked.splice(0)
    const found = await options('notion', { prop: 'pageId', query: 'Pla' })
    expect(found).toMatchObject({ status: 200, body: { options: [{ label: 'Plans', value: 'page-1' }] } })
    expect(home.standIns.notion.asked.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ query: 'Pla' }])
    expectNoToken(found)
  })

  test('currencies, with axios as the platform package wraps it', async () => {
    await deploy('helper_functions', 'convert-currency', { fromCurrency: 'CHF', toCurrency: 'EUR', value: '1' })
    const path = '/workflows/helper-functions/steps/act/options'
    const found = await home.server.api('POST', path, JSON.stringify({ prop: 'toCurrency' }))
    expect(found).toMatchObject({ status: 200, body: { options: [{ value: 'CHF' }, { value: 'EUR', label: 'Euro' }] } })
  })
})
