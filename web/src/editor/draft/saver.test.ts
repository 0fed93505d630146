import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ApiProblem, Unreachable } from '../../api/client.ts'
import type { Draft } from './draft.ts'
import { Saver } from './saver.ts'

const draft = (text: string, revision: number): Draft => ({
  name: 'a',
  text,
  revision,
  base_version: null,
  updated_at: '2026-11-26T00:00:00Z',
  triggers: []
})

/** A server that answers when it is told to. */
function server() {
  const asked: { text: string; answer: (draft: Draft) => void; refuse: (error: Error) => void }[] = []
  const saver = new Saver(
    draft('0', 1),
    (_, text) => new Promise((answer, refuse) => void asked.push({ text, answer, refuse }))
  )
  return { saver, asked }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('saves once when a person rests', async () => {
  const { saver, asked } = server()
  for (const text of ['1', '12', '123']) saver.change(text)
  expect(saver.state().status).toBe('unsaved')
  await vi.advanceTimersByTimeAsync(700)
  expect(asked.map(({ text }) => text)).toEqual(['123'])
  expect(saver.state().status).toBe('saving')
  asked[0]?.answer(draft('123', 2))
  await vi.advanceTimersByTimeAsync(0)
  expect(saver.state()).toMatchObject({ status: 'saved', draft: { revision: 2 } })
})

it('saves what was typed while a save was under way, after it', async () => {
  const { saver, asked } = server()
  saver.change('1')
  const flushed = saver.flush()
  saver.change('12')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toHaveLength(1)
  asked[0]?.answer(draft('1', 2))
  await flushed
  await vi.advanceTimersByTimeAsync(700)
  expect(asked[1]?.text).toBe('12')
})

it('asks a server again that does not answer', async () => {
  const { saver, asked } = server()
  saver.change('1')
  void saver.flush()
  asked[0]?.refuse(new Unreachable())
  await vi.advanceTimersByTimeAsync(0)
  expect(saver.state().status).toBe('offline')
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toHaveLength(2)
})

it('stops at a draft that was changed elsewhere, until a person has chosen', async () => {
  const { saver, asked } = server()
  saver.change('1')
  void saver.flush()
  asked[0]?.refuse(new ApiProblem({ type: '', title: '', status: 409, code: 'draft_changed' }))
  await vi.advanceTimersByTimeAsync(0)
  saver.change('12')
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(1)
  expect(saver.state().status).toBe('conflict')
  saver.resolve(draft('other', 7), '12')
  await vi.advanceTimersByTimeAsync(0)
  expect(asked[1]?.text).toBe('12')
  expect(saver.state().draft.revision).toBe(7)
})

it('has nothing to save when a change was undone', async () => {
  const { saver, asked } = server()
  saver.change('1')
  saver.change('0')
  expect(saver.state().status).toBe('saved')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toHaveLength(0)
})
