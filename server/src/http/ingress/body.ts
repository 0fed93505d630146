import { parse as parseQuery } from 'node:querystring'
import type { Json } from '@bellhop/sdk'
import { binary } from './binary.ts'
import { plain } from './fields.ts'
import { parseJson } from '../json-body.ts'
import { isJson, mediaTypeOf, textOf } from '../media-type.ts'
import { HttpFault } from '../problem.ts'
import { parseMultipart } from './multipart.ts'

/**
 * A body as `steps.trigger.event.body`, by its media type:
 * - nothing: `null`;
 * - JSON: its value;
 * - `application/x-www-form-urlencoded`: an object, with a list where a name is repeated;
 * - `multipart/form-data`: the same, with `{ $binary, media_type, filename }` for a file;
 * - `text/*` and XML: a string;
 * - anything else, and no content-type: `{ $binary, media_type }`.
 * @throws HttpFault 400, 413 or 415, which quotes nothing of the body
 */
export function parseBody(bytes: Buffer, contentType: string | undefined): Json | Promise<Json> {
  if (bytes.length === 0) return null
  const type = mediaTypeOf(contentType)
  if (isJson(type)) return parseJson(textOf(bytes, type))
  if (type.essence === 'application/x-www-form-urlencoded') {
    const text = textOf(bytes, type)
    if (/^\s*[{[]/.test(text)) throw jsonAsForm()
    return plain(parseQuery(text, '&', '=', { maxKeys: 0 }))
  }
  if (type.essence === 'multipart/form-data' && type.boundary && contentType !== undefined) {
    return parseMultipart(bytes, contentType)
  }
  if (isText(type.essence)) return textOf(bytes, type)
  return binary(bytes, type.essence)
}

/**
 * What curl sends when its user forgot the header. As a form it would be one long name, in which no reference finds the
 * credential, and so nothing would be known to be secret (I1).
 */
function jsonAsForm(): HttpFault {
  return new HttpFault(
    'json_as_form',
    400,
    'the body looks like JSON, but its content-type says that it is a form',
    'Send `content-type: application/json`.'
  )
}

const TEXTS = new Set([
  'application/xml',
  'application/yaml',
  'application/javascript',
  'application/graphql',
  'application/x-ndjson'
])

function isText(essence: string): boolean {
  return essence.startsWith('text/') || essence.endsWith('+xml') || essence.endsWith('+yaml') || TEXTS.has(essence)
}
