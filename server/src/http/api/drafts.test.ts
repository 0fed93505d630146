import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApi, type ApiServer } from '../testing/api-server.ts'

let server: ApiServer
beforeAll(async () => {
  server = await startApi()
})
afterAll(() => server.close())

interface Draft {
  name: string
  text: string
  revision: number
  base_version: number | null
  triggers: { type: string; url: string }[]
}

const made = async (body: object = {}): Promise<Draft> => {
  const answer = await server.call('POST', '/drafts', JSON.stringify(body))
  expect(answer.status).toBe(201)
  return (await answer.json()) as Draft
}
const put = (name: string, body: object): Promise<Response> =>
  server.call('PUT', `/workflows/${name}/draft`, JSON.stringify(body))
const codeOf = async (answer: Response): Promise<[number, string]> => {
  const { code } = (await answer.json()) as { code: string }
  return [answer.status, code]
}
const TEXT = '# Mine.\nname: mine\ntrigger: { type: http } # all may call\nsteps: [{ name: clock, use: clock-read }]\n'
const deploy = (name: string, text: string): Promise<Response> =>
  server.call('PUT', `/workflows/${name}`, text, 'application/yaml')

test('a blank draft has a name of its own, and an address that the deploy takes over', async () => {
  const [first, second] = [await made(), await made()]
  expect([first.name, second.name]).toEqual(['untitled', 'untitled-2'])
  expect(second.text).toContain('name: untitled-2\n')
  expect(second).toMatchObject({ revision: 1, base_version: null })
  const url = second.triggers[0]?.url
  expect(url).toMatch(new RegExp(`^${server.url}/in/[\\w-]{22,}$`))

  const text = second.text.replace('steps: []', 'steps: [{ name: clock, use: clock-read }]')
  expect((await put('untitled-2', { text, revision: 1 })).status).toBe(200)
  expect(await (await deploy('untitled-2', text)).json()).toMatchObject({ version: 1, triggers: [{ url }] })
  expect(await codeOf(await server.call('GET', '/workflows/untitled-2/draft'))).toEqual([404, 'draft_missing'])
})

test('a draft keeps its text to the letter, and refuses a change of what was changed since', async () => {
  await made({ text: TEXT })
  const text = `${TEXT}# not even: { YAML\n`
  const saved = await put('mine', { text, revision: 1 })
  expect(await saved.json()).toMatchObject({ text, revision: 2 })
  expect(await codeOf(await put('mine', { text: TEXT, revision: 1 }))).toEqual([409, 'draft_changed'])
  expect(await (await server.call('GET', '/workflows/mine/draft')).json()).toMatchObject({ text, revision: 2 })
})

test('a draft that was never deployed may change its name, and keeps its address', async () => {
  const { name, triggers } = await made({ name: 'before', text: TEXT })
  const text = TEXT.replace('name: mine', 'name: after')
  const renamed = await put(name, { text, revision: 1, name: 'after' })
  expect(await renamed.json()).toMatchObject({ name: 'after', triggers, text })
  expect((await server.call('GET', '/workflows/before/draft')).status).toBe(404)
  expect(await codeOf(await put('after', { text, revision: 2, name: 'mine' }))).toEqual([409, 'name_taken'])
  expect(await codeOf(await put('after', { text, revision: 2, name: 'No Name' }))).toEqual([400, 'bad_name'])
})

test('the draft of a deployed workflow begins with its version, and goes when it is dropped', async () => {
  const text = TEXT.replace('name: mine', 'name: live')
  await deploy('live', text)
  expect(await codeOf(await server.call('GET', '/workflows/live/draft'))).toEqual([404, 'draft_missing'])
  const draft = (await (await put('live', { text: `${text}# more\n`, revision: 0 })).json()) as Draft
  expect(draft).toMatchObject({ revision: 1, base_version: 1 })
  expect(await codeOf(await put('live', { text, revision: 1, name: 'other' }))).toEqual([409, 'draft_deployed'])

  // Somebody else deploys something else: the draft stays, and says what it began with.
  await deploy('live', text.replace('clock-read', 'base-query').replace('base-query }', 'clock-read }'))
  await deploy('live', text.replace('name: clock,', 'name: later,'))
  expect(await (await server.call('GET', '/workflows/live/draft')).json()).toMatchObject({ base_version: 1 })
  expect((await server.call('DELETE', '/workflows/live/draft')).status).toBe(204)
  expect(await (await server.call('GET', '/workflows/live')).json()).toMatchObject({ version: 2 })
})

