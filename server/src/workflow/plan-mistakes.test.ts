import { describe, expect, test } from 'vitest'
import { makePlan } from './plan.ts'
import { catalogue } from './testing/catalogue.ts'
import { around, call, mistakesOf, send, TOKEN, told } from './testing/definitions.ts'

const desk = (runtime: object) =>
  around({ use: 'desk-create-ticket', auth: { desk: { runtime } }, props: { subject: 'x' } })

describe('a binding', () => {
  const whole = { subdomain: 'acme', email: TOKEN, api_token: TOKEN }

  test.each<[object, string[]]>([
    [
      send({}, { slak: { account: 'x' } }),
      [
        'steps[2].auth.slak: unknown app `slak` of `slack-send-message`; did you mean `slack`? → slack',
        'steps[2].auth.slack: `slack-send-message` uses Slack, and this step does not say with whose credentials → auth:\n  slack:\n    runtime:\n      oauth_access_token: "{{steps.trigger.event.body.oauth_access_token}}"'
      ]
    ],
    [
      send({}, { slack: {} }),
      [
        'steps[2].auth.slack: this binding does not say where the credentials come from → runtime:\n  oauth_access_token: "{{steps.trigger.event.body.oauth_access_token}}"'
      ]
    ],
    [
      send({}, { slack: { account: 'x', runtime: { oauth_access_token: TOKEN } } }),
      ['steps[2].auth.slack: this binding says `account` and `runtime` at once']
    ],
    [
      send({}, { slack: { store: { from: 'vault' } } }),
      ['steps[2].auth.slack.store: this does not say which secret is meant']
    ],
    [
      send({}, { slack: { external_user: true } }),
      ['steps[2].auth.slack.external_user: `external_user` is not supported yet']
    ],
    [
      send({}, { slack: { acount: 'x' } }),
      [
        'steps[2].auth.slack.acount: unknown key `acount`; did you mean `account`? → account',
        'steps[2].auth.slack: this binding does not say where the credentials come from → runtime:\n  oauth_access_token: "{{steps.trigger.event.body.oauth_access_token}}"'
      ]
    ],
    [
      send({}, { slack: { account: TOKEN } }),
      ['steps[2].auth.slack.account: an account is named; a reference is not supported here']
    ],
    [
      send({}, { slack: { runtime: {} } }),
      [
        'steps[2].auth.slack.runtime: Slack also needs `oauth_access_token` → oauth_access_token: "{{steps.trigger.event.body.oauth_access_token}}"'
      ]
    ],
    [
      send({}, { slack: { runtime: { oauth_access_token: 5 } } }),
      ['steps[2].auth.slack.runtime.oauth_access_token: expected text, got a number']
    ],
    [
      desk({ ...whole, api_token: undefined, api_tokn: TOKEN }),
      [
        'steps[2].auth.desk.runtime.api_tokn: unknown field `api_tokn` of Desk; did you mean `api_token`? → api_token',
        'steps[2].auth.desk.runtime: Desk also needs `api_token` → api_token: "{{steps.trigger.event.body.api_token}}"'
      ]
    ],
    [desk({ ...whole, subdomain: TOKEN, agent: TOKEN }), []],
    [
      call({ url: 'https://a.example.com/' }, { runtime: { username: TOKEN } }),
      ['steps[2].auth.http.runtime: HTTP needs one whole set of credentials']
    ],
    [call({ url: 'https://a.example.com/' }, { runtime: { username: TOKEN, password: TOKEN } }), []],
    [
      around({ use: 'clock-read', auth: { slack: { account: 'x' } } }),
      ['steps[2].auth.slack: `clock-read` uses no app, so it takes no `auth`']
    ]
  ])('%j', (definition, expected) => {
    const written = JSON.parse(JSON.stringify(definition)) as unknown
    expect(told(mistakesOf(written))).toEqual(expected)
  })

  test.each(['xoxb-secret', "{{'xoxb-secret'}}", "xoxb{{'-'}}secret"])(
    'with the credential written out (%j) is refused, unquoted',
    (text) => {
      const mistakes = mistakesOf(send({}, { slack: { runtime: { oauth_access_token: text } } }))
      expect(told(mistakes)).toEqual([
        'steps[2].auth.slack.runtime.oauth_access_token: a credential does not belong in a definition: `oauth_access_token` takes a reference to where it comes from → {{steps.trigger.event.body.oauth_access_token}}'
      ])
      expect(JSON.stringify(mistakes)).not.toContain('secret"')
      expect(JSON.stringify(mistakes)).not.toContain('xoxb')
    }
  )

  test('that is still empty says that nothing says where it comes from', () => {
    expect(told(mistakesOf(send({}, { slack: { runtime: { oauth_access_token: '' } } })))).toEqual([
      'steps[2].auth.slack.runtime.oauth_access_token: nothing says where `oauth_access_token` comes from → {{steps.trigger.event.body.oauth_access_token}}'
    ])
  })
})

