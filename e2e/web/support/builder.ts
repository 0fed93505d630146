/**
 * The builder as a person has it: a real server, its page in a real Chromium, and somebody who is signed in. All of it is
 * gone when the test is over; a test fails when its page logged an error, threw one or broke its own policy.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { world, type World } from '../../support/world.ts'
import { setUp } from './administrator.ts'
import { launchChromium } from './launch.ts'

let browser: Promise<Browser> | undefined
afterAll(async () => {
  const launched = browser
  browser = undefined
  await (await launched)?.close()
})

/** What is waited for comes within a second where nothing else runs, and much later on a machine that is busy. */
const PATIENCE_MS = 45_000

function launched(): Promise<Browser> {
  return (browser ??= launchChromium())
}

export interface Builder extends World {
  page: Page
  context: BrowserContext
  /** Complaints of the page that this test expects: those that match are left out. */
  expected: RegExp[]
}

/** A server with its administrator made and signed in, and a page at `path`. */
export async function builder(path = '/workflows', settings: Parameters<typeof world>[0] = {}): Promise<Builder> {
  const made = await world(settings)
  const opened = await openPage(made.server.url)
  const cookies = await setUp(made.server)
  await opened.context.addCookies(cookies)
  await opened.page.goto(made.server.url + path)
  return Object.assign(made, opened)
}

/** A page of its own, with nobody signed in. With `SCREENSHOTS=folder` a failed test leaves what it saw last. */
export async function openPage(baseURL: string): Promise<Pick<Builder, 'page' | 'context' | 'expected'>> {
  const context = await (
    await launched()
  ).newContext({
    baseURL,
    viewport: { width: 1440, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write']
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  // A workflow without a draft answers so to whoever asks for it, and the browser says so by itself.
  const expected: RegExp[] = [/404 \(Not Found\) \(\S+\/draft\)$/]
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  onTestFinished(async ({ task }) => {
    const shots = process.env['SCREENSHOTS']
    if (shots !== undefined && task.result?.state === 'fail')
      await page.screenshot({ path: `${shots}/${Date.now()}.png` })
    await context.close()
    expect(complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))).toEqual([])
  })
  return { context, page, expected }
}
