/** Bodies that no side holds as a whole: the reader says how fast they come. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { NetworkFixture } from './testing/outside.ts'

const SIZE = 20 * 1024 * 1024
const EGRESS = [{ host: '127.0.0.1' }]

describe('large bodies of sandboxed code', () => {
  test('come down no faster than they are read', async () => {
    let sent = 0
    const url = await listening(
      createServer((request, response) => {
        if (request.url === '/sent') return response.end(String(sent))
        response.setHeader('content-type', 'application/octet-stream')
        return Readable.from(pieces((size) => (sent += size))).pipe(response)
      })
    )
    await using fixture = new NetworkFixture()
    const program = fixture.program(`export default async ({ steps: url }) => {
      const reader = (await fetch(url + '/large')).body.getReader()
      let length = (await reader.read()).value.length
      let before = -1
      let waiting = 0
      while (before !== (waiting = Number(await (await fetch(url + '/sent')).text()))) {
        before = waiting
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      for (let next = await reader.read(); !next.done; next = await reader.read()) length += next.value.length
      return { waiting, length }
    }`)
    const { waiting, length } = (await fixture.out(program, url, { egress: EGRESS })) as Record<string, number>
    expect(length).toBe(SIZE)
    expect(waiting).toBeLessThan(SIZE / 2)
  })

  test('go up no faster than they are taken', async () => {
    let received = 0
    let held: IncomingMessage | undefined
    const url = await listening(
      createServer((request, response) => {
        if (request.url === '/go') {
          held?.on('data', (chunk: Buffer) => (received += chunk.length))
          return response.end()
        }
        held = request
        return request.on('end', () => response.end(String(received)))
      })
    )
    await using fixture = new NetworkFixture()
    const program = fixture.program(`import { Readable } from 'node:stream'
      export default async ({ steps: url }) => {
        let made = 0
        const body = (function* () {
          for (; made < ${SIZE}; made += 65536) yield Buffer.alloc(65536)
        })()
        const sent = fetch(url + '/large', { method: 'POST', body: Readable.from(body), duplex: 'half' })
        let waiting = -1
        while (waiting !== made) {
          waiting = made
          await new Promise((resolve) => setTimeout(resolve, 100))
        }
        await fetch(url + '/go')
        return { waiting, length: Number(await (await sent).text()) }
      }`)
    const { waiting, length } = (await fixture.out(program, url, { egress: EGRESS })) as Record<string, number>
    expect(length).toBe(SIZE)
    expect(waiting).toBeLessThan(SIZE / 2)
    expect(waiting).toBeGreaterThan(0)
  })
})

function* pieces(told: (bytes: number) => void): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  for (let made = 0; made < SIZE; made += chunk.length) {
    told(chunk.length)
    yield chunk
  }
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
