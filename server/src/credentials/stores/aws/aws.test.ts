import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { JsonObject } from '@bellhop/sdk'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { checkConfig } from '../config.ts'
import { storeContract } from '../contract/store-contract.ts'
import type { Lookup } from '../store.ts'
import { awsSecretsManager } from './aws.ts'
import { asking } from '../testing/asking.ts'
import { configOf, faultOf, house, KEYS, open, read, ROLE } from './testing/house.ts'
import { AwsStandIn } from './testing/stand-in.ts'

storeContract('AWS Secrets Manager', async () => {
  const standIn = await AwsStandIn.start()
  const slow = await AwsStandIn.start()
  slow.gate = new Promise(() => undefined)
  standIn.keys.set(KEYS.access_key_id, { secret: KEYS.secret_access_key })
  standIn.keys.set('AKIAWITHOUTRIGHTS', { secret: 'its-own-secret', denied: ['GetSecretValue'] })
  standIn.secrets.put('customers/acme/slack', JSON.stringify({ token: 'xoxb-of-acme' }))
  const lookup = { path: ['customers', 'acme', 'slack'] }
  const config = { region: 'eu-west-1', endpoint: standIn.url, ...KEYS }
  return {
    kind: awsSecretsManager,
    config,
    there: { lookup, fields: { token: 'xoxb-of-acme' } },
    missing: { path: ['customers', 'nobody'] },
    down: { ...config, endpoint: 'http://127.0.0.1:9' },
    slow: { ...config, endpoint: slow.url, timeout: '100ms' },
    wrongCredential: { ...config, secret_access_key: 'not-the-key-of-the-store' },
    denied: {
      config: { ...config, access_key_id: 'AKIAWITHOUTRIGHTS', secret_access_key: 'its-own-secret' },
      lookup
    },
    rotate: async () => {
      standIn.keys.clear()
      standIn.keys.set('AKIANEW', { secret: 'another-secret-key' })
      return { ...config, access_key_id: 'AKIANEW', secret_access_key: 'another-secret-key' }
    },
    close: async () => {
      await Promise.all([standIn.close(), slow.close()])
    }
  }
})

describe('what a secret holds', () => {
  test.each<[string, string | Uint8Array, JsonObject, string | undefined]>([
    ['a JSON object', '{"token":"t","nested":{"a":[1]}}', { token: 't', nested: { a: [1] } }, undefined],
    [
      'numbers that JavaScript cannot hold',
      '{"id":12345678901234567890,"n":1.0}',
      { id: '12345678901234567890', n: '1.0' },
      undefined
    ],
    ['a plain text', 'xoxb-1', { value: 'xoxb-1' }, 'value'],
    ['a JSON text that is no object', '["a"]', { value: '["a"]' }, 'value'],
    ['almost JSON', '{"token": ', { value: '{"token": ' }, 'value'],
    ['bytes', Uint8Array.of(0, 255, 16), { value: 'AP8Q' }, 'value']
  ])('%s', async (_, value, fields, credential) => {
    const { standIn, store } = await house()
    standIn.secrets.put('s', value)
    expect(await read(store, 's')).toEqual({ fields, ...(credential === undefined ? {} : { credential }) })
  })

  test('nothing so far', async () => {
    const { standIn, store } = await house()
    standIn.speaks = JSON.stringify({ Name: 's', ARN: 'a' })
    expect(await faultOf(read(store, 's'))).toMatchObject({
      code: 'store_bad_answer',
      message: 'gave a secret without a value'
    })
  })
})

