/**
 * Writes a changed document so that only what was changed is written anew. The YAML library writes a whole document in its own
 * layout; here every part (a key's or an item's lines) that it would have written the same before the change is taken from
 * the text as it was.
 */
import { isCollection, isMap, isNode, isPair, isSeq, LineCounter, parseDocument, type Document } from 'yaml'

/** @param before the text that `yaml` was parsed from, before it was changed */
export function writeText(yaml: Document, before: string): string {
  const layout = layoutOf(before)
  const whole = yaml.toString(layout)
  const old = parseDocument(before)
  if (old.errors.length > 0) return whole
  const plain = partsOf(old.toString(layout))
  const original = partsOf(before)
  if (plain.length !== original.length) return whole
  const kept = keptParts(plain, original, partsOf(whole)).join('')
  return sameMeaning(kept, yaml) ? kept : whole
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

function sameMeaning(text: string, yaml: Document): boolean {
  const read = parseDocument(text)
  return read.errors.length === 0 && JSON.stringify(read.toJS()) === JSON.stringify(yaml.toJS())
}
