/** Where a step goes when it is moved: by keys one place at a time, by dragging to any. */
import { samePath } from '../path.ts'
import { placeOf, type Place } from '../step-changes.ts'
import { allSteps, type StepNode } from '../steps.ts'

const OUTER = ['steps'] as const

/** Into the list of the `each` at `index` of the outermost list. */
function inside(index: number, place: number): Place {
  return { list: ['steps', index, 'steps'], index: place }
}

/**
 * One place up or down, counted as if the step were no longer where it is. An `each` in the way is gone into, and left at its
 * other end; it cannot stand in another.
 */
export function placeBeside(steps: readonly StepNode[], step: StepNode, by: -1 | 1): Place | undefined {
  const { list, index } = placeOf(step)
  const siblings = step.parent === undefined ? steps : (steps[Number(step.path[1])]?.steps ?? [])
  const neighbour = siblings[index + by]
  if (neighbour === undefined) {
    if (step.parent === undefined) return undefined
    const around = Number(step.path[1])
    return { list: OUTER, index: by === 1 ? around + 1 : around }
  }
  if (neighbour.kind === 'each' && step.parent === undefined && step.kind !== 'each') {
    return by === 1 ? inside(index + 1, 0) : inside(index - 1, neighbour.steps.length)
  }
  return { list, index: index + by }
}

/**
 * Where a dragged step lands. Steps and inner steps stand in one column: below an `each` or its inner steps a place can be in
 * it or behind it, which is said by how far to the right the step is held.
 * @param over the id of the step whose row it is held over
 * @param deep whether it is held far enough to the right to go into an `each`
 */
export function dropPlace(steps: readonly StepNode[], step: StepNode, over: string, deep: boolean): Place | undefined {
  const moving = new Set(step.kind === 'each' ? step.steps.map(({ id }) => id) : [])
  const rows = allSteps(steps).filter(({ id }) => !moving.has(id))
  const from = rows.findIndex(({ id }) => id === step.id)
  const to = rows.findIndex(({ id }) => id === over)
  if (from === -1 || to === -1) return undefined
  const rest = rows.filter((_, index) => index !== from)
  const above = rest[to - 1]
  const below = rest[to]
  const around = aroundOf(rest, above, below, deep)
  if (around === undefined || step.kind === 'each') {
    return { list: OUTER, index: rest.slice(0, to).filter(({ parent }) => parent === undefined).length }
  }
  const index = above?.id === around.id ? 0 : rest.slice(0, to).filter(({ parent }) => parent === around.id).length
  return inside(Number(around.path[1]), index)
}

/** The `each` that a place between two rows is in, if it is in one. */
function aroundOf(
  rows: readonly StepNode[],
  above: StepNode | undefined,
  below: StepNode | undefined,
  deep: boolean
): StepNode | undefined {
  const each = above?.kind === 'each' ? above : rows.find(({ id }) => id === above?.parent)
  if (each === undefined) return undefined
  return deep || below?.parent === each.id ? each : undefined
}

/** Whether a step would stay where it is. */
export function stays(step: StepNode, place: Place): boolean {
  const now = placeOf(step)
  return now.index === place.index && samePath(now.list, place.list)
}
