import { z } from 'zod'
import { address, common, text } from '../config.ts'

const KEYS = ['access_key_id', 'secret_access_key'] as const

export const config = z
  .strictObject({
    ...common,
    region: text.regex(/^[a-z0-9-]{1,40}$/, 'a region such as eu-west-1').meta({ description: 'such as eu-west-1' }),
    endpoint: address.optional().meta({
      description: 'in place of the region’s own: a VPC endpoint, or a server that speaks the same protocol'
    }),
    access_key_id: text.optional().meta({ description: 'static keys; without them, the default chain of the AWS SDK' }),
    secret_access_key: text.optional().meta({ description: 'the other half of static keys' }),
    session_token: text.optional().meta({ description: 'of temporary keys' }),
    role_arn: text
      .regex(/^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/, 'the ARN of a role')
      .optional()
      .meta({ description: 'a role that is assumed with those keys, or with what the chain finds' }),
    external_id: text.optional().meta({ description: 'what the role’s trust policy asks for' }),
    session_name: text
      .regex(/^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits and _+=,.@-')
      .optional()
      .meta({ description: 'the session’s name in CloudTrail; bellhop unless it is said' }),
    sts_endpoint: address
      .optional()
      .meta({ description: 'where the role is assumed, in place of the region’s own STS' })
  })
  .check((context) => {
    const { value, issues } = context
    const wrong = (path: string, message: string): void =>
      void issues.push({ code: 'custom', path: [path], message, input: undefined })
    const [given] = KEYS.filter((name) => value[name] !== undefined)
    const [missing] = KEYS.filter((name) => value[name] === undefined)
    if (given !== undefined && missing !== undefined) wrong(missing, `is needed with \`${given}\``)
    if (value.session_token !== undefined && given === undefined) wrong('session_token', 'needs `access_key_id`')
    for (const name of ['external_id', 'session_name', 'sts_endpoint'] as const) {
      if (value[name] !== undefined && value.role_arn === undefined) wrong(name, 'needs `role_arn`')
    }
  })

export type AwsConfig = z.infer<typeof config>
