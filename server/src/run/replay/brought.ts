/** What the request of a run brought, seen from its record: handles in the event, each of which a replay asks anew for (I5). */
import type { Json } from '@bellhop/sdk'
import { handlePattern, originOfHandle } from '../../secrets/handle.ts'
import { mapJson, type JsonVisitor } from '../../secrets/json.ts'
import { formatPath, type Path } from '../../workflow/mistakes.ts'
import type { SecretSource } from '../../workflow/plan.ts'

/** A secret that the event held. */
export interface Brought {
  handle: string
  /** Where it stands: `steps.trigger.event.body.slack_token`; the first place, for one that stands in several. */
  path: string
  /** What it was known as. */
  app: string
  field: string
  /** Steps whose bindings use it. */
  steps: Set<string>
}

/** @param sources what bindings and secret props read of the event */
export function broughtBy(event: Json, sources: readonly SecretSource[]): Brought[] {
  const found = new Map<string, Brought>()
  const visit = (value: Json, path: Path): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        visit(inner, [...path, Array.isArray(value) ? Number(key) : key])
    }
    if (typeof value !== 'string') return
    for (const handle of value.match(handlePattern()) ?? []) {
      const place = ['steps', 'trigger', 'event', ...path]
      const one = found.get(handle) ?? { handle, path: formatPath(place), ...originOfHandle(handle), steps: new Set() }
      found.set(handle, one)
      for (const source of sources) if (meet(['trigger', 'event', ...path], source)) one.steps.add(source.step)
    }
  }
  visit(event, [])
  return [...found.values()]
}

/** Whether one path leads to the other; an item's goes on behind a place in the list. */
function meet(place: Path, { path, item }: SecretSource): boolean {
  const whole = item === undefined ? path : [...path, ...place.slice(path.length, path.length + 1), ...item]
  const shorter = Math.min(place.length, whole.length)
  return place.slice(0, shorter).every((key, index) => key === whole[index])
}

/** The value with handles replaced by what stands for them now. */
export function withValues(value: Json, values: ReadonlyMap<string, string>): Json {
  const string = (text: string): string =>
    text.includes('bhdl.') ? text.replace(handlePattern(), (handle) => values.get(handle) ?? handle) : text
  const visitor: JsonVisitor = { string, number: (number) => number, key: string }
  return mapJson(value, visitor)
}
