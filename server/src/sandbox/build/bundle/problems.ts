/** What esbuild found wrong, for the author of a step. */
import type { Message } from 'esbuild'
import type { BuildProblem } from '../messages.ts'

/** `step:shape/shape.ts#.mjs` or `npm:axios@1.7.0/lib/axios.js`: a module's name as esbuild writes it. */
const FILE = /^(step|npm|made|sdk):(.*?)(?:#\.mjs)?$/s

export function problemOf({ text, location, notes, detail }: Message, steps: readonly string[]): BuildProblem {
  const [, from, path = ''] = FILE.exec(location?.file ?? '') ?? []
  const step = from === 'step' ? path.slice(0, path.indexOf('/')) : undefined
  const at = location === null ? {} : { line: location.line, column: columnOf(location.lineText, location.column) }
  const only = steps.length === 1 ? steps[0] : undefined
  return {
    ...((step ?? only) === undefined ? {} : { step: step ?? only }),
    ...(from === 'npm' ? { file: path } : {}),
    ...at,
    ...(detail as Partial<BuildProblem> | undefined),
    message: worded(text, location?.lineText.slice(0) ?? '', location, notes)
  }
}

/** esbuild counts bytes of UTF-8 from 0; editors count characters from 1. */
function columnOf(line: string, bytes: number): number {
  return Buffer.from(line).subarray(0, bytes).toString().length + 1
}

/** Ours begin in the middle of a sentence whose subject is what was imported. */
function worded(text: string, line: string, location: Message['location'], notes: Message['notes']): string {
  const note = notes[0]?.text
  const own = /^(?:is|has|leaves|cannot) /.test(text)
  if (!own) return clean(note === undefined || note.length > 200 ? text : `${text}: ${note}`)
  const bytes = Buffer.from(line).subarray(location?.column ?? 0, (location?.column ?? 0) + (location?.length ?? 0))
  const written = bytes.toString().replace(/^["'`]|["'`]$/g, '')
  return `\`${written}\` ${text}`
}

function clean(text: string): string {
  return text.replaceAll(/\b(?:step|npm|made|sdk):/g, '').replaceAll('#.mjs', '')
}
