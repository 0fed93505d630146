/** Code that takes what it can: its own process is ended, and the next call, and other programs, are served as before. */
import { describe, expect, test } from 'vitest'
import { Kind } from './protocol/frames.ts'
import type { SandboxCall } from './sandbox.ts'
import { SandboxFixture } from './testing/sandbox.ts'

/** Writes frames itself, past the child's own side of the pipe. */
const FORGER = `import { writeSync } from 'node:fs'
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

/** What code does, and how its call ends. */
const BOMBS: [name: string, code: string, fault: string, call?: Partial<SandboxCall>][] = [
  [
    'fills the heap',
    `export default () => { const all = []; for (;;) all.push(new Array(10_000).fill({})) }`,
    'sandbox_out_of_memory',
    { memoryMb: 32 }
  ],
  [
    'allocates buffers outside the heap',
    `export default () => { const all = []; for (;;) all.push(Buffer.alloc(10_000_000, 1)) }`,
    '(sandbox_out_of_memory|code_failed)',
    { memoryMb: 32 }
  ],
  ['computes for ever', `export default () => { for (;;); }`, 'sandbox_cpu_exhausted', { cpuMs: 200 }],
  ['never answers', `export default () => new Promise(() => {})`, 'sandbox_timed_out', { timeoutMs: 300 }],
  [
    'writes garbage into the pipe',
    `${FORGER} export default () => (send(Buffer.alloc(1000, 255)), never)`,
    'sandbox_misbehaved'
  ],
  [
    'writes half a frame and waits',
    `${FORGER} export default () => (send(frame(${Kind.result}, 1, 'x'.repeat(99)).subarray(0, 50)), never)`,
    'sandbox_timed_out',
    { timeoutMs: 300 }
  ],
  [
    'announces a frame of 4 GB',
    `${FORGER} export default () => (send(Buffer.from('ffffffff0300000001', 'hex')), never)`,
    'sandbox_misbehaved'
  ],
  [
    'says what only the server says',
    `${FORGER} export default () => (send(frame(${Kind.call}, 1, '{}')), never)`,
    'sandbox_misbehaved'
  ],
  [
    'answers with what is no JSON',
    `${FORGER} export default () => (send(frame(${Kind.result}, 1, '{')), never)`,
    'sandbox_misbehaved'
  ],
  [
    'opens a connection to nowhere',
    `${FORGER} export default () => (send(frame(${Kind.open}, 1, '{"host":1}')), never)`,
    'sandbox_misbehaved'
  ],
  [
    'opens more connections than it may',
    `${FORGER} export default () => {
      for (let id = 1; id < 300; id++) send(frame(${Kind.open}, id, '{"host":"a","port":1,"tls":false}'))
      return never
    }`,
    'sandbox_misbehaved',
    { connect: () => {} }
  ],
  [
    'asks more at a time than it may',
    `${FORGER} export default () => {
      for (let id = 1; id < 100; id++) send(frame(${Kind.ask}, id, '{"operation":"x"}'))
      return never
    }`,
    'sandbox_misbehaved',
    { ask: () => new Promise(() => {}) }
  ],
  [
    'sends data without credit',
    `${FORGER} export default () => {
      send(frame(${Kind.open}, 1, '{"host":"a","port":1,"tls":false}'))
      for (let at = 0; at < 20; at++) send(frame(${Kind.data}, 1, Buffer.alloc(60_000)))
      return never
    }`,
    'sandbox_misbehaved',
    { connect: () => {} }
  ],
  [
    'grants credit for what was never sent',
    `${FORGER} export default () => {
      send(frame(${Kind.open}, 1, '{"host":"a","port":1,"tls":false}'))
      send(frame(${Kind.credit}, 1, Buffer.from('ffffffff', 'hex')))
      return never
    }`,
    'sandbox_misbehaved',
    { connect: () => {} }
  ],
  ['returns a million values', 'export default () => new Array(1_000_000).fill({})', 'export_too_large'],
  [
    'closes the pipe',
    `import { closeSync } from 'node:fs'
     export default () => { closeSync(3); return new Promise((resolve) => setTimeout(resolve, 60_000)) }`,
    'sandbox_(misbehaved|timed_out)',
    { timeoutMs: 500 }
  ]
]

describe('code that', () => {
  test.for(BOMBS)('%s', async ([, code, fault, call]) => {
    await using fixture = new SandboxFixture()
    const bomb = fixture.program(code)
    const neighbour = fixture.program('export default ({ steps }) => steps')
    const [outcome, other] = await Promise.allSettled([
      fixture.run(bomb, null, { timeoutMs: 5_000, ...call }),
      fixture.run(neighbour, 'served')
    ])
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { code: expect.stringMatching(`^${fault}$`) as string }
    })
    expect(other).toEqual({ status: 'fulfilled', value: 'served' })
    expect(await fixture.run(neighbour, 'still')).toBe('still')
  })

  test('floods its standard output is cut off', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import { writeSync } from 'node:fs'
      export default () => {
        const line = 'x'.repeat(1000) + '\\n'
        for (let at = 0; at < 100_000; at++) {
          try { writeSync(1, line) } catch (error) { if (error.code === 'EPIPE') return at }
        }
      }`)
    const lines = Number(await fixture.run(program))
    expect(lines).toBeLessThan(10_000)
    expect(fixture.lines.length).toBeLessThan(1_000)
  })

  test('logs without end is cut off', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(
      `export default () => { for (let at = 0; at < 100_000; at++) console.log('x'.repeat(100)) }`
    )
    await fixture.run(program)
    expect(fixture.lines.length).toBeLessThan(20_000)
  })

  test('floods the pipe with its own lines leaves the server time for others', async () => {
    await using fixture = new SandboxFixture()
    const flood = fixture.program(`${FORGER} export default () => {
      const lines = Buffer.concat(Array.from({ length: 5_000 }, () => frame(${Kind.log}, 1, '\\0x')))
      for (;;) send(lines)
    }`)
    const stop = new AbortController()
    const call = fixture.run(flood, null, { signal: stop.signal, timeoutMs: 20_000, cpuMs: 20_000 })
    const neighbour = fixture.program('export default ({ steps }) => steps')
    for (let at = 0; at < 50; at++) expect(await fixture.run(neighbour, at)).toBe(at)
    stop.abort()
    await expect(call).rejects.toMatchObject({ code: 'sandbox_stopped' })
  })

  test('needs almost all of its memory gets it, and who needs more is told so in words', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`export default ({ steps }) => {
      const all = []
      for (let at = 0; at < steps; at += 10) all.push(Buffer.alloc(10_000_000, 1))
      if (steps > 200) for (;;) all.push(new Array(10_000).fill({}))
      return all.length
    }`)
    expect(await fixture.run(program, 200)).toBe(20)
    expect(fixture.lines).toEqual([])
    await expect(fixture.run(program, 210)).rejects.toMatchObject({ code: 'sandbox_out_of_memory' })
  })

  test('opens as many files as it can gets an error of its own', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import { openSync } from 'node:fs'
      export default () => { try { for (let at = 0; ; at++) openSync('/tmp/' + at, 'w') } catch (error) { return error.code } }`)
    expect(await fixture.run(program)).toBe('EMFILE')
  })

  test('answers with keys that change prototypes changes none', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`${FORGER} export default () =>
      (send(frame(${Kind.result}, 1, '{"returned":{"a":{"__proto__":{"polluted":1},"b":2},"\\\\u005f_proto__":{"polluted":1}}}')), never)`)
    const answer = (await fixture.run(program)) as { a: object }
    expect(answer).toEqual({ a: { b: 2 } })
    expect(Object.keys({ ...answer, ...answer.a })).toEqual(['a', 'b'])
    expect('polluted' in Object.assign({}, answer)).toBe(false)
  })

  test('does not read what it asked for costs the server a window, and no more', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`${FORGER} export default () => {
      send(frame(${Kind.open}, 1, '{"host":"a","port":1,"tls":false}'))
      for (;;);
    }`)
    let written = 0
    const call = fixture.run(program, null, {
      timeoutMs: 600,
      connect: (_target, stream) => {
        const piece = Buffer.alloc(1 << 16)
        const write = (): void => {
          written += piece.length
          stream.write(piece, (error) => error ?? write())
        }
        write()
      }
    })
    await expect(call).rejects.toMatchObject({ code: 'sandbox_timed_out' })
    expect(written).toBeLessThanOrEqual(5 << 16)
  })

  test('leaves files in /tmp leaves them to nobody', async () => {
    await using fixture = new SandboxFixture()
    const program = fixture.program(`import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
      export default () => {
        const before = readdirSync('/tmp')
        mkdirSync('/tmp/a/b', { recursive: true })
        writeFileSync('/tmp/a/b/c', 'text')
        return [before, readdirSync('/tmp')]
      }`)
    for (let at = 0; at < 2; at++) expect(await fixture.run(program)).toEqual([[], ['a']])
  })

  test.for(['namespaces', 'none'] as const)(
    'fills /tmp gets no more than it may, at the level %s',
    async (isolation) => {
      await using fixture = new SandboxFixture({ isolation })
      const program = fixture.program(`import { closeSync, openSync, writeSync } from 'node:fs'
      export default async () => {
        const piece = Buffer.alloc(16_000_000, 1)
        for (let at = 0; at < 100; at++) {
          const file = openSync('/tmp/' + at, 'w')
          writeSync(file, piece)
          closeSync(file)
          if (at > 20) await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }`)
      await expect(fixture.run(program)).rejects.toMatchObject({
        message: expect.stringMatching(/ENOSPC|more than 256 MB/) as string
      })
    }
  )
})
