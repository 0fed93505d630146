/**
 * Secrets of fewer than six characters are replaced where they stand as a whole value, and are not searched for inside
 * text: `no` would be found everywhere. So only the values of documents are looked at.
 */

/** The names of the short secrets that stand as a whole value in a JSON document; none in text that is no JSON. */
export function wholeValuesIn(text: string, shortSecrets: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>()
  walk(parse(text), (value) => {
    const name = shortSecrets.get(String(value))
    if (name !== undefined) found.add(name)
  })
  return [...found]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function walk(value: unknown, see: (scalar: string | number) => void): void {
  if (typeof value === 'string' || typeof value === 'number') see(value)
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) walk(inner, see)
}
