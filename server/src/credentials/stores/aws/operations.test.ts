import type { JsonObject } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { faultOf, house, read, run } from './testing/house.ts'

describe('as a step, it', () => {
  test('gives a secret’s fields, which are secret, and what is known of it', async () => {
    const { standIn, store } = await house()
    const id = standIn.secrets.put('a/b', '{"token":"t","user":"u"}')
    expect(await run(store, 'get_secret', { path: 'a/b' })).toEqual({
      value: {
        data: { token: 't', user: 'u' },
        metadata: {
          arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-AbCdEf',
          name: 'a/b',
          version_id: id,
          version_stages: ['AWSCURRENT'],
          created_at: '2026-01-01T00:00:00.500Z'
        }
      },
      secrets: [
        { name: 'token', value: 't' },
        { name: 'user', value: 'u' }
      ]
    })
  })

  test('takes an encoded slash for part of a segment, and refuses it', async () => {
    const { store } = await house()
    expect(await faultOf(run(store, 'get_secret', { path: 'a%2Fb' }))).toMatchObject({ code: 'store_bad_input' })
  })

  test('lists names in pages, and no values', async () => {
    const { standIn, store } = await house()
    for (const name of ['a/1', 'a/2', 'a/3', 'b/1']) standIn.secrets.put(name, 'never-listed')
    const first = await run(store, 'list_secrets', { prefix: 'a/', limit: 2 })
    expect(first).toMatchObject({
      value: {
        secrets: [{ name: 'a/1', tags: { team: 'crm' }, changed_at: '2026-01-01T00:00:00.000Z' }, { name: 'a/2' }],
        next_token: '2'
      },
      secrets: []
    })
    expect(JSON.stringify(first)).not.toContain('never-listed')
    const second = await run(store, 'list_secrets', { prefix: 'a/', limit: 2, next_token: '2' })
    expect(second).toMatchObject({ value: { secrets: [{ name: 'a/3' }] } })
    expect(second).not.toHaveProperty('value.next_token')
    expect((await faultOf(run(store, 'list_secrets', { limit: 0 }))).message).toContain('`limit`')
    expect((await faultOf(run(store, 'list_secrets', { next_token: 'x' }))).message).toContain('`next_token`')
  })

  test('writes a new version, once however often the attempt is repeated', async () => {
    const { standIn, store } = await house()
    standIn.secrets.put('a/b', 'old')
    const input = { path: 'a/b', value: { token: 'new' }, idempotency_key: 'of-this-step' }
    const once = await run(store, 'put_secret', input)
    expect(once).toMatchObject({ value: { created: false, name: 'a/b' }, secrets: [{ value: { token: 'new' } }] })
    expect(await run(store, 'put_secret', input)).toEqual(once)
    expect((await read(store, 'a/b')).fields).toEqual({ token: 'new' })
    expect((await read(store, 'a/b', 'AWSPREVIOUS')).fields).toEqual({ value: 'old' })
    const other = await faultOf(run(store, 'put_secret', { ...input, value: 'different' }))
    expect(other).toMatchObject({ code: 'store_bad_input' })
  })

  test('makes the secret where it is told to, and nowhere else', async () => {
    const { standIn, store } = await house()
    const input = { path: 'a/new', value: 'v', idempotency_key: 'of-this-step' }
    expect(await faultOf(run(store, 'put_secret', input))).toMatchObject({ code: 'store_path_missing' })
    expect(standIn.secrets.names()).toEqual([])
    expect(await run(store, 'put_secret', { ...input, create: true })).toMatchObject({ value: { created: true } })
    expect((await read(store, 'a/new')).fields).toEqual({ value: 'v' })
  })

  test.each<[string, JsonObject]>([
    ['path', { value: 'v' }],
    ['value', { path: 'a' }],
    ['value', { path: 'a', value: '' }],
    ['path', { path: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf', value: 'v', create: true }]
  ])('says that `%s` is not as it has to be', async (name, input) => {
    const fault = await faultOf(run((await house()).store, 'put_secret', input))
    expect(fault).toMatchObject({ code: 'store_bad_input' })
    expect(fault.message).toContain(`\`${name}\``)
  })
})
