import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

async function read(): Promise<Record<string, unknown>> {
  const answer = await fetch(`${server.url}/api/v1/openapi.json`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  const result = await validator.validate(await read())
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

test('every reference leads somewhere', async () => {
  const document = await read()
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target = '']) => target)
  expect(references.length).toBeGreaterThan(10)
  const { schemas } = document['components'] as { schemas: Record<string, unknown> }
  for (const reference of references) {
    expect(reference).toMatch(/^#\/components\/schemas\//)
    expect(schemas).toHaveProperty([reference.replace('#/components/schemas/', '')])
  }
})
