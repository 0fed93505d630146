/** Loaded in front of a server: actions that use all of `$`, which no first-party action does. */
import { actions } from '@bellhop/components'
import { Fault, defineComponent, type ActionDefinition } from '@bellhop/sdk'
import { slack } from '../../components/slack/app.ts'

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

/** Answers in many ways, and then waits until the test lets it go. */
const respond = defineComponent({
  ...common,
  key: 'flow-respond',
  name: 'Respond',
  props: {
    body: { type: 'any', optional: true },
    as: { type: 'string', options: ['json', 'bytes', 'stream'], default: 'json' },
    status: { type: 'integer', default: 200 },
    headers: { type: 'object', optional: true },
    immediate: { type: 'boolean', default: false },
    fail_once: { type: 'boolean', default: false },
    gate
  },
  async run({ $ }) {
    const text = JSON.stringify(this.body ?? null)
    const bodies = {
      json: this.body ?? null,
      bytes: Buffer.from(text),
      stream: ReadableStream.from([text.slice(0, 3), text.slice(3)])
    }
    await $.respond({
      status: this.status,
      body: bodies[this.as],
      ...(this.headers === undefined ? {} : { headers: this.headers as Record<string, string> }),
      immediate: this.immediate
    })
    if (this.gate !== undefined) await $.fetch(this.gate, { method: 'POST', body: {}, timeoutMs: 30_000 })
    if (this.fail_once && $.context.attempt === 1) throw new Fault('not_yet', 'not at first', { retryable: true })
    return 'responded'
  }
})

/** Leaves messages to be sent, and a request to `other` as it is. */
const send = defineComponent({
  ...common,
  key: 'flow-send',
  name: 'Send',
  props: {
    slack,
    texts: { type: 'string[]' },
    other: { type: 'string', optional: true },
    wait: { type: 'integer', optional: true }
  },
  async run({ $ }) {
    const headers = { authorization: `Bearer ${this.slack.$auth.oauth_access_token}` }
    const url = `${this.slack.$baseUrl}/chat.postMessage`
    for (const text of this.texts) $.send.http({ method: 'POST', url, headers, data: { channel: 'C0GENERAL', text } })
    if (this.other !== undefined) $.send.http({ url: this.other, headers, params: { q: 1 } })
    if (this.wait !== undefined) $.flow.suspend(this.wait)
    return 'left'
  }
})

/** Keeps a value under a key, counts, and says what is there. */
const data = defineComponent({
  ...common,
  key: 'flow-data',
  name: 'Data',
  props: {
    store: { type: 'data_store' },
    db: '$.service.db',
    key: { type: 'string', default: 'k' },
    value: { type: 'any', optional: true },
    ttl: { type: 'string', optional: true },
    forget: { type: 'boolean', default: false },
    read_only: { type: 'boolean', default: false },
    fail_once: { type: 'boolean', default: false }
  },
  async run({ $ }) {
    const { store, db, key } = this
    const before = await store.get(key)
    if (this.read_only) return { before: before ?? null }
    if (this.value !== undefined)
      await store.set(key, this.value, this.ttl === undefined ? {} : { ttl: Number(this.ttl) })
    const count = Number((await db.get('count')) ?? 0) + 1
    await db.set('count', count)
    if (this.fail_once && $.context.attempt === 1) throw new Fault('not_yet', 'not at first', { retryable: true })
    const seen: string[] = []
    for await (const [name] of store) seen.push(name)
    const there = { before: before ?? null, after: (await store.get(key)) ?? null, has: await store.has(key) }
    const all = { keys: await store.keys(), size: await store.size(), entries: await store.entries(), seen }
    if (this.forget) await store.delete(key)
    return { ...there, ...all, count, left: await store.size() }
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

const own: readonly ActionDefinition[] = [suspend, delay, poll, exit, respond, send, data, keep]
;(actions as ActionDefinition[]).push(...own)
