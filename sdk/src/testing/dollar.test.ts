import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { defineComponent, type ComponentDefinition, type Dollar } from '../index.ts'
import { runAction } from '../testing.ts'

const doing = (work: ($: Dollar) => unknown): ComponentDefinition => defineComponent({ run: ({ $ }) => work($) })

describe('`$.respond`', () => {
  const answers: [string, Parameters<Dollar['respond']>[0], object][] = [
    ['text', { status: 201, body: 'made' }, { status: 201, body: 'made' }],
    ['an object, at once', { body: { ok: true }, immediate: true }, { body: { ok: true }, immediate: true }],
    ['bytes', { body: Buffer.from([1, 255]) }, { body: Buffer.from([1, 255]) }],
    ['a stream', { body: Readable.from(['a', 'b']) }, { body: new Uint8Array([97, 98]) }]
  ]
  test.each(answers)('takes %s', async (_, given, expected) => {
    expect((await runAction(doing(($) => $.respond(given)))).response).toEqual(expected)
  })

  test('of a stream that is not waited for, or breaks, leaves nothing', async () => {
    const body = Readable.from(['a'])
    expect((await runAction(doing(($) => void $.respond({ body })))).response).toBeUndefined()
    const broken = new Readable({ read: () => broken.destroy(new Error('torn')) })
    await expect(runAction(doing(($) => $.respond({ body: broken })))).rejects.toThrow('torn')
  })

  test.each([{ status: 99 }, { status: 200.5 }, { body: Readable.from([]), immediate: true }])(
    'refuses %j',
    async (given) => {
      await expect(runAction(doing(($) => $.respond(given)))).rejects.toMatchObject({ code: 'bad_response' })
    }
  )
})

describe('`$.flow`', () => {
  test('tells which wait was asked for last, with the addresses that end it', async () => {
    const step = doing(($) => {
      $.flow.delay(1000)
      return $.flow.rerun(5000, { job: 7 }, 3)
    })
    const { value, wait } = await runAction(step)
    expect(wait).toEqual({ kind: 'rerun', ms: 5000, context: { job: 7 }, maxRetries: 3 })
    expect(value).toEqual({
      resume_url: expect.stringMatching(/^https:/) as string,
      cancel_url: expect.stringMatching(/^https:/) as string
    })
  })

  test('suspends for a day where nothing is said', async () => {
    expect((await runAction(doing(($) => void $.flow.suspend()))).wait).toEqual({ kind: 'suspend', ms: 86_400_000 })
  })

  test('a rerun is played by its context', async () => {
    const context = { run: { runs: 2, context: { job: 7 }, callback_request: { body: 'done' } } }
    expect(
      (
        await runAction(
          doing(($) => $.context.run as never),
          { context }
        )
      ).value
    ).toEqual(context.run)
  })
})

test('`$.send.http` is kept for when the step has ended', async () => {
  const request = { method: 'POST', url: 'https://log.example', data: { a: 1 } }
  const { sent, requests } = await runAction(doing(($) => $.send.http(request)))
  expect([sent, requests]).toEqual([[request], []])
})

test('`$return_value` cannot be exported', async () => {
  const step = doing(($) => $.export('$return_value', 1))
  await expect(runAction(step)).rejects.toMatchObject({ code: 'reserved_export' })
})