describe('which secret, and which version', () => {
  test('a name or an ARN, whatever slashes it has', async () => {
    const { standIn, store } = await house()
    standIn.secrets.put('customers/acme', 'by-name')
    standIn.secrets.put('/in/front', 'by-arn')
    const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:/in/front-AbCdEf'
    expect((await read(store, 'customers/acme')).fields).toEqual({ value: 'by-name' })
    expect((await read(store, arn)).fields).toEqual({ value: 'by-arn' })
  })

  test.each<[string, Lookup['path']]>([
    ['a slash that a reference brought', ['customers', 'acme/../other']],
    ['characters that no name has', ['customers', 'acme slack']],
    ['an ARN of something else', ['arn:aws:s3:::bucket']],
    ['more than 512 characters', ['x'.repeat(513)]]
  ])('not %s, which is not even asked for', async (_, path) => {
    const { standIn, store } = await house()
    expect(await faultOf(store.read({ path }, asking()))).toMatchObject({ code: 'store_bad_input' })
    expect(standIn.asked).toEqual([])
  })

  test('the current one, the previous one, one by its label and one by its id', async () => {
    const { standIn, store } = await house()
    const first = standIn.secrets.put('s', 'one')
    standIn.secrets.put('s', 'two')
    standIn.secrets.put('s', 'three', 'terraform-20260101120000000000000001')
    standIn.secrets.label('s', first, 'blue')
    const versions = [undefined, 'AWSCURRENT', 'AWSPREVIOUS', 'blue', first, 'terraform-20260101120000000000000001']
    const values = await Promise.all(versions.map(async (version) => (await read(store, 's', version)).fields['value']))
    expect(values).toEqual(['three', 'three', 'two', 'one', 'one', 'three'])
    const fault = await faultOf(read(store, 's', 'green'))
    expect(fault).toMatchObject({ code: 'store_path_missing', message: 'has no such version of a secret at s' })
  })
})

describe('credentials', () => {
  test('sign each request: static keys, with a session token', async () => {
    const { standIn } = await house()
    standIn.keys.set('ASIATEMP', { secret: 'temporary', sessionToken: 'token-of-a-session' })
    standIn.secrets.put('s', 'v')
    const session = { access_key_id: 'ASIATEMP', secret_access_key: 'temporary', session_token: 'token-of-a-session' }
    expect((await read(open(standIn, session), 's')).fields).toEqual({ value: 'v' })
    expect(standIn.asked).toMatchObject([{ action: 'GetSecretValue', keyId: 'ASIATEMP' }])
  })

  test('come from a role that is assumed once, with the static keys and the external id', async () => {
    const { standIn } = await house()
    const store = open(standIn, {
      ...KEYS,
      role_arn: ROLE,
      external_id: 'ours',
      session_name: 'crm',
      sts_endpoint: standIn.url
    })
    standIn.roles.set(ROLE, 'ours')
    standIn.secrets.put('s', 'v')
    await read(store, 's')
    await read(store, 's')
    expect(standIn.asked).toMatchObject([
      { action: 'AssumeRole', keyId: KEYS.access_key_id, input: { RoleSessionName: 'crm', ExternalId: 'ours' } },
      { action: 'GetSecretValue', keyId: 'ASIA1' },
      { action: 'GetSecretValue', keyId: 'ASIA1' }
    ])
  })

  test('of a role are asked for with the keys of that moment, once its session is about to end', async () => {
    const standIn = await AwsStandIn.start()
    onTestFinished(() => standIn.close())
    standIn.keys.set('AKIA1', { secret: 'one' }).set('AKIA2', { secret: 'two' })
    standIn.roles.set(ROLE, undefined)
    standIn.sessionMs = 60_000
    standIn.secrets.put('s', 'v')
    const base = { region: 'eu-west-1', endpoint: standIn.url, sts_endpoint: standIn.url, role_arn: ROLE }
    let config = configOf({ ...base, access_key_id: 'AKIA1', secret_access_key: 'one' })
    const store = awsSecretsManager.open(() => config, { now: Date.now })
    onTestFinished(() => store.close())
    await read(store, 's')
    config = configOf({ ...base, access_key_id: 'AKIA2', secret_access_key: 'two' })
    await read(store, 's')
    expect(standIn.asked.findLast(({ action }) => action === 'AssumeRole')?.keyId).toBe('AKIA2')
  })

  test('come from the default chain, and are never told of', async () => {
    const { standIn } = await house()
    const store = open(standIn, {})
    withoutAws()
    vi.stubEnv('AWS_ACCESS_KEY_ID', KEYS.access_key_id)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', KEYS.secret_access_key)
    standIn.secrets.put('s', 'v')
    expect((await read(store, 's')).fields).toEqual({ value: 'v' })
    standIn.keys.clear()
    const fault = await faultOf(read(store, 's'))
    expect(fault).toMatchObject({ code: 'store_unauthenticated', retryable: false })
  })

  test('that the default chain does not find are missed in words', async () => {
    const { standIn } = await house()
    const store = open(standIn, {})
    withoutAws()
    const fault = await faultOf(read(store, 's'))
    expect(fault).toMatchObject({ code: 'store_unauthenticated', retryable: false })
    expect(fault.message).toContain('found none')
    expect(standIn.asked).toEqual([])
  })

  test('of a role whose session was ended are asked for anew at the next use', async () => {
    const { standIn } = await house()
    const store = open(standIn, { ...KEYS, role_arn: ROLE, sts_endpoint: standIn.url })
    standIn.roles.set(ROLE, undefined)
    standIn.secrets.put('s', 'v')
    await read(store, 's')
    standIn.keys.delete('ASIA1')
    expect(await faultOf(read(store, 's'))).toMatchObject({ code: 'store_unauthenticated' })
    expect((await read(store, 's')).fields).toEqual({ value: 'v' })
  })

  test('of a role are refused in words that say what to allow', async () => {
    const { standIn } = await house()
    const store = open(standIn, { ...KEYS, role_arn: ROLE, external_id: 'theirs', sts_endpoint: standIn.url })
    standIn.roles.set(ROLE, 'ours')
    const fault = await faultOf(read(store, 's'))
    expect(fault).toMatchObject({ code: 'store_denied', retryable: false })
    expect(fault.hint).toContain(`\`sts:AssumeRole\` on ${ROLE}`)
  })
})

