/** The names that an expression may use besides `steps`, `env` and its item. */
import { unknownWord, type Problem } from '../mistakes.ts'

/** What JavaScript itself brings, and the few of Node's that compute: nothing of it reaches beyond the expression. */
const GLOBALS: ReadonlySet<string> = new Set([
  'undefined',
  'NaN',
  'Infinity',
  'Array',
  'Boolean',
  'Date',
  'Error',
  'Intl',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'RangeError',
  'RegExp',
  'Set',
  'String',
  'TypeError',
  'Uint8Array',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'Buffer',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'crypto'
])

const COMPUTES = 'an expression computes a value and does nothing else'

/** Names that people expect, and why they are not there. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ...['Function', 'eval'].map((name) => [name, 'an expression runs no code that it makes of text'] as const),
  ...['console', 'process', 'require', 'module', 'fetch', 'globalThis', 'global', 'window', 'self'].map(
    (name) => [name, `${COMPUTES}: there is no \`${name}\``] as const
  ),
  ...['Promise', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map(
    (name) => [name, `an expression cannot wait: there is no \`${name}\``] as const
  ),
  ['arguments', 'name the parameters instead of using `arguments`']
])

export const EXAMPLE = '{{steps.trigger.event.body.items[0].id}}'

/**
 * What is wrong with a name that is no local one, if anything.
 * @param roots `steps`, `env` and the names of items
 */
export function nameProblem(name: string, roots: readonly string[]): Problem | undefined {
  if (GLOBALS.has(name)) return undefined
  if (name === 'event' || name === 'trigger') {
    return {
      message: 'a path starts with `steps`',
      expected: `a path, such as ${EXAMPLE}`,
      suggestion: '{{steps.trigger.event}}'
    }
  }
  const refused = REFUSED.get(name)
  if (refused !== undefined) return { message: refused }
  const problem = unknownWord('name', name, [...roots, ...GLOBALS])
  const items = roots.filter((root) => root !== 'steps' && root !== 'env').map((item) => `\`${item}\``)
  const starts = items.length === 0 ? '`steps`' : `\`steps\` or the item’s name, ${items.join(', ')}`
  return { ...problem, expected: `a path that starts with ${starts}, such as ${EXAMPLE}` }
}
