/** The one serialiser of errors: whatever is thrown, it neither throws nor quotes a secret (I1). */
import { Fault } from '@bellhop/sdk'
import { describe, expect, it } from 'vitest'
import { MAX_MESSAGE, toErrorRecord } from './error-record.ts'
import { keyringOf } from './fixtures/keyrings.ts'

const TOKEN = 'xoxb-2411-Zm9vL2Jhcg'

describe('an error record', () => {
  it('keeps what a fault says', () => {
    const fault = new Fault('vendor_busy', 'Slack is busy', { retryable: true, status: 429, hint: 'Wait a while.' })
    expect(toErrorRecord(fault)).toEqual({
      code: 'vendor_busy',
      message: 'Slack is busy',
      retryable: true,
      status: 429,
      hint: 'Wait a while.'
    })
  })

  it('is internal for any other error, with its causes', () => {
    const error = new TypeError('outer', { cause: new Error('middle', { cause: 'inner' }) })
    expect(toErrorRecord(error)).toEqual({
      code: 'internal',
      message: 'TypeError: outer; caused by: middle; caused by: inner',
      retryable: false
    })
  })

  it('holds no secret, in whatever part of it', () => {
    const keyring = keyringOf(TOKEN)
    const quoting = new SyntaxError(`Unexpected token in ${JSON.stringify({ token: TOKEN })}`)
    const errors = [
      quoting,
      new Error('outer', { cause: quoting }),
      new AggregateError([quoting, new Error(Buffer.from(TOKEN).toString('base64'))], 'several'),
      new Fault('some_code', TOKEN, { hint: `Try ${TOKEN}.` }),
      TOKEN,
      { message: TOKEN, name: TOKEN }
    ]
    for (const error of errors) {
      const text = JSON.stringify(toErrorRecord(error, keyring))
      expect(text).toContain('bhdl.')
      expect(text).not.toMatch(/2411|eG94Y/)
    }
  })

  it('is cut after scrubbing, so that half a secret does not slip through', () => {
    const padding = '.'.repeat(MAX_MESSAGE - 10)
    const { message } = toErrorRecord(new Error(padding + TOKEN + padding), keyringOf(TOKEN))
    expect(message).toHaveLength(MAX_MESSAGE)
    expect(message.startsWith(`${padding}bhdl.`)).toBe(true)
    expect(toErrorRecord(new Error(`${'x'.repeat(MAX_MESSAGE - 2)}😀😀`)).message.isWellFormed()).toBe(true)
  })

  it('says nothing when the keyring is gone', () => {
    const keyring = keyringOf(TOKEN)
    keyring.destroy()
    expect(toErrorRecord(new Fault('some_code', TOKEN), keyring)).toMatchObject({
      code: 'some_code',
      message: expect.not.stringContaining(TOKEN) as string
    })
  })

  it('reads each error of a cycle once', () => {
    const one = new Error('one')
    const two = new Error('two', { cause: one })
    one.cause = two
    expect(toErrorRecord(one).message).toBe('one; caused by: two')
    expect(toErrorRecord(new AggregateError([one, two, one], 'all')).message).toBe(
      'AggregateError: all; caused by: one; caused by: two'
    )
  })

  const hostile: [name: string, thrown: unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 42],
    ['a symbol', Symbol('s')],
    ['a function', () => 0],
    ['an object', { some: 'object' }],
    ['an object without prototype', Object.create(null)],
    ['an error without message', new Error('')],
    ['an error whose message is no string', Object.assign(new Error('x'), { message: { toString: 1 } })],
    [
      'an object whose getters throw',
      {
        get message(): string {
          throw new Error('no')
        },
        get cause(): string {
          throw new Error('no')
        }
      }
    ],
    [
      'an object whose toString throws',
      {
        toString() {
          throw new Error('no')
        }
      }
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('no')
          },
          has: () => {
            throw new Error('no')
          },
          getPrototypeOf: () => {
            throw new Error('no')
          }
        }
      )
    ]
  ]

  it.each(hostile)('is made of %s', (_name, thrown) => {
    const record = toErrorRecord(thrown, keyringOf(TOKEN))
    expect(record).toMatchObject({ code: 'internal', retryable: false })
    expect(record.message).not.toBe('')
  })

  it('does not follow causes without end', () => {
    let error = new Error('last')
    for (let i = 0; i < 10_000; i++) error = new Error(`cause ${i}`, { cause: error })
    expect(toErrorRecord(error).message.split('; caused by: ').length).toBeLessThan(20)
  })
})
