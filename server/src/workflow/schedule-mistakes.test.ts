import { describe, expect, test } from 'vitest'
import { mistakesOf, planOf, told } from './testing/definitions.ts'

const steps = [{ name: 'read', use: 'clock-read' }]
const on = (trigger: object, more: object = {}): object => ({
  name: 'x',
  trigger: { type: 'schedule', ...trigger },
  steps,
  ...more
})
const send = (auth: object, props: object = {}): object => ({
  steps: [{ name: 'send', use: 'slack-send-message', auth, props: { channel: '#a', text: 'b', ...props } }]
})

test.each<[object, object]>([
  [{ every: '15m' }, { every: 900_000, timezone: 'UTC', missed: 'run_once' }],
  [
    { every: '1s', missed: 'skip' },
    { every: 1_000, timezone: 'UTC', missed: 'skip' }
  ],
  [
    { cron: '0 9 * * MON-FRI', timezone: 'Europe/Berlin' },
    { cron: '0 9 * * MON-FRI', timezone: 'Europe/Berlin', missed: 'run_once' }
  ],
  [{ cron: ' 0  0 9 L * * ' }, { cron: '0  0 9 L * *', timezone: 'UTC', missed: 'run_once' }],
  [
    { cron: '@daily', timezone: 'US/Eastern' },
    { cron: '@daily', timezone: 'US/Eastern', missed: 'run_once' }
  ],
  [{ cron: '0 0 29 2 *' }, { cron: '0 0 29 2 *', timezone: 'UTC', missed: 'run_once' }]
])('%o is a schedule', (trigger, schedule) => {
  const { plan, warnings } = planOf(on(trigger))
  expect(plan.schedule).toEqual(schedule)
  expect(plan.http).toBeUndefined()
  expect(warnings).toEqual([])
})

describe('a cron expression', () => {
  const FIVE = 'five fields: minute, hour, day of the month, month, day of the week; or six, with the second in front'

  test.each<[unknown, string]>([
    ['61 * * * *', 'trigger.cron: `61` cannot be the minute of a cron expression'],
    ['* 24 * * *', 'trigger.cron: `24` cannot be the hour of a cron expression'],
    ['0 0 * * MUN', 'trigger.cron: `MUN` cannot be the day of the week of a cron expression'],
    ['99 0 0 * * *', 'trigger.cron: `99` cannot be the second of a cron expression'],
    ['0/15 * * * *', 'trigger.cron: `0/15` cannot be the minute of a cron expression → */15 * * * *'],
    ['0 5/6 * * *', 'trigger.cron: `5/6` cannot be the hour of a cron expression → 0 5-23/6 * * *'],
    ['* * * *', 'trigger.cron: a cron expression of 4 fields'],
    ['', 'trigger.cron: a cron expression of 0 fields'],
    ['noon', 'trigger.cron: a cron expression of 1 field'],
    ['2026-12-24T18:00:00', 'trigger.cron: a cron expression of 1 field'],
    ['0 0 0 1 1 * 2030', 'trigger.cron: a cron expression has no year here'],
    ['0 0 30 2 *', 'trigger.cron: this never fires: there is no such day'],
    ['0 0 31 4,6,9,11 *', 'trigger.cron: this never fires: there is no such day'],
    ['15m', 'trigger.cron: `15m` is a duration, not a cron expression → every: 15m'],
    ['@dayly', 'trigger.cron: unknown nickname `@dayly`; did you mean `@daily`? → @daily'],
    ['@reboot', 'trigger.cron: unknown nickname `@reboot`'],
    ['{{steps.trigger.event.cron}}', 'trigger.cron: a schedule is written out; a reference is not supported here'],
    [`${'1,'.repeat(200)}1 * * * *`, 'trigger.cron: longer than a cron expression can be'],
    [5, 'trigger.cron: expected text, got a number'],
    [null, 'trigger.cron: expected text, got null']
  ])('%j is a mistake', (cron, message) => {
    expect(told(mistakesOf(on({ cron })))).toEqual([message])
  })

  test('a mistake says what may stand there', () => {
    expect(mistakesOf(on({ cron: '* * * *' }))).toMatchObject([{ expected: FIVE }])
    expect(mistakesOf(on({ cron: '* 24 * * *' }))).toMatchObject([
      { expected: '0 to 23; `*`, a list `a,b`, a range `a-b`, a step `*/n` or `a-b/n`' }
    ])
  })

  test('a mistake of a file has its line', () => {
    const text = 'name: x\ntrigger:\n  type: schedule\n  cron: "61 * * * *"\nsteps: [{ name: read, use: clock-read }]\n'
    expect(mistakesOf(text)).toMatchObject([{ path: 'trigger.cron', line: 4 }])
  })
})

