/** In front of code that writes frames itself, past the child's own side of the pipe. */
import { Kind } from '../../../server/src/sandbox/protocol/frames.ts'

export const FORGER = `import { writeSync } from 'node:fs'
  const RESULT = ${Kind.result}, FAILURE = ${Kind.failure}, LOG = ${Kind.log}, ASK = ${Kind.ask}, OPEN = ${Kind.open}, DATA = ${Kind.data}, END = ${Kind.end}
  const frame = (kind, id, payload = '') => {
    const bytes = Buffer.from(payload)
    const header = Buffer.alloc(9)
    header.writeUInt32BE(bytes.length + 5)
    header[4] = kind
    header.writeUInt32BE(id, 5)
    return Buffer.concat([header, bytes])
  }
  const send = (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      try { at += writeSync(3, bytes, at) } catch (error) { if (error.code !== 'EAGAIN') throw error }
    }
  }
  const never = new Promise(() => setInterval(() => {}, 1000))
`
