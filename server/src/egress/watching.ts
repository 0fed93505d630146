/** A body that streams out: its handles stay what they are, and are told of. */
import { Transform, type Readable } from 'node:stream'
import { HANDLE_PREFIX, MAX_HANDLE_LENGTH } from '../secrets/handle.ts'
import type { Keyring, Secret } from '../secrets/keyring.ts'

/**
 * The same bytes. It fails where `body` does, and ends without touching `body` when nobody wants it any more.
 * @param stays told of each secret whose handle stands in it
 * @throws Fault `dead_handle`, as the stream's error
 */
export function watched(body: Readable, keyring: Keyring, stays: (secret: Secret) => void): Readable {
  let tail: Buffer = Buffer.alloc(0)
  const watching = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      // A handle may have begun in the last piece.
      const bytes = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
      tail = bytes.subarray(Math.max(0, bytes.length - MAX_HANDLE_LENGTH + 1))
      try {
        if (bytes.includes(HANDLE_PREFIX)) {
          keyring.reveal(bytes.toString('latin1'), (secret) => {
            stays(secret)
            return secret.handle
          })
        }
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error('not searched'))
      }
    }
  })
  body.on('error', (error) => watching.destroy(error))
  body.on('close', () => {
    if (!body.readableEnded) watching.destroy(new Error('the request was given up'))
  })
  return body.pipe(watching)
}
