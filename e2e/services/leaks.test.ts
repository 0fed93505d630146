/** What real stores give, to a binding and to a step, is found in nothing that is written or shown (I1). */
import type { JsonObject } from '@bellhop/sdk'
import { expect, onTestFinished, test } from 'vitest'
import { awsSecretsManager } from '../../server/src/credentials/stores/aws/aws.ts'
import { checkConfig } from '../../server/src/credentials/stores/config.ts'
import { asking } from '../../server/src/credentials/stores/testing/asking.ts'
import { randomText } from '../leaks/grammar/secrets.ts'
import { House } from '../leaks/house.ts'
import { Judge } from '../leaks/judge/judge.ts'
import { exchange } from '../leaks/stage/wire.ts'
import { openMariaDbShop } from './databases/mariadb-shop.ts'
import { openPostgresShop } from './databases/postgres-shop.ts'
import type { Shop } from './databases/shop.ts'
import { against } from './services.ts'
import { vaultClient } from './vault-client.ts'

/** A secret that was put into a real store: the credential, and a text beside it. */
interface Secret {
  token: string
  note: string
}

/** How that secret is asked for. */
interface Asked {
  store: { kind: string; config: JsonObject }
  /** The store's own credentials. */
  own: readonly string[]
  /** What a binding says besides `from`. */
  binding: JsonObject
  /** The step that reads it, and where the credential stands in what it returns. */
  step: { use: string; props: JsonObject }
  at: string
}

function leaksNothing(put: (secret: Secret) => Promise<Asked>): void {
  test.each(['binding', 'step'])('a %s fetches, and nothing of it is found anywhere', async (shape) => {
    const secret = { token: `xoxb-${randomText(40, crypto.randomUUID())}`, note: randomText(10, crypto.randomUUID()) }
    const house = await House.open()
    onTestFinished(() => house.close())
    const asked = await put(secret)
    house.vendor.admit('acme', secret.token)
    // A vendor that says all it could know.
    house.vendor.behave({ customer: 'acme' }, { body: { ok: true, channel: secret.note, ts: secret.token, ...secret } })
    expect((await house.admin.call('PUT', '/stores/real', asked.store)).status).toBe(204)
    const url = await house.server.deploy('fetching', JSON.stringify(definition(asked, shape, house.vendor.url)))
    const body = Buffer.from(JSON.stringify({ mentioned: secret.token }))
    const headers = { 'content-type': 'application/json' }
    const answer = await exchange(house.admin.agent, url, { method: 'POST', headers, body })
    const run = await house.admin.call('GET', `/runs/${String(answer.headers['x-bellhop-run'])}`)
    expect([answer.status, house.vendor.calls.map(({ customer }) => customer)]).toEqual([200, ['acme']])
    expect(run.body.toString()).toContain('bhdl.')

    const judge = new Judge()
    const own = asked.own.map((value, index) => ({ name: `the store’s own ${index}`, value }))
    const all = [...Object.entries(secret).map(([name, value]) => ({ name, value })), ...own, ...house.secrets]
    for (const one of all) judge.knows(one)
    judge.examine('answer', answer.bytes)
    judge.examine('run', run.bytes)
    judge.examine('stores', (await house.admin.call('GET', '/stores')).bytes)
    const tested = await house.admin.call('POST', '/stores/real/test', {})
    judge.examine('test of the store', tested.bytes)
    expect(await house.server.stop()).toBe(0)
    judge.examine('output', Buffer.from(house.server.output))
    // What was written before it was known is gone by now, at the latest when the server ended.
    for (const { file, bytes } of house.files.whole()) judge.examine(file, bytes)
    expect(judge.leaks).toEqual([])
  })
}

function definition({ binding, step, at }: Asked, shape: string, vendor: string): JsonObject {
  const fields = { bearer_token: at.replace(/^.*\./, '') }
  const auth =
    shape === 'binding'
      ? { store: { from: 'real', ...binding, fields } }
      : { runtime: { bearer_token: `{{steps.fetch.$return_value${at}}}` } }
  const fetch = { name: 'fetch', use: step.use, props: { store: 'real', ...step.props } }
  const props = { method: 'POST', url: `${vendor}/v1/notes`, body: { event: '{{steps.trigger.event}}' } }
  const call = { name: 'call', use: 'http-request', auth: { http: auth }, props }
  return {
    name: 'fetching',
    trigger: { type: 'http', respond: 'last_step' },
    steps: shape === 'binding' ? [call] : [fetch, call]
  }
}

/** A row of a table of customers. */
async function inDatabase(shop: Shop, { token, note }: Secret): Promise<Asked> {
  onTestFinished(() => shop.close())
  await shop.admin(`insert into customers values ('leaks', '${token}', '${note}')`)
  const query = 'select oauth_token, team from customers where id = $1'
  const { kind } = shop.kind
  const { password } = shop.config
  const props = { sql: query, values: ['leaks'], secret_columns: ['oauth_token', 'team'] }
  return {
    store: { kind, config: { ...shop.config, query } },
    own: typeof password === 'string' ? [password] : [],
    binding: { key: 'leaks' },
    step: { use: `${kind}-query`, props },
    at: '[0].oauth_token'
  }
}

against(['postgres'], (at) => {
  leaksNothing(async (secret) => inDatabase(await openPostgresShop(at), secret))
})

against(['mariadb'], (at) => {
  leaksNothing(async (secret) => inDatabase(await openMariaDbShop(at), secret))
})

against(['openbao', 'vault'], (at) => {
  leaksNothing(async (secret) => {
    const path = `leaks/${crypto.randomUUID()}`
    await vaultClient(at).call('POST', `/secret/data/${path}`, { data: { ...secret } })
    return {
      store: { kind: 'vault', config: { address: at.url, auth: { token: at.token } } },
      own: [at.token],
      binding: { path: `secret/${path}` },
      step: { use: 'vault-read-secret', props: { path: `secret/${path}` } },
      at: '.data.token'
    }
  })
})

against(['moto'], ({ url, region }) => {
  leaksNothing(async (secret) => {
    const path = `leaks/${crypto.randomUUID()}`
    // moto lets everybody in.
    const [id, key] = [`AKIA${randomText(16, path)}`, randomText(40, `${path} key`)]
    const config = { region, endpoint: url, access_key_id: id, secret_access_key: key }
    const checked = checkConfig(awsSecretsManager.config, config)
    if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes))
    const store = awsSecretsManager.open(() => checked.config, { now: Date.now })
    await store.operations['put_secret']?.run({ path, value: { ...secret }, create: true }, asking())
    await store.close()
    return {
      store: { kind: 'aws_secrets_manager', config },
      own: [id, key],
      binding: { path },
      step: { use: 'aws-secrets-manager-get-secret', props: { path } },
      at: '.data.token'
    }
  })
})
