/** docs/components.md and docs/calling.md: every example is a file that is type-checked with the others, and its tests are run. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const pages = await Promise.all(
  ['components.md', 'calling.md'].map((name) => readFile(join(ROOT, 'docs', name), 'utf8'))
)

/** The pages' examples by the path that their first line says. */
const examples = [...pages.join('\n').matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, text = '']) => ({
  path: /^\/\/ (\S+\.ts)\n/.exec(text)?.[1] ?? `no path: ${text.slice(0, 40)}`,
  text
}))

test('every example of the pages is sound, and its tests pass', async () => {
  const folder = await temporaryFolder()
  const config = { extends: join(ROOT, 'tsconfig.json'), include: ['package', 'components'], exclude: [] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await mkdir(join(folder, 'components'))
  await symlink(join(ROOT, 'components', 'vendor'), join(folder, 'components', 'vendor'))
  for (const { path, text } of examples) {
    expect(path).toMatch(/^(package|components)\//)
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text, { flag: 'wx' })
  }

  const options = { cwd: folder, env: { PATH: process.env['PATH'] ?? '' } }
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const [typed, tested] = await Promise.all([
    run(process.execPath, [tsc, '--project', folder], options).catch((error: { stdout: string }) => error),
    run(process.execPath, ['--test', '{package,components/parcels}/**/*.test.ts'], options).catch(
      (error: { stdout: string }) => error
    )
  ])
  expect(typed.stdout).toBe('')
  expect(tested.stdout).toMatch(/\bpass 5\n[\s\S]*\bfail 0\n/)
})
