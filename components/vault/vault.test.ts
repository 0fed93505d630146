import type { ActionDefinition, JsonObject } from '@bellhop/sdk'
import { runAction } from '@bellhop/sdk/testing'
import { expect, test } from 'vitest'
import { listSecrets } from './actions/list-secrets.ts'
import { readSecret } from './actions/read-secret.ts'
import { writeSecret } from './actions/write-secret.ts'

/** What an action asks of its store, and what it leaves. */
async function asked(action: ActionDefinition, props: JsonObject): Promise<unknown> {
  const calls: unknown[] = []
  const store = {
    call: (operation: string, input: JsonObject) => {
      calls.push({ operation, input })
      return Promise.resolve({ answered: operation })
    }
  }
  const { value, exports } = await runAction(action, { props, stores: { store } })
  return { calls, value, summary: exports['$summary'] }
}

const path = 'secret/customers/acme/slack'

test('a secret is read in its current version, or in the one that is asked for', async () => {
  expect(await asked(readSecret, { path })).toEqual({
    calls: [{ operation: 'read', input: { path } }],
    value: { answered: 'read' },
    summary: `Read ${path}`
  })
  expect(await asked(readSecret, { path, version: '3' })).toMatchObject({
    calls: [{ input: { path, version: 3 } }],
    summary: `Read version 3 of ${path}`
  })
  await expect(asked(readSecret, { path, version: 0 })).rejects.toMatchObject({ code: 'prop_invalid' })
})

test('secrets are listed', async () => {
  expect(await asked(listSecrets, { path: 'secret/customers' })).toEqual({
    calls: [{ operation: 'list', input: { path: 'secret/customers' } }],
    value: { answered: 'list' },
    summary: 'Listed secret/customers'
  })
})

test('a secret is written, over a version where one is named', async () => {
  const data = { token: 'bhdl.slack.oauth_access_token.0123456789abcdefghjkmnpqrs' }
  expect(await asked(writeSecret, { path, data })).toMatchObject({
    calls: [{ operation: 'write', input: { path, data } }],
    summary: `Wrote ${path}`
  })
  expect(await asked(writeSecret, { path, data, cas: 0 })).toMatchObject({ calls: [{ input: { path, data, cas: 0 } }] })
  await expect(asked(writeSecret, { path, data: 'text' })).rejects.toMatchObject({ code: 'prop_invalid' })
})
