import { describe, expect, it } from 'vitest'
import { EMPTY_CATALOGUE } from './catalogue.ts'
import { openDocument } from './document.ts'
import { bindingBadges, durationWords, stepWords, triggerWords } from './words.ts'

const words = (step: string) => {
  const [node] = openDocument(`steps:\n  - ${step}\n`).steps
  return node === undefined ? undefined : stepWords(node, EMPTY_CATALOGUE).summary
}

describe('the words of a row', () => {
  it.each([
    ['{ name: a, delay: 5m }', 'Waits 5 minutes'],
    ['{ name: a, delay: 1h }', 'Waits 1 hour'],
    ["{ name: a, end_if: '{{steps.trigger.event.body.done}}' }", 'Ends the run if event.body.done'],
    [
      "{ name: a, end_if: { value: '{{steps.b.$return_value}}', is: empty } }",
      'Ends the run if b.$return_value is empty'
    ],
    ["{ name: a, end_if: { value: '{{steps.b.n}}', greater_than: 3 } }", 'Ends the run if b.n is more than 3'],
    [
      "{ name: a, each: '{{steps.b.$return_value}}', concurrency: 4, steps: [{ name: c, delay: 1s }] }",
      '1 step for every item of b.$return_value, 4 at a time'
    ],
    ['{ name: a, use: http-request, props: { method: POST, url: x, body: {} } }', 'method POST · url x'],
    ['{ name: a, code: "// Adds it up\\nexport default 1" }', 'Adds it up'],
    ['{ name: a, code: "a\\nb\\n" }', '2 lines'],
    ['{ name: a }', 'Say what it does, or remove it.']
  ])('%s', (step, summary) => {
    expect(words(step)).toBe(summary)
  })

  it('say what starts a run', () => {
    expect(triggerWords({ type: 'schedule', every: '1d' }).summary).toBe('Every day')
    expect(triggerWords({ type: 'schedule', every: '15m' }).summary).toBe('Every 15 minutes')
    expect(triggerWords({ type: 'schedule', cron: '0 9 * * 1', timezone: 'Europe/Berlin' }).summary).toBe(
      '0 9 * * 1 · Europe/Berlin'
    )
    expect(triggerWords({ type: 'http', auth: { type: 'token' }, respond: 'last_step' }).summary).toBe(
      'Callers with the token · answers with the last step'
    )
    expect(triggerWords({ type: 'http' }).summary).toBe('Whoever knows the address · answers at once')
    expect(triggerWords(null).title).toBe('No trigger yet')
  })

  it('leave what is no duration as it is', () => {
    expect(durationWords('soon')).toBe('soon')
  })

  it('name the ways of credentials', () => {
    const [step] = openDocument(
      'steps:\n  - auth: { slack: { runtime: {} }, github: { store: { from: vault } }, x: { account: bot }, y: 5 }\n'
    ).steps
    expect(step && bindingBadges(step)).toEqual([
      { app: 'slack', kind: 'runtime', label: 'runtime' },
      { app: 'github', kind: 'store', label: 'vault' },
      { app: 'x', kind: 'account', label: 'bot' }
    ])
  })
})
