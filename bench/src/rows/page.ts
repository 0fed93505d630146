/** What the builder's page costs in a real browser, with a history of many runs behind it. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../../e2e/web/support/launch.ts'
import buildPage from '../../../e2e/web/support/setup.ts'
import { deploy, KEEP_ALL, oneCall, startBellhop, type Definition } from '../bellhop.ts'
import { multiplyRun } from '../history.ts'
import { clickedUntil, interactiveAt, SCRIPT_BYTES, scrolledDown } from '../page/probe.ts'
import { signIn, visit } from '../page/visitor.ts'
import type { Service } from '../service.ts'
import type { Stage } from '../stage.ts'
import { quantile, spreadOf, type Spread } from '../stats.ts'

export const RUNS = 100_000
const EVENT_BYTES = 5_000_000
/** A hundred rows, five pages of the list, in a frame: faster than any wheel. */
const PIXELS = 4000

export interface PageFigures {
  /** Compressed bytes of scripts, until the list of workflows is there. */
  scripts: number
  /** Milliseconds from the navigation until the list of workflows is shown and the page is not busy. */
  interactive: Spread
  scrolling: Scrolling
  /** Milliseconds from the click on its run until the rows of a large event are shown. */
  event: Spread
}

interface Scrolling {
  tookMs: number
  /** The longest and the 99th percentile of the times between two frames, in milliseconds. */
  longest: number
  p99: number
  /** The most rows that the page held at once. */
  rows: number
}

export async function page(stage: Stage): Promise<PageFigures> {
  stage.say('building the page')
  buildPage()
  const data = join(stage.directory, 'page')
  await remember(stage, data)
  await using server = await startBellhop(data)
  const { url } = await deploy(server, data, takesAnything('large-event'))
  const cookie = await signIn(server, data)
  const browser = await launchChromium()
  try {
    const loads = await firstLoads(stage, browser, server, cookie)
    const scrolling = await scrolled(stage, browser, server, cookie)
    await send(url, largeEvent(EVENT_BYTES))
    return { ...loads, scrolling, event: await opened(stage, browser, server, cookie) }
  } finally {
    await browser.close()
  }
}

async function remember(stage: Stage, data: string): Promise<void> {
  stage.say(`filling a data directory with ${RUNS.toLocaleString('en')} runs`)
  {
    await using server = await startBellhop(data)
    const target = await deploy(server, data, oneCall('one-call', stage.vendor.url))
    await stage.generator.run({ ...target, connections: 1, lastsMs: 0, requests: 1 })
  }
  multiplyRun(data, RUNS)
}

/** Each with an empty cache. */
async function firstLoads(
  stage: Stage,
  browser: Browser,
  server: Service,
  cookie: string
): Promise<Pick<PageFigures, 'scripts' | 'interactive'>> {
  stage.say('loading the page')
  const interactive: number[] = []
  let scripts = 0
  for (let i = 0; i < stage.rounds; i += 1) {
    const visited = await visit(browser, server, cookie)
    await visited.goto('/workflows')
    interactive.push(await visited.evaluate<number>(interactiveAt('[aria-label=Workflows] [role=switch]')))
    scripts = Math.max(scripts, await visited.evaluate<number>(SCRIPT_BYTES))
    await visited.context().close()
  }
  return { scripts, interactive: spreadOf(interactive) }
}

async function scrolled(stage: Stage, browser: Browser, server: Service, cookie: string): Promise<Scrolling> {
  stage.say(`scrolling through ${RUNS.toLocaleString('en')} runs`)
  const visited = await visit(browser, server, cookie)
  await visited.goto('/runs')
  await visited.locator('[role=option]').first().waitFor()
  const { gaps, tookMs, most } = await visited.evaluate<{ gaps: number[]; tookMs: number; most: number }>(
    scrolledDown(RUNS, PIXELS)
  )
  await visited.context().close()
  const sorted = gaps.toSorted((a, b) => a - b)
  return { tookMs, longest: sorted.at(-1) ?? NaN, p99: quantile(sorted, 0.99), rows: most }
}

async function opened(stage: Stage, browser: Browser, server: Service, cookie: string): Promise<Spread> {
  stage.say('opening a large event')
  const times: number[] = []
  for (let i = 0; i < stage.rounds; i += 1) {
    const visited = await visit(browser, server, cookie)
    await visited.goto('/runs?workflow=large-event')
    await visited.locator('[role=option]').first().waitFor()
    times.push(await visited.evaluate<number>(clickedUntil('[data-testid=runs] [role=option]', '[role=treeitem]')))
    await visited.context().close()
  }
  return spreadOf(times)
}

/** A workflow that takes an event and does nothing with it. */
function takesAnything(name: string): Definition {
  return {
    name,
    trigger: { type: 'http', allow_anonymous: true },
    steps: [{ name: 'end', end_if: { value: '{{steps.trigger.event.body}}', is: 'not_empty' } }],
    settings: { retention: KEEP_ALL }
  }
}

/** A list of orders, as a shop would send it; as many as fit. */
function largeEvent(bytes: number): string {
  const order = (i: number): object => ({
    id: `order-${i}`,
    customer: { name: `Customer ${i}`, email: `customer-${i}@example.com`, since: '2024-03-01' },
    lines: [{ sku: `SKU-${i % 997}`, quantity: (i % 7) + 1, price: { amount: i * 1.25, currency: 'EUR' } }],
    paid: i % 3 === 0,
    note: null
  })
  const count = Math.floor((bytes - 100) / (Buffer.byteLength(JSON.stringify(order(99_999))) + 1))
  return JSON.stringify({ orders: Array.from({ length: count }, (_, i) => order(i)) })
}

async function send(url: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`a large event: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
}
