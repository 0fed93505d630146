/** Where something stands in a definition: `['steps', 0, 'props', 'text']`. */
export type Path = readonly (string | number)[]

const SEGMENT = /\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([A-Za-z_$][A-Za-z0-9_$]*)/y

/** The path of a mistake as the server writes it, `steps[0].auth["x y"]`; what cannot be read ends it. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = []
  SEGMENT.lastIndex = 0
  for (let at = 0; at < text.length; at = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = at
    const match = SEGMENT.exec(text)
    if (match === null) break
    const [, index, quoted, name] = match
    if (index !== undefined) path.push(Number(index))
    else if (quoted !== undefined) path.push(JSON.parse(`"${quoted}"`) as string)
    else path.push(name ?? '')
  }
  return path
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => path[index] === key)
}
