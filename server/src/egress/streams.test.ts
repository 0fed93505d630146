import { channel } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { relayed } from './fixtures/relayed.ts'
import { testDoor, testKeyring, testScope } from './fixtures/scopes.ts'
import { httpServer, rawAnswer, rawServer } from './fixtures/servers.ts'
import { DEAD, TOKEN, vendor } from './fixtures/vendor.ts'

async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(body))
}

/** The connection that the door opens next. */
function nextSocket(): () => Socket | undefined {
  let socket: Socket | undefined
  const connected = channel('undici:client:connected')
  const told = (message: unknown): void => void ({ socket } = message as { socket: Socket })
  connected.subscribe(told)
  onTestFinished(() => connected.unsubscribe(told))
  return () => socket
}

describe('a stream', () => {
  it('is scrubbed across its pieces, and made harmless', async () => {
    const { scope, handle } = await vendor({})
    const body = `one ${TOKEN} two ${DEAD} three ${handle} bhd`.repeat(200)
    const server = await httpServer((_, response) => {
      response.setHeader('content-type', 'text/event-stream')
      Readable.from(body.match(/[^]{1,7}/g) ?? []).pipe(response)
    })
    const answer = await relayed(testDoor(), scope, server.url)
    expect((await bytesOf(answer.body)).toString()).toBe(
      body.replaceAll(TOKEN, handle).replaceAll('bhdl.other', 'bhdl-other')
    )
  })

  it('repeats no cookie', async () => {
    const { scope, server } = await vendor({
      type: 'text/event-stream',
      headers: { 'set-cookie': 'sid=session-0123456789' },
      body: 'data: session-0123456789'
    })
    const answer = await relayed(testDoor(), scope, server.url)
    const body = (await bytesOf(answer.body)).toString()
    expect(body).toBe(`data: ${answer.headers['set-cookie']?.slice(4)}`)
  })

  it('hands JSON on in one piece, with its tokens as handles', async () => {
    const { scope, server } = await vendor({ type: 'application/json', body: '{"access_token":"fresh-1"}' })
    const answer = await relayed(testDoor(), scope, server.url)
    expect((await bytesOf(answer.body)).toString()).toMatch(/^\{"access_token":"bhdl\.acme\.access_token\.\w{26}"\}$/)
  })

  it('waits for its reader', async () => {
    const total = 8_000_000
    const server = await httpServer((_, response) => response.end(Buffer.alloc(total)))
    const door = testDoor({ maxAnswerBytes: total })
    const answer = await relayed(door, testScope(testKeyring()), server.url)
    expect(await bytesOf(answer.body)).toHaveLength(total)
  })

  it('that arrived before anybody read it is read to its end', async () => {
    const total = 300_000
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${total}\r\n\r\n`
    const server = await rawServer((socket) => {
      socket.once('data', () => socket.write(Buffer.concat([Buffer.from(head), Buffer.alloc(total)])))
    })
    const socket = nextSocket()
    const answer = await relayed(testDoor(), testScope(testKeyring()), server.url)
    // It pauses beyond 256 KiB, so the rest waits in the socket: no more events announce it.
    await expect.poll(() => socket()?.bytesRead).toBe(head.length + total)
    expect(await bytesOf(answer.body)).toHaveLength(total)
  })

  it('can be left, and closed unread', async () => {
    const server = await httpServer((_, response) => response.end(Buffer.alloc(2_000_000)))
    const door = testDoor({ maxAnswerBytes: 5_000_000 })
    const left = await relayed(door, testScope(testKeyring()), server.url)
    for await (const chunk of left.body) {
      expect(chunk.length).toBeGreaterThanOrEqual(0)
      break
    }
    const closed = await relayed(door, testScope(testKeyring()), server.url)
    closed.abandon()
    expect((await door.fetch(testScope(testKeyring()), server.url)).status).toBe(200)
  })

  it('has its trailers scrubbed, too', async () => {
    const server = await rawAnswer(
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: ${TOKEN}\r\n\r\n`
    )
    const { scope, handle } = await vendor({})
    const answer = await relayed(testDoor(), scope, server.url)
    expect((await bytesOf(answer.body)).toString()).toBe('abc')
    expect(answer.trailers()).toEqual({ 'x-sum': handle })
  })
})
