/** Credentials out of a database: by a binding, by a step, and by a key that is a secret itself. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { bellhop } from '../support/cli.ts'
import { dataFiles } from '../support/data-files.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { post, world, type World } from '../support/world.ts'

const TOKENS = { acme: 'xoxb-token-of-acme', bolt: 'xoxb-token-of-bolt' }
const BODY = 'steps.trigger.event.body'

/** A server with two customers in a database, which the store `crm` looks up by their API keys. */
async function withShop(): Promise<World> {
  const path = join(await temporaryFolder(), 'shop.db')
  const db = new DatabaseSync(path)
  db.exec('create table customers (id text primary key, api_key text unique, slack_token text)')
  const insert = db.prepare('insert into customers values (?, ?, ?)')
  const here = await world()
  for (const [id, token] of Object.entries(TOKENS)) {
    insert.run(id, `key-of-the-customer-${id}`, token)
    here.vendor.admit(id, token)
  }
  db.close()
  const query = 'select slack_token as token from customers where api_key = $1'
  const input = JSON.stringify({ path, query })
  const options = ['--server', here.server.url, '--data', here.data]
  expect(await bellhop(['stores', 'add', 'crm', 'sqlite', ...options], { input })).toMatchObject({ code: 0 })
  return here
}

function deploy(here: World, name: string, steps: object[]): Promise<string> {
  const trigger = { type: 'http', respond: 'last_step', allow_anonymous: true }
  return here.server.deploy(name, JSON.stringify({ name, trigger, steps }))
}

const notify = (binding: object): object => ({
  name: 'notify',
  use: 'slack-send-message',
  auth: { slack: binding },
  props: { channel: '#general', text: 'hello' }
})

/** Every file of the data directory, whether it is text or not. */
async function bytesOf(data: string): Promise<string> {
  return (await dataFiles(data)).map(({ bytes }) => bytes.toString('latin1')).join('\n')
}

test('a binding looks a customer up by the API key that the request brought, and keeps neither', async () => {
  const here = await withShop()
  const store = { from: 'crm', key: `{{${BODY}.api_key}}`, fields: { oauth_access_token: 'token' } }
  const url = await deploy(here, 'by-key', [notify({ store })])
  for (const id of ['acme', 'bolt']) {
    expect(await post(url, { api_key: `key-of-the-customer-${id}` })).toMatchObject({ status: 200, body: { ok: true } })
  }
  expect(here.vendor.messages.map(({ customer }) => customer)).toEqual(['acme', 'bolt'])
  const stranger = await post(url, { api_key: "' or 1=1 --" })
  expect(stranger).toMatchObject({ status: 500, body: { code: 'store_path_missing' } })
  const kept = await bytesOf(here.data)
  for (const token of Object.values(TOKENS)) expect(kept).not.toContain(token)
})

test('a step queries, and the column that a later binding reads is protected in every row', async () => {
  const here = await withShop()
  const fetch = {
    name: 'fetch',
    use: 'sqlite-query',
    props: { store: 'crm', sql: 'select id, slack_token from customers where id <> $1 order by id', values: ['none'] }
  }
  const binding = { runtime: { oauth_access_token: '{{steps.fetch.$return_value[0].slack_token}}' } }
  const url = await deploy(here, 'by-step', [fetch, notify(binding)])
  const answer = await post(url, {})
  expect(answer).toMatchObject({ status: 200, body: { ok: true } })
  const { body } = await here.server.api('GET', `/runs/${answer.headers.get('x-bellhop-run')}`)
  const shown = JSON.stringify(body)
  expect(shown).toContain('"id":"bolt"')
  expect(shown).toContain('"row_count":2')
  expect(shown.match(/bhdl\.[\w.]*slack_token/g)?.length).toBeGreaterThanOrEqual(2)
  const kept = shown + (await bytesOf(here.data))
  for (const token of Object.values(TOKENS)) expect(kept).not.toContain(token)
})

test('a reference in a statement is refused at deploy, with where to put it', async () => {
  const here = await withShop()
  const definition = {
    name: 'spliced',
    trigger: { type: 'http' },
    steps: [
      {
        name: 'fetch',
        use: 'sqlite-query',
        props: { store: 'crm', sql: `select id from customers where id = '{{${BODY}.id}}'` }
      }
    ]
  }
  const { status, body } = await here.server.api('PUT', '/workflows/spliced', definition)
  expect(status).toBe(422)
  expect(JSON.stringify(body)).toContain('text without references; put them into `values`')
})
