/**
 * One request to a store that is reached over the network: within its time, and with failures in words of our own. Errors
 * of clients quote what they sent (I1), so nothing of them but their code is read.
 */
import { Fault } from '@bellhop/sdk'
import { networkFailure, TLS_HINT } from '../../egress/failures.ts'
import { badAnswer, slow, tlsFailed, unreachable } from './faults.ts'

/**
 * Does `work` within the store's time. Its signal ends with the caller's, or with the time; a client that does not
 * listen to it is not waited for.
 * @throws Fault `store_slow`, those of `networkFault`; the reason of `signal` once it is aborted; any Fault of `work`
 */
export async function withinTime<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>
): Promise<T> {
  const time = AbortSignal.timeout(timeoutMs)
  const either = AbortSignal.any([signal, time])
  try {
    either.throwIfAborted()
    return await Promise.race([work(either), aborted(either)])
  } catch (error) {
    if (signal.aborted) throw stopReason(signal)
    if (time.aborted) throw slow(timeoutMs)
    throw error instanceof Fault ? error : networkFault(error, timeoutMs)
  }
}

/** @throws Fault `store_unreachable`, `store_slow`, `store_tls`, `store_bad_answer`, by the code of what was thrown */
export function networkFault(error: unknown, timeoutMs: number): Fault {
  const { kind, what } = networkFailure(error)
  switch (kind) {
    case 'unreachable':
      return unreachable(`can't be reached: ${what}`, 'Check its address, and that this machine may connect to it.')
    case 'late':
      return slow(timeoutMs)
    case 'tls':
      return tlsFailed(`has no secure connection to offer: ${what}`, TLS_HINT)
    case 'not_http':
      return badAnswer(`gave an answer that ${what}`, 'Check that its address is that of the store’s API.')
    case 'closed':
    case 'unknown':
      return unreachable('can’t be reached: the request failed', 'Check its address, and what stands between.')
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(stopReason(signal)), { once: true })
  })
}

function stopReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('stopped')
}