describe('a prop', () => {
  test.each<[object, string[]]>([
    [{ text: undefined }, ['steps[2].props.text: `slack-send-message` needs the prop `text`']],
    [{ txt: 'x' }, ['steps[2].props.txt: unknown prop `txt` of `slack-send-message`; did you mean `text`? → text']],
    [{ slack: 'x' }, ['steps[2].props.slack: `slack` is an app: its credentials go under `auth`']],
    [{ retries: 9 }, ['steps[2].props.retries: `retries` of slack-send-message is more than 5']],
    [{ retries: 1.5 }, ['steps[2].props.retries: `retries` of slack-send-message is a number, not a whole number → 2']],
    [
      { retries: `1${TOKEN}` },
      ['steps[2].props.retries: `retries` is a number, and a reference inside text makes text']
    ],
    [{ kind: 'rihc' }, ['steps[2].props.kind: unknown option `rihc` of `kind`; did you mean `rich`? → rich']],
    [
      { blocks: 'x' },
      ['steps[2].props.blocks: `blocks` of slack-send-message is text that does not fit, not a list of objects']
    ],
    [{ silent: {} }, ['steps[2].props.silent: `silent` of slack-send-message is an object, not true or false']],
    [
      { signing_key: 'hunter2' },
      [
        'steps[2].props.signing_key: a credential does not belong in a definition: `signing_key` takes a reference to where it comes from → {{steps.trigger.event.body.signing_key}}'
      ]
    ],
    [{ retries: TOKEN, kind: 'rich', silent: true, blocks: [{ a: TOKEN }], signing_key: TOKEN }, []],
    [{ retries: null, text: 5 }, []]
  ])('%j', (props, expected) => {
    const written = JSON.parse(JSON.stringify(send(props))) as unknown
    expect(told(mistakesOf(written))).toEqual(expected)
  })
})

test('a prop that is code takes no reference, and says which prop does', () => {
  const query = (sql: string): object => around({ use: 'base-query', props: { store: 'main', sql, values: [TOKEN] } })
  expect(told(mistakesOf(query('select a from b where c = $1')))).toEqual([])
  const spliced = [
    'steps[2].props.sql: `sql` is code, and a reference in it would let whoever sends the value change it'
  ]
  for (const sql of [TOKEN, `select a from b where c = '${TOKEN}'`]) {
    expect(told(mistakesOf(query(sql)))).toEqual(spliced)
  }
})

