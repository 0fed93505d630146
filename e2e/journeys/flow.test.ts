/** Waits, from outside: suspended, delayed and rerun steps, the URLs that end their waits, and what a kill does to them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, post, world, type World } from '../support/world.ts'

const ACTIONS = fileURLToPath(new URL('../support/flow-actions.ts', import.meta.url))
const TOKEN = 'xoxb-2406-a-token-of-an-approver'

interface Urls {
  resume_url: string
  cancel_url: string
}
interface Step {
  name: string
  kind?: string
  status: string
  exports?: Record<string, unknown>
  summary?: string
  waiting_until?: string
  error?: { code: string; message: string }
  logs: { level: string; text: string }[]
}
interface Shown {
  id: string
  status: string
  note?: string
  error?: { code: string }
  steps: Step[]
}

const here = (): Promise<World> => world({ nodeArgs: ['--import', ACTIONS] })

async function start(
  { server }: World,
  steps: string,
  trigger = '{ type: http, respond: last_step }'
): Promise<string> {
  return server.deploy('flow', `name: flow\ntrigger: ${trigger}\nsteps:\n${steps}`)
}

async function runWhen({ server }: World, ready: (run: Shown) => boolean): Promise<Shown> {
  return eventually(async () => {
    const { body } = await server.api('GET', '/runs?limit=1')
    const id = (body as { runs: { id: string }[] }).runs[0]?.id
    if (id === undefined) return undefined
    const run = (await server.api('GET', `/runs/${id}`)).body as Shown
    return ready(run) ? run : undefined
  })
}

const isOver = (run: Shown): boolean => run.status !== 'running' && run.status !== 'waiting'
const waits = (run: Shown): boolean => run.status === 'waiting'

function urlsOf(run: Shown, name = 'approve'): Urls {
  return run.steps.find((step) => step.name === name && step.exports?.['urls'])?.exports?.['urls'] as Urls
}

/** After a restart the server listens at another port. */
function at({ server }: World, url: string): string {
  return url.replace(/^http:\/\/[^/]+/, server.url)
}

const approval = `
  - { name: approve, use: flow-suspend }
  - name: tell
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.approve.$resume_data.body.token}}" } } }
    props: { channel: "#general", text: "approved by {{steps.approve.$resume_data.body.by}}" }
`

test('a suspended run goes on with what the request to its resume_url brought, and keeps no secret of it', async () => {
  const there = await here()
  const url = await start(there, approval)
  // The approver's token came with the event, too, when nothing said what it is.
  const answer = await post(url, { note: `unbound: ${TOKEN}` })
  expect(answer).toMatchObject({ status: 202, body: { ended: false } })
  const waiting = await runWhen(there, waits)
  const { resume_url } = urlsOf(waiting)
  expect(resume_url).toMatch(new RegExp(`^${there.server.url}/resume/${waiting.id}/approve\\.0/[\\w-]{27}$`))
  expect(waiting.steps.map(({ name, kind, status }) => [name, kind, status])).toEqual([
    ['approve', 'use', 'succeeded'],
    ['approve', 'wait', 'waiting']
  ])
  const resumed = await fetch(`${resume_url}/below?page=2`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: 'Bearer a-credential-of-the-approver' },
    body: JSON.stringify({ by: 'ada', token: TOKEN, again: `Bearer ${TOKEN}` })
  })
  expect([resumed.status, await resumed.json()]).toEqual([200, { resumed: true }])
  const run = await runWhen(there, isOver)
  expect(run.status).toBe('succeeded')
  expect(there.vendor.messages.at(-1)).toMatchObject({ text: 'approved by ada' })
  const brought = run.steps.find((step) => step.kind === 'wait')
  expect(brought).toMatchObject({
    summary: 'resumed by a request',
    exports: { $resume_data: { method: 'PUT', path: '/below', query: { page: '2' }, body: { by: 'ada' } } }
  })
  expect(JSON.stringify(run)).toContain('bhdl.slack.oauth_access_token.')
  for (const secret of [TOKEN, 'a-credential-of-the-approver']) expect(JSON.stringify(run)).not.toContain(secret)
})

