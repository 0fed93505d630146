/** What a plan knows of its expressions: secret sources, the scope, whose credential, warnings. */
import { describe, expect, test } from 'vitest'
import { around, mistakesOf, planOf, send, told } from '../testing/definitions.ts'

const BODY = 'steps.trigger.event.body'
const slack = (expression: string): object => ({ slack: { runtime: { oauth_access_token: expression } } })
const env = { settings: { env: { TEAM: 'blue', PLAIN: 'xoxb-1', KEY: { secret: 'SLACK_KEY' } } } }

function bound(expression: string, more: object = {}): object {
  const step = { use: 'slack-send-message', auth: slack(expression), props: { channel: '#a', text: 'b' } }
  return around(step, more)
}

/** Where secrets come from, as paths. */
function sourcesOf(definition: object): string[] {
  const { plan } = planOf(definition)
  const all = [...plan.eventSources, ...[...plan.exportSources.values()].flat()]
  return all.map(({ path, item }) => path.join('/') + (item === undefined ? '' : ` of each: ${item.join('/')}`))
}

describe('everything that a binding’s expression reads is secret where it first appears', () => {
  test.each<[string, string[]]>([
    [`{{ 'Bearer ' + ${BODY}.token }}`, ['trigger/event/body/token']],
    [`{{ ${BODY}.tokens[env.TEAM] }}`, ['trigger/event/body/tokens']],
    [`{{ ${BODY}.tokens.find((one) => one.team === 'blue').token }}`, ['trigger/event/body/tokens']],
    [`{{ ${BODY}.a ?? steps.fetch.$return_value.b }}`, ['trigger/event/body/a', 'fetch/$return_value/b']],
    ['{{ Object.values(steps.fetch)[0] }}', ['fetch']],
    ['{{ steps[env.TEAM].x + env.KEY }}', ['trigger/event', 'fetch']]
  ])('%s', (expression, paths) => {
    expect(sourcesOf(bound(expression, env))).toEqual(paths)
  })

  test('and a binding of an expression is not evaluated before the run is accepted', () => {
    const [, , step] = planOf(bound(`{{ ${BODY}.token.trim() }}`)).plan.steps
    expect(step).toMatchObject({ auth: { slack: { kind: 'runtime', early: false } } })
  })

  test('what a secret prop’s expression reads likewise', () => {
    expect(sourcesOf(send({ signing_key: `{{ ${BODY}.a + ${BODY}.b }}` }))).toEqual([
      'trigger/event/body/a',
      'trigger/event/body/b'
    ])
  })
})

