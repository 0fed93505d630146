/** What steps answer and send, from outside: at once, at the end or when the run waits, and once for all. */
import { expect, test } from 'vitest'
import { at, gate, here, isOver, runWhen, start, waits, type Step } from '../support/flow.ts'
import { post } from '../support/world.ts'

const TOKEN = 'xoxb-2406-a-token-of-an-approver'

const custom = '{ type: http, respond: custom }'

test('an immediate answer goes out while its step still runs, and the run goes on', async () => {
  const there = await here()
  const held = await gate()
  const url = await start(
    there,
    `
  - { name: say, use: flow-respond, props: { immediate: true, status: 201, body: { hello: 1, token: "{{steps.trigger.event.body.slack_token}}" }, headers: { x-own: mine }, gate: "${held.url}" } }
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "later" }
`,
    custom
  )
  const answer = await post(url, { slack_token: TOKEN })
  expect(answer).toMatchObject({ status: 201, body: { hello: 1 } })
  expect(answer.headers.get('x-own')).toBe('mine')
  expect(JSON.stringify(answer.body)).not.toContain(TOKEN)
  expect(there.vendor.messages).toHaveLength(0)
  held.open()
  await runWhen(there, isOver)
  expect(there.vendor.messages).toHaveLength(1)
})

test('of several answers the first one counts, also after a retry, and for a repeat of the request', async () => {
  const there = await here()
  const url = await start(
    there,
    `
  - { name: say, use: flow-respond, props: { immediate: true, body: first, fail_once: true }, retry: { attempts: 2, backoff: 1ms } }
  - { name: again, use: flow-respond, props: { body: second } }
`,
    custom
  )
  const key = { 'idempotency-key': 'k1' }
  expect(await post(url, {}, key)).toMatchObject({ status: 200, body: 'first' })
  const run = await runWhen(there, isOver)
  expect(run.steps.at(-1)?.logs[0]?.text).toContain('the first answer of a run counts')
  expect(await post(url, {}, key)).toMatchObject({ status: 200, body: 'first' })
})

test('a run that was brought back after its answer does not answer again', async () => {
  const there = await here()
  const held = await gate()
  const url = await start(
    there,
    `\n  - { name: say, use: flow-respond, props: { immediate: true, body: once, gate: "${held.url}" } }\n`,
    custom
  )
  const key = { 'idempotency-key': 'k2' }
  expect(await post(url, {}, key)).toMatchObject({ status: 200, body: 'once' })
  await there.server.kill()
  held.open()
  await there.restart()
  expect(await runWhen(there, isOver)).toMatchObject({ status: 'succeeded' })
  expect(await post(at(there, url), {}, key)).toMatchObject({ status: 200, body: 'once' })
})

test('bytes and streams are answered as they are, and hold no secret', async () => {
  const there = await here()
  const url = await start(
    there,
    `
  - { name: say, use: flow-respond, props: { as: "{{steps.trigger.event.body.as}}", body: { text: "{{steps.trigger.event.body.text}}" }, headers: { content-type: application/json } } }
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "later" }
`,
    custom
  )
  for (const as of ['bytes', 'stream']) {
    const answer = await post(url, { as, text: `it is ${TOKEN}`, slack_token: TOKEN })
    expect(answer.body).toEqual({ text: expect.stringMatching(/^it is bhdl\.slack\.oauth_access_token\./) as string })
  }
})

test('what a run has said is answered when it first waits', async () => {
  const there = await here()
  const url = await start(
    there,
    '\n  - { name: say, use: flow-respond, props: { body: soon } }\n  - { name: approve, use: flow-suspend }\n',
    custom
  )
  expect(await post(url, {})).toMatchObject({ status: 200, body: 'soon' })
  await runWhen(there, waits)
})

test('`$.respond` says where it is not heard, and a run that never calls it is a clear error', async () => {
  const there = await here()
  const items = `
  - name: all
    each: "{{steps.trigger.event.body.items}}"
    as: item
    steps: [{ name: say, use: flow-respond, props: { body: "x" } }]
`
  const answer = await post(await start(there, items, custom), { items: [1] })
  expect(answer).toMatchObject({ status: 500, body: { code: 'no_response' } })
  const run = await runWhen(there, isOver)
  const page = (await there.server.api('GET', `/runs/${run.id}/steps/all/items`)).body as { items: { steps: Step[] }[] }
  expect(page.items[0]?.steps[0]?.logs[0]?.text).toContain('an item of an `each` answers nobody')
  await post(await start(there, '\n  - { name: say, use: flow-respond }\n'), {})
  const other = await runWhen(there, (shown) => isOver(shown) && shown.id !== run.id)
  expect(other.steps[0]?.logs[0]?.text).toContain('respond: last_step')
})

test('what `$.send.http` leaves goes out after the step and before its wait; a failure is a warning', async () => {
  const there = await here()
  there.vendor.behave({ path: '/teapot' }, { status: 418 })
  const url = await start(
    there,
    `
  - name: leave
    use: flow-send
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { texts: [one, two], other: "${there.vendor.url}/api/teapot", wait: 60000 }
`
  )
  await post(url, { slack_token: TOKEN })
  const run = await runWhen(there, waits)
  expect(new Set(there.vendor.messages.map(({ text }) => text))).toEqual(new Set(['one', 'two']))
  expect(run.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['leave use', 'leave send', 'leave wait'])
  const sent = run.steps[1]
  expect(sent?.summary).toContain('of 3 requests sent')
  expect(JSON.stringify(run)).not.toContain(TOKEN)
})

test('a kill between a step and what it left to be sent loses none of it', async () => {
  const there = await here()
  const held = there.vendor.hold({ path: '/api/chat.postMessage' })
  const url = await start(
    there,
    `
  - name: leave
    use: flow-send
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { texts: [one] }
`
  )
  const answer = post(url, { slack_token: TOKEN }).catch(() => undefined)
  await held.arrived
  await there.server.kill()
  await answer
  held.release()
  await there.restart()
  const run = await runWhen(there, isOver)
  expect(run.steps.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['use succeeded', 'send succeeded'])
})

test('what `$.send` cannot do is refused in words, also where nobody waits for it', async () => {
  const there = await here()
  const code = `export default defineComponent({ run({ $ }) { $.send.email({ subject: 'x' }) } })`
  const url = await start(there, `\n  - name: mail\n    code: ${JSON.stringify(code)}\n`)
  const answer = await post(url, {})
  expect(answer.status).toBe(500)
  expect(JSON.stringify(answer.body)).toContain('there is no `$.send.email` here')
})
