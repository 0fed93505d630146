/** Loaded in front of a server: actions that use all of `$`, which no first-party action does. */
import { actions } from '@bellhop/components'
import { defineComponent, type ActionDefinition } from '@bellhop/sdk'

const common = { type: 'action', description: '', version: '0.1.0' } as const
const gate = { type: 'string', optional: true } as const

/** Shows a test where the step is, and waits until it lets go. */
const suspend = defineComponent({
  ...common,
  key: 'flow-suspend',
  name: 'Suspend',
  props: { ms: { type: 'integer', optional: true }, gate },
  async run({ $ }) {
    const urls = $.flow.suspend(this.ms)
    if (this.gate !== undefined) await $.fetch(this.gate, { method: 'POST', body: urls, timeoutMs: 30_000 })
    $.export('urls', urls)
    return 'asked'
  }
})

const delay = defineComponent({
  ...common,
  key: 'flow-delay',
  name: 'Delay',
  props: { ms: { type: 'integer' } },
  async run({ $ }) {
    $.export('urls', $.flow.delay(this.ms))
    return 'delayed'
  }
})

/** Runs again until it has run `times`, or is called back. */
const poll = defineComponent({
  ...common,
  key: 'flow-poll',
  name: 'Poll',
  props: {
    ms: { type: 'integer' },
    times: { type: 'integer', default: 100 },
    max: { type: 'integer', optional: true }
  },
  async run({ $ }) {
    const { runs, context, callback_request: called } = $.context.run
    if (called !== undefined) return { called, runs }
    const seen = [...(Array.isArray(context) ? context : []), $.context.idempotency_key]
    if (runs < this.times) $.export('urls', $.flow.rerun(this.ms, seen, this.max))
    return { runs, seen }
  }
})

const exit = defineComponent({
  ...common,
  key: 'flow-exit',
  name: 'Exit',
  props: { reason: { type: 'string', optional: true } },
  async run({ $ }) {
    $.flow.exit(this.reason)
    $.export('after', 'the rest of the code runs')
    return 'done'
  }
})

const keep = defineComponent({
  ...common,
  key: 'flow-keep',
  name: 'Keep',
  props: { value: { type: 'any', optional: true } },
  async run() {
    return this.value ?? null
  }
})

const own: readonly ActionDefinition[] = [suspend, delay, poll, exit, keep]
;(actions as ActionDefinition[]).push(...own)
