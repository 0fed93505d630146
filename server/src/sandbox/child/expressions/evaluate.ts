/**
 * Evaluates expressions, in the child: each is handed the parts of the data that it was found to read at deploy, and gives
 * JSON. They run in a realm that is new for each call, so that what one call does to JavaScript's own objects the next does
 * not find, and in which text is no code. That is order, and no wall: what confines expressions is the process.
 */
import { createContext, Script, type Context } from 'node:vm'
import type { Json } from '@bellhop/sdk'
import type { ChildCall } from '../handlers.ts'
import type { Evaluated, Evaluation } from './evaluation.ts'
import { failureOf } from './failure.ts'
import { pick } from './pick.ts'
import { toJson } from './result.ts'

const FILE = 'bellhop-expression'
/** Scripts that are kept: a version has so many expressions at most, or has them compiled again. */
const KEPT = 500
const scripts = new Map<string, Script>()

const RUN = new Script('$run()', { filename: 'bellhop-run' })

/** The handler. Never fails for what an expression does; its input is the server's own. */
export async function evaluate({ input }: ChildCall): Promise<Json> {
  return evaluateAll(input as Evaluation)
}

export function evaluateAll({ data, expressions, timeoutMs }: Evaluation): Evaluated {
  const realm = newRealm()
  const outcomes: Evaluated = []
  realm['$run'] = (): void => {
    for (const { source, reads } of expressions) outcomes.push(evaluateOne(realm, source, pick(data, reads)))
  }
  try {
    // One clock for all of them: whichever was being evaluated when it ran out has no outcome.
    RUN.runInContext(realm, { timeout: timeoutMs })
  } catch (error) {
    if (!isTimeout(error)) throw error
  }
  return expressions.map((_, index) => outcomes[index] ?? { failed: { how: 'timed_out' } })
}

function newRealm(): Context {
  const { atob, btoa, crypto } = globalThis
  const brought = { Buffer, TextDecoder, TextEncoder, URL, URLSearchParams, atob, btoa, crypto }
  return createContext(brought, { name: FILE, codeGeneration: { strings: false, wasm: false } })
}

function evaluateOne(realm: Context, source: string, data: Json): Evaluated[number] {
  try {
    // A copy that is the expression's own: `sort` and `reverse` change what they are called on.
    realm['$input'] = JSON.stringify(data)
    const result = toJson(scriptFor(source, namesIn(data, 'items')).runInContext(realm))
    return 'unfit' in result ? { failed: { how: 'no_json', what: result.unfit } } : result
  } catch (error) {
    return { failed: failureOf(error, FILE, source) }
  }
}

function namesIn(data: Json, part: string): string[] {
  const names: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, part) : undefined
  return typeof names === 'object' && names !== null ? Object.keys(names) : []
}

/** The expression stands on lines of its own, so that a comment at its end takes nothing with it. */
function scriptFor(source: string, items: readonly string[]): Script {
  const names = ['steps', 'env', ...items]
  const values = ['$.steps ?? {}', '$.env ?? {}', ...items.map((name) => `$.items.${name}`)]
  const text = `'use strict';(($) => (function (${names.join(', ')}) { return (\n${source}\n) })(${values.join(', ')}))(JSON.parse($input))`
  const known = scripts.get(text)
  if (known !== undefined) return known
  if (scripts.size >= KEPT) scripts.clear()
  const script = new Script(text, { filename: FILE })
  scripts.set(text, script)
  return script
}

function isTimeout(error: unknown): boolean {
  // Of the other realm, so no instance of this one's Error.
  return typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
