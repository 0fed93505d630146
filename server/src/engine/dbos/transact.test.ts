import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Pool } from 'pg'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createDatabase } from '../../storage/postgres/testing/postgres.ts'
import { fail, launch, meeting, openDatabase } from './testing/node.ts'
import { Transact } from './transact.ts'

/** Every row that DBOS keeps of workflows, as text. */
async function kept(pool: Pool): Promise<string> {
  const tables = ['workflow_status', 'workflow_input', 'workflow_output', 'operation_outputs']
  const read = tables.map((table) => pool.query<object>(`select * from dbos.${table}`))
  return JSON.stringify((await Promise.all(read)).map(({ rows }) => rows))
}

it('migrates what is migrated already', async () => {
  const { url } = await openDatabase()
  await expect(Transact.migrate(url, fail)).resolves.toBeUndefined()
})

it('migrates once, when many nodes want it at once', async () => {
  const { url, drop } = await createDatabase()
  onTestFinished(drop)
  await Promise.all([1, 2, 3].map(() => Transact.migrate(url, fail)))
  await expect(launch(url, async () => {})).resolves.toBeDefined()
})

it('refuses a database that was not migrated', async () => {
  const { url, pool } = await openDatabase()
  await pool.query('drop schema dbos cascade')
  await expect(launch(url, async () => {})).rejects.toThrow(/schema version 0/)
})

it('lives the first life here, once', async () => {
  const { url } = await openDatabase()
  const lives: unknown[] = []
  const ended = meeting()
  const { transact } = await launch(url, async (_line, run, number) => {
    lives.push([run, number])
    await ended.here
  })
  await transact.begin('run')
  expect(lives).toEqual([['run', 1]])
  await transact.begin('run')
  ended.come()
  await transact.stop(5_000)
  expect(lives).toEqual([['run', 1]])
})

it('lives a life that was asked for, once', async () => {
  const { url } = await openDatabase()
  const lived = meeting()
  const lives: unknown[] = []
  const { transact } = await launch(url, async (_line, run, number) => {
    lives.push([run, number])
    if (run === 'last') lived.come()
  })
  await transact.next('run', 2, 0)
  await transact.next('run', 2, 0)
  await transact.next('last', 2, 0)
  await lived.here
  await transact.stop(5_000)
  expect(lives).toEqual([
    ['run', 2],
    ['last', 2]
  ])
})

it('lives a delayed life when it is due', async () => {
  const { url } = await openDatabase()
  const lived = meeting<number>()
  const { transact } = await launch(url, async () => lived.come(performance.now()))
  const asked = performance.now()
  await transact.next('run', 2, 1_001)
  expect((await lived.here) - asked).toBeGreaterThanOrEqual(1_001)
})

it('wakes a delayed life', async () => {
  const { url } = await openDatabase()
  const lived = meeting<string>()
  const { transact } = await launch(url, async (_line, run) => lived.come(run))
  await transact.next('run', 2, 3_600_000)
  await transact.wake('run', 2)
  expect(await lived.here).toBe('run')
})

it('does not delay any more what was woken before', async () => {
  const { url } = await openDatabase()
  const lived = meeting<string>()
  const { transact } = await launch(url, async (_line, run) => lived.come(run))
  await transact.wake('run', 2)
  await transact.next('run', 2, 3_600_000)
  expect(await lived.here).toBe('run')
})

it('asks for a life from within another without making it a part of that', async () => {
  const { url, pool } = await openDatabase()
  const lived = meeting()
  const { transact } = await launch(url, async (line, _run, number) => {
    if (number === 2) return lived.come()
    await line.step('one', async () => {
      await transact.next('run', 2, 3_600_000)
      return 'waits'
    })
    await transact.wake('run', 2)
  })
  await transact.begin('run')
  await lived.here
  await transact.stop(5_000)
  const steps = await pool.query('select function_name, output from dbos.operation_outputs')
  expect(steps.rows).toEqual([{ function_name: 'one', output: expect.stringContaining('waits') as string }])
  const { rows } = await pool.query('select parent_workflow_id as parent, status from dbos.workflow_status')
  expect(rows).toEqual([
    { parent: null, status: 'SUCCESS' },
    { parent: null, status: 'SUCCESS' }
  ])
})

it('keeps nothing of an error that a life throws, and says that there was one', async () => {
  const { url, pool } = await openDatabase()
  const said = vi.fn<(message: string) => void>()
  const failing = (): Promise<void> => Promise.reject(new Error('sesame'))
  const { transact } = await launch(url, failing, { say: said })
  await transact.begin('run')
  await transact.stop(5_000)
  expect(await kept(pool)).not.toContain('sesame')
  expect(said.mock.calls).toEqual([[expect.stringContaining('defect')]])
})

