import { stripVTControlCharacters } from 'node:util'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeHandle } from '../secrets/handle.ts'
import { itemTimeline, timeline } from './timeline.ts'
import type { RunView, StepView } from './views.ts'

const ID = '019aa8b2-6f3c-7000-8a51-2f1f6e1a9b7c'
const AT = '2026-11-22T20:53:58.123Z'
const NOW = Date.parse(AT) + 200_000
const HANDLE = 'bhdl.slack.oauth_access_token.0123456789abcdefghjkmnpqrs'

function runWith(over: Partial<RunView>): RunView {
  const run = { id: ID, workflow: 'notify-customer', version: 3, status: 'succeeded' as const, accepted_at: AT }
  return { ...run, ended_at: AT, duration_ms: 412, kept: true, steps: [], ...over }
}

function stepWith(over: Partial<StepView>): StepView {
  const step = { name: 'notify', lane: '', position: 0, kind: 'use', status: 'succeeded' as const, kept: true }
  return { ...step, logs: [], attempts: [], attempt_count: 1, duration_ms: 312, ...over }
}

function plain(run: RunView, width = 100): string {
  return timeline(run, { width, colour: false, now: NOW })
}

test('a run reads from its event to its end, with the credential as a handle that is spelt out once', () => {
  const run = runWith({
    event: {
      method: 'POST',
      path: '/in/abc',
      query: { dry: '1' },
      headers: { host: 'localhost', authorization: `Bearer ${HANDLE}` },
      body: { slack_token: HANDLE, channel: '#general' }
    },
    steps: [
      stepWith({
        summary: 'Sent to #general',
        exports: { $return_value: { ok: true } },
        logs: [
          { at: AT, level: 'info', text: 'sending\nnow' },
          { at: AT, level: 'warn', text: `with ${HANDLE}` }
        ]
      }),
      stepWith({ name: 'pause', kind: 'delay', position: 1, attempt_count: 0, duration_ms: 90_000 })
    ]
  })
  expect(plain(run)).toBe(`✔ notify-customer  version 3  succeeded after 412 ms
  run           ${ID}
  accepted      2026-11-22 20:53:58 UTC, 3 min ago

  trigger  POST /in/abc
      query         {"dry":"1"}
      authorization Bearer 🔒slack.oauth_access_token:pqrs
      body          {"slack_token":"🔒slack.oauth_access_token:pqrs","channel":"#general"}

  ✔ notify  use  312 ms
      Sent to #general
      returned      {"ok":true}
      20:53:58.123  sending
                    now
      20:53:58.123  warn: with 🔒slack.oauth_access_token:pqrs

  ✔ pause  delay  1 min 30 s

  credentials (the run is over: only these handles are left)
    🔒slack.oauth_access_token:pqrs  ${HANDLE}`)
})

test('a failed step shows its attempts, its error and what to do, once', () => {
  const error = {
    code: 'vendor_rejected',
    message: 'Slack says `channel_not_found`',
    retryable: false,
    hint: 'Check it.'
  }
  const first = { code: 'vendor_unavailable', message: 'Slack is down', retryable: true, status: 503 }
  const attempts = [{ number: 1, duration_ms: 100, error: first, logs: [] }]
  const steps = [stepWith({ status: 'failed', error, attempts, attempt_count: 2 })]
  const text = plain(runWith({ status: 'failed', error, failed_step: 'notify', steps }))
  expect(text.slice(text.indexOf('  ✖'))).toBe(`  ✖ notify  use  312 ms  2 attempts
      attempt 1 failed after 100 ms: vendor_unavailable (status 503)
        Slack is down
      failed: vendor_rejected
        Slack says \`channel_not_found\`
        hint          Check it.`)
})

test('an error that no step shows stands at the end', () => {
  const error = { code: 'run_timed_out', message: 'The run took too long.', retryable: false }
  expect(plain(runWith({ status: 'timed_out', error }))).toMatch(
    /timed out after 412 ms[^]*\n {2}failed: run_timed_out\n {4}The run took too long\.$/
  )
})

test('a waiting step says until when, a lane says which it is, and an early end says why', () => {
  const steps = [
    stepWith({ status: 'waiting', waiting_until: '2026-11-22T21:53:58.000Z' }),
    stepWith({ lane: '3.1', exit_reason: 'nothing to do' })
  ]
  const text = plain(runWith({ status: 'ended_early', note: 'nothing to do', steps }))
  expect(text).toContain('◷ notify  use  312 ms  waiting\n      until         2026-11-22 21:53:58 UTC, in 56 min\n')
  expect(text).toContain('\n    ✔ notify  use  312 ms  lane 3.1\n        ended run     nothing to do')
  expect(text).toContain('\n  reason        nothing to do\n')
})

test('what is not kept, gone or too large is said', () => {
  expect(plain(runWith({ kept: false, steps: [stepWith({ kept: false })] }))).toMatch(
    /The event and what the steps left are not kept[^]*What it left is not kept\./
  )
  expect(plain(runWith({ workflow: null, version: null }))).toMatch(/^✔ \(deleted workflow\) {2}succeeded/)
  const large = runWith({ event_omitted_bytes: 9_000_000, steps: [stepWith({ omitted_bytes: 1 })], more_steps: true })
  expect(plain(large)).toMatch(/9,000,000 bytes, too many[^]*1 bytes, too many[^]*… and more steps$/)
})

