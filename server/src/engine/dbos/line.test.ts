import type { Pool } from 'pg'
import { expect, it } from 'vitest'
import { Stopped } from '../port.ts'
import type { Line } from './line.ts'
import { launch, meeting, openDatabase } from './testing/node.ts'

/** Lives one life and returns what it led to. */
async function within<T>(url: string, life: (line: Line) => Promise<T>): Promise<PromiseSettledResult<T>> {
  const outcome = meeting<PromiseSettledResult<T>>()
  const { transact } = await launch(url, async (line) => {
    const [settled] = await Promise.allSettled([life(line)])
    outcome.come(settled)
  })
  await transact.begin('run')
  const settled = await outcome.here
  await transact.stop(5_000)
  return settled
}

async function steps(pool: Pool): Promise<string[]> {
  const columns = `workflow_uuid || ' ' || function_name || ' ' || coalesce(output, '-') || ' ' || coalesce(error, '-')`
  const sql = `select ${columns} as text from dbos.operation_outputs order by workflow_uuid, function_id`
  const { rows } = await pool.query<{ text: string }>(sql)
  return rows.map(({ text }) => text)
}

it('records the word that a step leaves', async () => {
  const { url, pool } = await openDatabase()
  const settled = await within(url, async (line) => [
    await line.step('one', async () => 'first'),
    await line.step('two', async () => 'second')
  ])
  expect(settled).toEqual({ status: 'fulfilled', value: ['first', 'second'] })
  expect(await steps(pool)).toEqual([
    expect.stringMatching(/^run one .*first.* -$/),
    expect.stringMatching(/^run two .*second.* -$/)
  ])
})

it('throws what a step throws, and keeps nothing of it', async () => {
  const { url, pool } = await openDatabase()
  const error = new Error('sesame')
  const settled = await within(url, (line) => line.step('one', () => Promise.reject(error)))
  expect(settled).toEqual({ status: 'rejected', reason: error })
  expect((await steps(pool)).join()).not.toContain('sesame')
})

it('goes on beside its lanes and waits for their end', async () => {
  const { url, pool } = await openDatabase()
  const [one, other] = [meeting(), meeting()]
  const settled = await within(url, async (line) => {
    const lanes = [
      line.lane('0', async (lane) => {
        one.come()
        await other.here
        await lane.step('a', async () => 'x')
      }),
      line.lane('1', async (lane) => {
        await one.here
        await lane.step('b', async () => 'y')
        other.come()
      })
    ]
    await Promise.all(lanes)
    return line.step('c', async () => 'z')
  })
  expect(settled).toEqual({ status: 'fulfilled', value: 'z' })
  expect((await steps(pool)).map((text) => text.split(' ', 2).join(' '))).toEqual([
    'run lane',
    'run lane',
    'run c',
    'run:1/0 a',
    'run:1/1 b'
  ])
})

it('throws what a lane throws, and keeps nothing of it', async () => {
  const { url, pool } = await openDatabase()
  const signal = new Stopped('cancelled')
  const settled = await within(url, (line) => line.lane('0', () => Promise.reject(signal)))
  expect(settled).toEqual({ status: 'rejected', reason: signal })
  const { rows } = await pool.query('select output, error from dbos.workflow_output')
  expect(JSON.stringify(rows)).not.toContain('cancelled')
})

it('has lanes within lanes', async () => {
  const { url, pool } = await openDatabase()
  const settled = await within(url, async (line) => {
    await line.lane('0', (lane) => lane.lane('1', async (inner) => void (await inner.step('a', async () => 'x'))))
  })
  expect(settled.status).toBe('fulfilled')
  expect((await steps(pool)).at(-1)).toMatch(/^run:1\/0\/1 a /)
})

it('is the line that was meant, wherever the call comes from', async () => {
  const { url, pool } = await openDatabase()
  const settled = await within(url, async (line) => {
    await line.lane('0', async () => void (await line.step('of-the-life', async () => 'x')))
  })
  expect(settled.status).toBe('fulfilled')
  expect((await steps(pool)).map((text) => text.split(' ', 2).join(' '))).toEqual(['run lane', 'run of-the-life'])
})
