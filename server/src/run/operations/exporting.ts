import { Fault } from '@bellhop/sdk'
import { z } from 'zod'
import { json } from './json.ts'
import type { Site } from './site.ts'

const input = z.object({ key: z.string().min(1).max(256), value: json })

/** Names that the server gives exports itself. */
const RESERVED = new Map([
  ['$return_value', 'Return the value, or export it under another name.'],
  ['$resume_data', 'It is what a request to `resume_url` brought.']
])

/** `$.export`. @throws Fault `reserved_export` */
export const exporting = {
  input,
  run({ left }: Site, { key, value }: z.output<typeof input>): undefined {
    const hint = RESERVED.get(key)
    if (hint !== undefined) throw new Fault('reserved_export', `a step cannot export \`${key}\``, { hint })
    if (value !== undefined) left.exports.set(key, value)
  }
}
