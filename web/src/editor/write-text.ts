/**
 * Writes a changed document so that only what was changed is written anew. The YAML library writes a whole document in its own
 * layout; here every part (a key's or an item's lines) that it would have written the same before the change is taken from
 * the text as it was.
 */
import { isCollection, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, type Document } from 'yaml'

/** What a document can be written as: with the layout that it had, and in the library's own, should the first say something else. */
export interface Written {
  kept: string
  whole: string
}

/** A text in its parts, and the same parts as the library writes them. */
interface Parts {
  text: string
  original: readonly string[]
  plain: readonly string[]
}

/** Of the text that was written last: whoever types goes on from there, and reading it again takes time. */
let last: Parts | undefined

/** @param before the text that `yaml` was parsed from, before it was changed */
export function writeText(yaml: Document, before: string): Written {
  const layout = layoutOf(before)
  const whole = yaml.toString(layout)
  const { original, plain } = last?.text === before ? last : readParts(before, layout)
  const next = partsOf(whole)
  const parts = plain.length === original.length ? keptParts(plain, original, next) : next
  const kept = parts.join('')
  last = { text: kept, original: parts, plain: next }
  return { kept, whole }
}

function readParts(text: string, layout: ReturnType<typeof layoutOf>): Parts {
  const read = parseDocument(text)
  return { text, original: partsOf(text), plain: read.errors.length > 0 ? [] : partsOf(read.toString(layout)) }
}

function layoutOf(text: string): { lineWidth: number; singleQuote: true; indent: number; indentSeq: boolean } {
  const indent = /^( +)\S/m.exec(text.replaceAll(/^ *#.*\n/gm, ''))?.[1]?.length ?? 2
  return { lineWidth: 0, singleQuote: true, indent: Math.min(indent, 8), indentSeq: !/^\w+:[^\S\n]*\n- /m.test(text) }
}

/** The parts of the new text, each as it was written where it says what an old one said. */
function keptParts(plain: readonly string[], original: readonly string[], next: readonly string[]): string[] {
  const places = new Map<string, number[]>()
  plain.forEach((part, index) => places.set(part, [...(places.get(part) ?? []), index]))
  return next.map((part) => {
    const place = places.get(part)?.shift()
    return (place === undefined ? undefined : original[place]) ?? part
  })
}

/** The text cut before every line on which a key or an item begins; comments above belong to what follows. */
function partsOf(text: string): string[] {
  const lines = text.split(/(?<=\n)/)
  const starts = [...startLines(text)].toSorted((a, b) => a - b)
  const cuts = starts.map((start) => {
    let line = start
    while (line > 0 && /^\s*(?:#.*)?$/.test(lines[line - 1] ?? '')) line -= 1
    return line
  })
  const bounds = [...new Set([0, ...cuts]), lines.length]
  return bounds.slice(1).map((end, index) => lines.slice(bounds[index], end).join(''))
}

function startLines(text: string): Set<number> {
  const counter = new LineCounter()
  const found = new Set<number>()
  const visit = (node: unknown): void => {
    if (!isCollection(node) || node.flow === true) return
    for (const item of node.items as unknown[]) {
      const first = isPair(item) ? item.key : item
      const at = isNode(first) ? first.range?.[0] : undefined
      if (at !== undefined) found.add(counter.linePos(at).line - 1)
      visit(isPair(item) ? item.value : item)
    }
  }
  const { contents } = parseDocument(text, { lineCounter: counter })
  if (isMap(contents) || isSeq(contents)) visit(contents)
  return found
}
