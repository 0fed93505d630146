/**
 * A stray escape character before an escaped secret takes the secret's first characters with it: `\` before
 * `\u0073ecret` reads as a backslash and `u0073ecret`, `%` before `61bc%64ef` as one byte. So where all but the first
 * characters of a secret agree, they are read again from every place at which they may begin.
 *
 * What stands in the indexed piece cannot be missing, so this serves secrets of 13 bytes and more.
 */
import { decodeAt, unescapeInto } from './escapes.ts'
import type { Needle, Whole } from './needle.ts'
import { BACKSLASH, Page, PERCENT } from './page.ts'

/** A stray character takes at most so many of the secret's. */
const MAX_TAKEN = 6
/** How far from where the rest of the secret goes on its beginning is looked for: an escaped escape before, one after. */
const BEFORE = 40
const AFTER = 12

const outerPage = new Page()
const innerPage = new Page()

/** Where the secret stands in the first page; `undefined` where it does not. */
export type Taken = { start: number; end: number } | undefined

/**
 * @param start where the needle would begin in the page
 * @param wrong how many of its first symbols disagree
 * @param spend is told how much is read
 */
export function findTaken(
  page: Page,
  needle: Needle,
  whole: Whole,
  start: number,
  wrong: number,
  spend: (work: number) => void
): Taken {
  const { parent } = page
  if (wrong > MAX_TAKEN || !page.isEscaped || parent === undefined) return undefined
  const below = parent.isEscaped ? parent.parent : undefined
  const base = below ?? parent
  const kind = below === undefined ? page.kind : parent.kind
  const place = (index: number) => (below === undefined ? page.map[index] : parent.map[page.map[index] ?? 0]) ?? 0
  const end = place(start + whole.length)
  const about = place(Math.max(0, start + wrong))
  for (let begin = Math.min(end, about + AFTER); begin >= Math.max(0, about - BEFORE); begin--) {
    const code = decodeAt(base, begin, kind) >> 4
    const plain = code < 0x80 && (below === undefined || (code !== BACKSLASH && code !== PERCENT))
    if (plain && !needle.agrees(code, 0, whole)) continue
    spend(end - begin)
    unescapeInto(outerPage, base, begin, end, kind)
    if (below !== undefined) unescapeInto(innerPage, outerPage, 0, outerPage.length, page.kind)
    const read = below === undefined ? outerPage : innerPage
    if (read.length !== whole.length || needle.mismatch(read, 0, whole, true) > 0) continue
    return { start: base.origin(begin), end: base.origin(end) }
  }
  return undefined
}

export function wipeTaken(): void {
  outerPage.wipe()
  innerPage.wipe()
}
