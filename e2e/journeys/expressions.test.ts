/** `{{ … }}` with JavaScript in it, through a real server and its sandbox processes. */
import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { dataFiles } from '../support/data-files.ts'
import { eventually, post, world, type World } from '../support/world.ts'

interface Shown {
  status: string
  error?: { code: string; message: string }
  steps: { name: string; kind: string; status: string }[]
}

const workflow = (steps: string, auth = 'none'): string => `
name: computes
trigger: { type: http, auth: { type: ${auth} }, respond: last_step }
steps:
${steps.replace(/^\n/, '')}
settings: { timeout: 1m }
`

const send = (token: string, text: string, name = 'send'): string => `
  - name: ${name}
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: ${JSON.stringify(token)} } } }
    props: { channel: "#general", text: ${JSON.stringify(text)} }`

const TOKEN = 'xoxb-token-of-ada-abcdef-7391'

/** Every file of the data directory and all that the server printed, as one text. */
async function everything({ data, server }: World): Promise<string> {
  const files = await dataFiles(data)
  return [...files.map(({ bytes }) => bytes.toString('latin1')), server.output].join()
}

async function shown({ server }: World, answer: Awaited<ReturnType<typeof post>>): Promise<Shown> {
  return (await server.api('GET', `/runs/${answer.headers.get('x-bellhop-run')}`)).body as Shown
}

test('props are computed from what steps left, and conditions and lists as steps of their own', async () => {
  const here = await world()
  const { server, vendor } = here
  for (const name of ['ada', 'bob', 'eve']) vendor.admit(name, `xoxb-token-of-${name}-123456`)
  const url = await server.deploy(
    'computes',
    workflow(`
  - name: enough
    end_if: "{{ steps.trigger.event.body.users.filter(({ active }) => active).length === 0 }}"
  - name: all
    each: "{{ steps.trigger.event.body.users.filter((user) => user.active).toSorted((a, b) => a.name < b.name ? -1 : 1).map((one) => ({ name: one.name, scores: one.scores, key: one.token })) }}"
    as: user
    steps:
      - name: send
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: "{{user.key}}" } } }
        props:
          channel: "#general"
          text: "Hello {{ user.name[0].toUpperCase() + user.name.slice(1) }}: {{ user.scores?.reduce((a, b) => a + b, 0) ?? 'none' }}"`)
  )
  const user = (name: string, active: boolean, scores?: number[]): object => ({
    name,
    active,
    token: `xoxb-token-of-${name}-123456`,
    ...(scores === undefined ? {} : { scores })
  })
  const answer = await post(url, { users: [user('eve', true, [1, 2]), user('bob', false), user('ada', true)] })
  expect(answer).toMatchObject({ status: 200, body: { total: 2, succeeded: 2 } })
  expect(vendor.messages.map(({ customer, text }) => [customer, text])).toEqual([
    ['ada', 'Hello Ada: none'],
    ['eve', 'Hello Eve: 3']
  ])
  const run = await shown(here, answer)
  expect(run.steps).toMatchObject([
    { name: 'enough', kind: 'end_if', status: 'succeeded' },
    { name: 'all.list', kind: 'list', status: 'succeeded' },
    { name: 'all', kind: 'each', status: 'succeeded' }
  ])
  expect(JSON.stringify(run)).not.toContain('xoxb-token')
  const none = await post(url, { users: [user('bob', false)] })
  expect(await shown(here, none)).toMatchObject({ status: 'ended_early' })
})

test('I3: a killed server goes on with the items that an expression chose, not with what it would choose now', async () => {
  const here = await world()
  const { server, vendor } = here
  const users = Array.from({ length: 12 }, (_, i) => ({ name: `user-${i}`, token: `xoxb-token-of-user-${i}-abcdef` }))
  for (const { name, token } of users) vendor.admit(name, token)
  const url = await server.deploy(
    'computes',
    workflow(`
  - name: all
    each: "{{ steps.trigger.event.body.users.toSorted(() => Math.random() - 0.5) }}"
    steps:
      - name: send
        use: slack-send-message
        auth: { slack: { runtime: { oauth_access_token: "{{item.token}}" } } }
        props: { channel: "#general", text: hello }`)
  )
  const held = vendor.hold({ customer: 'user-7' })
  const answer = post(url, { users }).catch(() => undefined)
  await held.arrived
  const before = vendor.messages.length
  await server.kill()
  await answer
  held.release()
  vendor.reset()
  await here.restart()
  const told = (): unknown[] => vendor.messages.map(({ customer }) => customer)
  await eventually(() => (new Set(told()).size === users.length ? true : undefined))
  expect(before).toBeLessThan(users.length)
  // The message that was in flight may have been sent twice.
  expect(told().filter((name) => name !== 'user-7')).toHaveLength(users.length - 1)
})

