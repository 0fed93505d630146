/** What references may name: the trigger, and steps that ran before. */
import type { Json } from '@bellhop/sdk'
import { isSecretVariable } from './sources.ts'
import { asObject, choices, quote, unknownWord, type Path, type Problem, type Report } from './mistakes.ts'
import {
  compile,
  parseTemplate,
  references,
  Template,
  type Part,
  type PlannedValue,
  type Reference
} from './references.ts'

/** A step's kind, as far as references care. */
export interface ScopedStep {
  name: string
  /** Whether it leaves exports: a delay and a condition do not. */
  exports: boolean
  /** The `each` that it is a step of. */
  each?: string
}

/** A trigger, as far as references care. */
export interface TriggerScope {
  type: 'http' | 'schedule'
  /** The fields of `steps.trigger.event`. */
  event: readonly string[]
}

/** What a definition's trigger brings, read off its raw data: one whose type is a mistake is taken for HTTP. */
export function triggerScope(written: unknown): TriggerScope {
  const trigger = asObject(written) ?? {}
  if (trigger['type'] !== 'schedule') return { type: 'http', event: HTTP_EVENT }
  const when = Object.hasOwn(trigger, 'cron') ? 'cron' : 'interval_seconds'
  return { type: 'schedule', event: ['timestamp', when, ...TIMES] }
}

/** Names of the steps of a definition, and which of them came before the one that is looked at. */
export class Scope {
  readonly #all: ReadonlyMap<string, ScopedStep>
  readonly trigger: TriggerScope
  /** Names of all items of the definition. */
  readonly #items: readonly string[]
  /** The declared variables, as they are written. */
  readonly #variables: Readonly<Record<string, unknown>>
  readonly #earlier = new Set<string>()
  #current: string | undefined
  /** The `each` whose steps are looked at, and the name of its item. */
  #within: { each: string | undefined; item: string } | undefined

  constructor(
    all: ReadonlyMap<string, ScopedStep>,
    trigger: TriggerScope,
    { items = [], variables = {} }: { items?: readonly string[]; variables?: Readonly<Record<string, unknown>> } = {}
  ) {
    this.#all = all
    this.trigger = trigger
    this.#items = items
    this.#variables = variables
  }

