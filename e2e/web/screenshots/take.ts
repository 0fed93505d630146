/**
 * `npm run screenshots`: the main pages, light and dark, as PNGs in docs/screenshots. Nothing of it is drawn: a real server, a
 * stand-in vendor, and a day's traffic.
 *
 *   node e2e/web/screenshots/take.ts [name…]     only these
 */
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startVendor } from '@bellhop/examples/vendor'
import type { Browser, Page } from 'playwright-core'
import { ServerProcess } from '../../support/server-process.ts'
import { setUp } from '../support/administrator.ts'
import { launchChromium } from '../support/launch.ts'
import { age } from './past.ts'
import { CUSTOMERS, useIt } from './product.ts'
import { SHOTS } from './shots.ts'

const FOLDER = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url))
const LARGEST = 200_000
const DAY_MS = 86_400_000

const wanted = process.argv.slice(2)
const data = await mkdtemp(join(tmpdir(), 'bellhop-screenshots-'))
const vendor = await startVendor({ tokens: CUSTOMERS })
const env = { BELLHOP_APP_SLACK_BASE_URL: `${vendor.url}/api`, BELLHOP_APP_GITHUB_BASE_URL: vendor.url }
const browser = await launchChromium()
try {
  await takeAll()
} finally {
  await browser.close()
  await vendor.close()
  await rm(data, { recursive: true, force: true })
}

async function takeAll(): Promise<void> {
  const first = await ServerProcess.start({ data, env })
  const cookies = await fill(first)
  age(data, ageOf)
  const server = await ServerProcess.start({ data, env })
  try {
    await mkdir(FOLDER, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await openPage(browser, server, colorScheme)
      await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, url: server.url })))
      for (const { name, prepare } of SHOTS) {
        if (wanted.length > 0 && !wanted.includes(name)) continue
        await prepare(page, server)
        await take(page, `${name}-${colorScheme}.png`)
      }
      await page.context().close()
    }
  } finally {
    await server.stop()
  }
}

/** Stops it, too: the past is written where no server looks. */
async function fill(server: ServerProcess): ReturnType<typeof setUp> {
  try {
    const cookies = await setUp(server)
    await useIt(server, vendor)
    return cookies
  } finally {
    await server.stop()
  }
}

/** Most of it came in the working hours of the last day, the latest a minute ago. */
function ageOf(place: number, count: number): number {
  const back = 1 - place / Math.max(1, count - 1)
  return 60_000 + DAY_MS * 0.94 * back ** 1.6
}

async function openPage(from: Browser, server: ServerProcess, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await from.newContext({
    baseURL: server.url,
    viewport: { width: 1440, height: 900 },
    colorScheme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write']
  })
  context.setDefaultTimeout(30_000)
  return context.newPage()
}

/** @throws Error where the file is larger than what belongs in a repository */
async function take(page: Page, file: string): Promise<void> {
  await page.locator('.breathe.bg-sunken').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready.then(() => undefined)')
  const path = join(FOLDER, file)
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' })
  const { size } = await stat(path)
  console.log(`${file} (${Math.round(size / 1000)} KB)`)
  if (size > LARGEST) throw new Error(`${file} has ${size} bytes; at most ${LARGEST}`)
}
