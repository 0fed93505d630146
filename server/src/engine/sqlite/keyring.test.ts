import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test, vi } from 'vitest'
import { gate, House, leave, never, step, type Gate } from '../contract/fixture.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { counts, held, rows } from './testing/rows.ts'

const ORIGIN = { app: 'slack', field: 'token', audience: null }
const ONCE = { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }

async function makeHouse(): Promise<{ house: House; fixture: SqliteFixture; dir: string }> {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  return { house: new House(fixture), fixture, dir: fixture.dir }
}

/** A piece of every sealed secret, or part of one, that a place holds now: what has to be gone later. */
function sealedPieces(dir: string): string[] {
  return rows(dir, 'select data from keyring').flatMap(({ data }) => /[A-Za-z0-9+/]{60}/.exec(String(data)) ?? [])
}

const gone = { timeout: 15_000, interval: 300 }

test.for(['end', 'cancel', 'time_out', 'cancel while it waits'] as const)(
  'I5: after %s no file holds the sealed secrets',
  async (how) => {
    const { house, dir } = await makeHouse()
    const [begun, go] = [gate(), gate()]
    await house.open(async (d) => {
      if (how === 'cancel while it waits') await d.sleep('long', () => new Date(house.now() + 3_600_000))
      await step(d, 'a', () => (begun.open(), how === 'end' ? go.opened.then(() => 1) : never()))
    })
    const run = house.newRun(how === 'time_out' ? { timeoutMs: 300 } : {})
    for (let i = 0; i < 5; i++) run.keyring.mint(randomBytes(100 + i * 400).toString('hex'), ORIGIN)
    const accepted = await house.engine.accept(run)
    if (how === 'cancel while it waits') await (accepted.accepted && accepted.ended)
    else await begun.opened
    const pieces = sealedPieces(dir)
    expect(pieces.length).toBeGreaterThan(10)
    expect(held(dir, pieces)).toEqual(pieces)
    if (how.startsWith('cancel')) await house.engine.cancel(run.id.uuid)
    go.open()
    await house.ended(run.id.uuid)
    expect(counts(dir)['unfinished']).toBeUndefined()
    expect(sealedPieces(dir)).toEqual([])
    await vi.waitFor(() => expect(held(dir, pieces)).toEqual([]), gone)
  }
)

test('I5: of hundreds of keyrings that came and went, nothing is left, and those that live are whole', async () => {
  const { house, dir } = await makeHouse()
  const gates = new Map<string, Gate>()
  await house.open(async (d, run) => {
    await d.step(
      'fetch',
      async () => {
        if (JSON.stringify(run.event).length % 3 === 0) run.keyring.mint(randomBytes(300).toString('hex'), ORIGIN)
        return leave(1, { minted: run.keyring.takeMinted() })
      },
      ONCE
    )
    await step(d, 'hold', () => gates.get(run.id.uuid)?.opened.then(() => 1) ?? 1)
  })
  const dead: string[] = []
  const alive: string[] = []
  for (let round = 0; round < 12; round++) {
    const runs = Array.from({ length: 60 }, (_, i) => {
      const run = house.newRun({ event: 'x'.repeat((i * 53) % 700) })
      run.keyring.mint(randomBytes(20 + ((i * 37) % 400)).toString('hex'), ORIGIN)
      if (i % 2 === 0) gates.set(run.id.uuid, gate())
      return run
    })
    await Promise.all(runs.map((run) => house.engine.accept(run)))
    dead.push(...sealedPieces(dir).slice(0, 30))
    // Half of those that are held end now, in random order, among them some of earlier rounds.
    const ending = [...gates].filter(() => Math.random() < 0.5)
    for (const [id, hold] of ending) {
      hold.open()
      gates.delete(id)
    }
    await Promise.all(ending.map(([id]) => house.ended(id)))
  }
  for (const [id, hold] of gates) {
    alive.push(id)
    if (alive.length > 10) hold.open()
  }
  await Promise.all(alive.slice(10).map((id) => house.ended(id)))
  const living = new Set(sealedPieces(dir))
  const places = Number(rows(dir, 'select count(*) as n from keyring')[0]?.['n'])
  expect(places).toBeLessThan(1000)
  const candidates = [...new Set(dead)].filter((piece) => !living.has(piece))
  expect(candidates.length).toBeGreaterThan(150)
  await vi.waitFor(() => expect(held(dir, candidates)).toEqual([]), gone)
  const kept = alive.slice(0, 10)
  const revealed: string[] = []
  await house.reopen(async (_, run) => revealed.push(run.keyring.size > 0 ? run.id.uuid : 'empty'))
  await Promise.all(kept.map((id) => house.ended(id)))
  expect(revealed.toSorted()).toEqual(kept.toSorted())
})

test('a secret that became known late is taken out of the event and earlier steps, and out of the files', async () => {
  const { house, dir } = await makeHouse()
  const secret = `late-${randomBytes(20).toString('hex')}`
  const begun = gate()
  await house.open(async (d, run) => {
    await d.step('first', async () => leave({ said: secret }), ONCE)
    const late = async (): Promise<ReturnType<typeof leave<number>>> => {
      run.keyring.mint(secret, ORIGIN)
      return leave(1, { minted: run.keyring.takeMinted() })
    }
    await d.step('late', late, ONCE)
    await step(d, 'hang', () => (begun.open(), never()))
  })
  await house.accept({ event: { token: secret, filler: 'y'.repeat(9000) } })
  await begun.opened
  await vi.waitFor(() => expect(held(dir, [secret])).toEqual([]), gone)
  expect(String(rows(dir, 'select body from events')[0]?.['body'])).toContain('bhdl.slack.token.')
  expect(String(rows(dir, "select value from steps where name = 'first'")[0]?.['value'])).toContain('bhdl.slack.token.')
  const seen = gate<unknown>()
  await house.reopen(async (d, run) => seen.open([run.event, await step(d, 'first', () => 'again')]))
  expect(JSON.stringify(await seen.opened)).toMatch(/bhdl\.slack\.token\..*bhdl\.slack\.token\./)
})

test('a keyring that cannot be opened ends its run, saying so', async () => {
  const { house, fixture } = await makeHouse()
  await house.open(never)
  const run = house.newRun()
  run.keyring.mint('a-secret-value', ORIGIN)
  await house.engine.accept(run)
  await house.fixture.crash?.()
  rows(fixture.dir, "update keyring set data = replace(data, substr(data, 60, 8), 'AAAAAAAA') where trim(data) <> ''")
  await house.open(() => Promise.reject(new Error('it cannot go on')))
  expect(await house.ended(run.id.uuid)).toMatchObject({ status: 'failed' })
  expect(rows(fixture.dir, 'select ending from runs')[0]?.['ending']).toContain('keyring_unreadable')
})
