import { expect, test } from 'vitest'
import { meta } from '../testing/commands.ts'
import type { MakeHome } from './fixture.ts'

/** What becomes of a command. */
export function commands(makeHome: MakeHome): void {
  test('a command is seen by the reader once its promise is fulfilled', async () => {
    const storage = await (await makeHome()).open()
    await storage.write('set', { key: 'a', value: '1' })
    expect((await storage.reader.get(meta, { key: 'a' }))?.value).toBe('1')
    expect(await storage.reader.get(meta, { key: 'b' })).toBeUndefined()
  })

  test('a command that fails takes back its own changes, and nobody else’s', async () => {
    const storage = await (await makeHome()).open()
    const results = await Promise.allSettled([
      storage.write('set', { key: 'before', value: '1' }),
      storage.write('setThenFail', { key: 'failed', value: '1' }),
      storage.write('set', { key: 'after', value: '1' })
    ])
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({
      reason: { name: 'Fault', code: 'told_to_fail', status: 409, retryable: false, hint: 'Do not tell it to.' }
    })
    const found = ['before', 'failed', 'after'].map((key) => storage.reader.get(meta, { key }))
    const keys = (await Promise.all(found)).map((row) => row?.value)
    expect(keys).toEqual(['1', undefined, '1'])
  })

  test('arguments are made when a command leaves, once, and one that cannot be made fails alone', async () => {
    const storage = await (await makeHome()).open()
    const made: string[] = []
    const set = (value: string): Promise<number> =>
      storage.write('set', () => {
        if (value === 'bad') throw new Error('not made')
        made.push(value)
        return { key: value, value }
      })
    const writes = [set('1'), set('bad'), storage.write('set', { key: '2', value: '2' }), set('3')]
    expect(made).toEqual([])
    const results = await Promise.allSettled(writes)
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: { message: 'not made' } })
    expect(made.toSorted()).toEqual(['1', '3'])
    expect((await storage.reader.get(meta, { key: '3' }))?.value).toBe('3')
    expect(await storage.reader.get(meta, { key: 'bad' })).toBeUndefined()
  })

  test('a command that waited for another comes after it', async () => {
    const storage = await (await makeHome()).open()
    const seen: number[] = []
    for (let n = 1; n <= 100; n++) seen.push(await storage.write('readAndAdd', { key: 'n' }))
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i + 1))
  })

  test('a command that nobody has is refused', async () => {
    const storage = await (await makeHome()).open()
    const write = (storage.write as (name: string, args: object) => Promise<unknown>).call(storage, 'nothing', {})
    await expect(write).rejects.toThrow('there is no command nothing')
  })
}
