import { expect, test } from 'vitest'
import { SCRIPT_BYTES } from '../../bench/src/page/probe.ts'
import { multiplyRun } from '../../bench/src/history.ts'
import { post, world } from '../support/world.ts'
import { setUp } from './support/administrator.ts'
import { builder, openPage } from './support/builder.ts'

/** Of the issue: compressed scripts of the first load, before the code editor. */
const MOST_SCRIPT_BYTES = 200_000
const RUNS = 3_000

const QUIET = `
name: quiet
trigger: { type: http, respond: last_step }
steps:
  - name: note
    code: export default () => 'noted'
`

/** How many rows of 40 pixels the list has room for, as far as it is loaded. */
const TO_THE_END = `(() => {
  const box = document.querySelector('[data-testid=runs]')
  box.scrollTop = box.scrollHeight
  return Math.floor((box.scrollHeight - 40) / 40)
})()`

test('the first load brings at most 200 KB of scripts, and nothing of the code editor', async () => {
  const { page } = await builder('/workflows')
  await page.getByText('No workflow yet').waitFor()
  await page.waitForLoadState('load')
  const bytes = await page.evaluate<number>(SCRIPT_BYTES)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThanOrEqual(MOST_SCRIPT_BYTES)
})

test('a history of many runs scrolls to its end with few rows in the page, and stays current', async () => {
  const house = await world()
  const before = new URL(await house.server.deploy('quiet', QUIET)).pathname
  await post(house.server.url + before, {})
  const cookies = await setUp(house.server)
  await house.server.stop()
  multiplyRun(house.data, RUNS)
  const server = await house.restart()
  const { page, context } = await openPage(server.url)
  await context.addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
  await page.goto('/runs')
  const rows = page.getByRole('option')
  await rows.first().waitFor()
  const held: number[] = []
  const toTheEnd = async (): Promise<number> => {
    held.push(await rows.count())
    return page.evaluate<number>(TO_THE_END)
  }
  await expect.poll(toTheEnd, { interval: 20 }).toBeGreaterThanOrEqual(RUNS)
  expect(Math.max(...held)).toBeLessThan(100)

  // A run that comes while the end is looked at: the newest page is asked for, and not all of them.
  await page.getByText('Live', { exact: true }).waitFor()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await post(server.url + before, {})
  await expect.poll(toTheEnd).toBeGreaterThanOrEqual(RUNS + 1)
  expect(asked.filter((url) => url.includes('/runs?')).length).toBeLessThan(6)
})
