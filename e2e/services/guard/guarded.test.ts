import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Guarded } from './guarded.ts'

function open(): Guarded {
  const guarded = Guarded.open('test')
  onTestFinished(() => guarded.stop())
  return guarded
}

it('says with what words a program failed', async () => {
  const failing = open().run({ command: ['sh', '-c', 'echo no space; exit 3'] })
  await expect(failing).rejects.toThrow(/^sh -c .* ended with 3\nno space$/)
})

it('says that there is no such program', async () => {
  await expect(open().run({ command: ['no-such-program'] })).rejects.toThrow(/no-such-program .*ENOENT/)
})

it('does not wait for a server that has ended', async () => {
  const never = (): Promise<never> => Promise.reject(new Error('not yet'))
  const starting = open().serve({ command: ['sh', '-c', 'echo port taken; exit 1'] }, never, 60_000)
  await expect(starting).rejects.toThrow(/ended with 1\nport taken$/)
})

it('gives up on a server that never answers, and says what it asked last', async () => {
  const never = (): Promise<never> => Promise.reject(new Error('connection refused'))
  const starting = open().serve({ command: ['sleep', '600'] }, never, 100)
  await expect(starting).rejects.toThrow(/does not answer: Error: connection refused/)
})

it('ends a program that does not want to, and removes what it wrote', async () => {
  const guarded = open()
  const deaf = `trap '' TERM; echo up >"$HOME/up"; while :; do sleep 1; done`
  const up = (): Promise<void> => (existsSync(join(guarded.folder, 'up')) ? Promise.resolve() : Promise.reject())
  await guarded.serve({ command: ['sh', '-c', deaf] }, up)
  writeFileSync(join(guarded.folder, 'more'), 'more')
  await guarded.stop()
  expect(existsSync(guarded.folder)).toBe(false)
})

it('gives a program nothing of the environment but the PATH', async () => {
  const guarded = open()
  await guarded.run({ command: ['sh', '-c', 'env | cut -d= -f1 | sort'] })
  expect(guarded.lastWords.split('\n')).toEqual(['HOME', 'LC_ALL', 'PATH', 'PWD', 'TMPDIR'])
})
