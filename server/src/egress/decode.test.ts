import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codingsOf, decoded } from './decode.ts'
import { faultOf } from './fixtures/scopes.ts'
import { parseUrl } from './request.ts'

const { target } = parseUrl('https://api.example.com/')
const PACK: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  zstd: zstdCompressSync,
  deflate: deflateSync
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function* failing(): AsyncGenerator<Buffer> {
  yield gzipSync('hello').subarray(0, 12)
  throw new RangeError('mine')
}

async function unpack(bytes: Buffer, codings: readonly string[], limit = 1_000_000, size = 7): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of decoded(inPieces(bytes, size), codings, limit, target)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('decoded', () => {
  it('undoes any codings, however the bytes are cut', async () => {
    const coding = fc.constantFrom(...Object.keys(PACK))
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 3000 }),
        fc.array(coding, { maxLength: 3 }),
        fc.integer({ min: 1, max: 4000 }),
        async (bytes, codings, size) => {
          const packed = codings.reduce((all: Buffer, name) => PACK[name]?.(all) ?? all, Buffer.from(bytes))
          expect(await unpack(packed, codings, undefined, size)).toEqual(Buffer.from(bytes))
        }
      ),
      { numRuns: 40 }
    )
  })

  it('takes deflate without its wrapping, as some servers send it', async () => {
    expect((await unpack(deflateRawSync('hello'), ['deflate'])).toString()).toBe('hello')
  })

  it('has nothing to do for an empty body', async () => {
    expect(await unpack(Buffer.alloc(0), ['gzip'])).toHaveLength(0)
  })

  it.each(Object.entries(PACK))('stops a %s bomb before it has unpacked', async (coding, pack) => {
    const bomb = pack(Buffer.alloc(20_000_000))
    let seen = 0
    const fault = await faultOf(async () => {
      for await (const chunk of decoded(inPieces(bomb, 16_384), [coding], 100_000, target)) seen += chunk.length
    })
    expect(fault.code).toBe('answer_too_large')
    expect(fault.message).toContain('100000 bytes')
    expect(seen).toBeLessThanOrEqual(100_000)
  })

  it('counts what comes in as well', async () => {
    const trailing = Buffer.concat([gzipSync('x'), Buffer.alloc(5000)])
    expect((await faultOf(unpack(trailing, ['gzip'], 1000))).code).toBe('answer_too_large')
    expect((await faultOf(unpack(Buffer.alloc(1001), [], 1000))).code).toBe('answer_too_large')
    expect(await unpack(Buffer.alloc(1000), [], 1000)).toHaveLength(1000)
  })

  it.each(Object.entries(PACK))('fails on broken and on cut-off %s', async (coding, pack) => {
    const packed = pack(Buffer.from('hello '.repeat(500)))
    const broken = Buffer.from(packed)
    broken.fill(0xa5, 4, 16)
    expect((await faultOf(unpack(broken, [coding]))).code).toBe('vendor_bad_answer')
    expect((await faultOf(unpack(packed.subarray(0, packed.length - 5), [coding]))).code).toBe('vendor_bad_answer')
    expect((await faultOf(unpack(Buffer.from('this is not packed'), [coding]))).code).toBe('vendor_bad_answer')
  })

  it("lets the body's own failure through", async () => {
    await expect(Array.fromAsync(decoded(failing(), ['gzip'], 1000, target))).rejects.toThrow('mine')
  })
})

describe('codingsOf', () => {
  it('reads the header', () => {
    expect(codingsOf(' GZIP ,identity, br', target)).toEqual(['gzip', 'br'])
    expect(codingsOf('', target)).toEqual([])
  })

  it.each(['compress', 'gzip, foo', 'gzip, gzip, gzip, gzip', 'constructor', '__proto__', 'toString'])(
    'refuses %s',
    async (header) => expect((await faultOf(() => codingsOf(header, target))).code).toBe('vendor_bad_answer')
  )
})
