import { expect, test } from 'vitest'
import { meta } from '../testing/commands.ts'
import type { MakeHome } from './fixture.ts'

const MANY = Array.from({ length: 40 }, (_, i) => String(i))

/** Commands that meet on the same rows. */
export function meetings(makeHome: MakeHome): void {
  test('what a command reads holds until it has written: of many that count up, none is lost', async () => {
    const storage = await (await makeHome()).open()
    const counted = await Promise.all(MANY.map(() => storage.write('readAndAdd', { key: 'n' })))
    expect(counted.toSorted((a, b) => a - b)).toEqual(MANY.map((_, i) => i + 1))
    expect((await storage.reader.get(meta, { key: 'n' }))?.value).toBe(String(MANY.length))
  })

  test('nor of those that leave it to the row’s lock', async () => {
    const storage = await (await makeHome()).open()
    await storage.write('set', { key: 'n', value: '0' })
    const counted = await Promise.all(MANY.map(() => storage.write('addApart', { key: 'n' })))
    expect(counted.toSorted((a, b) => a - b)).toEqual(MANY.map((_, i) => i + 1))
  })

  test.for(['claim', 'claimApart', 'claimAtOnce'] as const)(
    'of many that claim the same key one has it, and all say so: %s',
    async (name) => {
      const storage = await (await makeHome()).open()
      for (const key of ['a', 'b', 'c']) {
        const owners = await Promise.all(MANY.map((by) => storage.write(name, { key, by })))
        expect(new Set(owners)).toEqual(new Set([owners[0]]))
        expect((await storage.reader.get(meta, { key }))?.value).toBe(owners[0])
      }
    }
  )
}