  /** Goes on to the next step, in order; `name` is undefined for a step whose name is a mistake. */
  enter(name: string | undefined): void {
    if (this.#current !== undefined) this.#earlier.add(this.#current)
    this.#current = name
  }

  /** Goes into the steps of the current step, an `each`, whose items have this name. */
  open(item: string): void {
    this.#within = { each: this.#current, item }
    this.#current = undefined
  }

  /** Comes out again: what the inner steps left is not to be referred to any more. */
  close(): void {
    for (const name of this.#earlier) if (this.#all.get(name)?.each !== undefined) this.#earlier.delete(name)
    this.#current = this.#within?.each
    this.#within = undefined
  }

  /** What is wrong with a reference here, if anything. */
  problem({ path, source, item, env }: Reference): Problem | undefined {
    const [name, next, more] = path
    if (item === true) return this.#itemProblem(String(name))
    if (env === true) return this.#variableProblem(String(name), source)
    if (typeof name !== 'string') return { message: 'after `steps` comes the name of a step' }
    if (name === 'trigger') return triggerProblem(this.trigger, next, more, source)
    if (name === this.#current || name === this.#within?.each)
      return { message: `${quote(name)} refers to itself, before it has run` }
    const step = this.#all.get(name)
    if (step === undefined) return this.#unknown(name, source)
    if (step.each !== undefined && step.each !== this.#within?.each) {
      const message = `the step ${quote(name)} runs for each item of ${quote(step.each)}, and only the steps beside it can refer to it`
      return { message, expected: `what ${quote(step.each)} itself leaves: {{steps.${step.each}.$return_value}}` }
    }
    if (!this.#earlier.has(name)) return { message: `the step ${quote(name)} runs later than this one` }
    if (!step.exports) return { message: `the step ${quote(name)} leaves nothing to refer to` }
    if (typeof next === 'string' && next.startsWith('$') && !STEP_EXPORTS.includes(next)) {
      return replaced(unknownWord('export', next, STEP_EXPORTS), next, source)
    }
    return undefined
  }

  #itemProblem(name: string): Problem | undefined {
    if (name === this.#within?.item) return undefined
    const own = this.#within?.item
    if (own !== undefined) return { message: `${quote(name)} is the item of another \`each\``, suggestion: own }
    return { message: `${quote(name)} is there in the steps of its \`each\` only` }
  }

  /** Whether a value reads anything but what stands in the definition itself. */
  brings(value: PlannedValue): boolean {
    return references(value).some(
      ({ env, path: [name] }) => env !== true || isSecretVariable(this.#variables, String(name))
    )
  }

  #variableProblem(name: string, source: string): Problem | undefined {
    if (Object.hasOwn(this.#variables, name)) return undefined
    const names = Object.keys(this.#variables)
    const problem = replaced(unknownWord('variable', name, names), name, source)
    return names.length > 0 ? problem : { ...problem, expected: 'a variable that `settings.env` declares' }
  }

  #unknown(name: string, source: string): Problem {
    if (name !== this.#within?.item) return unknownWord('step', name, ['trigger', ...this.#earlier])
    const message = `${quote(name)} is no step: the item of an \`each\` goes by its name alone`
    return { message, suggestion: `{{${source.replace(/^steps\s*\.\s*/, '')}}}` }
  }

  /** Makes a value ready to be resolved; mistakes in its references are reported at their place. */
  compile(value: Json, path: Path, report: Report): PlannedValue {
    return compile(value, (text, inside) => {
      const add = (at: number, problem: Problem | undefined): void => {
        if (problem !== undefined) report.add([...path, ...inside], problem, at)
      }
      const parsed = parseTemplate(text, this.#items)
      for (const { at, ...problem } of parsed.problems) add(at, problem)
      if (typeof parsed.value === 'string') return parsed.value
      return new Template(parsed.value.parts.map((part) => this.#checked(part, add)))
    })
  }

  #checked(part: Part, add: (at: number, problem: Problem | undefined) => void): Part {
    if (typeof part === 'string') return part
    if (part.kind === 'reference') {
      add(part.at, this.problem(part))
      return part
    }
    const reads = part.reads.flatMap((read) => (read.path.length === 0 ? this.#everything(read) : [read]))
    for (const read of reads) add(read.at, withoutBraces(this.problem(read)))
    return { ...part, reads }
  }

  /** What an expression sees that reads `steps` or `env` by a name that nobody knows yet. */
  #everything(read: Reference): Reference[] {
    if (read.env === true) return Object.keys(this.#variables).map((name) => ({ ...read, path: [name] }))
    const left = [...this.#earlier].filter((name) => this.#all.get(name)?.exports === true)
    return [...TRIGGER.map((part) => ['trigger', part]), ...left.map((name) => [name])].map((path) => ({
      ...read,
      path
    }))
  }
}

const STEP_EXPORTS: readonly string[] = ['$return_value', '$summary', '$resume_data']
const TRIGGER: readonly string[] = ['event', 'context']
const HTTP_EVENT: readonly string[] = ['method', 'path', 'query', 'headers', 'body', 'client_ip', 'url']
const TIMES: readonly string[] = ['timezone_configured', 'timezone_utc']
const CONTEXT: readonly string[] = ['id', 'ts', 'workflow_id', 'workflow_name', 'deployment_id', 'trace_id', 'replay']

function triggerProblem(
  trigger: TriggerScope,
  part: Reference['path'][number] | undefined,
  field: typeof part,
  source: string
): Problem | undefined {
  if (part === undefined) return { message: `the trigger has ${choices(TRIGGER, 'and')}: say which` }
  if (typeof part !== 'string' || !TRIGGER.includes(part)) {
    return replaced(unknownWord('part', String(part), TRIGGER, 'the trigger'), String(part), source)
  }
  if (field === undefined) return undefined
  const fields = part === 'event' ? trigger.event : CONTEXT
  if (part === 'event' && trigger.type === 'schedule' && HTTP_EVENT.includes(String(field))) {
    return {
      message: `nobody calls a schedule, so its event has no ${quote(String(field))}`,
      expected: choices(fields)
    }
  }
  if (typeof field !== 'string' || !fields.includes(field)) {
    return replaced(unknownWord('field', String(field), fields, `the trigger's ${part}`), String(field), source)
  }
  const [, header] = /^steps\.trigger\.event\.headers(?:\.|\[["'])([\w-]+)/.exec(source) ?? []
  if (header !== undefined && header !== header.toLowerCase()) {
    return {
      message: 'names of headers are in lower case',
      suggestion: `{{${source.replace(header, header.toLowerCase())}}}`
    }
  }
  return undefined
}

/** The suggestion for one word as a suggestion for the whole reference. */
function replaced(problem: Problem, word: string, source: string): Problem {
  if (problem.suggestion === undefined) return problem
  return { ...problem, suggestion: `{{${source.replace(word, problem.suggestion)}}}` }
}

/** A suggestion that stands in for a part of an expression. */
function withoutBraces(problem: Problem | undefined): Problem | undefined {
  if (problem?.suggestion === undefined) return problem
  return { ...problem, suggestion: problem.suggestion.replace(/^\{\{([^]*)\}\}$/, '$1') }
}
