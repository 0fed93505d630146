import { expect, test } from 'vitest'
import { meta } from '../testing/commands.ts'
import type { MakeHome } from './fixture.ts'

/** What is there after the end. */
export function ends(makeHome: MakeHome): void {
  test('what was answered survives SIGKILL (I2)', async () => {
    const home = await makeHome()
    const child = home.startCounting()
    expect(await child.line()).toBe('open')
    for (let n = 1; n <= 20; n++) await child.line()
    child.process.kill('SIGKILL')
    let answered = 20
    for (let line = await child.line(); line !== undefined; line = await child.line()) answered = Number(line)
    await child.exit
    const storage = await home.open()
    expect(Number((await storage.reader.get(meta, { key: 'n' }))?.value)).toBeGreaterThanOrEqual(answered)
  })

  test('close() waits for what was given, and then nothing is taken', async () => {
    const home = await makeHome()
    const storage = await home.open()
    const { reader } = storage
    const writes = Array.from({ length: 100 }, (_, i) => storage.write('set', { key: `k${i}`, value: String(i) }))
    const closing = storage.close()
    const late = storage.write('set', { key: 'late', value: '1' })
    await expect(late).rejects.toThrow('the storage is closed')
    await closing
    expect(await Promise.all(writes)).toHaveLength(100)
    expect(() => storage.reader).toThrow('the storage is closed')
    await expect(reader.get(meta, { key: 'k99' })).rejects.toThrow(/closed|not open/)
    await storage.close()
    const again = await home.open()
    expect((await again.reader.get(meta, { key: 'k99' }))?.value).toBe('99')
    expect(await again.reader.get(meta, { key: 'late' })).toBeUndefined()
  })

  test('every start has a number of its own, greater than those before', async () => {
    const home = await makeHome()
    const first = await home.open()
    expect(first.boot).toBeGreaterThanOrEqual(1)
    await first.close()
    expect((await home.open()).boot).toBeGreaterThan(first.boot)
  })
}
