/** What a definition may say about code: a step's own, and what the settings allow it. */
import { z } from 'zod'
import { duration } from './duration.ts'
import { readEgress } from './egress-list.ts'
import { choices, kindOf, MISSING, quote, type Problem } from './mistakes.ts'
import { either, pickShape, say, strict } from './schema-mistakes.ts'

/** Characters of one step's code. */
const LONGEST_CODE = 1_000_000

function codeProblem(input: unknown): Problem {
  const expected = 'the code itself; `bellhop deploy` reads the `file` that stands beside the definition'
  if (input === undefined) return { message: MISSING, expected }
  return { message: `expected text, got ${kindOf(input)}`, expected }
}

const LANGUAGES = ['javascript', 'typescript', 'python', 'bash'] as const

function languageProblem(): Problem {
  return { message: 'no language that a step can be written in', expected: choices(LANGUAGES) }
}

/** The keys of a code step that other steps have not. */
export const codeFields = {
  code: z
    .string({ error: (issue) => say(codeProblem(issue.input)) })
    .min(1, { error: () => say({ message: 'this is empty' }) })
    .max(LONGEST_CODE, { error: () => say({ message: 'a step’s code has at most a million characters' }) })
    .meta({ description: 'A module whose default export is a component or a function; or a script, see `language`.' }),
  file: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'Where the code is: `bellhop deploy` reads it beside the definition, and messages name it.' }),
  language: z
    .enum(LANGUAGES, { error: () => say(languageProblem()) })
    .default('javascript')
    .meta({ description: 'javascript (default; types are taken out as well), typescript, python or bash.' })
}

export const reveal = z
  .boolean()
  .optional()
  .meta({ description: 'Whether the code gets real credentials, not handles; needs `settings.egress`.' })

/** Names that would say something to the runtime, to a linker, or to Bellhop. */
const FOREIGN_NAME =
  /^(?:NODE_|LD_|DYLD_|UV_|OPENSSL_|SSL_CERT_|BELLHOP_|(?:HTTPS?|ALL|NO|FTP)_PROXY$|PATH$|HOME$|TMPDIR$)/i
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/
const LONGEST_VALUE = 32_768

function variableProblem(name: string): Problem | undefined {
  if (!VARIABLE.test(name)) {
    return { message: `${quote(name)} cannot be the name of a variable`, expected: 'letters, digits and _' }
  }
  if (!FOREIGN_NAME.test(name)) return undefined
  return {
    message: `${quote(name)} says something to the runtime, and no workflow can set it`,
    expected: 'another name'
  }
}

const variableName = z.string().refine((name) => variableProblem(name) === undefined, {
  error: (issue) => say(variableProblem(String(issue.input)) ?? { message: 'cannot be the name of a variable' })
})

function valueProblem(input: unknown): Problem {
  const expected = 'text, or `{ secret: NAME }`'
  if (typeof input === 'string' && input.includes('{{')) {
    return { message: 'a variable is the same for every run; a reference is not supported here', expected }
  }
  return { message: `expected text, got ${kindOf(input)}`, expected }
}

/** The name of an environment secret, as `bellhop env` lists it. */
export const secretName = z.string().regex(VARIABLE, {
  error: () => say({ message: 'cannot be the name of a secret', expected: 'letters, digits and _' })
})

const variable = either(
  [
    z
      .string({ error: (issue) => say(valueProblem(issue.input)) })
      .max(LONGEST_VALUE)
      .refine((text) => !text.includes('{{'), { error: (issue) => say(valueProblem(issue.input)) }),
    strict({ secret: secretName.meta({ description: 'A secret of the environment: `bellhop env set NAME`.' }) })
  ],
  pickShape('string', 'object', 'text, or `{ secret: NAME }`')
)

const egressEntry = z.string().transform((text, context) => {
  const read = readEgress(text)
  if ('rule' in read) return read.rule
  context.addIssue({ code: 'custom', message: say(read.problem) })
  return z.NEVER
})

const MEMORY = /^(\d{1,5})(MB|GB)$/

/** Megabytes. */
const memory = z.string().transform((text, context) => {
  const [, count, unit] = MEMORY.exec(text) ?? []
  const megabytes = Number(count) * (unit === 'GB' ? 1024 : 1)
  if (megabytes >= 64 && megabytes <= 8_192) return megabytes
  const message = say({ message: `${quote(text)} is no memory limit`, expected: 'from `64MB` to `8GB`' })
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** What the settings say about code. */
export const codeSettings = {
  egress: z.array(egressEntry).max(200).optional().meta({
    description:
      'Hosts that code may reach: api.example.com, *.example.org, localhost:8080, tcp://db.example.com:5432. Left out: every public one.'
  }),
  env: z
    .record(variableName, variable)
    .default({})
    .meta({ description: 'Variables of code and expressions: text, or { secret: NAME }.' }),
  code: strict({
    memory: memory.optional().meta({ description: 'What a step’s code may take: 256MB.' }),
    cpu: duration('100ms', '1h', say).optional().meta({ description: 'Processor time of one attempt.' })
  }).prefault({})
}
