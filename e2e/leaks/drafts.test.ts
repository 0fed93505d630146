/** What somebody is writing: a draft may hold what a definition must not, and shows it to nobody but its reader (I1). */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomText } from './grammar/secrets.ts'
import { House } from './house.ts'
import { Judge, report } from './judge/judge.ts'

let house: House
beforeAll(async () => {
  house = await House.open()
})
afterAll(() => house.close())

const textWith = (name: string, comment: string, token: string): string => `# ${comment}
name: ${name}
trigger: { type: http }
steps:
  - name: say
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '${token}' } } }
    props: { channel: '#general', text: hello }
`

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; bytes: Buffer }> {
  const { status, bytes } = await house.admin.call(method, path, body)
  return { status, bytes }
}

function lookAround(judge: Judge): void {
  judge.examine('output of the server', Buffer.from(house.server.output))
  for (const { file, bytes } of house.files.whole()) judge.examine(`file ${file}`, bytes)
}

test('a credential that was pasted into a draft is sealed at rest, and said by nothing else', async () => {
  const token = randomText(40, 'pasted')
  const judge = new Judge()
  judge.knows({ name: 'pasted', value: token })
  const text = textWith('careless', 'to be written', token)
  expect((await call('POST', '/drafts', { text })).status).toBe(201)
  expect((await call('PUT', '/workflows/careless/draft', { text: `${text}\n`, revision: 1 })).status).toBe(200)
  const shown = await call('GET', '/workflows/careless/draft')
  expect(shown.bytes.toString()).toContain(token)

  const definition = {
    name: 'careless',
    trigger: { type: 'http' },
    steps: [{ name: 'say', use: 'none', auth: { slack: { runtime: { oauth_access_token: token } } } }]
  }
  const checked = await house.admin.call('POST', '/definitions/check', definition)
  const { definition: _echo, ...said } = JSON.parse(checked.body.toString()) as { definition: unknown }
  judge.examine('check', Buffer.from(JSON.stringify(said)))
  for (const path of ['/drafts', '/workflows']) judge.examine(path, (await call('GET', path)).bytes)
  judge.examine('a stale revision', (await call('PUT', '/workflows/careless/draft', { text, revision: 1 })).bytes)
  lookAround(judge)
  expect(report(judge.leaks)).toBe(report([]))
})

test('a credential in a comment of what is deployed is sealed at rest', async () => {
  const token = randomText(40, 'commented')
  const judge = new Judge()
  judge.knows({ name: 'commented', value: token })
  const text = textWith('commented', `try it with ${token}`, '{{steps.trigger.event.body.token}}')
  await call('POST', '/drafts', { text })
  const deployed = await fetch(`${house.url}/api/v1/workflows/commented`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${house.server.adminToken}`, 'content-type': 'application/yaml' },
    body: text
  })
  expect(deployed.status).toBe(201)
  judge.examine('deploy', Buffer.from(await deployed.text()))
  expect((await call('GET', '/workflows/commented/versions/1')).bytes.toString()).toContain(token)
  for (const path of ['/workflows/commented', '/workflows/commented/versions', '/workflows'])
    judge.examine(path, (await call('GET', path)).bytes)
  lookAround(judge)
  expect(report(judge.leaks)).toBe(report([]))
})

test('what is sent to a draft is sealed at rest, and shown with handles to those who list it and to those who watch', async () => {
  const [bound, named, header] = ['bound', 'named', 'header'].map((name) => randomText(40, name))
  const judge = new Judge()
  for (const value of [bound, named, header]) judge.knows({ name: 'a secret of the event', value: value ?? '' })
  const text = textWith('early', 'to be deployed', '{{steps.trigger.event.body.opener}}')
  const made = await house.admin.call('POST', '/drafts', { text })
  const { triggers } = JSON.parse(made.body.toString()) as { triggers: { url: string }[] }
  const watching = new AbortController()
  const live = await fetch(`${house.url}/api/v1/workflows/early/test-events/events`, {
    headers: { authorization: `Bearer ${house.server.adminToken}` },
    signal: watching.signal
  })
  const sent = await fetch(triggers[0]?.url ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${header}` },
    body: JSON.stringify({ opener: bound, said: `it opens with ${bound}`, api_key: named, marker: 'm-1' })
  })
  expect(sent.status).toBe(202)
  judge.examine('answer', Buffer.from(await sent.text()))
  const made2 = await house.admin.call('POST', '/workflows/early/test-events', {
    headers: { 'x-api-key': header },
    body: { opener: bound, api_key: named, marker: 'm-2' }
  })
  judge.examine('made', made2.bytes)

  let told = ''
  for await (const part of (live.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    told += part
    if (told.includes('m-1') && told.includes('m-2')) break
  }
  watching.abort()
  judge.examine('live', Buffer.from(told))
  const listed = await house.admin.call('GET', '/workflows/early/test-events')
  expect(listed.body.toString()).toContain('m-2')
  judge.examine('list', listed.bytes)
  lookAround(judge)
  expect(report(judge.leaks)).toBe(report([]))
})