test('a URL is good for one request, and says what became of it to its holder alone', async () => {
  const there = await here()
  await post(await start(there, '\n  - { name: approve, use: flow-suspend }\n'), {})
  const { resume_url, cancel_url } = urlsOf(await runWhen(there, waits))
  const code = async (url: string, method = 'POST'): Promise<unknown[]> => {
    const answer = await fetch(url, { method })
    return [answer.status, ((await answer.json()) as { code: string }).code]
  }
  const guess = resume_url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  const strange = resume_url.replace(/\/resume\/[^/]+/, '/resume/01890a5d-ac96-774b-bcce-b302099a8057')
  for (const wrong of [
    guess,
    strange,
    resume_url.replace('/resume/', '/cancel/'),
    resume_url.replace('approve.0', 'x')
  ])
    expect(await code(wrong)).toEqual([404, 'not_found'])
  expect((await fetch(resume_url, { method: 'OPTIONS' })).status).toBe(204)
  const both = await Promise.all([fetch(resume_url), fetch(cancel_url), fetch(resume_url, { method: 'DELETE' })])
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 410, 410])
  await runWhen(there, isOver)
  expect(await code(resume_url, 'GET')).toEqual([410, 'run_ended'])
})

test('a request to cancel_url ends the run as cancelled, and a wait that nobody ends does too', async () => {
  const there = await here()
  const url = await start(
    there,
    '\n  - { name: approve, use: flow-suspend, props: { ms: "{{steps.trigger.event.body.ms}}" } }\n  - { name: after, use: flow-keep }\n'
  )
  await post(url, { ms: 60_000 })
  await fetch(urlsOf(await runWhen(there, waits)).cancel_url)
  const cancelled = await runWhen(there, isOver)
  expect(cancelled).toMatchObject({ status: 'cancelled', note: expect.stringContaining('cancel_url') as string })
  expect(cancelled.steps.map(({ name }) => name)).toEqual(['approve', 'approve'])
  await post(url, { ms: 50 })
  const late = await runWhen(there, (run) => isOver(run) && run.id !== cancelled.id)
  expect(late).toMatchObject({ status: 'cancelled', note: expect.stringContaining('in time') as string })
})

test('a request may come before the run waits, and a kill loses neither it nor the wait', async () => {
  const there = await here()
  const held = await gate()
  const url = await start(
    there,
    `\n  - { name: approve, use: flow-suspend, props: { gate: "${held.url}" } }\n  - { name: after, use: flow-keep, props: { value: "{{steps.approve.$resume_data.body.by}}" } }\n`
  )
  const answer = post(url, {}).catch(() => undefined)
  const { resume_url } = await held.came
  expect(await post(resume_url, { by: 'early' })).toMatchObject({ status: 200 })
  await there.server.kill()
  await answer
  held.open()
  await there.restart()
  const run = await runWhen(there, isOver)
  expect(run).toMatchObject({ status: 'succeeded' })
  expect(run.steps.at(-1)?.exports).toEqual({ $return_value: 'early' })
  expect(await post(at(there, resume_url), {})).toMatchObject({ status: 410 })
})

test('a server that is killed while a run is suspended knows its URLs when it is back', async () => {
  const there = await here()
  await post(await start(there, approval), {})
  const waiting = await runWhen(there, waits)
  await there.server.kill()
  await there.restart()
  const { resume_url } = urlsOf(waiting)
  expect((await post(at(there, resume_url), { by: 'ada', token: TOKEN })).status).toBe(200)
  await there.server.kill()
  await there.restart()
  expect(await runWhen(there, isOver)).toMatchObject({ status: 'succeeded' })
  expect(there.vendor.messages).toHaveLength(1)
})

test('a delay ends when its time is over, or by a request', async () => {
  const there = await here()
  const url = await start(
    there,
    '\n  - { name: pause, use: flow-delay, props: { ms: "{{steps.trigger.event.body.ms}}" } }\n  - { name: after, use: flow-keep, props: { value: "{{steps.pause.$return_value}}" } }\n'
  )
  await post(url, { ms: 20 })
  const first = await runWhen(there, isOver)
  expect(first).toMatchObject({ status: 'succeeded' })
  await post(url, { ms: 3_600_000 })
  const waiting = await runWhen(there, (run) => waits(run) && run.id !== first.id)
  await fetch(urlsOf(waiting, 'pause').resume_url)
  expect(await runWhen(there, (run) => isOver(run) && run.id !== first.id)).toMatchObject({ status: 'succeeded' })
})

