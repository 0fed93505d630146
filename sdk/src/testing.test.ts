import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  defineApp,
  defineComponent,
  type ActionDefinition,
  type Dollar,
  type FetchInit,
  type Json,
  type JsonObject
} from './index.ts'
import { runAction, type ActionResult, type ActionTest } from './testing.ts'

/** Says back what it was sent. */
let server: Server
let url: string
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { authorization, 'content-type': type } = request.headers
      response.setHeader('x-authorization', authorization ?? '')
      response.end(
        JSON.stringify({ path: request.url, method: request.method, type, length: authorization?.length, body })
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

const post = defineApp({
  type: 'app',
  app: 'post',
  name: 'Post',
  description: 'Carries letters',
  auth: { fields: { token: { label: 'Token' }, region: { label: 'Region', secret: false } } },
  hosts: ['{{region}}.post.example'],
  places: { headers: ['authorization'], query: ['key'], body: ['key'] }
})

/** An action that sends whatever the test says, with the handle in place of `HANDLE`. */
function sending(path: string, init: (handle: string) => FetchInit): ActionDefinition {
  return defineComponent({
    type: 'action',
    key: 'post-send',
    name: 'Send',
    description: 'Sends a letter',
    version: '0.1.0',
    props: { post },
    async run({ $ }) {
      const answer = await $.fetch(
        path.startsWith('http') ? path : `${this.post.$baseUrl}${path}`,
        init(this.post.$auth.token)
      )
      return { answer: await answer.json(), said: answer.headers['x-authorization'] ?? '' }
    }
  })
}

const SECRET = 'the-secret'

function run(path: string, init: (handle: string) => FetchInit, more: ActionTest = {}): Promise<ActionResult> {
  const auth = { post: { token: SECRET, region: 'eu' } }
  return runAction(sending(path, init), { auth, baseUrls: { post: url }, ...more })
}

const bearer = (handle: string): FetchInit => ({ headers: { authorization: `Bearer ${handle}` } })

describe('a handle', () => {
  test('becomes the secret in a header, and the secret becomes the handle in the answer', async () => {
    const { value, requests } = await run('/x', bearer)
    expect(requests).toMatchObject([{ method: 'GET', url: `${url}/x`, headers: { authorization: `Bearer ${SECRET}` } }])
    expect(value).toMatchObject({
      said: expect.stringMatching(/^Bearer bhdl\.post\.token\.[0-9a-z]{26}$/) as string,
      answer: { length: `Bearer ${SECRET}`.length }
    })
  })

  test('becomes the secret inside Basic credentials', async () => {
    const { value } = await run('/x', (handle) => ({ headers: { authorization: `Basic ${btoa(`me:${handle}`)}` } }))
    expect(value).toMatchObject({ said: `Basic ${btoa(`me:${SECRET}`)}` })
  })

  test('becomes the secret in the query parameter and the body field that the app names', async () => {
    const { value, warnings, requests } = await run('/x', (handle) => ({
      method: 'POST',
      query: { key: handle, n: [1, 2] },
      body: { key: handle }
    }))
    expect(requests[0]).toMatchObject({ url: `${url}/x?key=${SECRET}&n=1&n=2`, body: { key: SECRET } })
    expect(JSON.stringify(value)).not.toContain(SECRET)
    expect(warnings).toEqual([])
  })

  test('stays what it is elsewhere in a body, with a warning', async () => {
    const { value, warnings } = await run('/x', (handle) => ({ method: 'POST', body: { text: handle } }))
    expect(JSON.stringify(value)).toContain('bhdl.post.token.')
    expect(warnings).toEqual(['post.token stays a handle in the body'])
  })

  test.each<[string, string, (handle: string) => FetchInit]>([
    ['another header', '/x', (handle) => ({ headers: { 'x-other': handle } })],
    ['another query parameter', '/x', (handle) => ({ query: { other: handle } })]
  ])('is refused in %s', async (_, path, init) => {
    await expect(run(path, init)).rejects.toMatchObject({ code: 'credential_misplaced' })
  })

  test('is refused on a host that is not the app’s', async () => {
    await expect(run('http://localhost:8080/x', bearer)).rejects.toMatchObject({ code: 'credential_wrong_host' })
  })
})

test('a field that is not secret is there as it is', async () => {
  const action = defineComponent({
    type: 'action',
    key: 'post-region',
    name: 'Region',
    description: 'Says where',
    version: '0.1.0',
    props: { post },
    run() {
      return Promise.resolve(this.post.$auth.region)
    }
  })
  expect((await runAction(action, { auth: { post: { region: 'eu' } } })).value).toBe('eu')
})

function acting(run: (input: { steps: JsonObject; $: Dollar }) => Promise<Json | undefined>): ActionDefinition {
  return defineComponent({ type: 'action', key: 'x', name: 'X', description: 'x', version: '0.1.0', props: {}, run })
}

describe('what an action does with `$`', () => {
  test('exports, the first response and steps are there', async () => {
    const action = acting(async ({ steps, $ }) => {
      $.export('a', 1)
      $.export('b', undefined)
      await $.respond({ status: 201 })
      await $.respond({ status: 202 })
      return { seen: steps['trigger'] ?? null, id: $.context.id, attempt: $.context.attempt }
    })
    const result = await runAction(action, { steps: { trigger: 'event' }, context: { attempt: 3 } })
    expect(result).toMatchObject({ exports: { a: 1 }, response: { status: 201 }, exit: undefined })
    expect(result.value).toMatchObject({ seen: 'event', attempt: 3 })
  })

  test('`$.flow.exit` ends it with a reason', async () => {
    const action = acting(async ({ $ }) => $.flow.exit('enough'))
    expect(await runAction(action)).toMatchObject({ exit: 'enough', value: undefined })
  })

  test('an error is thrown on', async () => {
    const action = acting(async () => {
      throw new Error('broken')
    })
    await expect(runAction(action)).rejects.toThrow('broken')
  })
})
