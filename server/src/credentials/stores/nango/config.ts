import { z } from 'zod'
import { address, common, text } from '../config.ts'

export const config = z.strictObject({
  ...common,
  host: address.prefault('https://api.nango.dev').meta({
    description: 'where Nango’s API is: its cloud, or one’s own server'
  }),
  api_key: text.regex(/^[\x21-\x7e]+$/, 'a key without spaces or line breaks').meta({
    description: 'a key of one environment, with the scope environment:connections:read_credentials'
  })
})

export type NangoConfig = z.infer<typeof config>
