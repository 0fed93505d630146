import type { Json } from '@bellhop/sdk'
import { z } from 'zod'
import { isObject, kindOf, quote, type Problem } from './mistakes.ts'
import { scheduleSchema } from './schedule-schema.ts'
import { byType, either, later, pickShape, say, strict, wrongWord } from './schema-mistakes.ts'

/** How a caller proves that it may start runs. The token itself is made at deploy and is in no definition. */
const authSchema = byType(
  [
    strict({ type: z.literal('none') }),
    strict(
      { type: z.literal('token') },
      {
        token: {
          message: 'a token does not belong in a definition: the deploy makes one and shows it once',
          expected: 'only `type: token`'
        }
      }
    )
  ],
  { oauth: later('oauth', '`none` or `token`') }
)

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\u0080-\u00ff]*$/
/** Headers that say how the answer is sent, which is the server's business. */
const OWN_HEADERS = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
])

const answerHeaders = z
  .record(
    z.string().refine((name) => HEADER_NAME.test(name) && !OWN_HEADERS.has(name.toLowerCase()), {
      error: (issue) => say({ message: `${quote(String(issue.input))} is not a header that an answer can set` })
    }),
    z.string().regex(HEADER_VALUE, { error: () => say({ message: 'a header value is one line of Latin text' }) })
  )
  .meta({ description: 'Response headers.' })

const staticSchema = strict({
  static: strict({
    status: z.int().min(200).max(599).default(200),
    headers: answerHeaders.default({}),
    body: z
      .custom<Json>(() => true)
      .optional()
      .meta({ description: 'Text goes as it is, anything else as JSON.' })
  })
})

const WAYS = ['immediate', 'static', 'custom', 'last_step'] as const

function pickRespond(input: unknown): number | Problem {
  if (isObject(input)) return 1
  if (typeof input === 'string') return wrongWord(input, WAYS)
  return { message: `expected a way to respond, got ${kindOf(input)}`, expected: WAYS.map(quote).join(', ') }
}

/** What the caller gets, and when. */
export type Respond =
  | { mode: 'immediate' | 'custom' | 'last_step' }
  | { mode: 'static'; status: number; headers: Record<string, string>; body?: Json | undefined }

const respondSchema = either([z.enum(WAYS), staticSchema], pickRespond)
  .transform((written): Respond => {
    if (typeof written !== 'string') return { mode: 'static', ...written.static }
    return written === 'static' ? { mode: 'static', status: 200, headers: {} } : { mode: written }
  })
  .meta({
    description: 'immediate (default), static or { static: { status, headers, body } }, custom ($.respond), last_step.'
  })

const origin = z.string().refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), {
  error: () =>
    say({ message: 'not an origin', expected: '`*`, or scheme and host alone, such as `https://app.example.com`' })
})

/** Who may call from a browser: any origin unless it says otherwise. */
const corsSchema = either(
  [z.boolean(), strict({ origins: z.array(origin).min(1).max(100) })],
  pickShape('boolean', 'object', '`true`, `false` or `{ origins: [...] }`')
)
  .transform((written): { origins: readonly string[] } => {
    if (typeof written !== 'boolean') return written
    return { origins: written ? ['*'] : [] }
  })
  .meta({ description: 'true (default): any origin; false: none; or { origins: [...] }.' })

function ofSchedule(key: string): Problem {
  return { message: `${quote(key)} belongs to a schedule, and this trigger is HTTP`, expected: '`type: schedule`' }
}

const httpSchema = strict(
  {
    type: z.literal('http'),
    auth: authSchema.prefault({ type: 'none' }),
    respond: respondSchema.prefault('immediate'),
    cors: corsSchema.prefault(true),
    allow_anonymous: z.boolean().default(false).meta({
      description:
        'With `auth: none`: whether whoever knows the address may choose, by what they send, whose credential a store is asked for.'
    })
  },
  Object.fromEntries(['cron', 'every', 'timezone', 'missed'].map((key) => [key, ofSchedule(key)]))
)

/** What starts a run. */
export const triggerSchema = byType([httpSchema, scheduleSchema], {
  workflow: later('workflow', '`http` or `schedule`')
})

export type HttpTrigger = z.output<typeof httpSchema>
