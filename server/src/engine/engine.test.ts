import { expect, test } from 'vitest'
import { gate, type Gate, House, never, step, turn } from './contract/fixture.ts'
import { RunEngine } from './engine.ts'
import type { Journal } from './journal.ts'
import { MemoryJournal } from './memory/journal.ts'

/** A journal far away: an end is carried out when it arrives, and of a cancel one hears later. */
function farAway(): { journal: Journal; ending: Gate; arrived: Gate; heard: Gate } {
  const [ending, arrived, heard] = [gate(), gate(), gate()]
  const journal = new MemoryJournal(Infinity)
  const accept = journal.accept.bind(journal)
  journal.accept = async (run, at) => {
    const accepted = await accept(run, at)
    if (accepted.how !== 'accepted') return accepted
    const end = accepted.journal.end.bind(accepted.journal)
    accepted.journal.end = async (how, ...rest) => {
      if (how.status === 'cancelled') return end(how, ...rest)
      ending.open()
      await arrived.opened
      return end(how, ...rest)
    }
    return accepted
  }
  const cancel = journal.cancel.bind(journal)
  journal.cancel = async (...args) => {
    const cancelled = await cancel(...args)
    await heard.opened
    return cancelled
  }
  return { journal, ending, arrived, heard }
}

test.for(['an end', 'a time-out'])('the caller hears of a cancel that was faster than %s', async (what) => {
  const { journal, ending, arrived, heard } = farAway()
  const house = await new House({
    open: async ({ execute, now }) => new RunEngine({ execute, now, journal }),
    close: async () => {}
  }).open((d) => step(d, 'a', what === 'an end' ? () => 1 : never))
  const { id, ended } = await house.accept(what === 'an end' ? {} : { timeoutMs: 1 })
  await ending.opened
  const cancelling = house.engine.cancel(id, 'no longer wanted')
  await turn()
  arrived.open()
  await turn()
  heard.open()
  expect(await cancelling).toBe(true)
  expect(await ended).toEqual({ ended: true, end: { status: 'cancelled', note: 'no longer wanted' } })
})
