import http from 'node:http'
import https from 'node:https'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineApp, defineComponent, type ComponentDefinition } from '../index.ts'
import { runAction, type ActionTest } from '../testing.ts'

const bank = defineApp({
  type: 'app',
  app: 'bank',
  name: 'Bank',
  description: 'Keeps money',
  auth: { fields: { token: { label: 'Token' } } },
  hosts: ['bank.example']
})

/** A component that sends one request in its own way, and returns the answer as text. */
type Send = (url: string, headers: Record<string, string>) => Promise<string>

function sending(send: Send, url = 'https://bank.example/v1/money?of=ada'): ComponentDefinition {
  return defineComponent({
    props: { bank },
    run() {
      return send(url, { authorization: `Bearer ${this.bank.$auth.token}` })
    }
  })
}

const WAYS: Record<string, Send> = {
  fetch: async (url, headers) => (await fetch(url, { headers })).text(),
  'node:http': (url, headers) =>
    new Promise((resolve, reject) => {
      const { get } = url.startsWith('https:') ? https : http
      get(url, { headers }, (answer) => void text(answer).then(resolve, reject)).on('error', reject)
    }),
  'an agent of its own': (url, headers) =>
    new Promise((resolve, reject) => {
      const { get, Agent } = url.startsWith('https:') ? https : http
      const agent = new Agent({ keepAlive: true })
      get(url, { headers, agent }, (answer) => void text(answer).then(resolve, reject)).on('error', reject)
    })
}

const auth = { bank: { token: 'token-of-ada' } }
const run = (send: Send, test: ActionTest, url?: string) => runAction(sending(send, url), { auth, ...test })

describe.each(Object.entries(WAYS))('a request by %s', (_, send) => {
  test.each(['https://bank.example/v1/money?of=ada', 'http://bank.example:8080/'])('to %s', async (url) => {
    const answer = (): Response => Response.json({ balance: 7 })
    const { value, requests } = await run(send, { answer }, url)
    expect(value).toBe('{"balance":7}')
    expect(requests).toMatchObject([{ method: 'GET', url, headers: { authorization: 'Bearer token-of-ada' } }])
    expect(requests[0]?.headers['host']).toBe(new URL(url).host)
  })

  test('goes to a server of the test, anew each time', async () => {
    const { value, requests } = await run(
      async (url, headers) => (await send(url, headers)) + (await send(url, headers)),
      {
        baseUrls: { bank: server.url }
      },
      server.url
    )
    expect([value, requests.length]).toEqual(['token-of-adatoken-of-ada'.replaceAll('token-of-ada', HANDLE), 2])
  })

  test('is not sent where nobody answers, and the test is told', async () => {
    const running = run(async (url, headers) => send(url, headers).catch(() => 'swallowed'), {})
    await expect(running).rejects.toMatchObject({
      code: 'test_no_answer',
      message: 'the test has no answer to GET https://bank.example/v1/money'
    })
  })

  test('fails by an error in the answer, which the test gets', async () => {
    const answer = (): never => {
      throw new Error('not what I expected')
    }
    await expect(run(send, { answer })).rejects.toThrow('not what I expected')
  })

  test('carries no credential to another host', async () => {
    const reasons: unknown[] = []
    const send2: Send = async (url, headers) => {
      try {
        return await send(url, headers)
      } catch (error) {
        reasons.push(error instanceof Error ? (error.cause ?? error) : error)
        return 'refused'
      }
    }
    const { value, requests } = await run(send2, { answer: () => new Response('') }, 'https://thief.example/')
    expect([value, requests]).toEqual(['refused', []])
    expect(reasons).toMatchObject([{ code: 'credential_wrong_host' }])
  })
})

const HANDLE = `bhdl.bank.token.${'0'.repeat(26)}`

let server: Server & { url: string }
beforeAll(async () => {
  const plain = createServer((request, response) => {
    response.end(request.headers.authorization?.replace('Bearer ', ''))
  })
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  server = Object.assign(plain, { url: `http://127.0.0.1:${(plain.address() as AddressInfo).port}/` })
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

test('what the test itself has connected to before is not used by the component', async () => {
  const direct = { headers: { authorization: 'Bearer of the test' } }
  const agent = new http.Agent({ keepAlive: true })
  const get = (): Promise<string> =>
    new Promise((resolve) => http.get(server.url, { ...direct, agent }, (answer) => void text(answer).then(resolve)))
  expect([await (await fetch(server.url, direct)).text(), await get()]).toEqual(['of the test', 'of the test'])

  const both = defineComponent({
    async run() {
      return [await (await fetch(server.url)).text(), await get()]
    }
  })
  const { value, requests } = await runAction(both, { answer: () => new Response('answered') })
  expect([value, requests.length]).toEqual([['answered', 'answered'], 2])
  expect([await (await fetch(server.url, direct)).text(), await get()]).toEqual(['of the test', 'of the test'])
  agent.destroy()
})

test('two runs at a time have a network each', async () => {
  const asking = (word: string): Promise<unknown> =>
    run(WAYS['fetch'] as Send, { answer: () => new Response(word) }).then(({ value }) => value)
  expect(await Promise.all(['a', 'b', 'c'].map(asking))).toEqual(['a', 'b', 'c'])
})

test('redirects, cookies, statuses and bytes are as the vendor says', async () => {
  const step = defineComponent({
    async run({ $ }) {
      const answer = await fetch('https://bank.example/old')
      const bytes = await $.fetch('https://bank.example/image')
      return [answer.url, answer.status, answer.headers.getSetCookie(), answer.statusText, [...(await bytes.bytes())]]
    }
  })
  const { value, requests } = await runAction(step, {
    answer({ url }) {
      if (url.endsWith('/old')) return Response.redirect('https://bank.example/new', 307)
      if (url.endsWith('/image')) return new Response(new Uint8Array([255, 0, 1]))
      const headers = new Headers([
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2']
      ])
      return new Response('', { status: 418, statusText: 'Short and stout', headers })
    }
  })
  expect(value).toEqual(['https://bank.example/new', 418, ['a=1', 'b=2'], 'Short and stout', [255, 0, 1]])
  expect(requests).toHaveLength(3)
})

test('bodies are read by their type', async () => {
  const bodies: [string | undefined, string | Uint8Array<ArrayBuffer>][] = [
    ['application/json', '{"a":[1]}'],
    ['application/json', '{half'],
    ['application/x-www-form-urlencoded', 'a=1&b=2&a=3'],
    ['text/plain', 'words'],
    [undefined, new Uint8Array([255, 1])]
  ]
  const step = defineComponent({
    async run() {
      for (const [type, body] of bodies) {
        await fetch('https://bank.example', {
          method: 'POST',
          body,
          headers: type === undefined ? {} : { 'content-type': type }
        })
      }
    }
  })
  const { requests } = await runAction(step, { answer: () => new Response('') })
  expect(requests.map(({ body }) => body)).toEqual([
    { a: [1] },
    '{half',
    { a: ['1', '3'], b: '2' },
    'words',
    new Uint8Array([255, 1])
  ])
})
