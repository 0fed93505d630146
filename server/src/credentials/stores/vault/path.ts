/**
 * Paths in Vault, as segments. Vault decodes a whole path before it splits it, so a slash within a segment would make two
 * of it, and whoever chose the segment would choose what is read: such a segment is refused, for no secret of Vault’s can
 * be called that.
 */
import type { Fault } from '@bellhop/sdk'
import { badInput, notThere } from '../faults.ts'

export type Segments = readonly string[]

const LONGEST_SHOWN = 200

/** The segments as a path of a URL. */
export function encoded(segments: Segments): string {
  return segments.map((segment) => encodeURIComponent(segment)).join('/')
}

/** The path as messages show it: on one line, of bounded length. */
export function shown(segments: Segments): string {
  const path = encoded(segments.map((segment) => segment.toWellFormed())).replaceAll('%20', ' ')
  return path.length > LONGEST_SHOWN ? `${path.slice(0, LONGEST_SHOWN)}…` : path
}

/** @throws Fault `store_path_missing` for a path that Vault cannot have */
export function checkPath(segments: Segments): void {
  const problem = segments.map((segment) => problemOf(segment)).find((found) => found !== undefined)
  if (problem !== undefined) throw impossible(problem)
  if (segments.length === 0) throw badInput('path', 'is empty')
}

function problemOf(segment: string): string | undefined {
  if (segment === '' || segment === '.' || segment === '..') return 'is empty, `.` or `..`'
  if (segment.includes('/')) return 'has a slash in it'
  if (/\p{Cc}/u.test(segment)) return 'has a control character in it'
  return segment.isWellFormed() ? undefined : 'is not well-formed text'
}

function impossible(problem: string): Fault {
  return notThere(
    `has no secret with such a path: a part of it ${problem}`,
    'Look at what the references in the path resolve to: each stands for one part of it, between slashes.'
  )
}