describe('a credential of each item of a list that an expression makes', () => {
  const each = (list: string, credential = '{{user.token}}'): object => {
    const tell = {
      name: 'tell',
      use: 'slack-send-message',
      auth: slack(credential),
      props: { channel: '#a', text: 'b' }
    }
    return around({ each: list, as: 'user', steps: [tell] }, env)
  }
  const MADE = 'it.list/$return_value of each: token'

  test('is that field of the elements, where they are those of another list', () => {
    expect(sourcesOf(each(`{{ ${BODY}.users.filter((user) => user.active) }}`))).toEqual([
      'trigger/event/body/users of each: token',
      MADE
    ])
    expect(sourcesOf(each(`{{ [...${BODY}.users, ...steps.fetch.$return_value] }}`))).toEqual([
      'trigger/event/body/users of each: token',
      'fetch/$return_value of each: token',
      MADE
    ])
  })

  test('is what that field is made of, where it is plain to see', () => {
    const from = (made: string): string[] =>
      sourcesOf(each(`{{ ${BODY}.users.filter(Boolean).map((one) => (${made})) }}`))
    const of = (field: string): string => `trigger/event/body/users of each: ${field}`
    expect(from('{ id: one.id, token: one.slack.token }')).toEqual([of('slack/token'), MADE])
    expect(from("{ token: 'Bearer ' + one.a + one.b }")).toEqual([of('a'), of('b'), MADE])
    expect(from('{ token: one.tokens[env.TEAM] }')).toEqual([of('tokens'), MADE])
    expect(from('{ token: steps.fetch.x[one.id] }')).toEqual([of('id'), 'fetch/x', MADE])
    expect(from('{ token: [one].map((x) => x.t)[0] }')).toEqual([of(''), MADE])
    expect(from('{ token: one.list.length }')).toEqual([of('list'), MADE])
  })

  test('down to the part of it that is the credential', () => {
    const list = `{{ ${BODY}.users.map((one) => ({ of: one.auth, all: one })) }}`
    const from = (credential: string): string[] => sourcesOf(each(list, credential)).slice(0, 1)
    expect(from('{{user.of.token}}')).toEqual(['trigger/event/body/users of each: auth/token'])
    expect(from('{{user.all.deep.token}}')).toEqual(['trigger/event/body/users of each: deep/token'])
    expect(from('{{user}}')).toEqual(['trigger/event/body/users'])
    expect(from('{{user.none}}')).toEqual(['trigger/event/body/users'])
  })

  test('but anything that was read, where it is not', () => {
    const users = `${BODY}.users`
    for (const list of [
      `${users}.map((one) => ({ ...one }))`,
      `${users}.map((one, i, all) => ({ token: all[0].t }))`,
      `${users}.map((one) => ({ [one.k]: one.t }))`,
      `${users}.map(({ t }) => ({ token: t }))`,
      `${users}.map((one) => ({ get token() { return one.t } }))`,
      `${users}.map((one) => ({ id: one.id }))`,
      `${users}.flatMap((one) => ({ token: one.t }))`
    ])
      expect(sourcesOf(each(`{{ ${list} }}`)), list).toEqual(['trigger/event/body/users', MADE])
  })

  test('is anything that was read, where they are new; of which there is a warning', () => {
    const definition = each(`{{ Object.values(${BODY}.users) }}`)
    expect(sourcesOf(definition)).toEqual(['trigger/event/body/users', MADE])
    expect(told(planOf(definition).warnings)).toContain(
      'steps[2].steps[0].auth.slack.runtime.oauth_access_token: everything in `steps.trigger.event.body.users` becomes a secret: the list’s expression makes new items'
    )
  })
})

describe('paths in expressions are checked as they are alone', () => {
  test.each<[string, string]>([
    ['steps.nobody.x + 1', 'unknown step `nobody`'],
    ['steps.fetsh.x + 1', 'unknown step `fetsh`; did you mean `fetch`? → fetch'],
    ['[steps.later.x]', 'the step `later` runs later than this one'],
    ['[steps.it]', '`it` refers to itself, before it has run'],
    ['steps.pause.x || 1', 'the step `pause` leaves nothing to refer to'],
    [
      'steps.fetch.$retrun_value + 1',
      'unknown export `$retrun_value`; did you mean `$return_value`? → steps.fetch.$return_value'
    ],
    [
      'steps.trigger.event.bdy.x + 1',
      "unknown field `bdy` of the trigger's event; did you mean `body`? → steps.trigger.event.body.x"
    ],
    [
      'steps.trigger.event.headers["X-Key"] + 1',
      'names of headers are in lower case → steps.trigger.event.headers["x-key"]'
    ],
    ['Object.keys(steps.trigger)', 'the trigger has `event` and `context`: say which'],
    ['steps[0] + 1', 'after `steps` comes the name of a step'],
    ['item.x + 1', 'unknown name `item`'],
    ['env.TEAN + 1', 'unknown variable `TEAN`; did you mean `TEAM`? → env.TEAM']
  ])('%s: %s', (inside, message) => {
    const definition = { ...send({ text: `a {{ ${inside} }}` }), ...env }
    expect(told(mistakesOf(definition))).toEqual([`steps[2].props.text: ${message}`])
  })

  test('at their place in the text', () => {
    const [mistake] = mistakesOf(`name: x
trigger: { type: http }
steps:
  - name: send
    use: http-request
    props:
      url: https://a.example
      body: "a {{ [1, steps.nobody.x] }}"
`)
    expect(mistake).toMatchObject({ line: 8, column: 23, message: 'unknown step `nobody`' })
  })
})