/** Nothing of this machine's own is found. */
function withoutAws(): void {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere')
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
}

test('a test without a secret looks at the address and the credentials', async () => {
  const { store, standIn } = await house()
  const checks = await store.test(undefined, AbortSignal.timeout(15_000))
  expect(checks.map(({ what, ok }) => `${what} ${ok}`)).toEqual(['address true', 'tls true', 'authentication true'])
  standIn.says = { status: 400, name: 'ExpiredTokenException' }
  expect((await store.test(undefined, AbortSignal.timeout(15_000))).at(-1)).toMatchObject({
    what: 'authentication',
    ok: false
  })
})

test('the AWS client is not loaded before it is needed', async () => {
  const loaded = async (module: string): Promise<number> => {
    const count = `import { createRequire } from 'node:module'; await import(${JSON.stringify(module)});
      console.log(Object.keys(createRequire('file:///').cache).filter((path) => /@aws-sdk|@smithy/.test(path)).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', count], {
      cwd: import.meta.dirname
    })
    return Number(stdout)
  }
  expect(await loaded(import.meta.resolve('../kinds.ts'))).toBe(0)
  expect(await loaded('@aws-sdk/client-secrets-manager')).toBeGreaterThan(0)
})

describe('a configuration', () => {
  test.each<[string, JsonObject]>([
    ['secret_access_key', { access_key_id: 'AKIA1' }],
    ['session_token', { session_token: 't' }],
    ['external_id', { external_id: 'e' }],
    ['role_arn', { role_arn: 'reader' }],
    ['region', { region: 'Ireland!' }],
    ['endpoint', { endpoint: 'localhost' }]
  ])('with a wrong `%s` is refused there', (path, more) => {
    expect(checkConfig(awsSecretsManager.config, { region: 'eu-west-1', ...more })).toMatchObject({
      mistakes: [{ path }]
    })
  })

  test('is shown with where its credentials come from', () => {
    const shown = (more: JsonObject): JsonObject => awsSecretsManager.show(configOf({ region: 'eu-west-1', ...more }))
    expect(shown({})).toEqual({ region: 'eu-west-1', credentials: 'the default chain of the AWS SDK' })
    expect(shown({ ...KEYS, role_arn: ROLE, external_id: 'ours' })).toEqual({
      region: 'eu-west-1',
      credentials: 'static keys',
      role_arn: ROLE
    })
  })
})
