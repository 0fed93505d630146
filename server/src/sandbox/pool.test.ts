/** Who gets a process, seen from outside: each answers with its number of calls, or waits until it is told to go on. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { Program } from './sandbox.ts'
import { SandboxFixture } from './testing/sandbox.ts'

/** Says that it waits, and goes on when its signal is aborted; told to count, it says how often its process was called. */
const SOURCE = `let calls = 0
  export default ({ steps, $ }) => {
    calls += 1
    if (steps !== 'wait') return calls
    console.log('waiting')
    return new Promise((resolve) => $.signal.addEventListener('abort', () => resolve(null)))
  }`

/** A call that has a process, and keeps it until `end`. */
async function occupy(fixture: SandboxFixture, program: Program): Promise<{ end(): Promise<void> }> {
  const stop = new AbortController()
  const begun = Promise.withResolvers<void>()
  const call = fixture.run(program, 'wait', { signal: stop.signal, log: () => begun.resolve() })
  call.catch(() => {})
  await Promise.race([begun.promise, call])
  return {
    async end() {
      stop.abort()
      await expect(call).rejects.toMatchObject({ code: 'sandbox_stopped' })
    }
  }
}

/** How many processes live: each has a folder. */
function processes(fixture: SandboxFixture): number {
  return readdirSync(join(fixture.directory, 'sandbox/slots')).length
}

describe('the processes', () => {
  test('of a program grow in number while they are busy, and no further than they may', async () => {
    await using fixture = new SandboxFixture({ maxPerProgram: 2 })
    const program = fixture.program(SOURCE)
    const [first, second] = [await occupy(fixture, program), await occupy(fixture, program)]
    expect(processes(fixture)).toBe(2)
    const third = fixture.run(program, 'count')
    await first.end()
    expect(await third).toBe(2)
    await second.end()
  })

  test('that are idle go after a while', async () => {
    await using fixture = new SandboxFixture({ idleMs: 50 })
    expect(await fixture.run(fixture.program(SOURCE), 'count')).toBe(1)
    await vi.waitFor(() => expect(processes(fixture)).toBe(0), { timeout: 20_000, interval: 10 })
  })

  test('that are idle the longest make room for those of another program', async () => {
    await using fixture = new SandboxFixture({ maxProcesses: 2 })
    const [one, two, three] = [fixture.program(SOURCE), fixture.program(SOURCE), fixture.program(SOURCE)]
    await fixture.run(one, 'count')
    await fixture.run(two, 'count')
    expect(await fixture.run(three, 'count')).toBe(1)
    expect(await fixture.run(two, 'count')).toBe(2)
    expect(await fixture.run(one, 'count')).toBe(1)
  })

  test('that a program has too many of make room when their calls end', async () => {
    await using fixture = new SandboxFixture({ maxProcesses: 2, maxPerProgram: 2 })
    const [greedy, other] = [fixture.program(SOURCE), fixture.program(SOURCE)]
    const taken = [await occupy(fixture, greedy), await occupy(fixture, greedy)]
    const more = Array.from({ length: 5 }, () => fixture.run(greedy, 'wait', { timeoutMs: 30_000 }).catch(() => {}))
    const served = fixture.run(other, 'count')
    await taken[0]?.end()
    expect(await served).toBe(1)
    await fixture.sandbox.close()
    await Promise.all(more)
    await taken[1]?.end().catch(() => {})
  })

  test('are waited for by so many calls, and no more', async () => {
    await using fixture = new SandboxFixture({ maxProcesses: 1, maxWaiting: 1 })
    const program = fixture.program(SOURCE)
    const busy = await occupy(fixture, program)
    const waits = fixture.run(program, 'count')
    await expect(fixture.run(program, 'count')).rejects.toMatchObject({ code: 'sandbox_busy', retryable: true })
    await busy.end()
    expect(await waits).toBe(2)
  })

  test('are not waited for by a call that is stopped', async () => {
    await using fixture = new SandboxFixture({ maxProcesses: 1 })
    const program = fixture.program(SOURCE)
    const busy = await occupy(fixture, program)
    const stop = new AbortController()
    const waits = fixture.run(program, 'count', { signal: stop.signal })
    stop.abort()
    await expect(waits).rejects.toMatchObject({ code: 'sandbox_stopped' })
    await busy.end()
    expect(await fixture.run(program, 'count')).toBe(2)
  })

  test('end when the sandbox is closed, with the calls that they have', async () => {
    const fixture = new SandboxFixture({ maxProcesses: 1 })
    const program = fixture.program(SOURCE)
    const stop = new AbortController()
    const begun = Promise.withResolvers<void>()
    const call = fixture.run(program, 'wait', { signal: stop.signal, log: () => begun.resolve() })
    await begun.promise
    const waits = fixture.run(program, 'count')
    const calls = Promise.allSettled([call, waits])
    await fixture[Symbol.asyncDispose]()
    const ended = { status: 'rejected', reason: { code: 'sandbox_closed' } }
    expect(await calls).toMatchObject([ended, ended])
    await expect(fixture.run(program, 'count')).rejects.toMatchObject({ code: 'sandbox_closed' })
  })
})
