/** The steps of a definition: what they are and how people tell them apart. `step-changes.ts` changes them. */
import { isObject, type Json, type JsonObject } from '../values/json.ts'
import type { Path } from './path.ts'

export const STEP_KINDS = ['use', 'code', 'delay', 'end_if', 'each'] as const
export type StepKind = (typeof STEP_KINDS)[number]

export interface StepNode {
  /** What it is selected by: its name, or its place where it has none of its own. */
  readonly id: string
  readonly name: string
  /** Where it stands: `['steps', 2]`, or in an `each` `['steps', 2, 'steps', 0]`. */
  readonly path: Path
  /** `undefined` where it does not say what it is. */
  readonly kind: StepKind | undefined
  /** As it is written. */
  readonly value: JsonObject
  /** The id of the `each` around it. */
  readonly parent: string | undefined
  /** The steps of an `each`. */
  readonly steps: readonly StepNode[]
}

export function readSteps(definition: JsonObject): StepNode[] {
  const taken = new Set<string>()
  return listOf(definition['steps']).map((step, index) => readStep(step, ['steps', index], undefined, taken))
}

function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : []
}

function readStep(written: Json, path: Path, parent: string | undefined, taken: Set<string>): StepNode {
  const value = isObject(written) ? written : {}
  const name = typeof value['name'] === 'string' ? value['name'] : ''
  const place = `#${path.filter((key) => typeof key === 'number').join('.')}`
  const id = name === '' || taken.has(name) ? place : name
  taken.add(id)
  const kind = STEP_KINDS.find((one) => Object.hasOwn(value, one) || (one === 'code' && Object.hasOwn(value, 'file')))
  const inner = kind === 'each' && parent === undefined ? listOf(value['steps']) : []
  const steps = inner.map((step, index) => readStep(step, [...path, 'steps', index], id, taken))
  return { id, name, path, kind, value, parent, steps }
}

/** All steps in the order in which they are written, those of an `each` behind it. */
export function allSteps(steps: readonly StepNode[]): StepNode[] {
  return steps.flatMap((step) => [step, ...step.steps])
}

export function findStep(steps: readonly StepNode[], id: string): StepNode | undefined {
  return allSteps(steps).find((step) => step.id === id)
}

/** The step that a path leads into. */
export function stepAt(steps: readonly StepNode[], path: Path): StepNode | undefined {
  if (path[0] !== 'steps' || typeof path[1] !== 'number') return undefined
  const step = steps[path[1]]
  if (path[2] !== 'steps' || typeof path[3] !== 'number') return step
  return step?.steps[path[3]] ?? step
}

/**
 * What a step can refer to, nearest last: the steps before it, and the item of the `each` around it. An `each` leaves its
 * own exports, not those of its inner steps.
 */
export function stepsBefore(steps: readonly StepNode[], step: StepNode): StepNode[] {
  const outer = steps.slice(0, Number(step.path[1]))
  if (step.parent === undefined) return outer
  const around = steps[Number(step.path[1])]
  return [...outer, ...(around?.steps.slice(0, Number(step.path[3])) ?? [])]
}

/** A name that no step has: the wanted one, or that with a number. */
export function freeName(steps: readonly StepNode[], wanted: string): string {
  const taken = new Set(allSteps(steps).map(({ name }) => name))
  const clean = wanted.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^[^A-Za-z]+|_+$/g, '') || 'step'
  if (!taken.has(clean) && !RESERVED.has(clean)) return clean
  const base = clean.replace(/_\d+$/, '')
  for (let number = 2; ; number += 1) if (!taken.has(`${base}_${number}`)) return `${base}_${number}`
}

const RESERVED = new Set(['trigger', 'steps', 'length', ...Object.getOwnPropertyNames(Object.prototype)])

/** Why a step cannot be called so, if it cannot. */
export function nameProblem(steps: readonly StepNode[], step: StepNode, name: string): string | undefined {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,59}$/.test(name)) return 'Letters, digits and _, beginning with a letter'
  if (RESERVED.has(name)) return `${name} is a name of the runtime’s own`
  const other = allSteps(steps).some((each) => each.name === name && each.id !== step.id)
  return other ? 'Another step has this name' : undefined
}
