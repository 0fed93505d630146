/** A definition as the body of a request. */
import { definitionJsonSchema } from '../../workflow/definition.ts'
import { isJson, mediaTypeOf, textOf } from '../media-type.ts'
import { HttpFault } from '../problem.ts'
import type { BodySpec } from './route.ts'

const schema = definitionJsonSchema()
const YAML = new Set(['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'])

/** A definition goes on as text, so that mistakes can be told with line and column. */
export const definitionBody: BodySpec<string> = {
  content: { 'application/json': schema, 'application/yaml': schema },
  read(bytes, contentType) {
    const type = mediaTypeOf(contentType)
    if (isJson(type) || YAML.has(type.essence)) return textOf(bytes, type)
    throw new HttpFault(
      'unsupported_media_type',
      415,
      'a definition is YAML or JSON',
      'Send `content-type: application/yaml` or `application/json`.'
    )
  }
}
