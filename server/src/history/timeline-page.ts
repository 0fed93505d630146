import type { Json } from '@bellhop/sdk'
import { HandleNames } from './handle-names.ts'
import { columns, cut, paintFor, safeLines, safeText, wrap, type Paint, type Style } from './terminal-text.ts'

/** Columns of the labels in front of details. */
const LABEL = 13
/** Columns that text gets at least, however far it is indented. */
const ROOM = 20
/** A value is shown up to this many lines, then cut with a note. */
const VALUE_LINES = 4

/**
 * A timeline under construction. What comes from a run enters through `safe`, `value`, `prose` and `detail` only, which
 * shorten handles first, so that none is cut in two, and make the rest harmless for a terminal.
 */
export class Page {
  readonly paint: Paint
  readonly #names = new HandleNames()
  readonly #width: number
  readonly #lines: string[] = []

  constructor(width: number, colour: boolean) {
    this.#width = width
    this.paint = paintFor(colour)
  }

  /** A line of the timeline's own words, with `safe` text in it. */
  line(indent: number, text: string): void {
    this.#lines.push(' '.repeat(indent) + text)
  }

  blank(): void {
    this.#lines.push('')
  }

  /** Text from a run as one harmless line with its handles shortened. */
  safe(text: string): string {
    return safeText(this.#names.shorten(text))
  }

  holdsHandle(text: string): boolean {
    return text !== new HandleNames().shorten(text)
  }

  /** Text from a run that keeps its own line breaks. */
  prose(indent: number, text: string, style?: Style): void {
    this.#place(indent, safeLines(this.#names.shorten(text)), style)
  }

  /** A label, and beside it text from a run that keeps its own line breaks. */
  detail(indent: number, label: string, text: string): void {
    this.#beside(indent, label, safeLines(this.#names.shorten(text)))
  }

  /** A label, and beside it a value as compact JSON, cut where it grows long. */
  value(indent: number, label: string, value: Json): void {
    const room = Math.max(ROOM, this.#width - indent - LABEL - 1)
    const shown = cut(this.#names.shorten(JSON.stringify(value)), room * VALUE_LINES)
    const note = shown.left === 0 ? [] : [`… ${shown.left.toLocaleString('en')} more characters`]
    this.#beside(indent, label, [safeText(shown.text), ...note])
  }

  /** What each short name stands for. */
  handles(): { handle: string; name: string }[] {
    return this.#names.entries()
  }

  toString(): string {
    return this.#lines.map((line) => line.trimEnd()).join('\n')
  }

  #place(indent: number, lines: readonly string[], style: Style = (text) => text): void {
    const room = Math.max(ROOM, this.#width - indent)
    for (const line of lines.flatMap((line) => wrap(line, room))) this.line(indent, style(line))
  }

  #beside(indent: number, label: string, lines: readonly string[]): void {
    const name = safeText(this.#names.shorten(label))
    const width = columns(name)
    // A long label gets a line of its own, so that what is beside the others stays in one column.
    if (width > LABEL + 4) {
      this.line(indent, this.paint.faint(name))
      this.#place(indent + LABEL + 1, lines)
      return
    }
    const left = Math.max(LABEL, width) + 1
    const room = Math.max(ROOM, this.#width - indent - left)
    for (const [index, line] of lines.flatMap((line) => wrap(line, room)).entries()) {
      const margin = index === 0 ? this.paint.faint(name) + ' '.repeat(left - width) : ' '.repeat(left)
      this.line(indent, margin + line)
    }
  }
}