test.each<[object, string[]]>([
  [{}, ['trigger: this schedule does not say when → every: 15m']],
  [{ cron: '@daily', every: '1d' }, ['trigger: this schedule says `cron` and `every` at once']],
  [
    { evry: '1d' },
    [
      'trigger.evry: unknown key `evry`; did you mean `every`? → every',
      'trigger: this schedule does not say when → every: 15m'
    ]
  ],
  [{ every: '1500ms' }, ['trigger.every: not a whole number of seconds']],
  [{ every: '500ms' }, ['trigger.every: `500ms` is out of range']],
  [{ every: '0s' }, ['trigger.every: `0s` is out of range']],
  [{ every: 15 }, ['trigger.every: `15` has no unit → 15s']],
  [{ every: '15 min' }, [expect.stringContaining('→ 15m') as string]],
  [{ every: '1h', missed: 'once' }, [expect.stringContaining('trigger.missed: unknown value `once`') as string]],
  [
    { cron: '61 * * * *', timezone: 'Berlin', missed: 'no' },
    [
      'trigger.cron: `61` cannot be the minute of a cron expression',
      'trigger.timezone: unknown time zone `Berlin`; did you mean `Europe/Berlin`? → Europe/Berlin',
      'trigger.missed: unknown value `no`'
    ]
  ]
])('%o is told with all its mistakes', (trigger, messages) => {
  expect(told(mistakesOf(on(trigger)))).toEqual(messages)
})

test.each<[unknown, string]>([
  ['new york', 'trigger.timezone: unknown time zone `new york`; did you mean `America/New_York`? → America/New_York'],
  ['Europe/Berln', 'trigger.timezone: unknown time zone `Europe/Berln`; did you mean `Europe/Berlin`? → Europe/Berlin'],
  ['+02:00', 'trigger.timezone: unknown time zone `+02:00`'],
  ['CEST', 'trigger.timezone: unknown time zone `CEST`'],
  ['', 'trigger.timezone: unknown time zone ``'],
  ['{{steps.trigger.context.id}}', 'trigger.timezone: a time zone is written out; a reference is not supported here'],
  [2, 'trigger.timezone: expected text, got a number']
])('the time zone %j is a mistake', (timezone, message) => {
  const mistakes = mistakesOf(on({ cron: '@daily', timezone }))
  expect(told(mistakes)).toEqual([message])
  expect(mistakes[0]?.expected).toContain('IANA')
})

test('what an HTTP trigger has is refused on a schedule, and the other way round', () => {
  const settings = { every: '1h', auth: { type: 'none' }, respond: 'last_step', cors: true }
  expect(told(mistakesOf(on(settings)))).toEqual([
    'trigger.auth: nobody calls a schedule, so `auth` has nobody to check',
    'trigger.respond: nobody calls a schedule, so there is nobody to `respond` to',
    'trigger.cors: no page calls a schedule, so it has no `cors`'
  ])
  expect(told(mistakesOf({ name: 'x', trigger: { type: 'http', every: '1h', missed: 'skip' }, steps }))).toEqual([
    'trigger.every: `every` belongs to a schedule, and this trigger is HTTP',
    'trigger.missed: `missed` belongs to a schedule, and this trigger is HTTP'
  ])
})

describe('references to the event of a schedule', () => {
  const runtime = (reference: string): object => ({ slack: { runtime: { oauth_access_token: `{{${reference}}}` } } })
  const account = { slack: { account: 'acme' } }

  test.each([
    'timestamp',
    'cron',
    'timezone_configured.timezone',
    'timezone_configured.iso8601.date',
    'timezone_utc.iso8601.timestamp'
  ])('%s is there', (field) => {
    const text = `at {{steps.trigger.event.${field}}}`
    expect(mistakesOf(on({ cron: '@daily' }, send(account, { text })))).toEqual([])
  })

  test.each<[string, string]>([
    ['body.token', 'nobody calls a schedule, so its event has no `body`'],
    ['headers.authorization', 'nobody calls a schedule, so its event has no `headers`'],
    ['interval_seconds', "unknown field `interval_seconds` of the trigger's event"],
    ['timestmp', "unknown field `timestmp` of the trigger's event; did you mean `timestamp`?"]
  ])('%s is not', (field, message) => {
    const path = 'steps[0].auth.slack.runtime.oauth_access_token'
    const mistakes = mistakesOf(on({ cron: '@daily' }, send(runtime(`steps.trigger.event.${field}`))))
    expect(told(mistakes)).toEqual([expect.stringContaining(`${path}: ${message}`)])
  })

  test('`every` has its interval instead of an expression', () => {
    const text = '{{steps.trigger.event.interval_seconds}}'
    expect(mistakesOf(on({ every: '1h' }, send(account, { text })))).toEqual([])
    expect(mistakesOf(on({ every: '1h' }, send(account, { text: '{{steps.trigger.event.cron}}' })))).toHaveLength(1)
  })

  test('a missing binding is not told to read the request', () => {
    expect(mistakesOf(on({ every: '1h' }, send({})))).toMatchObject([
      { suggestion: 'auth:\n  slack:\n    account: NAME' }
    ])
    expect(JSON.stringify(mistakesOf(on({ every: '1h' }, send({ slack: { runtime: {} } }))))).not.toContain('body')
  })

  test('an account needs no token on a trigger that nobody can call', () => {
    expect(planOf(on({ every: '1h' }, send(account))).warnings).toEqual([])
  })
})

test('days that begin at midnight elsewhere are warned about', () => {
  const warnings = (trigger: object): string[] => told(planOf(on(trigger)).warnings)
  expect(warnings({ every: '1d', timezone: 'Europe/Berlin' })).toEqual([
    'trigger.every: `every` counts from midnight in UTC, which is no midnight in `Europe/Berlin`'
  ])
  expect(warnings({ every: '1d', timezone: 'Etc/UTC' })).toEqual([])
  expect(warnings({ every: '1h', timezone: 'Europe/Berlin' })).toEqual([])
})
