import { describe, expect, test } from 'vitest'
import { Stale, type Connection } from './driver.ts'
import { Pool } from './pool.ts'

/** A server that counts what is done with its connections. */
class Server {
  readonly log: string[] = []
  target = 'here'
  made = 0
  resets: Promise<void> = Promise.resolve()

  pool(most: number, idleMs = 60_000): Pool {
    return new Pool({ most, idleMs, target: () => this.target, connect: () => Promise.resolve(this.connect()) })
  }

  connect(): Connection {
    const number = (this.made += 1)
    const did = (what: string): Promise<void> => Promise.resolve(void this.log.push(`${what} ${number}`))
    return {
      usable: true,
      ask: () => Promise.reject(new Error('nobody asks here')),
      reset: () => did('reset').then(() => this.resets),
      end: () => did('end'),
      abandon: () => did('abandon')
    }
  }
}

const ever = (): AbortSignal => new AbortController().signal
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

describe('a pool of connections', () => {
  test('lends one again once it is reset', async () => {
    const server = new Server()
    const pool = server.pool(3)
    const first = await pool.use(ever(), (connection) => Promise.resolve(connection))
    const second = await pool.use(ever(), (connection) => Promise.resolve(connection))
    expect(second).toBe(first)
    expect(server.log[0]).toBe('reset 1')
    await pool.close()
    expect(server.log.at(-1)).toBe('end 1')
  })

  test('has no more than it may have, and serves in order', async () => {
    const server = new Server()
    const pool = server.pool(2)
    let running = 0
    const order: number[] = []
    const work = (number: number) => async (): Promise<void> => {
      running += 1
      expect(running).toBeLessThanOrEqual(2)
      await turn()
      running -= 1
      order.push(number)
    }
    await Promise.all(Array.from({ length: 10 }, (_, number) => pool.use(ever(), work(number))))
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(server.made).toBe(2)
    await pool.close()
  })

  test('abandons one whose borrower gave up, and goes on', async () => {
    const server = new Server()
    const pool = server.pool(1)
    const controller = new AbortController()
    const stuck = pool.use(controller.signal, () => new Promise(() => undefined))
    const next = pool.use(ever(), () => Promise.resolve('served'))
    await turn()
    controller.abort(new Error('given up'))
    await expect(stuck).rejects.toThrow('given up')
    expect(await next).toBe('served')
    expect(server.log[0]).toBe('abandon 1')
    await pool.close()
  })

  test('lets go of a place whose waiter gave up', async () => {
    const server = new Server()
    const pool = server.pool(1)
    const { promise, resolve } = Promise.withResolvers<void>()
    const first = pool.use(ever(), () => promise)
    const controller = new AbortController()
    const waiting = pool.use(controller.signal, () => Promise.resolve())
    controller.abort(new Error('given up'))
    await expect(waiting).rejects.toThrow('given up')
    resolve()
    await first
    expect(await pool.use(ever(), () => Promise.resolve('served'))).toBe('served')
    await pool.close()
  })

  test('makes another one where the configuration leads elsewhere', async () => {
    const server = new Server()
    const pool = server.pool(1)
    await pool.use(ever(), () => Promise.resolve())
    server.target = 'there'
    await pool.use(ever(), () => Promise.resolve())
    expect(server.made).toBe(2)
    expect(server.log).toContain('end 1')
    await pool.close()
  })

  test('makes another one where an idle one had ended', async () => {
    const server = new Server()
    const pool = server.pool(1)
    const ended = await pool.use(ever(), (connection) => Promise.resolve(connection))
    const used = await pool.use(ever(), (connection) =>
      connection === ended ? Promise.reject(new Stale('ended')) : Promise.resolve(connection)
    )
    expect(used).not.toBe(ended)
    expect(server.made).toBe(2)
    await pool.close()
  })

  test('says why a new one does not serve', async () => {
    const pool = new Server().pool(1)
    const cause = new Error('shutting down')
    await expect(pool.use(ever(), () => Promise.reject(new Stale('ended', { cause })))).rejects.toBe(cause)
    await pool.close()
  })

  test('ends one that nobody uses', async () => {
    const server = new Server()
    const pool = server.pool(1, 10)
    await pool.use(ever(), () => Promise.resolve())
    await expect.poll(() => server.log).toEqual(['reset 1', 'end 1'])
    await pool.close()
  })
})
