/**
 * Expressions when a run needs them: those of a step, or of one decision, are evaluated together in a process of the version's
 * own, which can do nothing but answer. They are handed the parts of the data that they were found to read at deploy.
 *
 * Most see handles, as all code does. Those of credentials see the real values, in a process that lives for that one call;
 * nothing of what it says comes out but the results, which become handles at once (I1).
 */
import type { Json, JsonObject } from '@bellhop/sdk'
import { pick } from '../sandbox/child/expressions/pick.ts'
import type { Evaluation } from '../sandbox/child/expressions/evaluation.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Keyring } from '../secrets/keyring.ts'
import { expressionsOf, type Beside, type Expression, type PlannedValue } from '../workflow/references.ts'
import type { Reference } from '../workflow/template-parts.ts'
import { processFault, resultsOf } from './expression-results.ts'
import type { RunState } from './state.ts'

/** Time for all expressions of a step to be evaluated, in milliseconds. */
const EVALUATION_MS = 2_000
/** The same, with a process that may have to start, or wait until it may. */
const CALL_MS = 20_000

/** The expressions of a step. */
export interface StepExpressions {
  /** Evaluated with handles. */
  plain: readonly Expression[]
  /** What credentials are made of: evaluated with real values. */
  secret: readonly Expression[]
}

/** Who evaluates, for whom. */
export interface Evaluator {
  sandbox: Sandbox
  state: RunState
  signal: AbortSignal
}

/**
 * What the values of a step hold besides what steps left.
 * @throws Fault `expression_failed`, `expression_timed_out`, `sandbox_*`; `dead_handle`. No message quotes a value.
 */
export async function evaluateStep(evaluator: Evaluator, { plain, secret }: StepExpressions): Promise<Beside> {
  const { env = {} } = evaluator.state
  if (plain.length === 0 && secret.length === 0) return { env }
  const results = new Map(await evaluate(evaluator, plain, false))
  for (const [expression, result] of await evaluate(evaluator, secret, true)) results.set(expression, result)
  return { env, results }
}

/** The same for values of which none is a credential. */
export function evaluateValues(evaluator: Evaluator, values: readonly PlannedValue[]): Promise<Beside> {
  return evaluateStep(evaluator, { plain: values.flatMap(expressionsOf), secret: [] })
}

async function evaluate(
  evaluator: Evaluator,
  expressions: readonly Expression[],
  real: boolean
): Promise<ReadonlyMap<Expression, Json | undefined>> {
  if (expressions.length === 0) return new Map()
  return resultsOf(await ask(evaluator, expressions, real), expressions, real)
}

async function ask(
  { sandbox, state, signal }: Evaluator,
  expressions: readonly Expression[],
  real: boolean
): Promise<Json> {
  const handled = evaluationOf(expressions, state)
  const input = real ? revealed(handled, state.run.keyring) : handled
  try {
    return await sandbox.call(
      // Never the process of the version's own code, which could have changed what expressions compute with.
      { owner: `expressions:${state.deployed.deploymentId}` },
      // A run that keeps nothing leaves no process behind that has seen it (I4).
      { kind: 'evaluate', input, timeoutMs: CALL_MS, signal, log: () => {}, alone: real || !state.run.durable }
    )
  } catch (error) {
    throw processFault(error)
  }
}

function evaluationOf(expressions: readonly Expression[], state: RunState): Evaluation {
  const asked = expressions.map(({ source, reads }) => ({ source, reads: reads.map((read) => pathOf(read)) }))
  const all: JsonObject = { steps: state.steps, env: state.env ?? {}, items: state.steps }
  const nothing = { steps: {}, env: {}, items: {} }
  const data = pick(
    all,
    asked.flatMap(({ reads }) => reads)
  ) as JsonObject
  return { data: { ...nothing, ...data }, expressions: asked, timeoutMs: EVALUATION_MS }
}

function pathOf({ path, item, env }: Reference): (string | number)[] {
  return [item === true ? 'items' : env === true ? 'env' : 'steps', ...path]
}

function revealed({ data, ...rest }: Evaluation, keyring: Keyring): Evaluation {
  const reveal = (text: string): string => keyring.reveal(text, ({ value }) => value)
  return { ...rest, data: revealedIn(data, reveal) as Evaluation['data'] }
}

/** Handles stand in texts and in keys; what was a number is text. */
function revealedIn(value: Json, reveal: (text: string) => string): Json {
  if (typeof value === 'string') return reveal(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner) => revealedIn(inner, reveal))
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [reveal(key), revealedIn(inner, reveal)]))
}