test('I1: a credential that an expression makes goes to the vendor, and nowhere else', async () => {
  const here = await world()
  const { server, vendor } = here
  vendor.admit('ada', TOKEN)
  const made = `{{ Buffer.from(steps.trigger.event.body.tokens[steps.trigger.event.body.which], 'base64').toString().split('').reverse().join('') }}`
  const url = await server.deploy('computes', workflow(send(made, 'hi')))
  const sealed = Buffer.from(TOKEN.split('').toReversed().join('')).toString('base64')
  const body = { which: 'blue', tokens: { blue: sealed, red: 'another-token-of-red-5521' } }
  const answer = await post(url, body)
  expect(answer.status).toBe(200)
  expect(vendor.messages).toMatchObject([{ customer: 'ada', text: 'hi' }])
  const left = (await everything(here)) + JSON.stringify([answer.body, await shown(here, answer)])
  for (const secret of [TOKEN, sealed, 'another-token-of-red-5521', TOKEN.split('').toReversed().join('')]) {
    expect(left).not.toContain(secret)
  }
})

test('declared variables are there for paths and expressions; those that are secrets as handles but in a credential', async () => {
  const here = await world()
  const { server, vendor } = here
  vendor.admit('ada', `${TOKEN}-of-blue`)
  const set = await server.api('PUT', '/env/SLACK_KEY', { value: TOKEN, hosts: ['slack.com'] })
  expect(set.status).toBe(204)
  const url = await server.deploy(
    'computes',
    workflow(
      send("{{ env.KEY + '-of-' + env.TEAM }}", '{{env.TEAM}}, {{ env.TEAM.toUpperCase() }}, {{ `${env.KEY.length}` }}')
    ).replace('settings: {', 'settings: { env: { TEAM: blue, KEY: { secret: SLACK_KEY } },')
  )
  const answer = await post(url, {})
  expect(answer.status).toBe(200)
  expect(vendor.messages).toMatchObject([
    { customer: 'ada', text: expect.stringMatching(/^blue, BLUE, \d+$/) as string }
  ])
  // The length is that of a handle.
  expect(vendor.messages[0]?.['text']).not.toContain(String(TOKEN.length))
  expect((await everything(here)) + JSON.stringify(await shown(here, answer))).not.toContain(TOKEN)
})

test('a prop sees the handle of a credential, whatever is made of it', async () => {
  const here = await world()
  const { server, vendor } = here
  vendor.admit('ada', TOKEN)
  const token = 'steps.trigger.event.body.token'
  const text = `{{ [${token}.slice(5), btoa(${token}), ${token}.split('').reverse().join(''), 'Bearer ' + ${token}].join(' ') }}`
  const url = await server.deploy('computes', workflow(send(`{{${token}}}`, text)))
  const answer = await post(url, { token: TOKEN })
  expect(answer.status).toBe(200)
  const [said] = vendor.messages
  expect(said?.['customer']).toBe('ada')
  const seen = JSON.stringify([said, answer.body, await shown(here, answer)])
  for (const form of [TOKEN, btoa(TOKEN), TOKEN.split('').toReversed().join(''), TOKEN.slice(5)]) {
    expect(seen).not.toContain(form)
  }
})

test('I1: an expression of a credential that throws it tells no more than how it failed', async () => {
  const here = await world()
  const { server } = here
  for (const failing of [
    '(() => { throw steps.trigger.event.body.token })()',
    '(() => { throw Object.assign(new Error(steps.trigger.event.body.token), { name: steps.trigger.event.body.token }) })()',
    'JSON.parse(steps.trigger.event.body.token)',
    'steps.trigger.event.body.token.nothing.there()',
    '[steps.trigger.event.body.token]',
    'steps.trigger.event.body.token.repeat(1e9)',
    '(() => { for (;;) steps.trigger.event.body.token })()'
  ]) {
    const url = await server.deploy('computes', workflow(send(`{{ ${failing} }}`, 'hi')))
    const answer = await post(url, { token: TOKEN })
    const run = await shown(here, answer)
    expect(run.error?.code, failing).toMatch(/^expression_(?:failed|timed_out)$/)
    expect(run.error?.message).toContain('the expression `')
    expect(JSON.stringify([answer.body, run])).not.toContain(TOKEN)
  }
  expect(await everything(here)).not.toContain(TOKEN)
})

