/** A package of components, from the first command to what is published: with the real npm, in a folder of its own. */
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { startRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { bellhop } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { post, world } from '../support/world.ts'

const run = promisify(execFile)

/** The machine's npm on this Node.js. Versions are those that this repository has installed: npm has them at hand. */
async function npm(cwd: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` }
  const { stdout } = await run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd, env })
  return stdout
}

test('`bellhop init component` makes a package whose tests pass and that is ready to be published', async () => {
  const cwd = await temporaryFolder()
  const { code, stdout, stderr } = await bellhop(['init', 'component', '@acme/parcel-post'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('cd parcel-post && npm install && npm test')
  expect(await readdir(cwd)).toEqual(['parcel-post'])

  const folder = join(cwd, 'parcel-post')
  // A code step for one workflow can lie beside it, without an import.
  await writeFile(join(folder, 'src', 'step.ts'), STEP)
  await npm(folder, 'install')
  const told = await npm(folder, 'test')
  expect(told).toMatch(/\bpass 3\n/)
  expect(told).toMatch(/\bfail 0\n/)

  const packed = await npm(folder, 'pack', '--dry-run', '--json', '--silent')
  for (const file of ['dist/app.js', 'dist/actions/create-item.js', 'README.md', 'package.json']) {
    expect(packed).toContain(`"${file}"`)
  }
  expect(packed).not.toMatch(/"(?:src|vendor)\//)
  await deploys(folder)
}, 180_000)

/** What was built, published to a registry, is a step as the README says; and a file is one as it is. */
async function deploys(folder: string): Promise<void> {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  const { version, ...json } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const files: Record<string, string> = {}
  for (const file of ['dist/app.js', 'dist/actions/create-item.js']) {
    files[file] = await readFile(join(folder, file), 'utf8')
  }
  registry.publish({ name: '@acme/parcel-post', version, json, files })

  const { server, data } = await world({ env: { BELLHOP_NPM_REGISTRY: registry.url } })
  const [, steps = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(await readFile(join(folder, 'README.md'), 'utf8')) ?? []
  const used = `name: used\ntrigger: { type: http }\n${steps}`
  expect(await server.api('PUT', '/workflows/used', used, 'application/yaml')).toMatchObject({ status: 201 })

  await writeFile(join(folder, 'greet.yaml'), GREET)
  const deployed = await bellhop(['deploy', join(folder, 'greet.yaml'), '--server', server.url, '--data', data])
  expect([deployed.code, deployed.stderr]).toEqual([0, ''])
  const { body } = await server.api('GET', '/workflows/greet')
  const { triggers } = body as { triggers: { url: string }[] }
  expect((await post(triggers[0]?.url ?? '', {})).body).toBe('Hello ADA')
}

interface Manifest {
  version: string
}

const GREET = `name: greet
trigger: { type: http, auth: { type: none }, allow_anonymous: true, respond: last_step }
steps:
  - name: greet
    file: src/step.ts
    language: typescript
    props: { name: ada }
`

const STEP = `/// <reference types="@bellhop/sdk/globals" />
export default defineComponent({
  props: { name: { type: 'string' } },
  async run({ $ }) {
    $.export('$summary', 'greeted')
    return 'Hello ' + this.name.toUpperCase()
  }
})
`

test('nothing is written over, and a name that cannot be is refused', async () => {
  const cwd = await temporaryFolder()
  expect((await bellhop(['init', 'component'], { cwd })).code).toBe(0)
  const again = await bellhop(['init', 'component'], { cwd })
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('my-app is not empty')])
  const bad = await bellhop(['init', 'component', '../elsewhere'], { cwd })
  expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('lower-case words')])
  expect(await readdir(cwd)).toEqual(['my-app'])
})
