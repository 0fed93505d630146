/** docs/code-steps.md against the real server: every example deploys, with packages from a stand-in registry. */
import { readFile } from 'node:fs/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { world } from '../support/world.ts'

const page = await readFile(new URL('../../docs/code-steps.md', import.meta.url), 'utf8')

/** The examples as whole definitions: steps alone get a trigger. */
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ''], index) => {
  const written = /^name: (\S+)$/m.exec(text)?.[1]
  if (written !== undefined) return { name: written, text }
  const name = `example-${index + 1}`
  return { name, text: `name: ${name}\ntrigger: { type: http }\nsteps:\n${text.replace(/^(?=.)/gm, '  ')}` }
})

const SHOUT = `export default { key: 'example-shout', type: 'action', name: 'Shout', description: '', version: '1.0.0',
  props: { text: { type: 'string' } }, run() { return this.text.toUpperCase() } }`

test('every example of the page deploys', async () => {
  expect(examples.length).toBeGreaterThan(5)
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  registry.publish(
    { name: 'slugify', version: '1.6.6', files: { 'index.js': 'module.exports = (text) => text' } },
    { name: '@example/actions', version: '1.0.0', json: { type: 'module' }, files: { 'index.js': SHOUT } }
  )
  const { server } = await world({ env: { BELLHOP_NPM_REGISTRY: registry.url } })
  for (const { name, text } of examples) {
    const { status, body } = await server.api('PUT', `/workflows/${name}`, text, 'application/yaml')
    expect([status, body], text).toMatchObject([201, { name, version: 1 }])
  }
})
