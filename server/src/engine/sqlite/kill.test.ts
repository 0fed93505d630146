import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { House, step } from '../contract/fixture.ts'
import { SqliteFixture } from './testing/fixture.ts'
import { MASTER } from './testing/master.ts'
import { counts, rows } from './testing/rows.ts'

/** Runs `child.ts` until it has finished so many first steps, and kills it: what it had told by then. */
async function killUnderLoad(dir: string, steps: number): Promise<{ accepted: Set<string>; finished: Set<string> }> {
  const script = fileURLToPath(new URL('testing/child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, dir], { stdio: ['ignore', 'pipe', 'inherit'], env: {} })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const told = { accepted: new Set<string>(), finished: new Set<string>() }
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, id] = line.split(' ')
    if ((what === 'accepted' || what === 'finished') && id !== undefined) told[what].add(id)
    if (told.finished.size === steps) child.kill('SIGKILL')
  }
  expect(await exit).toEqual([null, 'SIGKILL'])
  return told
}

test('I2, I3: a process is killed under load: every accepted run ends, and no finished step runs again', async () => {
  const fixture = new SqliteFixture()
  onTestFinished(() => fixture.remove())
  const { accepted, finished } = await killUnderLoad(fixture.dir, 300)
  expect(accepted.size).toBeGreaterThan(250)

  const again: string[] = []
  const house = await new House(fixture, MASTER).open(async (d, run) => {
    await step(d, 'first', () => again.push(run.id.uuid))
    await step(d, 'second', () => run.keyring.size)
  })
  await vi.waitFor(() => expect(counts(fixture.dir)['unfinished']).toBeUndefined(), { timeout: 10_000 })
  await expect.poll(() => house.engine.active).toBe(0)
  const ended = new Set(rows(fixture.dir, "select uuid from runs where status = 'succeeded'").map((row) => row['uuid']))
  expect([...accepted].filter((id) => !ended.has(id))).toEqual([])
  expect(again.filter((id) => finished.has(id))).toEqual([])
})
