/** The harness of the SDK with the clients that the sandbox is tested with: what works there can be tested. */
import { defineApp, defineComponent } from '@bellhop/sdk'
import { runAction } from '@bellhop/sdk/testing'
import { WebClient } from '@slack/web-api'
import axios from 'axios'
import { got as gotClient } from 'got'
import nodeFetch from 'node-fetch'
import * as undici from 'undici'
import { expect, test } from 'vitest'

const bank = defineApp({
  type: 'app',
  app: 'bank',
  name: 'Bank',
  description: 'Keeps money',
  auth: { fields: { token: { label: 'Token' } } },
  hosts: ['bank.example']
})

const auth = { bank: { token: 'token-of-ada' } }

/** Clients that know where they go, given the credential. */
const CLIENTS: Record<string, (token: string) => Promise<unknown>> = {
  axios: async (token) => (await axios.post<unknown>('https://bank.example/', { a: 1 }, bearer(token))).data,
  got: (token) => gotClient.post('https://bank.example/', { json: { a: 1 }, ...bearer(token) }).json(),
  'node-fetch': async (token) =>
    (await nodeFetch('https://bank.example/', { method: 'POST', ...bearer(token) })).json(),
  undici: async (token) =>
    (await undici.request('https://bank.example/', { method: 'POST', ...bearer(token) })).body.json(),
  'an agent of undici’s': async (token) => {
    const dispatcher = new undici.Agent()
    return (await undici.fetch('https://bank.example/', { method: 'POST', dispatcher, ...bearer(token) })).json()
  },
  '@slack/web-api': (token) =>
    new WebClient(token, { slackApiUrl: 'https://bank.example/' }).conversations.list({ limit: 1 })
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

test.each(Object.entries(CLIENTS))('%s works as it is', async (_, call) => {
  const step = defineComponent({
    props: { bank },
    async run() {
      return { answered: await call(this.bank.$auth.token) }
    }
  })
  const { value, requests } = await runAction(step, { auth, answer: () => Response.json({ ok: true, n: 7 }) })
  expect(value).toMatchObject({ answered: { n: 7 } })
  expect(requests).toMatchObject([{ method: 'POST', headers: { authorization: 'Bearer token-of-ada' } }])
})
