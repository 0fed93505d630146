import { styleText } from 'node:util'

/**
 * Text from runs on its way to a terminal: what a stranger sent must not move the cursor, recolour, retitle or reorder
 * what the reader sees. Control, format and surrogate characters are written as escapes; only the zero-width joiner of
 * emoji passes.
 */
const UNSAFE = /(?!\u200d)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}]/u
/** Columns of a word that is worth breaking, so that a line is not left too short. */
const LONG_WORD = 16
const NO_WIDTH = /[\p{Mn}\u200d]/u

/** One line's worth of text with every unsafe character escaped, line breaks too. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escape)
}

function escape(character: string): string {
  if (character === '\n') return '\\n'
  if (character === '\r') return '\\r'
  if (character === '\t') return '\\t'
  const code = character.codePointAt(0) ?? 0
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** The lines of a text that people wrote to be read as lines (logs, messages), each safe. */
export function safeLines(text: string): string[] {
  return text
    .replace(/\n+$/, '')
    .split(/\r?\n/)
    .map((line) => safeText(line.replaceAll('\t', '    ')))
}

/** How many columns a safe text takes; East Asian and emoji characters count two. An estimate, for wrapping only. */
export function columns(text: string): number {
  let count = 0
  for (const character of text) count += columnsOf(character)
  return count
}

function columnsOf(character: string): number {
  if (character < '\u0300') return 1
  return NO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1
}

/** Breaks a safe text into lines of at most `width` columns: behind a space, or anywhere in a long word. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const character of text) {
    const more = columnsOf(character)
    if (used + more > width) {
      const end = line.lastIndexOf(' ') + 1
      const whole = end > 0 && columns(line.slice(end)) < LONG_WORD ? end : line.length
      lines.push(line.slice(0, whole))
      line = line.slice(whole)
      used = columns(line)
    }
    line += character
    used += more
  }
  return [...lines, line]
}

/** At most `limit` characters of a text, never half a surrogate pair, and how many were left out. */
export function cut(text: string, limit: number): { text: string; left: number } {
  if (text.length <= limit) return { text, left: 0 }
  const end = /[\uD800-\uDBFF]/.test(text.charAt(limit - 1)) ? limit - 1 : limit
  return { text: text.slice(0, end), left: text.length - end }
}

export type Style = (text: string) => string

/** Paints by meaning, or leaves text as it is where colour is not wanted. */
export interface Paint {
  readonly good: Style
  readonly bad: Style
  readonly waiting: Style
  readonly strong: Style
  readonly faint: Style
}

const painted = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { validateStream: false })
const plain = (text: string) => text

/** Colours for a terminal when `colour`, else plain text. */
export function paintFor(colour: boolean): Paint {
  if (!colour) return { good: plain, bad: plain, waiting: plain, strong: plain, faint: plain }
  return {
    good: painted('green'),
    bad: painted('red'),
    waiting: painted('yellow'),
    strong: painted('bold'),
    faint: painted('dim')
  }
}
