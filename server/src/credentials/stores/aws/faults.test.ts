import type { Fault } from '@bellhop/sdk'
import { describe, expect, test } from 'vitest'
import { faultOf, house, read } from './testing/house.ts'

interface Says {
  name: string
  status?: number
  message?: string
  expected: Partial<Fault>
  hint?: string
}

describe('AWS says', () => {
  test.each<Says>([
    { name: 'ResourceNotFoundException', expected: { code: 'store_path_missing' }, hint: 'eu-west-1' },
    {
      name: 'AccessDeniedException',
      expected: { code: 'store_denied' },
      hint: '`secretsmanager:GetSecretValue` on `arn:aws:secretsmanager:eu-west-1:*:secret:a/b-??????`'
    },
    {
      name: 'AccessDeniedException',
      message: 'Access to KMS is not allowed',
      expected: { code: 'store_denied' },
      hint: '`kms:Decrypt`'
    },
    { name: 'DecryptionFailure', expected: { code: 'store_denied' }, hint: '`kms:Decrypt`' },
    { name: 'UnrecognizedClientException', expected: { code: 'store_unauthenticated' } },
    { name: 'InvalidSignatureException', expected: { code: 'store_unauthenticated' }, hint: 'secret_access_key' },
    {
      name: 'InvalidSignatureException',
      message: 'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z',
      expected: { code: 'store_unauthenticated' },
      hint: 'clock'
    },
    { name: 'ExpiredTokenException', expected: { code: 'store_unauthenticated' }, hint: 'session_token' },
    { name: 'ThrottlingException', expected: { code: 'store_rate_limited', retryable: true, status: 429 } },
    { name: 'InternalServiceError', status: 500, expected: { code: 'store_unavailable', retryable: true } },
    { name: 'ServiceUnavailable', status: 503, expected: { code: 'store_unavailable', retryable: true } },
    {
      name: 'InvalidRequestException',
      message: 'You can’t perform this operation: the secret was marked for deletion.',
      expected: { code: 'store_path_missing' },
      hint: 'Restore'
    },
    { name: 'InvalidRequestException', expected: { code: 'store_path_missing' } },
    { name: 'ValidationException', expected: { code: 'store_bad_input' } },
    { name: 'SomethingNewException', expected: { code: 'store_bad_answer', retryable: false } }
  ])('$name $message', async ({ name, status = 400, message, expected, hint }) => {
    const { standIn, store } = await house()
    standIn.says = { status, name, ...(message === undefined ? {} : { message }) }
    const fault = await faultOf(read(store, 'a/b'))
    expect(fault).toMatchObject(expected)
    expect(fault.hint).toContain(hint ?? '')
  })

  test('something that is not AWS’s', async () => {
    const { standIn, store } = await house()
    standIn.speaks = '<html>a proxy</html>'
    expect(await faultOf(read(store, 's'))).toMatchObject({ code: 'store_bad_answer' })
  })

  test('nothing, once: a connection that was closed under a request is not told', async () => {
    const { standIn, store } = await house()
    standIn.secrets.put('s', 'v')
    standIn.hangUps = 1
    expect((await read(store, 's')).fields).toEqual({ value: 'v' })
    standIn.hangUps = 2
    expect(await faultOf(read(store, 's'))).toMatchObject({ code: 'store_unreachable', retryable: true })
  })
})
