import { z } from 'zod'
import { address, common, text } from '../config.ts'

export const config = z.strictObject({
  ...common,
  /** Where Nango's API is: its cloud, or one's own server. */
  host: address.prefault('https://api.nango.dev'),
  /** A key of one environment, with the scope `environment:connections:read_credentials`. */
  api_key: text.regex(/^[\x21-\x7e]+$/, 'a key without spaces or line breaks')
})

export type NangoConfig = z.infer<typeof config>