test('drafts of workflows that are not deployed are listed, and leave nothing when they are deleted', async () => {
  const { name, triggers } = await made({ text: TEXT.replace('name: mine', 'name: fleeting') })
  const listed = async (): Promise<{ name: string; endpoint_url: string }[]> =>
    ((await (await server.call('GET', '/drafts')).json()) as { drafts: { name: string; endpoint_url: string }[] })
      .drafts
  expect(await listed()).toContainEqual(expect.objectContaining({ name, endpoint_url: triggers[0]?.url }))
  await server.call('DELETE', '/workflows/fleeting/draft')
  expect((await listed()).map((draft) => draft.name)).not.toContain('fleeting')
})

test('a draft goes with its workflow', async () => {
  const text = TEXT.replace('name: mine', 'name: leaving')
  await deploy('leaving', text)
  await put('leaving', { text: `${text}# more\n`, revision: 0 })
  await server.call('DELETE', '/workflows/leaving')
  expect((await server.call('GET', '/workflows/leaving/draft')).status).toBe(404)
})

test('an example is a draft to begin with, under a name that is free', async () => {
  const { examples } = (await (await server.call('GET', '/examples')).json()) as {
    examples: { name: string; text: string }[]
  }
  expect(examples).toContainEqual(expect.objectContaining({ name: 'hello', title: 'Hello' }))
  const drafts = [await made({ example: 'hello' }), await made({ example: 'hello' })]
  expect(drafts.map(({ text }) => text.split('\n').slice(0, 2))).toEqual([
    ['# Says hello.', 'name: hello'],
    ['# Says hello.', 'name: hello-2']
  ])
  expect(await codeOf(await server.call('POST', '/drafts', '{"example":"none"}'))).toEqual([404, 'example_missing'])
})

test('what is no draft is refused', async () => {
  expect(await codeOf(await put('nowhere', { text: TEXT, revision: 0 }))).toEqual([404, 'draft_missing'])
  const large = JSON.stringify({ text: 'x'.repeat(256 * 1024 + 1) })
  expect(await codeOf(await server.call('POST', '/drafts', large))).toEqual([413, 'draft_too_large'])
  expect(await codeOf(await server.call('POST', '/drafts', '{"name":"A B"}'))).toEqual([400, 'bad_name'])
})

test('versions are listed, and each is shown as it was written', async () => {
  const first = TEXT.replace('name: mine', 'name: kept')
  const second = first.replace('name: clock,', 'name: later,')
  const json = JSON.stringify({ name: 'kept', trigger: { type: 'http' }, steps: [{ name: 'now', use: 'clock-read' }] })
  for (const text of [first, second, json]) await deploy('kept', text)
  // The same definition with another comment is the same version, as it was written last.
  const commented = `# Later.\n${json}`
  await deploy('kept', commented)
  const { versions } = (await (await server.call('GET', '/workflows/kept/versions')).json()) as { versions: object[] }
  expect(versions).toMatchObject([
    { version: 3, current: true },
    { version: 2, current: false },
    { version: 1, current: false }
  ])
  const textOf = async (version: string): Promise<unknown> =>
    ((await (await server.call('GET', `/workflows/kept/versions/${version}`)).json()) as { text: string }).text
  expect(await Promise.all(['1', '2', '3', 'current'].map(textOf))).toEqual([first, second, commented, commented])
  expect((await server.call('GET', '/workflows/kept/versions/4')).status).toBe(404)
  const page = await server.call('GET', '/workflows/kept/versions?limit=1&before=3')
  expect(await page.json()).toMatchObject({ versions: [{ version: 2 }] })
})

test('a version that was deployed as data is written in YAML', async () => {
  await server.workflow('as-data')
  const shown = await server.call('GET', '/workflows/as-data/versions/1')
  expect(await shown.json()).toMatchObject({ text: expect.stringContaining('name: as-data\n') as string })
})