test('a code step gets what expressions make of its props as any other step', async () => {
  const here = await world()
  const { server } = here
  const url = await server.deploy(
    'computes',
    workflow(`
  - name: shape
    code: |
      export default defineComponent({
        props: { count: { type: 'integer' }, key: { type: 'string', secret: true } },
        run() { return { count: this.count, key: this.key } }
      })
    props:
      count: "{{ steps.trigger.event.body.list.length * 2 }}"
      key: "{{ steps.trigger.event.body.token + '-made' }}"`)
  )
  const answer = await post(url, { list: [1, 2, 3], token: TOKEN })
  expect(answer).toMatchObject({ status: 200, body: { count: 6, key: expect.stringMatching(/^bhdl\./) as string } })
  expect((await everything(here)) + JSON.stringify([answer.body, await shown(here, answer)])).not.toContain(TOKEN)
})

test('an error says which expression failed, where and why, and quotes no data', async () => {
  const here = await world()
  const { server, vendor } = here
  vendor.admit('ada', TOKEN)
  const text = "{{ steps.trigger.event.body.name.first.toUpperCase() + '!' }}"
  const url = await server.deploy('computes', workflow(send('{{steps.trigger.event.body.token}}', text)))
  const answer = await post(url, { token: TOKEN, name: 'a-name-that-is-data' })
  const run = await shown(here, answer)
  expect(run.error).toMatchObject({ code: 'expression_failed', retryable: false })
  expect(run.error?.message).toContain('failed (TypeError) at `toUpperCase')
  expect(run.error?.message).toContain('it reads something of undefined or null')
  expect(JSON.stringify(run.error)).not.toContain('a-name-that-is-data')
  expect(vendor.messages).toEqual([])
})

test('what an expression cannot be, and a path in one that leads nowhere, is refused at its place', async () => {
  const { server } = await world()
  const wrong = async (expression: string): Promise<unknown> => {
    const text = workflow(send('{{steps.trigger.event.body.token}}', `a {{ ${expression} }}`))
    const { status, body } = await server.api('PUT', '/workflows/computes', text, 'application/yaml')
    expect(status).toBe(422)
    return (body as { errors: unknown[] }).errors
  }
  expect(await wrong('steps.sent.x + 1')).toMatchObject([
    { path: 'steps[0].props.text', message: expect.stringContaining('unknown step `sent`') as string }
  ])
  expect(await wrong('steps.trigger.event.bodi + 1')).toMatchObject([{ suggestion: 'steps.trigger.event.body' }])
  expect(await wrong('fetch(steps.trigger.event.body.url)')).toMatchObject([
    { message: expect.stringContaining('there is no `fetch`') as string }
  ])
  expect(await wrong('steps.trigger.event.body.x = 1')).toMatchObject([
    { message: 'an expression changes nothing: it cannot assign' }
  ])
})

test('the process of a plain expression serves the next run, too; none outlives the server', async () => {
  const here = await world()
  const { server, vendor } = here
  vendor.admit('ada', TOKEN)
  const url = await server.deploy(
    'computes',
    workflow(send('{{steps.trigger.event.body.token}}', '{{ steps.trigger.event.body.a + 1 }}'))
  )
  await post(url, { token: TOKEN, a: 0 })
  const children = childrenOf(server.pid)
  for (let a = 1; a < 5; a++) expect((await post(url, { token: TOKEN, a })).status).toBe(200)
  expect(vendor.messages.map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5'])
  expect(children).not.toEqual([])
  expect(childrenOf(server.pid)).toEqual(children)
  await server.stop()
  expect(children.filter(isAlive)).toEqual([])
})

/** Processes that run, by their parents: one that ended and that nobody has asked about is none. */
function childrenOf(pid: number): number[] {
  return processes().flatMap((one) => (one.parent === pid ? [one.pid] : []))
}

function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid)
}

function processes(): { pid: number; parent: number }[] {
  const rows = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,stat=']).toString().trim().split('\n')
  return rows.flatMap((row) => {
    const [pid, parent, state = ''] = row.trim().split(/\s+/)
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent) }]
  })
}
