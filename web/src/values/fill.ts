/** A template with what its references lead to in a scope's samples, as a run would have filled it in. Pure. */
import type { Json } from './json.ts'
import { parseTemplate, wholeReference } from './reference.ts'
import { itemsOf, resolve } from './resolve.ts'
import type { Scope } from './scope.ts'

/** Expressions and what is not known stay as they are written. */
export function fill(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return fillText(value, scope)
  if (Array.isArray(value)) return value.map((item) => fill(item, scope))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, scope)]))
}

function fillText(text: string, scope: Scope): Json {
  const whole = wholeReference(text)
  if (whole?.kind === 'path') {
    const found = resolve(scope, whole.keys)
    return found.kind === 'found' ? found.value : text
  }
  return parseTemplate(text, itemsOf(scope))
    .map((part) => {
      const written = text.slice(part.from, part.to)
      if (part.kind !== 'path') return written
      const found = resolve(scope, part.keys)
      if (found.kind !== 'found') return written
      return typeof found.value === 'string' ? found.value : JSON.stringify(found.value)
    })
    .join('')
}
