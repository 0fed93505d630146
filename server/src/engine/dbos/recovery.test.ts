import { expect, it } from 'vitest'
import type { Line } from './line.ts'
import { launch, meeting, openDatabase } from './testing/node.ts'

/** The queue is looked at four times a second, and recovered lives once. */
const PATIENCE = { timeout: 30_000 }

/** A node that dies while it lives the life. */
async function dies(
  url: string,
  begun: (line: Line, reached: () => void) => Promise<void>,
  format = 1
): Promise<string> {
  const reached = meeting()
  const { transact, executorId } = await launch(url, (line) => begun(line, reached.come), { format })
  await transact.begin('run')
  await reached.here
  await transact.stop(0)
  return executorId
}

const never = async (_line: Line, reached: () => void): Promise<void> => {
  reached()
  await new Promise(() => {})
}

it('begins a life of a dead node anew, on another', async () => {
  const { url } = await openDatabase()
  const dead = await dies(url, never)
  const lived = meeting<unknown>()
  const { transact } = await launch(url, async (_line, run, number) => lived.come([run, number]))
  expect(await transact.recover([dead])).toBe(1)
  expect(await lived.here).toEqual(['run', 1])
  expect(await transact.recover([dead])).toBe(0)
})

it('leaves a node that lives what it has', async () => {
  const { url } = await openDatabase()
  const end = meeting()
  const { transact } = await launch(url, () => end.here)
  await transact.begin('run')
  expect(await transact.recover(['another'])).toBe(0)
  end.come()
})

it('ends a lane of a dead node, of which nobody knows what it was to do', async () => {
  const { url, pool } = await openDatabase()
  const dead = await dies(url, (line, reached) => line.lane('0', (lane) => never(lane, reached)))
  const { transact } = await launch(url, async () => {})
  expect(await transact.recover([dead])).toBe(2)
  const sql = 'select workflow_uuid as id, status from dbos.workflow_status order by id'
  await expect
    .poll(async () => (await pool.query<{ id: string; status: string }>(sql)).rows, PATIENCE)
    .toEqual([
      { id: 'run', status: 'SUCCESS' },
      { id: 'run:1/0', status: 'SUCCESS' }
    ])
})

it('takes over what a node of an older format left, begun or waiting', async () => {
  const { url } = await openDatabase()
  const dead = await dies(url, never, 9)
  const older = await launch(url, async () => {}, { format: 9 })
  await older.transact.next('waits', 2, 1)
  await older.transact.stop(0)
  const lives = new Set<string>()
  const { transact } = await launch(url, async (_line, run) => void lives.add(run), { format: 10 })
  await transact.recover([dead])
  await expect.poll(() => [...lives].toSorted(), PATIENCE).toEqual(['run', 'waits'])
})

it('leaves a newer format to those who read it', async () => {
  const { url } = await openDatabase()
  const dead = await dies(url, never, 10)
  const { transact } = await launch(url, async () => {}, { format: 9 })
  expect(await transact.recover([dead])).toBe(0)
})

it('stops a life whose node was taken for dead, at its next step', async () => {
  const { url, pool } = await openDatabase()
  const [frozen, thawed, first] = [meeting(), meeting(), meeting<unknown>()]
  let lives = 0
  const { transact, executorId } = await launch(url, async (line) => {
    lives += 1
    if (lives > 1) return thawed.come()
    frozen.come()
    await thawed.here
    await line.step('one', async () => 'done').catch(first.come)
  })
  await transact.begin('run')
  await frozen.here
  expect(await transact.recover([executorId])).toBe(1)
  expect(await first.here).toMatchObject({ name: 'Stopped', reason: 'lost' })
  expect((await pool.query('select * from dbos.operation_outputs')).rows).toEqual([])
})
