/** Writes the types of the admin API from its OpenAPI document: `npm run api --workspace web`. */
import { writeFile } from 'node:fs/promises'
import { apiTypes } from './api-types.ts'

await writeFile(new URL('../src/api/schema.ts', import.meta.url), await apiTypes())
