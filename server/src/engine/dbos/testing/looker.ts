import { expect, vi } from 'vitest'
import { heldBy } from '../lives.ts'
import type { DbosFixture } from './fixture.ts'

/** Answers what waits until the node has looked often at the runs that are its own by their rows. */
export function looker({ storage: { reader } }: DbosFixture): () => Promise<void> {
  let looks = 0
  const all = reader.all.bind(reader)
  vi.spyOn(reader, 'all').mockImplementation((query, ...params) => {
    if (query === heldBy) looks++
    return all(query, ...params)
  })
  return async () => {
    const before = looks
    await expect.poll(() => looks).toBeGreaterThan(before + 20)
  }
}
