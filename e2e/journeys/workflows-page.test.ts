/** docs/workflows.md against the real server: every example deploys, and every key of a definition is told. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { world } from '../support/world.ts'

const page = await readFile(new URL('../../docs/workflows.md', import.meta.url), 'utf8')

const TRIGGER = 'trigger: { type: http }\n'
const STEPS = 'steps: [{ name: call, use: http-request, props: { url: https://api.example.com } }]\n'

/** The examples as whole definitions: steps alone get a trigger, a trigger or settings alone get the rest. */
const examples = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ''], index) => {
  const written = /^name: (\S+)$/m.exec(text)?.[1]
  if (written !== undefined) return { name: written, text }
  const name = `example-${index + 1}`
  if (text.startsWith('- ')) return { name, text: `name: ${name}\n${TRIGGER}steps:\n${text.replace(/^/gm, '  ')}` }
  return { name, text: `name: ${name}\n${text.startsWith('trigger:') ? '' : TRIGGER}${STEPS}${text}` }
})

test('every example of the page deploys', async () => {
  expect(examples.length).toBeGreaterThan(8)
  const { server } = await world()
  for (const { name, text } of examples) {
    const { status, body } = await server.api('PUT', `/workflows/${name}`, text, 'application/yaml')
    expect([status, body], text).toMatchObject([201, { name, version: 1 }])
  }
})

type Schema = Record<string, unknown>

/** Every name that a definition's own objects can have, by the schema that refuses all others. */
function keysOf(schema: unknown, components: Schema, seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return []
  seen.add(schema)
  const { $ref: ref, properties = {} } = schema as { $ref?: string; properties?: Schema }
  const target = ref === undefined ? undefined : components[ref.replace(/^.*\//, '')]
  const inner = [...Object.values(schema as Schema), target]
  return [...Object.keys(properties), ...inner.flatMap((part) => keysOf(part, components, seen))]
}

test('every key of a definition is told on the page', async () => {
  const { server } = await world()
  const { body } = await server.api('GET', '/openapi.json')
  const document = body as {
    paths: Record<string, { put: { requestBody: { content: Record<string, { schema: unknown }> } } }>
    components: { schemas: Schema }
  }
  const schema = document.paths['/workflows/{name}']?.put.requestBody.content['application/json']?.schema
  const keys = new Set(keysOf(schema, document.components.schemas))
  expect([...keys]).toEqual(expect.arrayContaining(['name', 'end_if', 'max_backoff', 'origins']))
  expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([])
})