it('goes on when the database has ended its connections', async () => {
  const { url, pool } = await openDatabase()
  const outcome = meeting<string>()
  const { transact } = await launch(url, async (line) => {
    const word = await line.step('one', async () => {
      await pool
        .query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()'
        )
        .catch(() => {})
      return 'done'
    })
    outcome.come(word)
  })
  await transact.begin('run')
  expect(await outcome.here).toBe('done')
})

it('forgets what ended, and nothing else', async () => {
  const { url, pool } = await openDatabase()
  const [walked, end] = [meeting(), meeting()]
  const { transact } = await launch(url, async (line, run) => {
    await line.lane('0', async (lane) => void (await lane.step('one', async () => 'done')))
    if (run !== 'goes-on') return
    walked.come()
    await end.here
  })
  await transact.begin('ended')
  await transact.next('waits', 2, 3_600_000)
  await transact.begin('goes-on')
  await walked.here
  const later = (): Date => new Date(Date.now() + 60_000)
  await vi.waitFor(async () => {
    await transact.forget(later(), 100)
    const { rows } = await pool.query('select workflow_uuid as id from dbos.workflow_status order by id')
    expect(rows).toEqual([{ id: 'goes-on' }, { id: 'waits:2' }])
  }, 20_000)
  expect(await kept(pool)).not.toContain('ended')
  expect(await transact.forget(later(), 100)).toBe(0)
  end.come()
})

it('forgets only what ended long enough ago, and only so much at a time', async () => {
  const { url } = await openDatabase()
  const { transact } = await launch(url, async () => {})
  for (const run of ['a', 'b', 'c']) await transact.begin(run)
  await transact.stop(5_000)
  const again = await launch(url, async () => {})
  expect(await again.transact.forget(new Date(Date.now() - 60_000), 100)).toBe(0)
  const later = new Date(Date.now() + 60_000)
  expect([await again.transact.forget(later, 2), await again.transact.forget(later, 2)]).toEqual([2, 1])
})

it('stops when what it lives has ended, and takes nothing more', async () => {
  const { url, pool } = await openDatabase()
  const [begun, end, lives] = [meeting(), meeting(), Array<string>()]
  const { transact } = await launch(url, async (line, run) => {
    lives.push(run)
    begun.come()
    await end.here
    await line.step('one', async () => 'done')
  })
  await transact.begin('run')
  await begun.here
  const stopping = transact.stop(60_000)
  await transact.next('late', 2, 0)
  end.come()
  await stopping
  expect(lives).toEqual(['run'])
  const { rows } = await pool.query('select workflow_uuid as id, status from dbos.workflow_status order by id')
  expect(rows).toEqual([
    { id: 'late:2', status: 'ENQUEUED' },
    { id: 'run', status: 'SUCCESS' }
  ])
  const connections = `select from pg_stat_activity
    where datname = current_database() and application_name = 'bellhop-dbos'`
  expect((await pool.query(connections)).rowCount).toBe(0)
})

it('leaves nothing running when it has stopped', async () => {
  const { url, pool } = await openDatabase()
  const script = fileURLToPath(new URL('testing/child.ts', import.meta.url))
  const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'inherit', 'inherit'], env: {} })
  onTestFinished(() => void child.kill('SIGKILL'))
  expect(await once(child, 'exit')).toEqual([0, null])
  expect((await pool.query('select status from dbos.workflow_status')).rows).toEqual([{ status: 'SUCCESS' }])
})

it('does not wait longer than it should for a life', async () => {
  const { url } = await openDatabase()
  const [begun, end, stopped] = [meeting(), meeting(), meeting<unknown>()]
  const { transact } = await launch(url, async (line) => {
    begun.come()
    await end.here
    await line.step('one', async () => 'done').catch(stopped.come)
  })
  await transact.begin('run')
  await begun.here
  await transact.stop(10)
  end.come()
  expect(await stopped.here).toMatchObject({ name: 'Stopped', reason: 'lost' })
})

it('knows which lives wait their turn', async () => {
  const { url, pool } = await openDatabase()
  const { transact } = await launch(url, async () => {})
  await transact.next('run', 2, 3_600_000)
  const lives = [
    { uuid: 'run', life: 2 },
    { uuid: 'run', life: 3 }
  ]
  expect(await transact.queued(lives)).toEqual(new Set())
  // On a queue that nobody looks at.
  await pool.query("update dbos.workflow_status set status = 'ENQUEUED', queue_name = 'none'")
  expect(await transact.queued(lives)).toEqual(new Set([lives[0]]))
  await pool.query("update dbos.workflow_status set application_version = '0'")
  expect(await transact.queued(lives)).toEqual(new Set())
})
