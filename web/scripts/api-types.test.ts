import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { apiTypes } from './api-types.ts'

test('the client is typed by the API as it is: npm run api --workspace web', async () => {
  const written = await readFile(new URL('../src/api/schema.ts', import.meta.url), 'utf8')
  expect(written).toBe(await apiTypes())
})
