/** Waits, from outside: suspended, delayed and rerun steps, the URLs that end their waits, and what a kill does to them. */
import { expect, test } from 'vitest'
import { at, gate, here, isOver, runWhen, start, urlsOf, waits, type Step } from '../support/flow.ts'
import { post } from '../support/world.ts'

const TOKEN = 'xoxb-2406-a-token-of-an-approver'

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

test('code in the sandbox suspends, is rerun and called back, as an action is', async () => {
  const there = await here()
  const url = await start(
    there,
    `
  - name: approve
    code: |
      export default defineComponent({
        run({ $ }) {
          const urls = $.flow.suspend(60000)
          $.export('urls', urls)
          $.send.http({ url: '${there.vendor.url}/api/nothing', data: urls })
        }
      })
  - name: poll
    code: |
      export default defineComponent({
        run({ steps, $ }) {
          const { runs, context, callback_request } = $.context.run
          if (callback_request) return { by: steps.approve.$resume_data.body.by, runs, context, called: callback_request.body }
          $.export('urls', $.flow.rerun(60000, { runs }))
        }
      })
`
  )
  await post(url, {})
  const first = await runWhen(there, waits)
  expect(await post(urlsOf(first).resume_url, { by: 'ada' })).toMatchObject({ status: 200 })
  const second = await runWhen(there, (run) => waits(run) && run.steps.some(({ name }) => name === 'poll'))
  expect(await post(urlsOf(second, 'poll').resume_url, { job: 'done' })).toMatchObject({ status: 200 })
  const run = await runWhen(there, isOver)
  expect(run.steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    'approve use',
    'approve send',
    'approve wait',
    'poll use',
    'poll wait',
    'poll rerun'
  ])
  const left = { by: 'ada', runs: 2, context: { runs: 1 }, called: { job: 'done' } }
  expect(run.steps.at(-1)?.exports?.['$return_value']).toEqual(left)
  // A stranger's code reaches no private address, and neither does what it leaves to be sent.
  expect(run.steps[1]?.logs.map(({ text }) => text).join()).toContain('leads to this machine itself')
})
