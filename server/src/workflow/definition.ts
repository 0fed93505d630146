/**
 * What a workflow definition may say (design, "Definition"). The one schema is used three ways: to check a definition,
 * to type it, and as the JSON Schema that editors complete from. What needs the catalogue or the order of the steps is
 * checked in `plan.ts`.
 */
import type { Json } from '@bellhop/sdk'
import { z } from 'zod'
import { bindingSchema } from './binding-schema.ts'
import { codeFields, codeSettings, reveal } from './code-schema.ts'
import { duration } from './duration.ts'
import { choices, isObject, kindOf, MISSING, quote, type Problem } from './mistakes.ts'
import { either, pickShape, say, strict, wrongWord } from './schema-mistakes.ts'
import { triggerSchema } from './trigger-schema.ts'

export const WORKFLOW_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const STEP_NAME = /^[A-Za-z][A-Za-z0-9_]*$/
export const LONGEST_NAME = 60
/** Names that every JavaScript object answers to, and the trigger's own. */
const RESERVED = new Set(['trigger', 'steps', 'length', ...Object.getOwnPropertyNames(Object.prototype)])

/** Any JSON: what stands there is checked against the action's props, not here. */
const json = z.custom<Json>(() => true)

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME)
}

function nameProblem(input: unknown): Problem {
  const expected = `lower-case words joined by hyphens, at most ${LONGEST_NAME} characters`
  if (input === undefined) return { message: MISSING, expected }
  if (typeof input !== 'string') return { message: `expected text, got ${kindOf(input)}`, expected }
  const suggestion = slug(input)
  return { message: `${quote(input)} is not a workflow name`, expected, ...(suggestion === '' ? {} : { suggestion }) }
}

/** A list that stands in the definition would be there for every run: that is what a step is for. */
function listProblem(input: unknown): Problem {
  const expected = 'a reference alone, such as {{steps.users.$return_value}}'
  return { message: `expected text, got ${kindOf(input)}`, expected }
}

function stepNameProblem(input: unknown): Problem {
  const expected = `letters, digits and _, beginning with a letter, at most ${LONGEST_NAME} characters`
  if (input === undefined) return { message: MISSING, expected }
  if (typeof input !== 'string') return { message: `expected text, got ${kindOf(input)}`, expected }
  if (RESERVED.has(input)) return { message: `${quote(input)} is reserved`, expected: 'another name' }
  const suggestion = input
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^[^A-Za-z]+|_+$/g, '')
    .slice(0, LONGEST_NAME)
  return { message: `${quote(input)} is not a step name`, expected, ...(suggestion === '' ? {} : { suggestion }) }
}

export const stepName = z
  .string({ error: (issue) => say(stepNameProblem(issue.input)) })
  .max(LONGEST_NAME, { error: (issue) => say(stepNameProblem(issue.input)), abort: true })
  .regex(STEP_NAME, { error: (issue) => say(stepNameProblem(issue.input)), abort: true })
  .refine((name) => !RESERVED.has(name), { error: (issue) => say(stepNameProblem(issue.input)) })
  .meta({ description: 'How later steps refer to this one: steps.<name>.' })

const retrySchema = strict({
  attempts: z.int().min(1).max(50).optional().meta({ description: 'Attempts in all; 1 means no retry.' }),
  backoff: duration('0ms', '1h', say)
    .optional()
    .meta({ description: 'Wait before the second attempt; doubles each time.' }),
  max_backoff: duration('0ms', '1d', say).optional().meta({ description: 'Longest wait between two attempts.' })
})

/** What steps that run something have in common. */
const runFields = {
  auth: z
    .record(z.string(), bindingSchema)
    .optional()
    .meta({ description: 'How each app of the action gets its credentials.' }),
  props: z.record(z.string(), json).optional().meta({ description: 'The inputs of the action.' }),
  reveal,
  retry: retrySchema.optional(),
  timeout: duration('1ms', '1h', say).optional().meta({ description: 'Time for one attempt.' })
}

const useSchema = strict({
  name: stepName,
  use: z.string().meta({
    description: 'The key of an action, such as slack-send-message; or a component of an npm package, @scope/name#key.'
  }),
  ...runFields
})

const codeSchema = strict({ name: stepName, ...codeFields, ...runFields })

const delaySchema = strict({
  name: stepName,
  delay: duration('1ms', '366d', say).meta({ description: 'How long the run sleeps.' })
})

const conditionSchema = strict({
  value: json.meta({ description: 'What is looked at: a reference.' }),
  is: z.enum(['empty', 'not_empty', 'true', 'false', 'present', 'absent']).optional(),
  equals: json.optional(),
  not_equals: json.optional(),
  greater_than: json.optional(),
  less_than: json.optional(),
  contains: json.optional(),
  reason: z.string().max(500).optional().meta({ description: 'What history shows for a run that ends here.' })
})

const endIfSchema = strict({
  name: stepName,
  end_if: either(
    [z.string(), conditionSchema],
    pickShape('string', 'object', 'a reference, or `{ value, is: … }`')
  ).meta({
    description: 'Ends the run here when the reference is truthy, or the condition holds.'
  })
})

