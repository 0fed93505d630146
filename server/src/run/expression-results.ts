/**
 * What a sandbox process says of the expressions that it evaluated: hostile, as everything that a process says. Errors are in
 * our own words throughout, because JavaScript's quote data.
 */
import { Fault, type Json } from '@bellhop/sdk'
import { ERRORS, NO_JSON, WHY } from '../sandbox/child/expressions/evaluation.ts'
import { HANDLE_PREFIX } from '../secrets/handle.ts'
import { kindOf, quote } from '../workflow/mistakes.ts'
import type { Expression } from '../workflow/template-parts.ts'

/**
 * The result of each expression; undefined is nothing, as a path that leads nowhere.
 * @param real whether they saw real values: then nothing is told of an error but its class
 * @throws Fault `expression_failed`, `expression_timed_out`, `sandbox_misbehaved`
 */
export function resultsOf(
  answer: Json,
  expressions: readonly Expression[],
  real: boolean
): ReadonlyMap<Expression, Json | undefined> {
  if (!Array.isArray(answer) || answer.length !== expressions.length) throw misbehaved()
  const results = new Map<Expression, Json | undefined>()
  for (const [index, expression] of expressions.entries()) {
    const { value, absent, failed } = fieldsOf(answer[index])
    if (failed !== undefined) throw failure(expression, fieldsOf(failed), real)
    if (value === undefined && absent !== true) throw misbehaved()
    if (real) checkCredential(expression, value)
    results.set(expression, value)
  }
  return results
}

/** What code could hold as it is must not stand in it; and what looks like a handle would be taken for one. */
function checkCredential({ source }: Expression, value: Json | undefined): void {
  const structure = typeof value === 'object' && value !== null
  const handle = typeof value === 'string' && value.includes(HANDLE_PREFIX)
  const what = structure ? kindOf(value) : handle ? 'text that looks like a handle' : undefined
  if (what === undefined) return
  throw new Fault('expression_failed', `the expression ${quote(source)} gives ${what}, and a credential is text`, {
    hint: 'Let the expression give the credential itself.'
  })
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw misbehaved()
}

function failure({ source }: Expression, told: Readonly<Record<string, Json | undefined>>, real: boolean): Fault {
  const what = `the expression ${quote(source)}`
  switch (told['how']) {
    case 'timed_out':
      return new Fault('expression_timed_out', `${what} took too long`, {
        hint: 'Let it look at less; what takes its time belongs in a code step.'
      })
    case 'no_json': {
      const [words, hint] = wordsOf(NO_JSON, told['what']) ?? ['something that is not JSON', 'Give plain data.']
      return new Fault('expression_failed', `${what} gives ${words}`, { hint })
    }
    default:
      return thrown(what, source, told, real)
  }
}

function thrown(what: string, source: string, told: Readonly<Record<string, Json | undefined>>, real: boolean): Fault {
  const error = ERRORS.find((name) => name === told['error']) ?? 'Error'
  const place = real ? '' : placeOf(source, told['at'])
  const why = real ? undefined : wordsOf(WHY, told['why'])
  const hint =
    told['why'] === 'nothing' && !real
      ? 'Where something may be missing, write `?.` instead of `.`, and `??` for what to take then.'
      : 'Look at what the run’s event and steps hold where it reads.'
  return new Fault('expression_failed', `${what} failed (${error})${place}${why === undefined ? '' : `: ${why}`}`, {
    hint
  })
}

/** Where in a longer expression, so that it can be found. */
function placeOf(source: string, at: Json | undefined): string {
  if (typeof at !== 'number' || !Number.isInteger(at) || at <= 0 || at >= source.length) return ''
  return ` at ${quote(source.slice(at))}, character ${at + 1}`
}

function wordsOf<T>(words: Readonly<Record<string, T>>, key: Json | undefined): T | undefined {
  return typeof key === 'string' && Object.hasOwn(words, key) ? words[key] : undefined
}

/** A process that failed as a whole. What it says of that is not taken over: it could hold anything. */
export function processFault(error: unknown): unknown {
  const code = error instanceof Fault ? error.code : ''
  const words = PROCESS_WORDS[code]
  if (words !== undefined) {
    const hint = 'Let the expressions of this step look at less; what needs more belongs in a code step.'
    return new Fault(code, words, { hint })
  }
  return code === '' || FROM_WITHIN.includes(code) ? misbehaved() : error
}

/** Faults with words of the process in them. All others are the server's own. */
const FROM_WITHIN = ['code_failed', 'sandbox_crashed', 'sandbox_misbehaved']

const PROCESS_WORDS: Readonly<Record<string, string>> = {
  sandbox_timed_out: 'the expressions of this step took too long',
  sandbox_cpu_exhausted: 'the expressions of this step took too much processor time',
  sandbox_out_of_memory: 'the expressions of this step took too much memory'
}

function misbehaved(): Fault {
  return new Fault(
    'sandbox_misbehaved',
    'the process in which expressions are evaluated gave no answer that makes sense'
  )
}
