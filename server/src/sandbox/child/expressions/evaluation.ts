/** What the server asks for when expressions are to be evaluated, and what it is told. JSON both ways. */
import type { Json, JsonObject } from '@bellhop/sdk'

type Path = (string | number)[]

export type Evaluation = {
  /** What the expressions read, together. `items` has the item of an `each`, by its name. */
  data: { steps: JsonObject; env: JsonObject; items: JsonObject }
  expressions: {
    /** One JavaScript expression, checked at deploy. */
    source: string
    /** Paths into `data`: it is handed what stands there, and nothing else. */
    reads: Path[]
  }[]
  /** Milliseconds for all of them together. */
  timeoutMs: number
}

/** What became of each, in order. Those behind one that took too long are not begun. */
export type Evaluated = ({ value: Json } | { absent: true } | { failed: Failure })[]

/** How an expression failed. Holds no text that the expression made. */
export type Failure =
  /** `error` is the class, of those that JavaScript has; `at` the offset in the source; `why` where that is plain. */
  { how: 'threw'; error: string; at?: number; why?: Why } | { how: 'no_json'; what: NoJson } | { how: 'timed_out' }

export const ERRORS = ['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError']

/** Reasons in words, by what they are called. */
export const WHY = {
  nothing: 'it reads something of undefined or null',
  no_function: 'what it calls is no function',
  not_iterable: 'what it goes through is no list',
  no_json_text: 'the text is not JSON',
  no_date: 'that is no date',
  read_only: 'it changes what cannot be changed'
}
export type Why = keyof typeof WHY

/** What JSON cannot hold, and what to write instead. */
export const NO_JSON = {
  function: ['a function', 'Call it, or leave it out.'],
  symbol: ['a symbol', 'Give text instead.'],
  bigint: ['a BigInt', 'Give `String(…)` or `Number(…)` of it.'],
  number: ['NaN or an infinite number', 'Look at what it computes with: a text or nothing is no number.'],
  date: ['an invalid date', 'Look at the text that the date is made of.'],
  promise: ['a promise', 'Expressions cannot wait; a code step can.'],
  map: ['a Map', 'Give `Object.fromEntries(…)` or `[...…]` of it.'],
  set: ['a Set', 'Give `[...…]` of it.'],
  bytes: ['bytes', "Give text, such as `Buffer.from(…).toString('base64')`."],
  object: ['an object of a class', 'Give a plain object, a list (`[...…]`) or text (`String(…)`).'],
  cycle: ['an object that holds itself', 'Give the parts that are needed.'],
  deep: ['something nested too deeply', 'Give the parts that are needed.'],
  large: ['too much', 'Give the parts that are needed.']
} as const
export type NoJson = keyof typeof NO_JSON
