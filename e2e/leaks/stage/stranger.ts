/** A host that no credential is for. It keeps every byte that it gets. */
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface Stranger {
  readonly url: string
  /** What it was sent since the last look. */
  take(): Buffer
  close(): Promise<void>
}

const ANSWER =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{"ok":true}'

export async function startStranger(): Promise<Stranger> {
  let received: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk)
      socket.end(ANSWER)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = Buffer.concat(received)
      received = []
      return taken
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of open) socket.destroy()
      await closed
    }
  }
}
