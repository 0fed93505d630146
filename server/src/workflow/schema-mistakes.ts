/**
 * Mistakes out of a zod schema. zod reports what failed; this module says it in the words of a definition, with what
 * was probably meant. zod's issues carry text only, so a problem travels through them as JSON.
 */
import { z } from 'zod'
import {
  choices,
  isObject,
  kindOf,
  MISSING,
  quote,
  unknownWord,
  type Path,
  type Problem,
  type Report
} from './mistakes.ts'

export function say(problem: Problem): string {
  return JSON.stringify(problem)
}

type Notes = Readonly<Record<string, Problem>>
type Pick = (input: unknown) => number | Problem

// By definition, not by instance: `.meta()` makes another instance of the same definition.
/** Keys that a schema does not take and yet has something to say about. */
const notes = new WeakMap<object, Notes>()
/** Which of a union's options a value is meant to be, or why that can't be said. */
const pickers = new WeakMap<object, Pick>()

/** An object without unknown keys. `known` answers to keys that people will try. */
export function strict<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  known: Notes = {}
): z.ZodObject<Shape, z.core.$strict> {
  const schema = z.strictObject(shape)
  notes.set(schema.def, known)
  return schema
}

/** One of several shapes, where `pick` tells from the value which one is meant, so that only its mistakes are told. */
export function either<const Options extends readonly [z.ZodType, ...z.ZodType[]]>(
  options: Options,
  pick: Pick
): z.ZodUnion<Options> {
  const schema = z.union(options)
  pickers.set(schema.def, pick)
  return schema
}

/** The first option for a plain value, the second for an object or list, and `expected` for anything else. */
export function pickShape(plain: 'string' | 'boolean', inner: 'object' | 'list', expected: string): Pick {
  return (input) => {
    if (typeof input === plain) return 0
    if (inner === 'list' ? Array.isArray(input) : isObject(input)) return 1
    return { message: `expected ${expected}, got ${kindOf(input)}`, expected }
  }
}

/** One of several shapes by the value of `type`; `known` answers to types that people will try. */
export function byType<
  const Options extends readonly [
    z.ZodObject<{ type: z.ZodLiteral<string> }>,
    ...z.ZodObject<{ type: z.ZodLiteral<string> }>[]
  ]
>(options: Options, known: Notes = {}): z.ZodDiscriminatedUnion<Options, 'type'> {
  const schema = z.discriminatedUnion('type', options)
  notes.set(schema.def, known)
  return schema
}

/** Reports everything that the schema finds; returns the parsed value when it finds nothing. */
export function check<T>(schema: z.ZodType<T>, value: unknown, report: Report, path: Path = []): T | undefined {
  const result = schema.safeParse(value, { error: explain })
  if (result.success) return result.data
  for (const issue of result.error.issues) tell(issue, path, report)
  return undefined
}

function tell(issue: z.core.$ZodIssue, base: Path, report: Report): void {
  const path: Path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))]
  if (issue.code === 'unrecognized_keys') {
    const problems = JSON.parse(issue.message) as Problem[]
    issue.keys.forEach((key, i) => report.add([...path, key], problems[i] ?? { message: 'unknown key' }, 'key'))
    return
  }
  if (issue.code === 'invalid_key') {
    for (const inner of issue.issues) report.add(path, JSON.parse(inner.message) as Problem, 'key')
    return
  }
  const said = JSON.parse(issue.message) as Problem | { option: number }
  if (!('option' in said)) report.add(path, said)
  else if (issue.code === 'invalid_union') {
    for (const inner of issue.errors[said.option] ?? []) tell(inner, path, report)
  }
}

/** The problem of an issue as text; zod asks for it wherever a schema has no words of its own. */
function explain(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys':
      return JSON.stringify(issue.keys.map((key) => unknownKey(key, issue.inst)))
    case 'invalid_union':
      return explainUnion(issue)
    case 'invalid_type':
      return say(wrongType(issue))
    case 'invalid_value':
      return say(wrongWord(issue.input, issue.values.map(String)))
    case 'too_small':
      return say({ message: `${quantity(issue.origin)} is too small`, expected: `at least ${String(issue.minimum)}` })
    case 'too_big':
      return say({ message: `${quantity(issue.origin)} is too large`, expected: `at most ${String(issue.maximum)}` })
    default:
      return say({ message: 'this value does not fit' })
  }
}

function explainUnion(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_union' && issue.inst instanceof z.ZodDiscriminatedUnion) {
    const types = issue.inst.def.options.flatMap((option) =>
      option instanceof z.ZodObject && option.shape['type'] instanceof z.ZodLiteral
        ? [...option.shape['type'].values].map(String)
        : []
    )
    if (!isObject(issue.input)) return say({ message: `expected an object, got ${kindOf(issue.input)}` })
    const type = issue.input['type']
    const note = typeof type === 'string' ? notes.get(issue.inst.def)?.[type] : undefined
    return say(note ?? wrongWord(type, types))
  }
  const picked = issue.inst instanceof z.ZodUnion ? pickers.get(issue.inst.def)?.(issue.input) : undefined
  if (picked === undefined) return say({ message: 'this value does not fit' })
  return typeof picked === 'number' ? JSON.stringify({ option: picked }) : say(picked)
}

function unknownKey(key: string, schema: unknown): Problem {
  const note = schema instanceof z.ZodObject ? notes.get(schema.def) : undefined
  if (note !== undefined && Object.hasOwn(note, key) && note[key] !== undefined) return note[key]
  return unknownWord('key', key, schema instanceof z.ZodObject ? Object.keys(schema.shape) : [])
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list'
}

/** What zod calls a type, in the words of a definition. */
export function typeWord(expected: string): string {
  return TYPES[expected] ?? expected
}

function wrongType(issue: z.core.$ZodRawIssue & { code: 'invalid_type' }): Problem {
  const expected = typeWord(issue.expected)
  if (issue.input === undefined) return { message: MISSING, expected }
  return { message: `expected ${expected}, got ${kindOf(issue.input)}`, expected }
}

/** A value that should have been one of a few words. */
export function wrongWord(input: unknown, words: readonly string[]): Problem {
  const expected = choices(words)
  if (input === undefined) return { message: MISSING, expected }
  if (typeof input !== 'string') return { message: `expected ${expected}, got ${kindOf(input)}`, expected }
  return { expected, ...unknownWord('value', input, words) }
}

function quantity(origin: string): string {
  switch (origin) {
    case 'string':
      return 'the text'
    case 'array':
      return 'the list'
    case 'number':
    case 'int':
      return 'the number'
    default:
      return 'this'
  }
}

/** A note that something is known and comes later. */
export function later(what: string, instead: string): Problem {
  return { message: `${quote(what)} is not supported yet`, expected: instead }
}
