/**
 * A full disk: 503, nothing acknowledged that is not committed, a finished step's result is held and committed later
 * rather than run again, and the server goes on by itself as soon as there is room.
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'
import { eventually, post } from '../support/world.ts'
import { diskKinds, makeDisk, type DiskKind, type SmallDisk } from './disk/small-disk.ts'
import { inspect } from './evidence/inspector.ts'
import { definitionOf, recipes } from './load/recipes.ts'
import { Stage } from './stage.ts'

const TOKEN = 'token-of-ada'
const BODY = { token: TOKEN, pause: 0, stop: false, text: 'x'.repeat(20_000) }

interface World {
  stage: Stage
  disk: SmallDisk
}

async function worldOn(kind: DiskKind, megabytes: number): Promise<World> {
  const disk = makeDisk(kind, megabytes)
  onTestFinished(() => disk.remove())
  const stage = await Stage.open(disk)
  onTestFinished(() => stage.close())
  stage.vendor.admit('ada', TOKEN)
  return { stage, disk }
}

function deploy({ server, vendor }: Stage, name: string): Promise<string> {
  const recipe = recipes.find((one) => one.name === name)
  if (recipe === undefined) throw new Error('there is no such recipe')
  return server.deploy(name, JSON.stringify(definitionOf(recipe, vendor.url)))
}

interface Answer {
  status: number
  run: string
  body: Json
}

async function ask(url: string, body: object = BODY): Promise<Answer> {
  const answer = await post(url, body, { 'x-api-key': TOKEN })
  return { status: answer.status, run: answer.headers.get('x-bellhop-run') ?? '', body: answer.body as Json }
}

/** Asks until the server says that the disk is full; the runs that it took on before. */
async function askUntilFull(url: string, body?: object): Promise<string[]> {
  const runs: string[] = []
  let answer: Answer
  for (answer = await ask(url, body); answer.status === 200; answer = await ask(url, body)) runs.push(answer.run)
  expect(answer).toMatchObject({ status: 503, run: '', body: { code: 'storage_full', retryable: true } })
  return runs
}

async function health({ server }: Stage): Promise<number> {
  return (await fetch(`${server.url}/api/v1/health`)).status
}

async function statuses({ server }: Stage, runs: readonly string[]): Promise<Set<string>> {
  const shown = await Promise.all(runs.map((run) => server.api('GET', `/runs/${run}`)))
  return new Set(shown.map(({ body }) => (body as { status: string }).status))
}

async function allSucceed(stage: Stage, runs: readonly string[]): Promise<void> {
  await eventually(async () => {
    const now = await statuses(stage, runs)
    return now.has('running') || now.has('waiting') ? undefined : now
  })
  expect(await statuses(stage, runs)).toEqual(new Set(['succeeded']))
}

/** How often the vendor saw each step of this run. */
function callCounts({ vendor }: Stage, run: string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const call of vendor.calls) {
    if (call.run === run && call.step !== null) counts[call.step] = (counts[call.step] ?? 0) + 1
  }
  return counts
}

