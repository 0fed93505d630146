import { expect, it } from 'vitest'
import { Unreachable } from '../api/client.ts'
import type { Session } from '../api/tests.ts'
import { CurrentSession } from './current-session.ts'

/** Sessions that are begun when the server answers, which a test says. */
function page() {
  const ended: string[] = []
  const current = new CurrentSession((id) => ended.push(id))
  const begin = (id: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<Session>()
    const begun = current.begin(promise)
    begun.catch(() => {})
    return { begun, answer: () => resolve({ id, event: {} }), refuse: () => reject(new Unreachable()) }
  }
  return { current, begin, ended }
}

const { signal } = new AbortController()

it('has the session that was begun, and ends the one before', async () => {
  const { current, begin, ended } = page()
  expect(await current.ready(signal)).toBeUndefined()
  for (const id of ['one', 'two']) {
    const { begun, answer } = begin(id)
    answer()
    expect(await begun).toMatchObject({ id })
    expect(await current.ready(signal)).toBe(id)
  }
  expect(ended).toEqual(['one'])
})

it('tests in the session whose answer is awaited', async () => {
  const { current, begin } = page()
  const one = begin('one')
  one.answer()
  await one.begun
  const two = begin('two')
  const ready = current.ready(signal)
  two.answer()
  expect(await ready).toBe('two')
})

it('keeps what was asked for last, whichever answer comes last', async () => {
  const { current, begin, ended } = page()
  const [one, two] = [begin('one'), begin('two')]
  two.answer()
  expect(await two.begun).toMatchObject({ id: 'two' })
  one.answer()
  expect(await one.begun).toBeUndefined()
  expect(await current.ready(signal)).toBe('two')
  expect(ended).toEqual(['one'])
})

it('keeps the session before where another is refused, and tests nothing that waited for that', async () => {
  const { current, begin, ended } = page()
  const one = begin('one')
  one.answer()
  await one.begun
  const two = begin('two')
  const ready = current.ready(signal)
  two.refuse()
  await expect(two.begun).rejects.toBeInstanceOf(Unreachable)
  expect(await ready).toBeUndefined()
  expect(await current.ready(signal)).toBe('one')
  expect(ended).toEqual([])
})

it('waits no longer when it is stopped', async () => {
  const { current, begin } = page()
  begin('one')
  const stop = new AbortController()
  const ready = current.ready(stop.signal)
  stop.abort()
  await expect(ready).rejects.toMatchObject({ name: 'AbortError' })
})

it('ends what there is when the page is left, and what comes after that', async () => {
  const { current, begin, ended } = page()
  const one = begin('one')
  one.answer()
  await one.begun
  const two = begin('two')
  current.leave()
  two.answer()
  expect(await two.begun).toBeUndefined()
  expect(await current.ready(signal)).toBeUndefined()
  expect(ended).toEqual(['one', 'two'])
})
