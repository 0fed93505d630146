/** What an editor asks of a step that is being written: its form, its choices and the props that depend on others. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startRegistry } from '../../server/src/sandbox/build/testing/registry.ts'
import { world, type World } from '../support/world.ts'

const TOKEN = 'xoxb-of-the-form-0123456789'
/** What stands around the step is unfinished, as it is while somebody writes it. */
const around = (steps: string): string => `
name: draft
trigger: { type: http }
steps:
  - name: unfinished
    use: slack-send-message
${steps}
`

const PARCELS = `
const parcels = { type: 'app', app: 'parcels', propDefinitions: { depot: { type: 'string', label: 'Depot',
  async options({ page, query }) {
    const answer = await fetch('http://VENDOR/depots?page=' + page + '&q=' + (query ?? ''), { headers: { authorization: 'Bearer ' + this.$auth.api_key } })
    return { options: [{ label: this.$auth.api_key, value: answer.status }], context: { page } }
  } } } }
export default { key: 'parcels-send', type: 'action', name: 'Send', description: '**Sends**', version: '1.0.0',
  props: {
    parcels,
    hint: { type: 'alert', alertType: 'warning', content: 'Mind the *gap*' },
    depot: { propDefinition: [parcels, 'depot'], useQuery: true },
    detail: { type: 'string', options: ['short', { label: 'All of it', value: 'full' }], default: 'short', reloadProps: true },
    weight: { type: 'integer', min: 1, max: 9, optional: true, disabled: true },
    request: { type: 'http_request', label: 'Where to' }
  },
  async additionalProps(own) {
    own.weight.disabled = this.detail !== 'full'
    return this.detail === 'full' ? { colour: { type: 'string', secret: true } } : {}
  },
  run() {} }`

async function withRegistry(): Promise<World> {
  const registry = await startRegistry()
  onTestFinished(() => registry.close())
  const made = await world({ env: { BELLHOP_NPM_REGISTRY: registry.url } })
  const source = PARCELS.replaceAll('VENDOR', new URL(made.vendor.url).host)
  const json = { type: 'module' }
  registry.publish({ name: '@example/parcels', version: '1.0.0', json, files: { 'index.js': source } })
  return made
}

test('the form of an action of Bellhop’s own, alone and in a draft', async () => {
  const { server } = await world()
  const alone = await server.api('POST', '/steps/describe', { use: 'slack-send-message' })
  expect(alone).toMatchObject({
    status: 200,
    body: {
      kind: 'action',
      key: 'slack-send-message',
      apps: { slack: { app: 'slack', unlisted: false, fields: { oauth_access_token: { secret: true } } } }
    }
  })
  const { props } = alone.body as { props: { name: string }[] }
  expect(props.map(({ name }) => name).slice(0, 2)).toEqual(['channel', 'text'])
  const definition = around(
    '  - name: x\n    each: "{{steps.trigger.event.body.list}}"\n    steps: [{ name: say, use: slack-send-message }]'
  )
  expect(await server.api('POST', '/steps/describe', { definition, step: 'say' })).toEqual(alone)
  expect(await server.api('POST', '/steps/describe', { use: 'vault-read-secret' })).toMatchObject({
    body: { props: [{ name: 'store', type: 'store', kinds: ['vault'] }, { lookup: true }, {}] }
  })
})

test('the form of a component of a package, which is built once, with what is being done', async () => {
  const { server, data } = await withRegistry()
  const use = '@example/parcels#parcels-send'
  const answer = await fetch(`${server.url}/api/v1/steps/describe`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      'content-type': 'application/json',
      accept: 'application/x-ndjson'
    },
    body: JSON.stringify({ use })
  })
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  const [first, last] = [lines[0] ?? '', lines.at(-1) ?? ''].map((line) => JSON.parse(line) as { type: string })
  expect(first).toMatchObject({ type: 'progress' })
  expect(last).toMatchObject({
    type: 'form',
    form: {
      kind: 'component',
      description: '**Sends**',
      additional_props: true,
      apps: { parcels: { app: 'parcels', unlisted: true } },
      props: [
        { name: 'hint', type: 'alert', alert_type: 'warning', content: 'Mind the *gap*', optional: true },
        { name: 'depot', type: 'string', label: 'Depot', async_options: true, use_query: true, optional: false },
        {
          name: 'detail',
          default: 'short',
          reload: true,
          optional: true,
          options: [
            { label: 'short', value: 'short' },
            { label: 'All of it', value: 'full' }
          ]
        },
        { name: 'weight', type: 'integer', min: 1, max: 9, disabled: true },
        { name: 'request', type: 'http_request', label: 'Where to' }
      ]
    }
  })
  expect((await server.api('POST', '/steps/describe', { use })).status).toBe(200)
  expect(readdirSync(join(data, 'sandbox', 'drafts'))).toHaveLength(1)
  expect((await server.api('GET', '/workflows')).body).toEqual({ workflows: [] })
  await server.stop()
  expect(readdirSync(join(data, 'sandbox'))).not.toContain('drafts')
})

test('choices and further props of a draft’s step, with a credential that nobody sees', async () => {
  const { server, vendor } = await withRegistry()
  vendor.admit('ada', TOKEN)
  const host = new URL(vendor.url).host
  const definition = around(`  - name: send
    use: '@example/parcels#parcels-send'
    auth: { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: ['${host}'] } }
settings: { egress: ['${host}'] }`)
  const asked = { definition, step: 'send', auth: { parcels: { fields: { api_key: TOKEN } } } }
  const options = await server.api('POST', '/steps/options', { ...asked, prop: 'depot', page: 2, query: 'x' })
  expect(options).toMatchObject({ status: 200, body: { context: { page: 2 } } })
  expect(JSON.stringify(options)).toMatch(/bhdl\.parcels\.api_key\./)
  expect(JSON.stringify(options)).not.toContain(TOKEN)
  expect(vendor.calls.at(-1)).toMatchObject({ path: '/depots', customer: 'ada' })
  expect(await server.api('POST', '/steps/props', { ...asked, props: { detail: 'full' } })).toMatchObject({
    body: {
      props: [
        { name: 'weight', disabled: false },
        { name: 'colour', secret: true }
      ]
    }
  })
  expect(await server.api('POST', '/steps/options', { definition, step: 'unfinished', prop: 'x' })).toMatchObject({
    status: 404,
    body: { code: 'step_missing' }
  })
})

test('what is wrong with the step is said by its place, and nothing of others', async () => {
  const { server } = await world()
  const describe = (definition: string, step = 'bad') => server.api('POST', '/steps/describe', { definition, step })
  expect(
    await describe(around('  - name: bad\n    code: |\n      export default {\n        run( { }\n      }'))
  ).toMatchObject({
    status: 422,
    body: { code: 'definition_invalid', errors: [{ path: 'steps[1].code', line: 11 }] }
  })
  expect(await describe(around('  - name: bad'))).toMatchObject({ status: 422, body: { code: 'step_undecided' } })
  expect(await describe(around('  - name: bad\n    delay: 5m'))).toMatchObject({ body: { kind: 'delay', props: [] } })
  expect(await describe(around(''), 'none')).toMatchObject({ status: 422, body: { errors: [{ path: 'steps' }] } })
  expect(await describe('name: [', 'none')).toMatchObject({ status: 422, body: { code: 'definition_invalid' } })
})
