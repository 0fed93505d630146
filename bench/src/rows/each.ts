/** Many users in one run: what an item costs, and whether that and memory stay what they are as items grow in number. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, eachCall, startBellhop } from '../bellhop.ts'
import { MemoryWatch, rssOf } from '../proc.ts'
import type { Service } from '../service.ts'
import type { Stage } from '../stage.ts'

const CREDENTIALS = 1000
const SIZES = [1000, 10_000, 100_000]
const POLL_MS = 100

export interface EachFigures {
  /** Items with a credential each, which the request brings. */
  bound: ItemFigures
  /** Items without, in growing number, each on a server of its own. */
  growth: ItemFigures[]
}

export interface ItemFigures {
  items: number
  /** Milliseconds from the first item to the last. */
  tookMs: number
  /** Resident memory before, and the most during the run, in bytes. */
  idle: number | undefined
  peak: number | undefined
}

export async function each(stage: Stage): Promise<EachFigures> {
  const users = Array.from({ length: CREDENTIALS }, (_, i) => ({ id: i, token: `xoxb-of-user-${i}-0123456789abcdef` }))
  const bound = await goThrough(stage, 'with-credentials', users, { bearer_token: '{{item.token}}' })
  const growth: ItemFigures[] = []
  for (const items of SIZES) growth.push(await goThrough(stage, `items-${items}`, Array(items).fill(1)))
  return { bound, growth }
}

async function goThrough(
  stage: Stage,
  name: string,
  list: readonly unknown[],
  runtime?: Record<string, string>
): Promise<ItemFigures> {
  stage.say(`an each of ${list.length.toLocaleString('en')} items, ${name}`)
  const data = join(stage.directory, name)
  await using server = await startBellhop(data)
  const { url } = await deploy(server, data, eachCall(name, stage.vendor.url, runtime))
  const idle = rssOf(server.pid)
  using watch = new MemoryWatch(server.pid)
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ list }) })
  const run = answer.headers.get('x-bellhop-run')
  if (!answer.ok || run === null) throw new Error(`the run was not accepted: ${answer.status}`)
  return { items: list.length, tookMs: await ended(server, data, run), idle, peak: watch.peak }
}

/** Waits for the run's end, and says how long its items took. */
async function ended(server: Service, data: string, run: string): Promise<number> {
  const authorization = `Bearer ${readFileSync(join(data, 'admin-token'), 'utf8').trim()}`
  for (;;) {
    // Its items first: asking for the run shows its list as well, which takes longer than some items do.
    const page = await fetch(`${server.url}/api/v1/runs/${run}/steps/all/items?limit=1`, { headers: { authorization } })
    const { counts } = (await page.json()) as { counts?: { total: number; succeeded: number; failed: number } }
    if ((counts?.failed ?? 0) > 0) throw new Error('an item failed')
    if (counts !== undefined && counts.succeeded === counts.total) break
    await pause(POLL_MS)
  }
  for (;;) {
    const response = await fetch(`${server.url}/api/v1/runs/${run}`, { headers: { authorization } })
    const view = (await response.json()) as { steps: { duration_ms?: number }[] }
    const took = view.steps[0]?.duration_ms
    if (took !== undefined) return took
    await pause(POLL_MS)
  }
}
