import { expect, test } from 'vitest'
import type { Schemas } from '../../api/client.ts'
import type { RunItem, RunStatus } from '../../api/runs.ts'
import { mergeNewest } from './merge.ts'

function run(place: number, status: RunStatus = 'succeeded'): RunItem {
  return {
    id: `019aa8b2-${String(place).padStart(4, '0')}-7000-8a51-2f1f6e1a9b7c`,
    workflow: 'quiet',
    version: 1,
    status,
    accepted_at: '2026-01-01T00:00:00.000Z'
  }
}

function page(runs: RunItem[], next_cursor: string | null): Schemas['RunPage'] {
  return { runs, next_cursor }
}

const loaded = {
  pages: [page([run(9), run(8, 'running')], 'a'), page([run(7, 'waiting'), run(6)], 'b')],
  pageParams: ['', 'a']
}

function shown(data: ReturnType<typeof mergeNewest>): string[] | undefined {
  return data?.pages.flatMap(({ runs }) => runs.map(({ id, status }) => `${Number(id.slice(9, 13))} ${status}`))
}

test('what is new comes in front, and what has changed is changed where it stands', () => {
  const newest = page([run(10, 'running'), run(9), run(8, 'failed')], 'x')
  const merged = mergeNewest(loaded, newest, new Map([[run(7).id, 'succeeded']]), {})
  expect(shown(merged)).toEqual(['10 running', '9 succeeded', '8 failed', '7 succeeded', '6 succeeded'])
  expect(merged?.pageParams).toEqual(loaded.pageParams)
})

test('pages of which nothing was told stay the same objects', () => {
  const merged = mergeNewest(loaded, page([run(9), run(8)], 'x'), new Map(), {})
  expect(merged?.pages[1]).toBe(loaded.pages[1])
})

test('a run goes that does not have the status any more which is asked for', () => {
  const waiting = { pages: [page([run(9, 'waiting')], 'a'), page([run(7, 'waiting')], null)], pageParams: ['', 'a'] }
  const told = new Map<string, RunStatus>([[run(7).id, 'succeeded']])
  expect(shown(mergeNewest(waiting, page([run(9, 'waiting')], 'x'), told, { status: 'waiting' }))).toEqual([
    '9 waiting'
  ])
})

test('a run that has got that status only now takes its place in time', () => {
  const failed = { pages: [page([run(9, 'failed'), run(5, 'failed')], null)], pageParams: [''] }
  const newest = page([run(9, 'failed'), run(7, 'failed'), run(5, 'failed')], null)
  expect(shown(mergeNewest(failed, newest, new Map(), { status: 'failed' }))).toEqual([
    '9 failed',
    '7 failed',
    '5 failed'
  ])
})

test('a newest page that does not reach down to what is there says that something is missing', () => {
  expect(mergeNewest(loaded, page([run(30), run(29)], 'x'), new Map(), {})).toBeUndefined()
})