describe('what is no credential, no code and no condition', () => {
  test.each<[object, string]>([
    [bound("{{ 'xoxb-' + 'written-out' }}"), 'a credential does not belong in a definition'],
    [bound('{{env.PLAIN}}', env), 'a credential does not belong in a definition'],
    [bound('{{ env.PLAIN.trim() }}', env), 'a credential does not belong in a definition'],
    [around({ use: 'base-query', props: { store: 'main', sql: "{{ 'select ' + 1 }}" } }), '`sql` is code'],
    [around({ end_if: 'no {{ 1 > 0 }}' }), 'a condition looks at one reference or expression alone']
  ])('%#', (definition, message) => {
    expect(told(mistakesOf(definition)).join()).toContain(message)
  })

  test('a secret of the environment is a credential', () => {
    expect(mistakesOf(bound('{{env.KEY}}', env))).toEqual([])
    expect(mistakesOf(bound('{{ env.KEY + env.PLAIN }}', env))).toEqual([])
  })
})

describe('whose credential is used is not for strangers to choose', () => {
  const anonymous = (step: object): string =>
    told(mistakesOf(around(step, { trigger: { type: 'http', auth: { type: 'none' } }, ...env }))).join()
  const binding = (expression: string): object => ({
    use: 'slack-send-message',
    auth: slack(expression),
    props: { channel: '#a', text: 'b' }
  })

  test.each<[string, object]>([
    [
      'what a store is asked for',
      { ...binding(''), auth: { slack: { store: { from: 'main', path: `a/{{ ${BODY}.id.trim() }}` } } } }
    ],
    [
      'among those that a step left',
      binding(`{{ steps.fetch.$return_value.find((one) => one.id === ${BODY}.id).token }}`)
    ],
    ['among those of the environment', binding(`{{ ${BODY}.big ? env.KEY : '' }}`)],
    [
      'among the items of a list',
      {
        each: `{{ steps.fetch.$return_value.filter((one) => one.id === ${BODY}.id) }}`,
        steps: [{ name: 'tell', ...binding('{{item.token}}') }]
      }
    ]
  ])('%s', (_what, step) => {
    expect(anonymous(step)).toContain('could choose whose credential is used')
  })

  test.each<[string, object]>([
    ['among those that they bring themselves', binding(`{{ ${BODY}.tokens[${BODY}.which] }}`)],
    ['by what the definition says', binding(`{{ ${BODY}.tokens[env.TEAM] }}`)],
    ['where a step decides', binding('{{ steps.fetch.$return_value.tokens[steps.fetch.$return_value.which] }}')]
  ])('but is fine %s', (_what, step) => {
    expect(anonymous(step)).toBe('')
  })
})

test('an expression that takes a handle apart in a prop is warned of; one that puts it into text is not', () => {
  const warningsFor = (text: string): string[] => {
    const step = { use: 'slack-send-message', auth: slack(`{{${BODY}.token}}`), props: { channel: '#a', text } }
    return told(planOf(around(step)).warnings)
  }
  const warning = `steps[2].props.text: here an expression sees a handle in place of \`${BODY}.token\`: what it makes of it is no part of the credential`
  expect(warningsFor(`{{ ${BODY}.token.slice(0, 4) }}`)).toEqual([warning])
  expect(warningsFor(`{{ btoa(${BODY}.token) }}`)).toEqual([warning])
  expect(warningsFor(`{{ 'Bearer ' + ${BODY}.token }}`)).toEqual([])
  expect(warningsFor(`{{ JSON.stringify(${BODY}) }}`)).toEqual([])
})
