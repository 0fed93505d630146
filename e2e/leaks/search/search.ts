import type { Match, Needles } from './needles.ts'
import { viewsOf } from './views.ts'

/** A secret that was found, and how it was written there. */
export interface Find extends Match {
  /** The readings that led to it, outermost first: `json`, `base64`. Empty: in clear. */
  through: readonly string[]
  /** What stands around it, as it can be printed. */
  excerpt: string
}

/** The design promises two levels; the JSON text that a document is stored as is one more around them. */
const DEPTH = 3

/** Every secret that is in the bytes, in clear or behind encodings. */
export function search(needles: Needles, bytes: Buffer, depth = DEPTH): Find[] {
  const found = needles.find(bytes).map((match): Find => ({ ...match, through: [], excerpt: excerptOf(bytes, match) }))
  if (depth === 0) return found
  for (const view of viewsOf(bytes)) {
    for (const find of search(needles, view.bytes, depth - 1)) {
      found.push({ ...find, through: [view.name, ...find.through] })
    }
  }
  return found
}

const AROUND = 60

function excerptOf(bytes: Buffer, { at, length }: Match): string {
  const text = bytes.toString('latin1', Math.max(0, at - AROUND), at + Math.min(length, AROUND) + AROUND)
  return text.replace(/[^\x20-\x7e]+/g, '·')
}