describe.each(diskKinds)('on %s that is full', (kind) => {
  test('a finished step is held, what is refused is nowhere, and the server goes on by itself', async () => {
    const { stage, disk } = await worldOn(kind, 64)
    const [three, quick] = [await deploy(stage, 'three'), await deploy(stage, 'quick')]
    const held = stage.vendor.hold({ path: '/v1/notes' })
    const waiting = ask(three)
    const run = (await held.arrived).run ?? ''

    disk.fill()
    const accepted = await askUntilFull(quick)
    expect(await health(stage)).toBe(503)
    held.release()
    // The step is finished as far as the vendor knows, and the next one may not begin.
    await eventually(() => stage.vendor.calls[0]?.ended ?? undefined)
    for (let times = 0; times < 5; times++) expect((await ask(quick)).status).toBe(503)
    expect(callCounts(stage, run)).toEqual({ a: 1 })

    disk.free()
    expect(await waiting).toMatchObject({ status: 200, run })
    expect(callCounts(stage, run)).toEqual({ a: 1, b: 1, c: 1 })
    const later = await eventually(async () => {
      const answer = await ask(quick)
      return answer.status === 200 ? answer.run : undefined
    })
    const all = [...accepted, later]
    await allSucceed(stage, [...all, run])
    for (const one of all) expect(callCounts(stage, one)).toEqual({ a: 1, b: 1 })
    expect(await health(stage)).toBe(200)
    await stage.server.stop()
    const { runs, unfinished } = await inspect(stage.data, stage.scratch)
    expect(new Set(runs.keys())).toEqual(new Set([...all, run]))
    expect(unfinished).toBe(0)
  })

  test('a kill loses nothing that was acknowledged, and the next start waits for room', async () => {
    const { stage, disk } = await worldOn(kind, 64)
    const quick = await deploy(stage, 'quick')
    const held = stage.vendor.hold({ path: '/v1/notes' })
    const accepted = [(await ask(quick)).run]
    await held.arrived
    disk.fill()
    accepted.push(...(await askUntilFull(quick)))
    await stage.server.kill()
    held.release()
    const { runs } = await inspect(stage.data, stage.scratch)
    for (const run of accepted) expect(runs.has(run)).toBe(true)

    await stage.launch().listening
    expect((await ask(quick)).status).toBe(503)
    disk.free()
    await allSucceed(stage, accepted)
  })
})

test('on a disk without any room at all a start is refused in one sentence', async ({ skip }) => {
  if (!diskKinds.includes('a file system')) skip('this machine permits no mount')
  const { stage, disk } = await worldOn('a file system', 64)
  const quick = await deploy(stage, 'quick')
  const held = stage.vendor.hold({ path: '/v1/notes' })
  const accepted = [(await ask(quick)).run]
  await held.arrived
  disk.fill()
  accepted.push(...(await askUntilFull(quick)))
  await stage.server.kill()
  held.release()
  // The ballast's room, too, is somebody else's now.
  disk.fill()
  const { code, output } = await ServerProcess.startAndFail({ data: stage.data })
  expect(code).toBe(1)
  expect(output).toMatch(/^bellhop: The disk .* is full, and its ballast is spent\.\n  Free [^\n]+\n$/)
  disk.free()
  await stage.launch().listening
  await allSucceed(stage, accepted)
})

test('a start on a full disk takes its room from the ballast', async ({ skip }) => {
  if (!diskKinds.includes('a file system')) skip('this machine permits no mount')
  const { stage, disk } = await worldOn('a file system', 64)
  const quick = await deploy(stage, 'quick')
  await stage.server.stop()
  disk.fill()
  await stage.launch().listening
  expect(await health(stage)).toBe(503)
  expect((await ask(quick)).status).toBe(503)
  disk.free()
  await eventually(async () => ((await health(stage)) === 200 ? true : undefined))
  await allSucceed(stage, [(await ask(quick)).run])
})

test('the ballast lets retention make room, and then it is whole again', async ({ skip }) => {
  if (!diskKinds.includes('a file system')) skip('this machine permits no mount')
  const { stage } = await worldOn('a file system', 64)
  const url = await stage.server.deploy('big', BIG)
  const ballast = join(stage.data, 'ballast')
  const { size } = statSync(ballast)

  const accepted = await askUntilFull(url, { text: 'x'.repeat(4_000_000) })
  expect(existsSync(ballast)).toBe(false)
  await eventually(async () => ((await health(stage)) === 200 ? true : undefined))
  expect(statSync(ballast).size).toBe(size)
  // Retention keeps one run, and whatever came last.
  const last = await ask(url, { text: 'small' })
  expect(last.status).toBe(200)
  await eventually(async () => ((await runCount(stage)) === 1 ? true : undefined))
  expect(accepted.length).toBeGreaterThan(3)
})

const BIG = `
name: big
trigger: { type: http }
steps:
  - { name: nothing, delay: 1ms }
settings: { retention: { max_events: 1 } }
`

async function runCount({ server }: Stage): Promise<number> {
  return ((await server.api('GET', '/runs')).body as { runs: unknown[] }).runs.length
}
