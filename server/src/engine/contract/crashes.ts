import { expect, test } from 'vitest'
import {
  gate,
  House,
  lasting,
  leave,
  never,
  reasonOf,
  refuse,
  step,
  tries,
  turn,
  type EngineFixture,
  type Walk
} from './fixture.ts'

function thirdTime(number: number): number {
  if (number < 3) throw refuse('again', true, 4000)
  return number
}

/** What survives a crash. */
export function crashes(makeFixture: () => EngineFixture): void {
  test('I2: a run that was accepted and never begun reaches its end', async () => {
    const house = await new House(makeFixture()).open(() => never())
    const { id } = await house.accept({ event: { n: 1 }, workflowId: 3, versionId: 4, replayOf: 'an earlier one' })
    const seen = gate<unknown>()
    await house.reopen(async (d, run) => {
      await step(d, 'a', () => 1)
      const { event, workflowId, versionId, replayOf, id: runId } = run
      seen.open({ event, workflowId, versionId, replayOf, id: runId.uuid })
    })
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(await seen.opened).toEqual({ event: { n: 1 }, workflowId: 3, versionId: 4, replayOf: 'an earlier one', id })
  })

  test('I3: finished steps and remembered failures are not run again; the step in flight is, under its key', async () => {
    const ran: string[] = []
    const keys: string[] = []
    const begun = gate()
    const walk =
      (last: () => Promise<number>): Walk =>
      async (d) => {
        expect(await step(d, 'a', () => (ran.push('a'), { n: 1 }))).toEqual({ n: 1 })
        const bad = step(d, 'b', () => (ran.push('b'), Promise.reject(refuse('forbidden'))))
        await expect(bad).rejects.toMatchObject({ name: 'StepFailed', step: 'b', record: { code: 'forbidden' } })
        await d.lanes('each', 2, async (lane, i) => {
          expect(await step(lane, 'c', () => (ran.push(`c${i}`), i))).toBe(i)
        })
        await step(d, 'd', (a) => (ran.push('d'), keys.push(a.idempotencyKey), begun.open(), last()))
      }
    const house = await new House(makeFixture()).open(walk(never))
    const { id } = await house.accept()
    await begun.opened
    await house.reopen(walk(() => Promise.resolve(1)))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(ran.toSorted()).toEqual(['a', 'b', 'c0', 'c1', 'd', 'd'])
    expect(keys[1]).toBe(keys[0])
  })

  test('the number of the attempt and the time of the next one survive', async () => {
    const attempts: string[] = []
    const walk =
      (life: number): Walk =>
      (d) =>
        step(
          d,
          'a',
          ({ number }) => (attempts.push(`life ${life}, attempt ${number}`), thirdTime(number)),
          tries(3, 4000)
        )
    const house = await new House(makeFixture()).open(walk(1))
    const { id } = await house.accept()
    await house.told('attempt_failed')
    // The time has not come, so nothing is tried.
    await house.reopen(walk(2))
    await lasting(100)
    house.ahead += 5000
    await house.reopen(walk(3))
    await house.told('attempt_failed')
    house.ahead += 5000
    await house.reopen(walk(4))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(attempts).toEqual(['life 1, attempt 1', 'life 3, attempt 2', 'life 4, attempt 3'])
  })

  test('the run’s time that was spent before the crash counts', async () => {
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'slow', () => lasting(400))
      await step(d, 'hang', never)
    })
    const { id } = await house.accept({ timeoutMs: 1000 })
    await house.told('step_finished')
    const begun = gate()
    await house.reopen(async (d) => {
      await step(d, 'slow', () => Promise.reject(new Error('it was finished')))
      await step(d, 'rest', () => (begun.open(), lasting(700)))
    })
    await begun.opened
    expect(await house.ended(id)).toMatchObject({ status: 'timed_out' })
  })

  test('a sleep keeps its first date', async () => {
    const dates: number[] = []
    const walk: Walk = async (d) => {
      await d.sleep('pause', () => {
        dates.push(house.now())
        return new Date(house.now() + 3000)
      })
      await step(d, 'a', () => 1)
    }
    const house = await new House(makeFixture()).open(walk)
    const { id, ended } = await house.accept()
    expect(await ended).toEqual({ ended: false })
    house.ahead = 4000
    await house.reopen(walk)
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(dates).toHaveLength(1)
  })

  test('a resumption that came before its wait, or during it, survives', async () => {
    const begun = gate()
    const walk =
      (hold: () => Promise<number>): Walk =>
      async (d) => {
        await step(d, 'a', () => (begun.open(), hold()))
        const deadline = (): Date => new Date(house.now() + 3000)
        const got = [await d.wait('early', deadline), await d.wait('late', deadline)]
        await step(d, 'got', () => got)
        house.ahead = 0
        expect(got).toEqual([
          { how: 'resumed', value: 1 },
          { how: 'resumed', value: 2 }
        ])
      }
    const house = await new House(makeFixture()).open(walk(never))
    const { id } = await house.accept()
    await begun.opened
    expect(await house.resume(id, 'early', 1)).toBe('resumed')
    await house.reopen(walk(() => Promise.resolve(1)))
    if (!house.events.some((e) => e.type === 'waiting')) await house.told('waiting')
    expect(await house.resume(id, 'late', 2)).toBe('resumed')
    await house.reopen(walk(() => Promise.resolve(1)))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('secrets are committed with the event or the step that brought them', async () => {
    const origin = { app: 'slack', field: 'token', audience: null }
    const handles: Record<string, string> = {}
    const begun = gate()
    const walk =
      (first: boolean): Walk =>
      async (d, run) => {
        const fetched = await d.step(
          'fetch',
          async () => {
            handles['fetched'] = run.keyring.mint('a-fetched-token', origin)
            return leave(handles['fetched'], { minted: run.keyring.takeMinted() })
          },
          { kind: 'use', retry: { attempts: 1, backoffMs: 0, maxBackoffMs: 0 } }
        )
        await step(d, 'use', () => (begun.open(), first ? never() : 1))
        const reveal = (handle: string): string => run.keyring.reveal(handle, (secret) => secret.value)
        expect([reveal(fetched), reveal(handles['event'] ?? '')]).toEqual(['a-fetched-token', 'a-token-of-the-event'])
      }
    const house = await new House(makeFixture()).open(walk(true))
    const run = house.newRun()
    handles['event'] = run.keyring.mint('a-token-of-the-event', origin)
    await house.engine.accept(run)
    await begun.opened
    await house.reopen(walk(false))
    expect(await house.ended(run.id.uuid)).toMatchObject({ status: 'succeeded' })
  })

  test('what a lost attempt minted is kept with the next commit', async () => {
    let handle = ''
    const [lost, begun] = [gate(), gate()]
    const walk =
      (first: boolean): Walk =>
      async (d, run) => {
        const work = async (number: number): Promise<ReturnType<typeof leave<number>>> => {
          if (number > 1) return leave(number)
          await lost.opened
          handle = run.keyring.mint('minted-too-late', { app: 'slack', field: 'token', audience: null })
          return leave(number, { minted: run.keyring.takeMinted() })
        }
        const retry = { attempts: 2, backoffMs: 1, maxBackoffMs: 1 }
        await d.step('fetch', (a) => work(a.number), { kind: 'use', retry, timeoutMs: 20 })
        lost.open()
        await step(d, 'next', () => turn().then(() => 1))
        await step(d, 'hang', () => (begun.open(), first ? never() : 1))
        expect(run.keyring.get(handle)?.value).toBe('minted-too-late')
      }
    const house = await new House(makeFixture()).open(walk(true))
    const { id } = await house.accept()
    await begun.opened
    await house.reopen(walk(false))
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })

  test('an idempotency key and its answer survive', async () => {
    const idempotency = { scope: new Uint8Array(32).fill(1), request: new Uint8Array(32).fill(2) }
    const answer = { status: 200, headers: {}, body: 'once' }
    const house = await new House(makeFixture()).open(async () => ({ status: 'succeeded', answer }))
    const view = await house.run({ idempotency })
    await house.reopen(() => Promise.reject(new Error('it had ended')))
    const again = await house.engine.accept(house.newRun({ idempotency }))
    expect(reasonOf(again)).toBe('repeated')
    expect(await ('answer' in again && again.answer)).toEqual(view)
  })

  test('a clock that was set back neither loses runs nor keeps new ones from being accepted', async () => {
    const house = await new House(makeFixture()).open(() => never())
    const { id } = await house.accept()
    house.ahead = -86_400_000
    await house.reopen(() => Promise.resolve())
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
    expect(await house.run()).toMatchObject({ end: { status: 'succeeded' } })
  })

  test('what a crashed engine still does reaches nothing', async () => {
    const [begun, late] = [gate(), gate()]
    const house = await new House(makeFixture()).open(async (d) => {
      await step(d, 'a', () => (begun.open(), late.opened.then(() => 'from the dead')))
    })
    const { id } = await house.accept()
    await begun.opened
    const hold = gate()
    const got = gate<unknown>()
    await house.reopen(async (d) => got.open(await step(d, 'a', () => hold.opened.then(() => 'from the living'))))
    late.open()
    await turn()
    hold.open()
    expect(await got.opened).toBe('from the living')
    expect(await house.ended(id)).toMatchObject({ status: 'succeeded' })
  })
}
