import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

interface Checked {
  mistakes: { path: string; line?: number }[]
  warnings: { message: string }[]
  definition: object | null
  plan: { steps: { name: string; auth: object; references: string[] }[] } | null
}

async function check(text: string): Promise<Checked> {
  const answer = await server.call('POST', '/definitions/check', text, 'application/yaml')
  expect(answer.status).toBe(200)
  return (await answer.json()) as Checked
}

const DEFINITION = `
name: notify
trigger: { type: http, auth: { type: token } }
steps:
  - name: fetch
    use: base-query
    props: { store: main, path: 'a/{{steps.trigger.event.body.id}}' }
  - name: all
    each: '{{steps.fetch.$return_value.users}}'
    as: user
    steps:
      - name: send
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: '{{user.token}}' } } }
        props: { channel: '{{ user.name.toLowerCase() }}', text: hello }
  - name: bot
    use: slack-send-message
    auth: { slack: { account: acme-bot } }
    props: { channel: general, text: hello }
  - name: call
    use: http-request
    auth: { http: { store: { from: main-vault, path: 'customers/{{steps.trigger.event.body.id}}' } } }
    props: { url: 'https://api.example.com/x' }
  - name: open
    use: http-request
    props: { url: 'https://api.example.com/x' }
`

test('what is known of each step: whose credentials in a sentence, and what it refers to', async () => {
  const { mistakes, plan, definition, warnings } = await check(DEFINITION)
  expect(mistakes).toEqual([])
  expect(definition).toMatchObject({ name: 'notify' })
  expect(warnings.map(({ message }) => message).join()).toContain('there is no Slack account `acme-bot` yet')
  expect(plan?.steps).toEqual([
    { name: 'fetch', auth: {}, references: ['steps.trigger.event.body.id'] },
    { name: 'all', auth: {}, references: ['steps.fetch.$return_value.users'] },
    {
      name: 'send',
      auth: {
        slack: {
          app: 'slack',
          kind: 'runtime',
          says: 'Each run takes `oauth_access_token` from `user.token`, sends it to `slack.com` only, and forgets it at its end.'
        }
      },
      references: ['user.name', 'user.token']
    },
    {
      name: 'bot',
      auth: {
        slack: {
          app: 'slack',
          kind: 'account',
          says: 'Every run uses the connected account `acme-bot` and sends it to `slack.com` only.'
        }
      },
      references: []
    },
    {
      name: 'call',
      auth: {
        http: {
          app: 'http',
          kind: 'store',
          says: 'When this step runs, it fetches the secret `customers/{{steps.trigger.event.body.id}}` from the store `main-vault`, sends it to the host of its request only, and forgets it at the run’s end.'
        }
      },
      references: ['steps.trigger.event.body.id']
    },
    {
      name: 'open',
      auth: { http: { app: 'http', kind: 'none', says: 'Runs use HTTP without credentials.' } },
      references: []
    }
  ])
})

test('mistakes are told with their places, and what is known of the steps all the same', async () => {
  const { mistakes, plan } = await check(DEFINITION.replace('account: acme-bot', 'acount: acme-bot'))
  expect(mistakes).toContainEqual(expect.objectContaining({ path: 'steps[2].auth.slack.acount', line: 18 }))
  expect(plan?.steps[3]?.auth).toEqual({
    slack: { app: 'slack', kind: 'none', says: 'Nobody has said yet with whose credentials this step uses Slack.' }
  })
  expect(plan?.steps[2]).toMatchObject({ auth: { slack: { kind: 'runtime' } } })
})

test('code that is not built yet is no mistake, and its bindings are known as they are written', async () => {
  const { mistakes, plan } = await check(`
name: coded
trigger: { type: http }
steps:
  - name: code
    use: '@pipedream/slack#slack-send-message'
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.token}}' } } }
`)
  expect(mistakes).toEqual([])
  expect(plan?.steps).toMatchObject([
    { auth: { slack: { app: 'slack', kind: 'runtime' } }, references: ['steps.trigger.event.body.token'] }
  ])
})

test('a credential that stands in the text is a mistake, and is not said again', async () => {
  const token = 'xoxb-1234567890-abcdefghijkl'
  const checked = await check(DEFINITION.replace('{{user.token}}', token))
  expect(checked.mistakes).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('a credential does not belong') as string })
  )
  expect(JSON.stringify([checked.mistakes, checked.plan, checked.warnings])).not.toContain(token)
})

test.each(['', 'steps: [', '[]', 'text'])('%j is no definition, and says so', async (text) => {
  const { mistakes, plan, definition } = await check(text)
  expect(mistakes.length).toBeGreaterThan(0)
  expect([plan, definition]).toEqual([null, null])
})
