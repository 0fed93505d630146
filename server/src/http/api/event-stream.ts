/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A viewer that comes back gets a
 * fresh snapshot, so events carry no ids and `Last-Event-ID` is ignored.
 */
import type { FastifyReply } from 'fastify'
import { PassThrough } from 'node:stream'
import type { Listener, Subscription } from '../../history/live.ts'
import { CUT_OFFS } from '../../history/live-messages.ts'

/** Comments that keep proxies from taking silence for an end. */
const HEARTBEAT_MS = 15_000
const RETRY_MS = 2_000

type Message = { type: string }

/**
 * Answers with a subscription's messages until it is over, the viewer goes, or the server closes. False, with nothing
 * sent, when there is nothing to subscribe to.
 */
export async function sendEvents<M extends Message>(
  reply: FastifyReply,
  closing: AbortSignal,
  subscribe: (listener: Listener<M>) => Subscription | undefined | Promise<Subscription | undefined>
): Promise<boolean> {
  const stream = new PassThrough()
  stream.write(`retry: ${RETRY_MS}\n\n`)
  const subscription = await subscribe((message) => write(stream, message))
  if (subscription === undefined) return false
  const heartbeat = setInterval(() => beat(stream), HEARTBEAT_MS)
  const shutDown = (): void => {
    void write(stream, CUT_OFFS.shutdown)
    subscription.close()
  }
  if (closing.aborted) shutDown()
  closing.addEventListener('abort', shutDown)
  stream.once('close', () => {
    clearInterval(heartbeat)
    closing.removeEventListener('abort', shutDown)
    subscription.close()
  })
  void subscription.closed.then(() => stream.end())
  void reply
    .header('content-type', 'text/event-stream')
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no')
    .send(stream)
  return true
}

/** Writes one message; the promise holds the next one back until the viewer has read enough. */
function write(stream: PassThrough, message: Message): void | Promise<void> {
  if (!stream.writable) return
  if (stream.write(`event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`)) return
  return new Promise((resolve) => {
    const leave = (): void => {
      stream.off('drain', leave).off('close', leave)
      resolve()
    }
    stream.on('drain', leave).on('close', leave)
  })
}

function beat(stream: PassThrough): void {
  if (stream.writable && !stream.writableNeedDrain) stream.write(':\n\n')
}
