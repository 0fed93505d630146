import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { kvWrite, stage } from '../../server/src/credentials/stores/vault/testing/fixture.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { post } from '../support/world.ts'
import { builder } from './support/builder.ts'

const TOKEN = 'xoxb-5830026471-what-acme-keeps-in-its-vault'

const BLANK = `
name: from-vault
trigger: { type: http, respond: last_step, allow_anonymous: true }
steps:
  - name: notify
    use: slack-send-message
    props: { channel: "#general", text: hello }
`

async function addVault(page: Page, address: string, token: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a store' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('main-vault')
  await dialog.getByLabel('Address').fill(address)
  await dialog.getByLabel('Token', { exact: false }).last().fill(token)
  await dialog.getByRole('button', { name: 'Save and test' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Makes a draft; returns its address, which it has from the first moment. */
async function draft(server: ServerProcess, text: string): Promise<string> {
  const { body } = await server.api('POST', '/drafts', { text })
  return (body as { triggers: { url: string }[] }).triggers[0]?.url ?? ''
}

async function deploy(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Deploy' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Deploy/ }).click()
  await dialog.getByText('is deployed').waitFor()
  await page.keyboard.press('Escape')
}

/** What a run of it left can be looked at, and the token is nowhere in it. */
async function looksClean(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/runs`)
  await page
    .getByRole('option', { name: /from-vault/ })
    .first()
    .click()
  await page.waitForURL('**/runs/*')
  await page.getByRole('option', { name: /notify/ }).waitFor()
  expect(await page.content()).not.toContain(TOKEN)
}

test('credentials from Vault by a store binding, which is tried in the page', async () => {
  const vault = await stage()
  kvWrite(vault.kv, 'customers/acme/slack', { token: TOKEN })
  const { page, server, vendor } = await builder('/stores')
  await addVault(page, vault.server.url, vault.token)
  await page.getByRole('list', { name: 'What was looked at' }).waitFor()

  const url = await draft(server, BLANK)
  await page.goto(`${server.url}/workflows/from-vault?step=notify`)
  await page.getByRole('button', { name: /^Slack account/ }).click()
  await page.getByRole('button', { name: 'From a secrets store' }).click()
  await page.getByRole('combobox', { name: /^Store/ }).click()
  await page.getByRole('option', { name: /main-vault/ }).click()
  await page.getByRole('textbox', { name: /^Path/ }).click()
  await page.keyboard.insertText('secret/customers/acme/slack')
  await page.getByLabel('OAuth access token').fill('token')
  await page.getByRole('button', { name: 'Try it' }).click()
  await page
    .getByText(/oauth_access_token/)
    .last()
    .waitFor()
  expect(await page.content()).not.toContain(TOKEN)

  await deploy(page)
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  expect(vendor.calls.filter(({ path }) => path === '/api/chat.postMessage')).toHaveLength(1)
  await looksClean(page, server.url)
})

test('credentials from Vault by a step, whose export is bound at run time', async () => {
  const vault = await stage()
  kvWrite(vault.kv, 'customers/acme/slack', { token: TOKEN })
  const { page, server, vendor } = await builder('/stores')
  await addVault(page, vault.server.url, vault.token)
  const reading = `  - name: read\n    use: vault-read-secret\n    props: { store: main-vault, path: secret/customers/acme/slack }\n`
  const url = await draft(server, BLANK.replace('steps:\n', `steps:\n${reading}`))
  await page.goto(`${server.url}/workflows/from-vault?step=notify`)
  await page.getByRole('button', { name: /^Slack account/ }).click()
  await page.getByRole('button', { name: 'Use runtime authentication' }).click()
  await page.evaluate(`navigator.clipboard.writeText('{{steps.read.$return_value.data.token}}')`)
  await page.getByRole('textbox', { name: /OAuth access token/ }).click()
  await page.keyboard.press('Control+v')
  await deploy(page)
  expect((await post(url, { customer: 'acme' })).status).toBe(200)
  expect(vendor.calls.filter(({ path }) => path === '/api/chat.postMessage')).toHaveLength(1)
  await looksClean(page, server.url)
  await page
    .getByRole('option', { name: /^Succeeded read|read/ })
    .first()
    .click()
  await page
    .getByRole('treeitem', { name: /token.*secret/i })
    .first()
    .waitFor()
})
