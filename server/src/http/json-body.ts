import type { Json } from '@bellhop/sdk'
import parse from 'secure-json-parse'
import { HttpFault } from './problem.ts'

/** Nesting beyond this is no event but an attempt on the stack of whoever walks it. */
const MAX_DEPTH = 200

/**
 * Parses JSON. The runtime's errors quote what they read, so none of them gets out.
 * @throws HttpFault `bad_json` and `forbidden_key` (400)
 */
export function parseJson(text: string): Json {
  checkDepth(text)
  try {
    return parse(text, undefined, { protoAction: 'error', constructorAction: 'ignore' }) as Json
  } catch (error) {
    // The one message of secure-json-parse itself; everything else comes from the runtime.
    if (error instanceof SyntaxError && error.message.startsWith('Object contains forbidden')) throw forbiddenKey()
    throw new HttpFault('bad_json', 400, 'the body is not valid JSON, though its content-type says so')
  }
}

/**
 * The key that no event may have: copied by assignment it would change an object's prototype, in the engine or in the
 * code of a step.
 */
export function forbiddenKey(): HttpFault {
  return new HttpFault('forbidden_key', 400, 'the key `__proto__` is not accepted', 'Rename it.')
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Counts brackets outside strings. Short texts cannot be too deep, and are most of all. */
function checkDepth(text: string): void {
  if (text.length < MAX_DEPTH * 2) return
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_LIST:
      case OPEN_OBJECT:
        depth += 1
        if (depth > MAX_DEPTH) throw new HttpFault('too_deep', 400, `the body nests deeper than ${MAX_DEPTH} levels`)
        break
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1
        break
    }
  }
}

/** The position of the quote that closes the string opened at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1
  return backslashes % 2 === 1
}
