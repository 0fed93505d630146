/** A secret in the wrong place of an admin request is refused, and neither quoted nor logged nor kept. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { Judge } from './judge/judge.ts'
import { exchange } from './stage/wire.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

interface Refused {
  method?: string
  path: string
  body?: string
  type?: string
  headers?: Record<string, string>
  status: number
}

const JSON_TYPE = 'application/json'
const YAML_TYPE = 'application/yaml'

/** A definition whose binding is written as given. */
function definition(binding: string, trigger = '{ type: http }'): string {
  return `
name: careless
trigger: ${trigger}
steps:
  - name: say
    use: slack-send-message
    auth:
      slack: ${binding}
    props: { channel: "#general", text: hello }
`
}

const account = { method: 'PUT', path: '/accounts/slack/mine', type: JSON_TYPE }
const workflow = { method: 'PUT', path: '/workflows/careless', type: YAML_TYPE }

const CASES: Readonly<Record<string, (secret: string) => Refused>> = {
  'a wrong admin token': (secret) => ({ path: '/runs', headers: { authorization: `Bearer ${secret}` }, status: 401 }),
  'a path': (secret) => ({ path: `/${secret}`, status: 404 }),
  'a run’s id': (secret) => ({ path: `/runs/${secret}`, status: 404 }),
  'a workflow’s name': (secret) => ({ path: `/workflows/${secret}`, status: 404 }),
  'a query’s value': (secret) => ({ path: `/runs?status=${secret}`, status: 400 }),
  'a query’s name': (secret) => ({ path: `/runs?${secret}=1`, status: 400 }),
  'a cursor': (secret) => ({ path: `/runs?cursor=${secret}`, status: 400 }),
  'malformed JSON': (secret) => ({ ...account, body: `{"fields":{"oauth_access_token":"${secret}"`, status: 400 }),
  'an account that is no object': (secret) => ({ ...account, body: `{"fields":"${secret}"}`, status: 400 }),
  'an unknown key': (secret) => ({ ...account, body: `{"fields":{},"${secret}":1}`, status: 400 }),
  'an unknown field': (secret) => ({ ...account, body: `{"fields":{"token":"${secret}"}}`, status: 422 }),
  'a number': (secret) => ({ ...account, body: `{"fields":{"oauth_access_token":["${secret}"]}}`, status: 400 }),
  'what is no name of an app': (secret) => ({
    ...account,
    path: `/accounts/${secret}/mine`,
    body: '{"fields":{}}',
    status: 400
  }),
  'malformed YAML': (secret) => ({ ...workflow, body: `name: careless\n  token: "${secret}\n x: [`, status: 422 }),
  'a binding in clear': (secret) => ({
    ...workflow,
    body: definition(`{ runtime: { oauth_access_token: "${secret}" } }`),
    status: 422
  }),
  'a binding of another kind': (secret) => ({ ...workflow, body: definition(`{ token: "${secret}" }`), status: 422 }),
  'a binding that is text': (secret) => ({ ...workflow, body: definition(`"${secret}"`), status: 422 }),
  'a trigger’s token': (secret) => ({
    ...workflow,
    body: definition('{ account: mine }', `{ type: http, auth: { type: token, token: "${secret}" } }`),
    status: 422
  }),
  'an expression': (secret) => ({
    ...workflow,
    body: definition(`{ runtime: { oauth_access_token: "{{ f('${secret}') }}" } }`),
    status: 422
  })
}

test.each(Object.entries(CASES))('%s', async (name, refusedFor) => {
  const secret = randomText(32, name)
  const { method = 'GET', path, body, type, headers = {}, status } = refusedFor(secret)
  const printed = house.server.output.length
  const answer = await exchange(house.admin.agent, `${house.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${house.server.adminToken}`,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers
    },
    body: body === undefined ? undefined : Buffer.from(body)
  })
  expect(`${answer.status} ${answer.body.toString()}`).toMatch(new RegExp(`^${status} `))
  const judge = new Judge()
  judge.knows({ name, value: secret })
  judge.examine('answer', answer.bytes)
  judge.examine('output', Buffer.from(house.server.output.slice(printed)))
  for (const { file, bytes } of house.files.changes()) judge.examine(file, bytes)
  expect(judge.leaks).toEqual([])
})
