/** AWS Secrets Manager against moto: as a binding, as steps, in its versions, under a role. */
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { awsSecretsManager } from '../../server/src/credentials/stores/aws/aws.ts'
import { checkConfig } from '../../server/src/credentials/stores/config.ts'
import type { Store } from '../../server/src/credentials/stores/store.ts'
import { asking } from '../../server/src/credentials/stores/testing/asking.ts'
import { post, world, type World } from '../support/world.ts'
import { against } from './services.ts'

const TOKEN = 'xoxb-kept-in-secrets-manager'

const BY_BINDING = `
name: by-binding
trigger: { type: http, auth: { type: none }, allow_anonymous: true, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth:
      slack:
        store:
          from: aws
          path: "customers/{{steps.trigger.event.body.customer}}/slack"
          fields: { oauth_access_token: token }
    props: { channel: "#general", text: hello }
`

const BY_STEPS = `
name: by-steps
trigger: { type: http, auth: { type: none }, allow_anonymous: true, respond: last_step }
steps:
  - name: put
    use: aws-secrets-manager-put-secret
    props:
      store: aws
      path: "customers/{{steps.trigger.event.body.customer}}/slack"
      value: { token: "{{steps.trigger.event.body.token}}" }
      create: true
  - name: fetch
    use: aws-secrets-manager-get-secret
    props: { store: aws, path: "customers/{{steps.trigger.event.body.customer}}/slack" }
  - name: list
    use: aws-secrets-manager-list-secrets
    props: { store: aws, prefix: customers/ }
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.fetch.$return_value.data.token}}" } } }
    props: { channel: "#general", text: hello }
`

against(['moto'], ({ url, region, accessKeyId, secretAccessKey }) => {
  const config = { region, endpoint: url, access_key_id: accessKeyId, secret_access_key: secretAccessKey }

  const opened = (more: Record<string, string> = {}): Store => {
    const checked = checkConfig(awsSecretsManager.config, { ...config, ...more })
    if ('mistakes' in checked) throw new Error(JSON.stringify(checked.mistakes))
    return awsSecretsManager.open(() => checked.config, { now: Date.now })
  }

  const put = async (path: string, value: object | string): Promise<void> => {
    const store = opened()
    await store.operations['put_secret']?.run({ path, value: value as string, create: true }, asking())
    await store.close()
  }

  const withStore = async (): Promise<World> => {
    const made = await world()
    const { status } = await made.server.api('PUT', '/stores/aws', { kind: 'aws_secrets_manager', config })
    expect(status).toBeLessThan(300)
    return made
  }

  /** What was kept and shown of a run says nothing of the token. */
  const expectNoTrace = async ({ server }: World, token: string): Promise<void> => {
    const { body } = await server.api('GET', '/runs')
    const [run] = (body as { runs: { id: string }[] }).runs
    const shown = await server.api('GET', `/runs/${run?.id}`)
    expect(JSON.stringify(shown.body)).toContain('succeeded')
    expect(JSON.stringify(shown.body) + server.output).not.toContain(token)
  }

  beforeAll(() => put('customers/acme/slack', { token: TOKEN }))

  it('binds a credential to a customer’s message', async () => {
    const made = await withStore()
    const trigger = await made.server.deploy('by-binding', BY_BINDING)
    made.vendor.admit('acme', TOKEN)
    expect(await post(trigger, { customer: 'acme' })).toMatchObject({ status: 200, body: { ok: true } })
    expect(made.vendor.calls.at(-1)).toMatchObject({ customer: 'acme' })
    await expectNoTrace(made, TOKEN)
    expect(await post(trigger, { customer: 'nobody' })).toMatchObject({
      status: 500,
      body: { code: 'store_path_missing' }
    })
    expect(await post(trigger, { customer: 'acme/slack' })).toMatchObject({
      status: 500,
      body: { code: 'store_bad_input' }
    })
  })

  it('writes, reads and lists in steps, and a later binding uses what was read', async () => {
    const made = await withStore()
    const trigger = await made.server.deploy('by-steps', BY_STEPS)
    const token = 'xoxb-brought-by-the-request'
    made.vendor.admit('umbrella', token)
    expect(await post(trigger, { customer: 'umbrella', token })).toMatchObject({ status: 200, body: { ok: true } })
    expect(made.vendor.calls.at(-1)).toMatchObject({ customer: 'umbrella' })
    await expectNoTrace(made, token)
  })

  it('says in words that all is well', async () => {
    const { server } = await withStore()
    const { body } = await server.api('POST', '/stores/aws/test', { path: 'customers/acme/slack' })
    const { checks } = body as { checks: { what: string; ok: boolean }[] }
    expect(checks.map(({ what, ok }) => `${what} ${ok}`)).toEqual([
      'address true',
      'tls true',
      'authentication true',
      'permission true',
      'path true'
    ])
  })

  it('knows versions, ARNs and assumed roles', async () => {
    const store = opened({ role_arn: 'arn:aws:iam::123456789012:role/reader', sts_endpoint: url })
    onTestFinished(() => store.close())
    await put('versions', 'one')
    await put('versions', 'two')
    const read = (path: string, version?: string): Promise<unknown> =>
      store.read({ path: path.split('/'), ...(version === undefined ? {} : { version }) }, asking())
    expect(await read('versions')).toEqual({ fields: { value: 'two' }, credential: 'value' })
    expect(await read('versions', 'AWSPREVIOUS')).toMatchObject({ fields: { value: 'one' } })
    const got = await store.operations['get_secret']?.run({ path: 'versions' }, asking())
    const value = got?.value as { metadata: { arn: string; version_id: string } } | undefined
    const { arn = '', version_id = '' } = value?.metadata ?? {}
    expect(await read(arn, version_id)).toMatchObject({ fields: { value: 'two' } })
  })
})
