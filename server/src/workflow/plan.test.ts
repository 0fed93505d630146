import { describe, expect, test } from 'vitest'
import { resolve } from './references.ts'
import { slack } from './testing/catalogue.ts'
import { around, call, mistakesOf, planOf, send, TOKEN, told } from './testing/definitions.ts'

const NOTIFY = `
name: notify-customer
trigger:
  type: http
  auth: { type: none }
  respond: last_step
steps:
  - name: notify
    use: slack-send-message
    auth:
      slack:
        runtime:
          oauth_access_token: "{{steps.trigger.event.body.slack_token}}"
    props:
      channel: "{{steps.trigger.event.body.channel}}"
      text: "Hello {{steps.trigger.event.body.text}}"
settings:
  retention: { keep: true, max_age: 7d, max_events: 10000 }
  timeout: 30s
`

test('a credential from the request: where it comes from, when it can be read, what the step gets', () => {
  const { plan, warnings } = planOf(NOTIFY)
  expect(warnings).toEqual([])
  expect(plan.eventSources).toEqual([
    {
      path: ['trigger', 'event', 'body', 'slack_token'],
      app: 'slack',
      field: 'oauth_access_token',
      step: 'notify',
      use: 'binding'
    }
  ])
  expect(plan.exportSources.size).toBe(0)
  const [step] = plan.steps
  if (step?.kind !== 'use') throw new Error('the step is planned as what it is')
  expect(step).toMatchObject({
    name: 'notify',
    action: { key: 'slack-send-message' },
    auth: { slack: { kind: 'runtime', early: true } },
    retry: { attempts: 1, backoffMs: 1_000, maxBackoffMs: 60_000 },
    timeoutMs: 30_000
  })
  expect(step.auth['slack']).not.toHaveProperty('hosts')
  const steps = { trigger: { event: { body: { channel: '#general', text: 'Ada' } } } }
  expect(resolve(step.props['channel'] ?? null, steps)).toBe('#general')
  expect(resolve(step.props['text'] ?? null, steps)).toBe('Hello Ada')
})

function binding(definition: object, app: string): object | undefined {
  const step = planOf(definition).plan.steps.find(({ name }) => name === 'it')
  return step?.kind === 'use' ? step.auth[app] : undefined
}

test('a credential that a step fetches is bound late, and is secret where that step leaves it', () => {
  const definition = send({}, { slack: { runtime: { oauth_access_token: `Bearer ${TOKEN}` } } })
  const { plan } = planOf(definition)
  expect(binding(definition, 'slack')).toMatchObject({ kind: 'runtime', early: false })
  expect(plan.eventSources).toEqual([])
  expect([...plan.exportSources]).toEqual([
    [
      'fetch',
      [
        {
          path: ['fetch', '$return_value', 'token'],
          app: 'slack',
          field: 'oauth_access_token',
          step: 'it',
          use: 'binding'
        }
      ]
    ]
  ])
})

test('a connected account, and an app whose binding may be left out', () => {
  expect(binding(send({}), 'slack')).toEqual({ kind: 'account', app: slack, account: 'acme-bot' })
  expect(
    binding(around({ use: 'http-request', props: { url: '{{steps.trigger.event.body.url}}' } }), 'http')
  ).toBeUndefined()
})

test('fields that are not secret may be written out, and are no secret source', () => {
  const auth = {
    desk: { runtime: { subdomain: 'acme', email: '{{steps.trigger.event.body.email}}', api_token: TOKEN } }
  }
  const { plan } = planOf(around({ use: 'desk-create-ticket', auth, props: { subject: 'x' } }))
  expect(plan.eventSources.map(({ field }) => field)).toEqual(['email'])
  expect(plan.exportSources.get('fetch')?.map(({ field }) => field)).toEqual(['api_token'])
})

test('what a secret prop refers to is secret', () => {
  const { plan } = planOf(send({ signing_key: '{{steps.trigger.event.headers["x-key"]}}' }))
  expect(plan.eventSources).toEqual([
    { path: ['trigger', 'event', 'headers', 'x-key'], app: 'slack', field: 'signing_key', step: 'it', use: 'prop' }
  ])
})

test('retries and timeouts come from the step, then the settings', () => {
  const definition = around(
    { use: 'clock-read', retry: { attempts: 5 }, timeout: '2s' },
    { settings: { timeout: '1m', retry: { attempts: 3, backoff: '5s' } } }
  )
  const policies = planOf(definition).plan.steps.map((step) =>
    step.kind === 'use' ? [step.retry, step.timeoutMs] : step.kind
  )
  expect(policies).toEqual([
    [{ attempts: 3, backoffMs: 5_000, maxBackoffMs: 60_000 }, 60_000],
    'delay',
    [{ attempts: 5, backoffMs: 5_000, maxBackoffMs: 60_000 }, 2_000],
    [{ attempts: 3, backoffMs: 5_000, maxBackoffMs: 60_000 }, 60_000]
  ])
})

