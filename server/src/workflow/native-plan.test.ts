import { describe, expect, test } from 'vitest'
import { NATIVE_STEPS_OFF } from './native-plan.ts'
import { makePlan } from './plan.ts'
import { catalogue } from './testing/catalogue.ts'
import { around, mistakesOf, planOf, told } from './testing/definitions.ts'

const python = { language: 'python', code: 'def handler(pd): pass' }
const runtime = { oauth_access_token: '{{steps.trigger.event.body.token}}' }

function planned(step: Record<string, unknown>) {
  const found = planOf(around(step)).plan.steps.find(({ name }) => name === 'it')
  if (found?.kind !== 'use') throw new Error('no such step')
  return found
}

describe('a step in Python or Bash', () => {
  test('needs no build, and takes any props', () => {
    const step = planned({ ...python, props: { a: 1, b: ['{{steps.trigger.event.body.x}}'] } })
    expect(step.native).toEqual({ language: 'python', code: python.code, file: 'it.py' })
    expect(Object.keys(step.props)).toEqual(['a', 'b'])
    expect(planned({ language: 'bash', code: 'true', file: './it.bash' }).native?.file).toBe('./it.bash')
  })

  test('uses the apps that it binds: of the catalogue, of none, or by another name', () => {
    const { auth } = planned({
      ...python,
      auth: {
        slack: { runtime },
        other_slack: { app: 'slack', runtime },
        acme: { runtime: { key: '{{steps.trigger.event.body.key}}' }, hosts: ['api.acme.test'] }
      }
    })
    expect(Object.entries(auth).map(([name, { app }]) => [name, app.app])).toEqual([
      ['slack', 'slack'],
      ['other_slack', 'slack'],
      ['acme', 'acme']
    ])
  })

  test('has to say where the credentials of an app go that is in no catalogue', () => {
    const auth = { acme: { runtime: { key: '{{steps.trigger.event.body.key}}' } }, 'Not A Slug': { runtime } }
    expect(told(mistakesOf(around({ ...python, auth })))).toEqual([
      expect.stringContaining('steps[2].auth["Not A Slug"]: `Not A Slug` cannot be the name of an app'),
      expect.stringContaining('steps[2].auth.acme: acme is in no catalogue')
    ])
  })

  test('gets nothing revealed, and no other step says which app is meant', () => {
    const settings = { egress: ['api.acme.test'] }
    expect(told(mistakesOf({ ...around({ ...python, reveal: true }), settings }))).toEqual([
      'steps[2].reveal: a step in Python or Bash works with handles: nothing is revealed to it'
    ])
    const slack = { use: 'slack-send-message', props: { channel: '#a', text: 'b' } }
    expect(told(mistakesOf(around({ ...slack, auth: { slack: { app: 'slack', runtime } } })))).toEqual([
      'steps[2].auth.slack.app: the action says which app this is: leave `app` out'
    ])
  })

  test('is refused where the server says so, beside all other mistakes', () => {
    const definition = around({ ...python, props: { a: '{{steps.nothing.x}}' } })
    const planning = makePlan(definition, catalogue, undefined, NATIVE_STEPS_OFF)
    expect(told('mistakes' in planning ? planning.mistakes : [])).toEqual([
      expect.stringContaining('steps[2].language: this server runs no steps in Python or Bash'),
      expect.stringContaining('steps[2].props.a: unknown step `nothing`')
    ])
  })
})
