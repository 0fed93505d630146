/** What a step or a binding asks with, in tests of one kind of store: no cache, and nothing that could be held. */
import type { Asking, OperationAsking, Store } from '../store.ts'

const refuse = (): Promise<never> => Promise.reject(new Error('nothing is to be held here'))

export const NOTHING_HELD: Asking['holding'] = { open: refuse, update: refuse }

/** @param store answers what an operation reads as a binding would */
export function asking(more: Partial<OperationAsking> = {}, store?: Store): OperationAsking {
  const asked: OperationAsking = {
    signal: AbortSignal.timeout(15_000),
    refused: false,
    holding: NOTHING_HELD,
    bound: [],
    read: (lookup) => store?.read(lookup, asked) ?? Promise.reject(new Error('there is no store to read')),
    ...more
  }
  return asked
}
