import { describe, expect, it } from 'vitest'
import type { Dispatcher } from 'undici'
import { Exchange } from './exchange.ts'
import { faultOf } from './fixtures/scopes.ts'
import { parseUrl } from './request.ts'

const { target } = parseUrl('https://api.example.com/')

/** A connection that the test plays. */
class Wire implements Dispatcher.DispatchController {
  aborted = false
  paused = false
  reason: Error | null = null
  rawHeaders: Buffer[] = []
  /** What has arrived while it paused: told before `resume` returns, as undici does. */
  rest = (): void => undefined
  #handler: Dispatcher.DispatchHandler = {}
  #resumed = Promise.withResolvers<void>()

  dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.#handler = handler
    return true
  }

  abort(reason: Error): void {
    this.aborted = true
    this.reason = reason
  }

  pause(): void {
    this.paused = true
  }

  resume(): void {
    this.paused = false
    this.rest()
    this.#resumed.resolve()
  }

  /** When the reader has asked for more. */
  resumed(): Promise<void> {
    this.#resumed = Promise.withResolvers()
    return this.#resumed.promise
  }

  take(): void {
    this.#handler.onRequestStart?.(this, null)
  }

  answer(): void {
    this.#handler.onResponseStart?.(this, 200, {}, 'OK')
  }

  send(bytes: number): void {
    this.#handler.onResponseData?.(this, Buffer.alloc(bytes))
  }

  end(): void {
    this.#handler.onResponseEnd?.(this, {})
  }
}

function start(caller = { owned: () => true, signal: new AbortController().signal }, timeoutMs = 60_000) {
  const wire = new Wire()
  const request = { path: '/', headers: [], body: undefined, secrets: [], places: [] }
  return { wire, exchange: new Exchange(wire, 'GET', request, target, caller, { headersMs: timeoutMs }) }
}

describe('an exchange', () => {
  it('lets the vendor wait while nobody reads, and go on when somebody does', async () => {
    const { wire, exchange } = start()
    wire.take()
    wire.answer()
    wire.send(256 * 1024)
    expect(wire.paused).toBe(false)
    wire.send(1)
    expect(wire.paused).toBe(true)
    const body = exchange[Symbol.asyncIterator]()
    expect((await body.next()).value).toHaveLength(256 * 1024)
    expect((await body.next()).value).toHaveLength(1)
    const resumed = wire.resumed()
    const next = body.next()
    await resumed
    expect(wire.paused).toBe(false)
    wire.end()
    expect((await next).done).toBe(true)
    expect(wire.aborted).toBe(false)
  })

  it('has all that arrived while the vendor had to wait, and its end', async () => {
    const { wire, exchange } = start()
    wire.take()
    wire.answer()
    wire.send(256 * 1024 + 1)
    wire.rest = () => {
      wire.send(10)
      wire.end()
    }
    expect(await exchange.whole(1_000_000)).toHaveLength(256 * 1024 + 11)
  })

  it('gives the connection up when its reader leaves early', async () => {
    const { wire, exchange } = start()
    wire.take()
    wire.answer()
    wire.send(10)
    for await (const chunk of exchange) {
      expect(chunk).toHaveLength(10)
      break
    }
    expect(wire.aborted).toBe(true)
  })

  it('reads on a little when nobody wants the body, to keep the connection', () => {
    const { wire, exchange } = start()
    wire.take()
    wire.answer()
    exchange.discard()
    wire.send(64 * 1024)
    expect(wire.aborted).toBe(false)
    wire.send(1)
    expect(wire.aborted).toBe(true)
  })

  it('that is over before a connection takes it is not sent', async () => {
    const { wire, exchange } = start(undefined, 1)
    expect((await faultOf(exchange.head())).code).toBe('vendor_timeout')
    wire.take()
    expect(wire.aborted).toBe(true)
  })

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const counting = new Proxy(signal, {
      get: (real, key) => {
        if (key === 'addEventListener') return () => void listeners++
        if (key === 'removeEventListener') return () => void listeners--
        const value: unknown = Reflect.get(real, key, real)
        return value
      }
    })
    const { wire, exchange } = start({ owned: () => true, signal: counting })
    expect(listeners).toBe(1)
    wire.take()
    wire.answer()
    await exchange.head()
    wire.end()
    expect(listeners).toBe(0)
  })
})
