/**
 * A connection on which bytes pass as they are, to a host and port that the workflow lists as `tcp://`. Nothing is revealed
 * or scrubbed; which address is dialled is judged as for requests.
 */
import type { Duplex, Transform } from 'node:stream'
import { Fault } from '@bellhop/sdk'
import { failure } from '../failures.ts'
import type { Target } from '../hosts.ts'
import type { Connection } from './connection.ts'
import { breakOff } from './refusal.ts'

/** Dials, and passes bytes both ways until one side is done. */
export async function serveTunnel(connection: Connection): Promise<void> {
  const { door, scope, target, stream } = connection
  try {
    join(stream, await door.dial(scope, target), target, scope.signal)
  } catch (error) {
    const fault = error instanceof Fault ? error : failure(error, target)
    if (fault.retryable) stream.destroy(fault)
    else breakOff(connection, fault)
  }
}

/**
 * Two ends of one connection: what the one says the other hears, and where the one is gone the other goes.
 * @param back what passes on the way from `far` to `near`
 */
export function join(near: Duplex, far: Duplex, target: Target, signal: AbortSignal, back?: Transform): void {
  const stop = (): void => void near.destroy()
  signal.addEventListener('abort', stop)
  near.on('close', () => {
    signal.removeEventListener('abort', stop)
    far.destroy()
  })
  far.on('error', (error) => near.destroy(failure(error, target)))
  far.on('close', () => {
    if (near.writableFinished) near.destroy()
    // What was said last is still heard.
    else if (near.writableEnded) near.on('finish', stop)
    else near.end(stop)
  })
  if (near.destroyed || signal.aborted) far.destroy()
  near.pipe(far)
  if (back === undefined) far.pipe(near)
  else far.pipe(back.on('error', (error) => near.destroy(failure(error, target)))).pipe(near)
}