describe('the credential of an app without hosts goes to', () => {
  const token = { runtime: { bearer_token: TOKEN } }

  test.each<[string, object, object]>([
    [
      'the literal host of the URL',
      call({ url: `https://api.example.com/${TOKEN}` }, token),
      { hosts: ['api.example.com'] }
    ],
    [
      'it also with an account',
      call({ url: 'https://API.example.com:8443' }, { account: 'x' }),
      { hosts: ['api.example.com:8443'] }
    ],
    [
      'the hosts of the binding',
      call({ url: TOKEN }, { ...token, hosts: ['A.example.com', 'b.example.com:8443'] }),
      { hosts: ['a.example.com', 'b.example.com:8443'] }
    ],
    [
      'the places of the binding',
      call({ url: 'https://a.example.com/' }, { ...token, places: { headers: ['X-Key'], query: ['key'] } }),
      { places: { headers: ['x-key'], query: ['key'], body: [] } }
    ]
  ])('%s', (_, definition, expected) => {
    expect(binding(definition, 'http')).toMatchObject(expected)
  })

  const open =
    "steps[2].auth.http: the credential's host is open: the URL's host is not written out before its first reference, and HTTP has none → hosts: [api.example.com]"

  test.each<[object, string[]]>([
    [call({ url: TOKEN }, token), [open]],
    [call({ url: `https://api.example.com${TOKEN}` }, token), [open]],
    [call({ url: `https://${TOKEN}.example.com/` }, { account: 'x' }), [open]],
    [call({ url: 'api.example.com' }, token), ['steps[2].props.url: this is not an http or https URL']],
    [
      call({ url: 'https://a:b@api.example.com' }, token),
      ['steps[2].props.url: a URL of a definition holds no user name and no password']
    ],
    [
      call({ url: TOKEN }, { ...token, hosts: ['*.example.com', 'https://a.example.com/'] }),
      [
        'steps[2].auth.http.hosts[0]: a host cannot be a pattern: list each one',
        'steps[2].auth.http.hosts[1]: `https://a.example.com/` is not a host → a.example.com'
      ]
    ],
    [
      call({ url: 'https://a.example.com/' }, { ...token, hosts: ['b.example.com'] }),
      [
        "steps[2].auth.http.hosts: the step's URL goes to `a.example.com`, which `hosts` does not list → leave `hosts` out: the URL says it"
      ]
    ],
    [
      send({}, { slack: { account: 'x', hosts: ['evil.example'], places: { query: ['t'] } } }),
      [
        'steps[2].auth.slack.hosts: Slack says itself where its credentials go: leave `hosts` out',
        'steps[2].auth.slack.places: Slack says itself where its credentials go: leave `places` out'
      ]
    ]
  ])('%j is a mistake', (definition, expected) => {
    expect(told(mistakesOf(definition))).toEqual(expected)
  })
})

describe('a warning', () => {
  const none = { trigger: { type: 'http' } }

  test.each<[object, string[]]>([
    [
      send({}, { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body}}' } } }),
      [
        'steps[2].auth.slack.runtime.oauth_access_token: everything in `steps.trigger.event.body` becomes a secret: refer to the credential itself → {{steps.trigger.event.body.oauth_access_token}}'
      ]
    ],
    [
      { ...send({}), ...none },
      [
        "steps[2].auth.slack: whoever learns this workflow's URL acts with the account `acme-bot` → trigger.auth: { type: token }"
      ]
    ],
    [
      call({ url: 'http://api.example.com/' }, { runtime: { bearer_token: TOKEN } }),
      ['steps[2].props.url: credentials leave over TLS only: this request will be refused → `https://`']
    ],
    [call({ url: 'http://127.0.0.1:4001/' }, { runtime: { bearer_token: TOKEN } }), []],
    [
      around({
        use: 'http-request',
        props: { url: 'https://a.example.com/', headers: { Authorization: `Bearer ${TOKEN}`, accept: 'x' } }
      }),
      [
        'steps[2].props.headers.Authorization: this looks like a credential that no binding protects: history will show it'
      ]
    ],
    [
      around({ use: 'clock-read', timeout: '31s' }),
      ['steps[2].timeout: longer than `settings.timeout`, which ends the run before']
    ],
    [send({}), []]
  ])('%j', (definition, expected) => {
    expect(told(planOf(definition).warnings)).toEqual(expected)
  })
})
