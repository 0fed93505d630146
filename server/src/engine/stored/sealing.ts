/** How values stand in rows: JSON text, or sealed under the run's key where the run is not kept. */
import { Fault } from '@bellhop/sdk'
import type { RunSeal } from '../../secrets/seal.ts'
import { fromSealedText, isSealedText, toSealedText } from '../../storage/sealed-text.ts'
import type { ItemEnd, LogLine, RunEnd } from '../port.ts'
import type { Place } from '../journal.ts'
import type { Text } from './carrying.ts'

/** What a sealed text is, as associated data: none can be put in another's place. */
export const purpose = {
  event: 'event',
  value: ({ lane, position }: Place) => `value ${lane}:${position}`,
  logs: ({ lane, position }: Place) => `logs ${lane}:${position}`,
  error: ({ lane, position }: Place, attempt: number) => `error ${lane}:${position}#${attempt}`,
  attemptLogs: ({ lane, position }: Place, attempt: number) => `logs ${lane}:${position}#${attempt}`,
  resumption: (name: string) => `resumption ${name}`,
  item: ({ position, index }: { position: number; index: number }) => `item ${position}.${index}`
} as const

/** @param seal the run's, if it is not kept */
export function toRow(seal: RunSeal | undefined, what: string, text: string): string {
  return seal === undefined ? text : toSealedText(seal.sealText(what, text))
}

/**
 * @param stored a blob where an earlier version wrote it
 * @throws Fault `seal_broken`
 */
export function fromRow(seal: RunSeal | undefined, what: string, stored: Text): string {
  if (typeof stored === 'string' && !isSealedText(stored)) return stored
  if (seal === undefined) throw new Fault('journal_mismatch', 'A row of a run that is kept is sealed.')
  return seal.openText(what, typeof stored === 'string' ? fromSealedText(stored) : stored)
}

export function logsToRow(seal: RunSeal | undefined, what: string, logs: readonly LogLine[]): string | null {
  return logs.length === 0 ? null : toRow(seal, what, JSON.stringify(logs))
}

/** A copy with a buffer of its own: a view of Node's pool would take the whole pool along to the writer thread. */
export function own(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes)
}

/** What `items.said` holds: the end without its status, where it says more. */
export function saidOf({ status: _status, ...more }: ItemEnd): string | null {
  return Object.keys(more).length > 0 ? JSON.stringify(more) : null
}

/** What `runs.ending` holds: the end without the caller's answer, where it says more than the status. */
export function endingOf(end: RunEnd): string | null {
  const more: Record<string, unknown> = { ...end }
  delete more['answer']
  return Object.keys(more).length > 1 ? JSON.stringify(more) : null
}
