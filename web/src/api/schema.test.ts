import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { apiTypes } from '../../scripts/api-types.ts'

test('the client is typed by the API as it is: npm run api --workspace web', async () => {
  expect(await readFile(new URL('schema.ts', import.meta.url), 'utf8')).toBe(await apiTypes())
})