test('a long value is cut with a note, and no handle is cut in two', () => {
  fc.assert(
    fc.property(fc.nat(400), fc.integer({ min: 60, max: 200 }), (before, width) => {
      const value = `${'x'.repeat(before)}${HANDLE}${'y'.repeat(2_000)}`
      const text = plain(runWith({ steps: [stepWith({ exports: { $return_value: value } })] }), width)
      expect(text).toMatch(/… [0-9,]+ more characters/)
      expect(text).toContain(HANDLE)
      expect(text.replaceAll(HANDLE, '')).not.toContain('bhdl.')
    })
  )
})

test('of very many log lines the newest are shown', () => {
  const logs = Array.from({ length: 60 }, (_, i) => ({ at: AT, level: 'info' as const, text: `line ${i}` }))
  const text = plain(runWith({ steps: [stepWith({ logs })] }))
  expect(text).toContain('… 10 earlier log lines\n      20:53:58.123  line 10\n')
})

test('text is broken behind spaces where it can be', () => {
  const summary = `${'word '.repeat(11)}${'x'.repeat(70)} end`
  const text = plain(runWith({ steps: [stepWith({ summary })] }), 60)
  expect(text.slice(text.indexOf('      word')).split('\n')).toEqual([
    `      ${'word '.repeat(10).trim()}`,
    `      word ${'x'.repeat(49)}`,
    `      ${'x'.repeat(21)} end`
  ])
})

test('lines stay within the width, wide characters counted as two', () => {
  const message = '漢字'.repeat(100)
  const steps = [stepWith({ summary: message, exports: { $return_value: message } })]
  for (const line of plain(runWith({ steps }), 60).split('\n')) {
    const wide = Array.from(line).filter((character) => /\p{Script=Han}/u.test(character)).length
    expect(Array.from(line).length + wide).toBeLessThanOrEqual(60)
  }
})

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b[2J', '\u009b', '\r', '\b', '\u202e', '\u2028', '\n', '\t', '\ud800'),
    fc.string()
  )
})

/** A run with what a stranger may choose in every place. */
const anyRun = fc.record({ text: nasty, key: nasty, kind: nasty }).map(({ text, key, kind }) => {
  const error = { code: text, message: text, retryable: false, hint: text }
  const logs = [{ at: AT, level: 'info' as const, text }]
  const attempts = [{ number: 1, error, logs }]
  const step = { name: key, lane: text, kind, summary: text, exports: { [key]: text }, exit_reason: text }
  const event = { method: text, path: text, query: { [key]: text }, headers: { [key]: `${text}${HANDLE}` }, body: text }
  return runWith({ workflow: key, note: text, error, event, steps: [stepWith({ ...step, error, logs, attempts })] })
})

test('nothing that a run brings reaches the terminal as a control', () => {
  fc.assert(
    fc.property(anyRun, fc.boolean(), (run, colour) => {
      const text = timeline(run, { width: 80, colour, now: NOW })
      // What is left after the timeline's own colours and line breaks.
      const own = [1, 2, 22, 31, 32, 33, 39].reduce((left, code) => left.replaceAll(`\u001b[${code}m`, ''), text)
      expect(own).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u)
    })
  )
})

test('colours are added to the text and change nothing of it', () => {
  const run = runWith({ event: { body: makeHandle('slack', 'token') }, steps: [stepWith({ summary: 'Sent' })] })
  const coloured = timeline(run, { width: 80, colour: true, now: NOW })
  expect(coloured).not.toBe(plain(run, 80))
  expect(stripVTControlCharacters(coloured)).toBe(plain(run, 80))
})

test('a run that a schedule started says which tick it was for', () => {
  const iso8601 = { timestamp: '2026-03-29T03:00:00+02:00', date: '2026-03-29', time: '03:00:00' }
  const event = { timestamp: 1, cron: '30 2 * * *', timezone_configured: { timezone: 'Europe/Berlin', iso8601 } }
  expect(plain(runWith({ event }))).toContain(
    'trigger  schedule 30 2 * * *, for 2026-03-29T03:00:00+02:00 (Europe/Berlin)'
  )
  const { cron: _, ...interval } = { ...event, interval_seconds: 900 }
  expect(plain(runWith({ event: interval }))).toContain('trigger  schedule every 15 min, for 2026-03-29T03:00:00+02:00')
})

test('an each says how far it has come, and its items read one after the other', () => {
  const items = { total: 1_000, succeeded: 700, ended_early: 0, failed: 2 }
  const run = runWith({ status: 'running', steps: [stepWith({ name: 'all', kind: 'each', status: 'running', items })] })
  expect(plain(run)).toContain('items         702 of 1,000, 700 succeeded, 2 failed')
  expect(plain(run)).toContain(`see them with: bellhop show ${run.id} --items all --status failed`)
  const error = { code: 'refused', message: `not with ${HANDLE}`, retryable: false }
  const page = {
    counts: items,
    items: [
      { index: 7, status: 'succeeded' as const, steps: [stepWith({ lane: 'i0.7', summary: 'Sent' })], duration_ms: 20 },
      { index: 8, status: 'ended_early' as const, note: 'muted', steps: [] },
      { index: 9, status: 'failed' as const, error, failed_step: 'notify', steps: [] }
    ],
    next_cursor: null
  }
  expect(itemTimeline(page, { width: 100, colour: false, now: NOW }))
    .toBe(`items         702 of 1,000, 700 succeeded, 2 failed

✔ item 7  succeeded  20 ms

  ✔ notify  use  312 ms
      Sent

■ item 8  ended early
    reason        muted

✖ item 9  failed
    failed in notify: refused
      not with 🔒slack.oauth_access_token:pqrs`)
})
