/** `$.respond`: the answer for the caller who triggered the run. The first one of a run counts. */
import { Fault, type Json } from '@bellhop/sdk'
import { z } from 'zod'
import type { SaidResponse } from '../../workflow/step-record.ts'
import { json } from './json.ts'
import type { Site } from './site.ts'

/** Bytes of a body that is not text. */
export const MAX_BODY_BYTES = 10_000_000
/** As base64, which is how it comes from a sandbox. */
const MAX_BASE64 = Math.ceil(MAX_BODY_BYTES / 3) * 4

const scalar = z.union([z.string(), z.number(), z.boolean()])
const input = z
  .object({
    status: z.coerce.number().optional(),
    headers: z.record(z.string(), z.union([scalar, z.array(scalar).readonly()])).optional(),
    body: json.optional(),
    /** With it the body is bytes, as base64. */
    encoding: z.literal('base64').optional(),
    immediate: z.boolean().optional()
  })
  .refine(({ body, encoding }) => encoding === undefined || typeof body === 'string', { path: ['body'] })

/** @throws Fault `bad_response`, `response_too_large` */
export const respond = {
  input,
  run(site: Site, { immediate = false, ...said }: z.output<typeof input>): undefined {
    const response = checked(said)
    const { left, unheard } = site
    const first = site.said() ?? left.response
    if (unheard !== undefined) site.warn(`\`$.respond\` is not heard: ${unheard}`)
    else if (first !== undefined) {
      site.warn('`$.respond` was called again: the first answer of a run counts')
      left.response = first
    } else left.response = immediate ? site.answer(response) : response
    return undefined
  }
}

function checked({ status, headers, body, encoding }: Omit<z.output<typeof input>, 'immediate'>): SaidResponse {
  if (status !== undefined && !(Number.isInteger(status) && status >= 200 && status <= 599)) {
    throw new Fault('bad_response', '`$.respond` needs a status between 200 and 599')
  }
  if (encoding !== undefined && typeof body === 'string' && body.length > MAX_BASE64) throw bodyTooLarge()
  return {
    ...(status === undefined ? {} : { status }),
    ...(headers === undefined ? {} : { headers: Object.fromEntries(Object.entries(headers).map(asText)) }),
    ...(encoding === undefined || typeof body !== 'string' ? bodyOf(body) : textOf(Buffer.from(body, 'base64')))
  }
}

function bodyOf(body: Json | undefined): Pick<SaidResponse, 'body'> {
  return body === undefined ? {} : { body }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as the text that they are, or else a character for each. */
function textOf(bytes: Buffer): Pick<SaidResponse, 'body' | 'encoding'> {
  try {
    return { body: UTF_8.decode(bytes), encoding: 'utf8' }
  } catch {
    return { body: bytes.toString('latin1'), encoding: 'latin1' }
  }
}

/** A list is one line, but for cookies, of which each is a line (RFC 6265, section 3). */
function asText([name, value]: [string, unknown]): [string, string | string[]] {
  if (!Array.isArray(value)) return [name, String(value)]
  return [name, name.toLowerCase() === 'set-cookie' ? value.map(String) : value.map(String).join(', ')]
}

export function bodyTooLarge(): Fault {
  return new Fault('response_too_large', `the body of \`$.respond\` is larger than ${MAX_BODY_BYTES / 1e6} MB`, {
    hint: 'Answer with an address from which the caller can fetch it.'
  })
}
