import { parsePath } from '../values/paths.ts'

/** Where something stands in a definition: `['steps', 0, 'props', 'text']`. */
export type Path = readonly (string | number)[]

/** The path of a mistake as the server writes it, `steps[0].auth["x y"]`; empty where it is of the whole definition. */
export function pathOf(mistake: { path: string }): Path {
  return parsePath(mistake.path) ?? []
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => path[index] === key)
}

export function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && startsWith(one, other)
}
