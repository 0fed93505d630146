/** Paths into values, as references write them: `steps.trigger.event.body.items[0]["x y"]`. */
export type Key = string | number

const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u

/** One step down: `.name`, `[0]` or `["any text"]`. */
export function keyText(key: Key): string {
  if (typeof key === 'number') return `[${key}]`
  return NAME.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

/** The path below `base` (`steps.trigger.event`) that leads to a value. */
export function pathText(base: string, keys: readonly Key[]): string {
  return base + keys.map(keyText).join('')
}

/** A path as it stands in a definition. */
export function referenceText(path: string): string {
  return `{{${path}}}`
}

/**
 * A path's keys, its root first: `['steps', 'trigger', 'event', 0]`; undefined for anything that is no path. Reads what the
 * server reads: names, whole numbers, and texts in single or double quotes with the escapes of JSON.
 */
export function parsePath(text: string): Key[] | undefined {
  const root = take(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy, text, 0)
  if (root === undefined) return undefined
  const keys: Key[] = [root]
  for (let at = root.length; at < text.length;) {
    const segment = segmentAt(text, at)
    if (segment === undefined) return undefined
    keys.push(segment.key)
    at = segment.end
  }
  return keys
}

function segmentAt(text: string, at: number): { key: Key; end: number } | undefined {
  const dotted = take(/\??\.[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy, text, at)
  if (dotted !== undefined) return { key: dotted.replace(/^\??\./, ''), end: at + dotted.length }
  const bracket = take(/(?:\?\.)?\[\s*(?:\d{1,9}|"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')\s*\]/y, text, at)
  if (bracket === undefined) return undefined
  const inner = bracket.slice(bracket.indexOf('[') + 1, -1).trim()
  const key = /^\d/.test(inner) ? Number(inner) : unquoted(inner)
  return key === undefined ? undefined : { key, end: at + bracket.length }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

/** What a text in quotes stands for; undefined where an escape is wrong. */
export function unquoted(text: string): string | undefined {
  let wrong = false
  const value = text.slice(1, -1).replace(/\\(?:u(.{0,4})|([^]))/g, (_, hex: string | undefined, char = '') => {
    if (hex === undefined) return ESCAPES[char as string] ?? (char as string)
    if (!/^[0-9a-f]{4}$/i.test(hex)) wrong = true
    return String.fromCharCode(Number.parseInt(hex, 16))
  })
  return wrong ? undefined : value
}

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
