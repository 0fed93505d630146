/** The OpenAPI 3.1 document of the admin API, generated from its routes. https://spec.openapis.org/oas/v3.1.0 */
import { z } from 'zod'
import { Problem } from '../problem.ts'
import type { Route } from './route.ts'

type JsonSchema = Record<string, unknown>

const ADDRESS = '#/components/schemas/'

/** Builds the document. Called once: converting schemas takes milliseconds. */
export function openApi(routes: readonly Route[], version: string): object {
  const schemas = new Components()
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route, schemas)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bellhop admin API',
      version,
      description: 'Workflows, runs and accounts. Wherever a secret was, a handle stands.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' }
    },
    servers: [{ url: '/api/v1' }],
    security: [{ adminToken: [] }, { session: [], csrf: [] }],
    paths,
    components: {
      schemas: schemas.all,
      securitySchemes: {
        adminToken: { type: 'http', scheme: 'bearer', description: 'The text of `admin-token` in the data directory.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'bellhop_session',
          description: 'What signing in sets; over TLS its name begins with `__Host-`.'
        },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'x-bellhop-csrf',
          description: 'What `GET /session` answers, for a session’s calls that are no GET.'
        }
      }
    }
  }
}

function operation(route: Route, schemas: Components): object {
  const { params, query, body } = route
  const parameters = [...parametersOf(params, 'path', schemas), ...parametersOf(query, 'query', schemas)]
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.open === true ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body.content, schemas) } }),
    responses: responsesOf(route, schemas)
  }
}

/** `PUT /workflows/{name}` → `put_workflows_name`. */
function operationId({ method, path }: Route): string {
  return `${method.toLowerCase()}${path.replaceAll(/[^a-z0-9]+/gi, '_').replace(/_$/, '')}`
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query', schemas: Components): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => {
    const { description, ...rest } = schemas.convert(part as z.ZodType, 'output')
    return {
      name,
      in: place,
      required: place === 'path' || !z.safeParse(part, undefined).success,
      ...(description === undefined ? {} : { description }),
      schema: rest
    }
  })
}

function contentOf(content: NonNullable<Route['body']>['content'], schemas: Components): object {
  return Object.fromEntries(
    Object.entries(content).map(([mediaType, schema]) => [
      mediaType,
      { schema: schema instanceof z.ZodType ? schemas.convert(schema, 'input') : schemas.adopt(schema) }
    ])
  )
}

function responsesOf(route: Route, schemas: Components): Record<string, object> {
  const problem = { schema: schemas.convert(Problem, 'output') }
  const responses: Record<string, object> = {
    default: { description: 'What went wrong (RFC 9457).', content: { 'application/problem+json': problem } }
  }
  for (const [status, { description, schema, mediaType = 'application/json', also = {} }] of Object.entries(
    route.answers
  )) {
    const forms = schema && Object.entries({ [mediaType]: schema, ...also })
    const content =
      forms && Object.fromEntries(forms.map(([type, form]) => [type, { schema: schemas.convert(form, 'output') }]))
    responses[status] = { description, ...(content === undefined ? {} : { content }) }
  }
  return responses
}

/** The named schemas of the document. Those that zod names itself (recursion) get a name that nothing else has. */
class Components {
  readonly all: Record<string, JsonSchema> = {}
  #converted = 0

  convert(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const id = schema.meta()?.id
    const converted = this.adopt(z.toJSONSchema(schema, { io, unrepresentable: 'any' }))
    if (id === undefined) return converted
    this.all[id] ??= converted
    return { $ref: ADDRESS + id }
  }

  /** A JSON Schema with `$defs` as one that refers to components. */
  adopt(schema: Readonly<JsonSchema>): JsonSchema {
    this.#converted += 1
    const own = (schema['$defs'] ?? {}) as Record<string, JsonSchema>
    const names = (name: string): string => {
      if (!name.startsWith('__')) return name
      return isAnyJson(own[name]) ? 'Json' : `Any${this.#converted}${name.replaceAll('_', '')}`
    }
    const { $defs = {}, $schema: _dialect, id: _id, ...rest } = relocated(schema, names) as JsonSchema
    for (const [name, definition] of Object.entries($defs as Record<string, JsonSchema>)) {
      const { id: _nested, ...inner } = definition
      this.all[names(name)] ??= names(name) === 'Json' ? { description: 'Any JSON value.' } : inner
    }
    return rest
  }
}

/** Whether this is what zod makes of `z.json()`: a recursion through every type, which says no more than no schema. */
function isAnyJson(schema: JsonSchema | undefined): boolean {
  const kinds = (schema?.['anyOf'] ?? []) as JsonSchema[]
  const types = kinds.map(({ type }) => type)
  return ['string', 'number', 'boolean', 'null', 'array', 'object'].every((type) => types.includes(type))
}

/** The same schema with its references pointing to components. */
function relocated(value: unknown, names: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => relocated(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const local = key === '$ref' && typeof inner === 'string' ? /^#\/\$defs\/(.+)$/.exec(inner)?.[1] : undefined
      return [key, local === undefined ? relocated(inner, names) : ADDRESS + names(local)]
    })
  )
}