const innerStep = either([useSchema, codeSchema, delaySchema, endIfSchema], (input) => pickStep(input, INNER_KINDS))

/** Goes through a list, each item with steps of its own. */
const eachSchema = strict({
  name: stepName,
  each: z
    .string({ error: (issue) => say(listProblem(issue.input)) })
    .meta({ description: 'The list, as a reference: {{steps.users.$return_value}}.' }),
  as: stepName.default('item').meta({ description: 'How the inner steps refer to the item: {{item.id}}.' }),
  concurrency: z.int().min(1).max(50).default(1).meta({ description: 'How many items at a time.' }),
  on_error: z
    .enum(['stop', 'continue'])
    .default('stop')
    .meta({ description: 'Whether a failed item fails the step, or is counted and left behind.' }),
  steps: z
    .array(innerStep)
    .min(1, { error: () => say({ message: 'an `each` has at least one step' }) })
    .max(100)
})

const INNER_KINDS: readonly string[] = ['use', 'code', 'delay', 'end_if']
const STEP_KINDS: readonly string[] = [...INNER_KINDS, 'each']
/** Keys that do not say what a step is. */
const COMMON_KEYS = [
  'name',
  'auth',
  'props',
  'reveal',
  'language',
  'retry',
  'timeout',
  'as',
  'concurrency',
  'on_error',
  'steps'
]

/** The kinds that a step says it is; one, unless it is a mistake. */
export function kindsOf(step: Readonly<Record<string, unknown>>): string[] {
  // The file of a code step stands for the code, until it is read.
  return STEP_KINDS.filter((kind) => Object.hasOwn(step, kind) || (kind === 'code' && Object.hasOwn(step, 'file')))
}

/** Which kind of step is meant: the one whose key is there. */
function pickStep(input: unknown, known = STEP_KINDS): number | Problem {
  if (!isObject(input)) return { message: `expected an object, got ${kindOf(input)}`, expected: 'a step' }
  const kinds = kindsOf(input)
  const expected = `exactly one of ${choices(known, 'and')}`
  if (kinds.includes('each') && !known.includes('each')) {
    const message = 'an `each` cannot stand inside another'
    return { message, expected, suggestion: 'a step before it that makes one list of all' }
  }
  if (kinds.length === 1) return known.indexOf(kinds[0] ?? '')
  if (kinds.length > 1)
    return { message: `a step is one thing, and this one is ${kinds.map(quote).join(' and ')}`, expected }
  const others = Object.keys(input).filter((key) => !COMMON_KEYS.includes(key))
  const meant = others.map((key) => wrongWord(key, known).suggestion).find((kind) => kind !== undefined)
  return {
    message: 'this step does not say what it does',
    expected,
    ...(meant === undefined ? {} : { suggestion: meant })
  }
}

const settingsSchema = strict({
  retention: strict({
    keep: z.boolean().default(true).meta({ description: 'false: nothing of a run stays after its end.' }),
    max_age: duration('1m', '3660d', say).prefault('7d'),
    max_events: z.int().min(1).max(100_000_000).default(10_000)
  }).prefault({}),
  timeout: duration('1ms', '7d', say).prefault('30s').meta({ description: 'Time in steps that a run may take.' }),
  retry: strict({
    attempts: retrySchema.shape.attempts.unwrap().default(1),
    backoff: duration('0ms', '1h', say).prefault('1s'),
    max_backoff: duration('0ms', '1d', say).prefault('1m')
  }).prefault({}),
  ...codeSettings
})

export const definitionSchema = strict({
  name: z
    .string({ error: (issue) => say(nameProblem(issue.input)) })
    .max(LONGEST_NAME, { error: (issue) => say(nameProblem(issue.input)), abort: true })
    .regex(WORKFLOW_NAME, { error: (issue) => say(nameProblem(issue.input)) })
    .meta({ description: 'Lower-case words joined by hyphens; a deploy under the same name makes a new version.' }),
  description: z.string().max(2_000).optional(),
  enabled: z
    .boolean()
    .optional()
    .meta({ description: 'Whether triggers start runs. Left out: as it is, at first true.' }),
  trigger: triggerSchema,
  steps: z
    .array(either([useSchema, codeSchema, delaySchema, endIfSchema, eachSchema], (input) => pickStep(input)))
    .min(1, { error: () => say({ message: 'a workflow has at least one step' }) })
    .max(500),
  settings: settingsSchema.prefault({})
}).meta({ title: 'Bellhop workflow' })

/** A valid definition: defaults filled in, durations in milliseconds. */
export type Definition = z.output<typeof definitionSchema>
export type StepDefinition = Definition['steps'][number]
export type InnerStepDefinition = z.output<typeof innerStep>

/** The JSON Schema (draft 2020-12) of a definition as it is written, for editors. */
export function definitionJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(definitionSchema, {
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // In a file that is still to be deployed, the code of a step may be elsewhere.
      const { properties = {}, required = [] } = jsonSchema
      if (!Object.hasOwn(properties, 'code') || !Object.hasOwn(properties, 'file')) return
      jsonSchema.required = required.filter((key) => key !== 'code')
      jsonSchema.anyOf = [{ required: ['code'] }, { required: ['file'] }]
    }
  })
}
