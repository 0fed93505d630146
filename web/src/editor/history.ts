/** Undo and redo: every state of the document that a person made, and where they are in it. */
import { openDocument, type WorkflowDocument } from './document.ts'

/** More than anybody goes back. */
const MOST = 200
/** Changes of one thing that follow each other this closely are one to undo. */
const TOGETHER_MS = 1_000

export interface History {
  readonly past: readonly string[]
  readonly document: WorkflowDocument
  readonly future: readonly string[]
  /** What the last change was of, and when. */
  readonly last: { of: string; at: number } | undefined
}

export function begin(text: string): History {
  return { past: [], document: openDocument(text), future: [], last: undefined }
}

/** @param of what is changed (a field, say): typing in it is one change to undo; left out for a change of its own */
export function record(history: History, document: WorkflowDocument, now: number, of?: string): History {
  if (document.text === history.document.text) return history
  const goesOn = of !== undefined && history.last?.of === of && now - history.last.at < TOGETHER_MS
  return {
    past: goesOn ? history.past : [...history.past, history.document.text].slice(-MOST),
    document,
    future: [],
    last: of === undefined ? undefined : { of, at: now }
  }
}

export function undo(history: History): History {
  const text = history.past.at(-1)
  if (text === undefined) return history
  return {
    past: history.past.slice(0, -1),
    document: openDocument(text),
    future: [history.document.text, ...history.future],
    last: undefined
  }
}

export function redo(history: History): History {
  const [text, ...future] = history.future
  if (text === undefined) return history
  return { past: [...history.past, history.document.text], document: openDocument(text), future, last: undefined }
}
