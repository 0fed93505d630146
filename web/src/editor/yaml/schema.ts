/** The JSON Schema of a definition, from the API's own document. */
import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import type { Path } from '../path.ts'

/** The part of JSON Schema that completion reads. */
export interface Schema {
  type?: string | string[]
  description?: string
  properties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  $ref?: string
}

interface OpenApi {
  paths: Record<string, { put?: { requestBody?: { content?: Record<string, { schema?: Schema }> } } }>
}

export const schemaQuery = queryOptions({
  queryKey: ['definition-schema'],
  queryFn: async (): Promise<Schema> => {
    const openApi = (await (await call('/openapi.json')).json()) as OpenApi
    return openApi.paths['/workflows/{name}']?.put?.requestBody?.content?.['application/yaml']?.schema ?? {}
  },
  staleTime: Infinity
})

/** Everything that may stand at a path; several, where the schema leaves a choice. */
export function schemasAt(schema: Schema, path: Path): Schema[] {
  let now = alternatives(schema)
  for (const key of path) now = now.flatMap((one) => childOf(one, key)).flatMap(alternatives)
  return now
}

function alternatives(schema: Schema): Schema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  return [schema, ...inner.flatMap(alternatives)]
}

function childOf(schema: Schema, key: string | number): Schema[] {
  if (typeof key === 'number') return schema.items === undefined ? [] : [schema.items]
  const named =
    schema.properties !== undefined && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined
  if (named !== undefined) return [named]
  return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
}

export interface Word {
  word: string
  about?: string
}

/** The keys that an object at a path may have. */
export function keysAt(schema: Schema, path: Path): Word[] {
  const found = new Map<string, Word>()
  for (const { properties } of schemasAt(schema, path)) {
    for (const [word, { description }] of Object.entries(properties ?? {})) {
      if (!found.has(word)) found.set(word, { word, ...(description === undefined ? {} : { about: description }) })
    }
  }
  return [...found.values()]
}

/** The values that may be written at a path, where there are few. */
export function valuesAt(schema: Schema, path: Path): Word[] {
  const words = schemasAt(schema, path).flatMap((one) => [
    ...(one.enum ?? []),
    ...(one.const === undefined ? [] : [one.const]),
    ...(one.type === 'boolean' ? [true, false] : [])
  ])
  return [...new Set(words.filter((word) => typeof word !== 'object').map(String))].map((word) => ({ word }))
}
