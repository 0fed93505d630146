import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { Fault, type Json } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import type { Target } from './protocol/messages.ts'
import { createSandbox } from './sandbox.ts'
import { SandboxFixture } from './testing/sandbox.ts'

describe('a call of foreign code', () => {
  test('answers with what the code returns, and passes its console lines on in order', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`export default async ({ steps }) => {
      console.log('one %s', { a: 1 })
      console.error('two')
      return { got: steps, env: process.env }
    }`)
    const answer = await fixture.run(program, { trigger: [1, 'ü'] }, { env: { REGION: 'eu' } })
    expect(answer).toEqual({ got: { trigger: [1, 'ü'] }, env: { REGION: 'eu' } })
    expect(fixture.lines).toEqual(['info: one { a: 1 }', 'error: two'])
  })

  test('goes to the same process again, and never to one of another version', async () => {
    await using fixture = new SandboxFixture()
    const source = `let calls = 0
      export default () => ({ calls: ++calls })`
    const [one, other] = [fixture.program(source), fixture.program(source)]
    expect(await fixture.run(one)).toEqual({ calls: 1 })
    expect(await fixture.run(other)).toEqual({ calls: 1 })
    expect(await fixture.run(one)).toEqual({ calls: 2 })
    expect(await fixture.run(one, null, { alone: true })).toEqual({ calls: 1 })
  })

  test('fails with the name, message and stack of what the code threw', async () => {
    await using fixture = new SandboxFixture()
    const thrown = fixture.run(fixture.program(`export default () => { throw new RangeError('too far') }`))
    await expect(thrown).rejects.toMatchObject({
      code: 'code_failed',
      message: 'RangeError: too far',
      cause: { name: 'RangeError', message: 'too far', stack: expect.stringContaining('main.mjs:1:') as string }
    })
  })

  test('is told of an error that nobody caught', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(
      `export default () => new Promise(() => setTimeout(() => { throw new Error('late') }))`
    )
    await expect(fixture.run(program)).rejects.toMatchObject({ code: 'code_failed', message: 'late' })
  })

  test("is not told of an error that an earlier one left behind, nor are its lines mixed with that one's", async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`let release
      const gate = new Promise((resolve) => { release = resolve })
      export default async ({ steps }) => {
        if (steps === 'first') {
          void gate.then(() => { console.log('late'); throw new Error('late') })
          setImmediate(() => gate.then(() => setTimeout(() => { throw new Error('late') })))
          return steps
        }
        release()
        await new Promise((resolve) => setTimeout(resolve, 20))
        console.log('second')
        return steps
      }`)
    expect(await fixture.run(program, 'first')).toBe('first')
    expect(await fixture.run(program, 'second')).toBe('second')
    expect(fixture.lines).toEqual(['info: second'])
  })

  test('may ask and connect more often at a time than the server answers', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import net from 'node:net'
      import { text } from 'node:stream/consumers'
      export default async ({ $ }) => {
        const numbers = Array.from({ length: 300 }, (_, index) => index)
        const answers = await Promise.all(numbers.map((number) => $.respond({ status: 200, body: number })))
        const texts = await Promise.all(numbers.map((number) => {
          const socket = net.connect({ host: 'a', port: 1 })
          socket.end(String(number))
          return text(socket)
        }))
        return [answers.length, texts.map(Number).reduce((a, b) => a + b)]
      }`)
    const answer = fixture.run(program, null, {
      ask: async () => null,
      connect: (_target, stream) => stream.pipe(stream)
    })
    expect(await answer).toEqual([300, 44_850])
  })

  test('finds its program in a data directory that is reached by a link', async () => {
    await using fixture = new SandboxFixture({ isolation: 'none' })
    const link = join(fixture.directory, 'link')
    symlinkSync(fixture.directory, link)
    const sandbox = createSandbox({ directory: join(link, 'linked'), isolation: 'none' })
    try {
      const program = fixture.program('export default () => 1')
      const { signal } = new AbortController()
      const call = { kind: 'run', entry: 'main.mjs', input: {}, timeoutMs: 10_000, signal, log: () => {} } as const
      expect(await sandbox.call(program, call)).toEqual({ returned: 1 })
    } finally {
      await sandbox.close()
    }
    // It takes away what it made for its processes, and nothing else.
    expect(existsSync(join(link, 'linked'))).toBe(true)
  })

  test('asks the server, and is told why it is refused', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`export default {
      props: { shelf: { type: 'data_store', optional: true } },
      async run() {
        const got = await this.shelf.has('read')
        const error = await this.shelf.has('other').catch((error) => ({ ...error, message: error.message }))
        return { got, error }
      }
    }`)
    const ask = async (operation: string, input: Json) => {
      if (JSON.stringify([operation, input]) === '["data.has",{"store":"shelf","key":"read"}]') return true
      throw new Fault('no_such_store', 'there is no store', { hint: 'Make one.' })
    }
    expect(await fixture.run(program, null, { ask })).toEqual({
      got: true,
      error: { name: 'Fault', code: 'no_such_store', message: 'there is no store', hint: 'Make one.' }
    })
  })

  test('opens a connection through the server, with more data both ways than a window holds', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import net from 'node:net'
      import { buffer } from 'node:stream/consumers'
      export default async () => {
        const socket = net.connect({ host: 'db.example.com', port: 5432 })
        socket.end(Buffer.alloc(3_000_000, 'x'))
        return (await buffer(socket)).toString().length
      }`)
    let asked: unknown
    const connect = (target: Target, stream: Duplex) => {
      asked = target
      stream.pipe(stream)
    }
    expect(await fixture.run(program, null, { connect })).toBe(3_000_000)
    expect(asked).toEqual({ host: 'db.example.com', port: 5432, tls: false })
  })

  test('that takes too long is ended with its process', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program('export default () => { for (;;); }')
    await expect(fixture.run(program, null, { timeoutMs: 300 })).rejects.toMatchObject({ code: 'sandbox_timed_out' })
  })

  test('that is stopped fails at once, and its process is used again if it ends in time', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`let calls = 0
      export default ({ $, steps }) => {
        calls += 1
        if (steps === 'go') return calls
        console.log('waiting')
        return new Promise((resolve) => $.signal.addEventListener('abort', () => resolve(null)))
      }`)
    const stop = new AbortController()
    const call = fixture.run(program, 'wait', { signal: stop.signal, log: () => stop.abort() })
    await expect(call).rejects.toMatchObject({ code: 'sandbox_stopped' })
    expect(await fixture.run(program, 'go')).toBe(2)
  })

  test('whose process ends fails, and the next one gets another', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`export default ({ steps }) => steps === 'exit' ? process.exit(7) : 'alive'`)
    await expect(fixture.run(program, 'exit')).rejects.toMatchObject({
      code: 'sandbox_crashed',
      message: expect.stringContaining('exit code 7') as string
    })
    expect(await fixture.run(program)).toBe('alive')
  })
})
