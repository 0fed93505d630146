/** Many users in one run: what an item costs, and whether that and memory stay what they are as items grow in number. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deploy, eachCall, startBellhop } from '../bellhop.ts'
import { addCredentials, fromStore, makeCredentials } from '../credentials-file.ts'
import { MemoryWatch, rssOf } from '../proc.ts'
import type { Service } from '../service.ts'
import type { Stage } from '../stage.ts'

const CREDENTIALS = 1000
/** Customers whose credentials are read once and then cached. */
const FEW = 10
const SIZES = [1000, 10_000, 100_000]
const POLL_MS = 100

export interface EachFigures {
  /** Items with a credential each, which the request brings. */
  bound: ItemFigures
  /** The same from a store, of few customers in turn: the cache has them. */
  cached: ItemFigures
  /** From a store, a customer each, in growing number; each on a server of its own, as are the next. */
  stored: ItemFigures[]
  /** Items without credentials. */
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
  const bound = await goThrough(stage, 'with-credentials', users, { runtime: { bearer_token: '{{item.token}}' } })
  const store = makeCredentials(stage, SIZES.at(-1) ?? 0)
  const binding = fromStore('{{item}}')
  const few = Array.from({ length: CREDENTIALS }, (_, i) => i % FEW)
  const cached = await goThrough(stage, 'of-few-customers', few, binding, store)
  const stored: ItemFigures[] = []
  for (const items of SIZES) {
    const customers = Array.from({ length: items }, (_, i) => i)
    stored.push(await goThrough(stage, `of-${items}-customers`, customers, binding, store))
  }
  const growth: ItemFigures[] = []
  for (const items of SIZES) growth.push(await goThrough(stage, `items-${items}`, Array(items).fill(1)))
  return { bound, cached, stored, growth }
}

async function goThrough(
  stage: Stage,
  name: string,
  list: readonly unknown[],
  binding?: object,
  store?: string
): Promise<ItemFigures> {
  stage.say(`an each of ${list.length.toLocaleString('en')} items, ${name}`)
  const data = join(stage.directory, name)
  await using server = await startBellhop(data)
  if (store !== undefined) await addCredentials(server, data, store)
  const { url } = await deploy(server, data, eachCall(name, stage.vendor.url, binding))
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