test('a step is rerun with its context and a key of its own, up to its limit, and history shows each time', async () => {
  const there = await here()
  const url = await start(
    there,
    '\n  - { name: poll, use: flow-poll, props: { ms: 10, max: 2 } }\n  - { name: after, use: flow-keep, props: { value: "{{steps.poll.$return_value}}" } }\n'
  )
  await post(url, {})
  const run = await runWhen(there, isOver)
  expect(run.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'poll use',
    'poll wait',
    'poll rerun',
    'poll wait',
    'poll rerun',
    'after use'
  ])
  const left = run.steps.at(-1)?.exports?.['$return_value']
  const { runs, seen } = left as { runs: number; seen: string[] }
  expect(runs).toBe(3)
  expect(new Set(seen).size).toBe(3)
})

test('a rerun may be called back, and sees the request', async () => {
  const there = await here()
  await post(await start(there, '\n  - { name: poll, use: flow-poll, props: { ms: 3600000 } }\n'), {})
  await post(urlsOf(await runWhen(there, waits), 'poll').resume_url, { job: 'done' })
  const run = await runWhen(there, isOver)
  expect(run.steps.at(-1)?.exports?.['$return_value']).toMatchObject({ runs: 2, called: { body: { job: 'done' } } })
})

test('`$.flow.exit` lets the rest of the code run, and ends the run', async () => {
  const there = await here()
  const url = await start(
    there,
    '\n  - { name: leave, use: flow-exit, props: { reason: enough } }\n  - { name: after, use: flow-keep }\n'
  )
  expect(await post(url, {})).toMatchObject({ status: 200, body: 'done' })
  const run = await runWhen(there, isOver)
  expect(run).toMatchObject({ status: 'ended_early', note: 'enough' })
  expect(run.steps).toHaveLength(1)
})

test('in an `each` time alone ends waits, and a suspension is refused in words', async () => {
  const there = await here()
  const url = await start(
    there,
    `
  - name: all
    each: "{{steps.trigger.event.body.items}}"
    as: item
    on_error: continue
    steps:
      - { name: pause, use: flow-delay, props: { ms: 10 } }
      - { name: poll, use: flow-poll, props: { ms: 10, times: 3 } }
      - { name: approve, use: flow-suspend }
`
  )
  await post(url, { items: [1, 2] })
  const run = await runWhen(there, isOver)
  const page = await there.server.api('GET', `/runs/${run.id}/steps/all/items`)
  const { items } = page.body as { items: { error: { code: string; message: string }; steps: Step[] }[] }
  expect(items).toHaveLength(2)
  for (const item of items) {
    expect(item.error).toMatchObject({ code: 'each_cannot_suspend' })
    expect(item.steps.filter(({ name }) => name === 'poll').map(({ kind }) => kind)).toEqual([
      'use',
      'delay',
      'rerun',
      'delay',
      'rerun'
    ])
    expect(item.steps[0]?.logs[0]?.text).toContain('time alone')
  }
})

test('I4: a run that keeps nothing is not suspended, and says why', async () => {
  const there = await here()
  const url = await start(there, '\n  - { name: approve, use: flow-suspend }\n')
  const nostore = { 'x-pd-nostore': '1' }
  expect((await post(url, {}, nostore)).body).toMatchObject({ code: 'nostore_cannot_suspend' })
  const long = await start(there, '\n  - { name: pause, use: flow-delay, props: { ms: 6000 } }\n')
  expect((await post(long, {}, nostore)).body).toMatchObject({ code: 'nostore_cannot_wait', step: 'pause' })
  const short = await start(there, '\n  - { name: pause, use: flow-delay, props: { ms: 10 } }\n')
  expect((await post(short, {}, nostore)).status).toBe(202)
})

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

/** A server that hears where a step is, and answers when the test lets it. */
async function gate(): Promise<{ url: string; came: Promise<Urls>; open(): void }> {
  const [came, opened] = [Promise.withResolvers<Urls>(), Promise.withResolvers<void>()]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      came.resolve(JSON.parse(Buffer.concat(chunks).toString()) as Urls)
      void opened.promise.then(() => response.end('go'))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came: came.promise, open: opened.resolve }
}
