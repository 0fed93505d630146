/** `$.send.http`: requests that go out when the step has its checkpoint (`run/sending.ts`). */
import { Fault } from '@bellhop/sdk'
import { z } from 'zod'
import type { HeldRequest } from '../../workflow/step-record.ts'
import { json } from './json.ts'
import type { Site } from './site.ts'

const MAX_REQUESTS = 100

const scalar = z.union([z.string(), z.number(), z.boolean()])
const input = z.object({
  method: z
    .string()
    .regex(/^[a-z]{1,20}$/i)
    .default('POST'),
  url: z.string().min(1).max(16_384),
  headers: z.record(z.string(), scalar).optional(),
  params: z.record(z.string(), scalar).optional(),
  auth: z.object({ username: z.string(), password: z.string() }).optional(),
  data: json.optional()
})

/** @throws Fault `too_many_sends` */
export const send = {
  input,
  run({ left }: Site, { method, url, headers, params, auth, data }: z.output<typeof input>): undefined {
    if (left.sends.length >= MAX_REQUESTS) {
      throw new Fault('too_many_sends', `a step can leave ${MAX_REQUESTS} requests for \`$.send.http\``, {
        hint: 'Send them yourself, or go over the list with an `each`.'
      })
    }
    const sent: Record<string, string> = {}
    for (const [name, value] of Object.entries(headers ?? {})) sent[name] = String(value)
    if (auth !== undefined) sent['authorization'] ??= basic(auth)
    const request: HeldRequest = { method: method.toUpperCase(), url }
    if (Object.keys(sent).length > 0) request.headers = sent
    if (params !== undefined) request.params = params
    if (data !== undefined) request.data = data
    left.sends.push(request)
  }
}

/** RFC 7617. The door looks through it for handles. */
function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
