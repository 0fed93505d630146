import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../support/temporary.ts'
import { cached } from './cache.ts'

let home = ''
beforeEach(async () => {
  home = await temporaryFolder()
  vi.stubEnv('XDG_CACHE_HOME', home)
  return () => void vi.unstubAllEnvs()
})

const write = async (_: unknown, into: string): Promise<void> => writeFileSync(join(into, 'thing'), 'made')

const entries = (): string[] => readdirSync(join(home, 'bellhop-tests'))

it('makes a thing once', async () => {
  const make = vi.fn<typeof write>(write)
  const first = await cached('thing', make)
  expect(await cached('thing', make)).toBe(first)
  expect(make).toHaveBeenCalledTimes(1)
  expect(readFileSync(join(first, 'thing'), 'utf8')).toBe('made')
})

it('gives all the same when several make it at once', async () => {
  const folders = await Promise.all([1, 2, 3].map(() => cached('thing', write)))
  expect(new Set(folders).size).toBe(1)
  expect(entries()).toEqual(['thing'])
})

it('leaves nothing of what could not be made', async () => {
  const failing = cached('thing', (maker) => maker.run({ command: ['sh', '-c', 'echo no network; exit 1'] }))
  await expect(failing).rejects.toThrow('no network')
  expect(entries()).toEqual([])
})