describe('a reference', () => {
  test.each<[string, string | undefined]>([
    ['steps.fetch', undefined],
    ['steps.fetch.$return_value.x', undefined],
    ['steps.fetch.anything', undefined],
    ['steps.trigger.context.id', undefined],
    ['steps.trigger.event', undefined],
    ['steps.trigger.event.headers["user-agent"]', undefined],
    ['steps.fetsh.x', 'unknown step `fetsh`; did you mean `fetch`? → fetch'],
    ['steps.nobody.x', 'unknown step `nobody`'],
    ['steps.it.x', '`it` refers to itself, before it has run'],
    ['steps.later.x', 'the step `later` runs later than this one'],
    ['steps.pause.x', 'the step `pause` leaves nothing to refer to'],
    [
      'steps.fetch.$return_vlue',
      'unknown export `$return_vlue`; did you mean `$return_value`? → {{steps.fetch.$return_value}}'
    ],
    ['steps.trigger', 'the trigger has `event` and `context`: say which'],
    [
      'steps.trigger.evnt.body',
      'unknown part `evnt` of the trigger; did you mean `event`? → {{steps.trigger.event.body}}'
    ],
    [
      'steps.trigger.event.boddy.x',
      "unknown field `boddy` of the trigger's event; did you mean `body`? → {{steps.trigger.event.body.x}}"
    ],
    ['steps.trigger.event[0]', "unknown field `0` of the trigger's event"],
    [
      'steps.trigger.event.headers["X-Key"]',
      'names of headers are in lower case → {{steps.trigger.event.headers["x-key"]}}'
    ],
    ['steps[0].x', 'after `steps` comes the name of a step']
  ])('%s', (path, expected) => {
    const mistakes = told(mistakesOf(send({ text: `a {{${path}}}` })))
    expect(mistakes).toEqual(expected === undefined ? [] : [`steps[2].props.text: ${expected}`])
  })

  test('is looked at in every corner, also of a step whose action is unknown', () => {
    const definition = around({
      use: 'slack-sendmessage',
      auth: { slack: { runtime: { oauth_access_token: '{{steps.later.x}}' } } },
      props: { deep: [{ er: '{{steps.nobody.x}}' }] }
    })
    expect(told(mistakesOf(definition))).toEqual([
      'steps[2].use: unknown action `slack-sendmessage`; did you mean `slack-send-message`? → slack-send-message',
      'steps[2].props.deep[0].er: unknown step `nobody`',
      'steps[2].auth.slack.runtime.oauth_access_token: the step `later` runs later than this one'
    ])
  })
})

test('all mistakes of a file come at once, in the order of its lines, each at its place', () => {
  const mistakes = mistakesOf(`name: Notify Customer
trigger: { type: http, auth: { type: oauth } }
steps:
  - name: notify
    use: slack-sendmessage
    props:
      text: "{{ steps.trigger.event.body.text = '!' }} {{steps.nobody.x}}"
  - name: notify
    use: slack-send-message
    auth:
      slack:
        runtime: { oauth_access_token: xoxb-1 }
    props:
      channel: '#a'
      text: |
        Dear
        {{steps.nobody.y}}
setings:
  timeout: 30
`)
  expect(mistakes.map(({ path, line, column }) => `${line}:${column} ${path}`)).toEqual([
    '1:7 name',
    '2:38 trigger.auth.type',
    '5:10 steps[0].use',
    '7:17 steps[0].props.text',
    '7:56 steps[0].props.text',
    '8:11 steps[1].name',
    '12:40 steps[1].auth.slack.runtime.oauth_access_token',
    '15:13 steps[1].props.text',
    '18:1 setings'
  ])
})

test('a long list of mistakes ends with how many more there are', () => {
  const props = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`unknown${i}`, 1]))
  const mistakes = mistakesOf(send(props))
  expect(mistakes).toHaveLength(101)
  expect(mistakes.at(-1)?.message).toBe('200 more mistakes were left out of this list')
})

test('nothing that an author can write is thrown', () => {
  for (const input of [
    undefined,
    null,
    5,
    [],
    () => 1,
    { steps: { length: 3 } },
    { steps: [null, [], { name: {}, use: 'clock-read', props: 5, auth: [] }] }
  ]) {
    expect(makePlan(input, catalogue)).toHaveProperty('mistakes')
  }
})
