/** How an expression failed, without a character of what it threw: messages of JavaScript's errors quote data. */
import { ERRORS, type Failure, type Why } from './evaluation.ts'

const REASONS: readonly (readonly [RegExp, Why])[] = [
  [/^Cannot (?:read|convert|destructure|set).* (?:undefined|null)/, 'nothing'],
  [/ is not a (?:function|constructor)/, 'no_function'],
  [/ is not iterable|^Spread syntax /, 'not_iterable'],
  [/ JSON/, 'no_json_text'],
  [/^Invalid time value/, 'no_date'],
  [/read[ -]?only|not extensible/i, 'read_only']
]
/** More of a stack is not looked at. */
const LONGEST = 20_000
const LINE = /\r\n|[\n\r\u2028\u2029]/g

/**
 * @param error whatever was thrown
 * @param file the name that the expression's script has, whose second line is the first of `source`
 */
export function failureOf(error: unknown, file: string, source: string): Failure {
  try {
    const { name, message, stack } = textsOf(error)
    const known = ERRORS.includes(name) ? name : 'Error'
    const at = placeIn(stack, file, source)
    const why = REASONS.find(([pattern]) => pattern.test(message))?.[1]
    return {
      how: 'threw',
      error: known,
      ...(at === undefined ? {} : { at }),
      ...(why === undefined || known === 'Error' ? {} : { why })
    }
  } catch {
    return { how: 'threw', error: 'Error' }
  }
}

/** Getters of what was thrown may throw themselves. */
function textsOf(error: unknown): { name: string; message: string; stack: string } {
  const read = (key: string): string => {
    const value: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined
    return typeof value === 'string' ? value.slice(0, LONGEST) : ''
  }
  return { name: read('name'), message: read('message'), stack: read('stack') }
}

function placeIn(stack: string, file: string, source: string): number | undefined {
  const [, line, column] = new RegExp(String.raw`\b${file}:(\d{1,6}):(\d{1,6})`).exec(stack) ?? []
  if (line === undefined || column === undefined) return undefined
  const starts = [0, ...[...source.matchAll(LINE)].map((found) => found.index + found[0].length)]
  const start = starts[Number(line) - 2]
  const at = start === undefined ? undefined : start + Number(column) - 1
  return at === undefined || at >= source.length ? undefined : at
}
