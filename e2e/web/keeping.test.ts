import { expect, test } from 'vitest'
import { post } from '../support/world.ts'
import { builder } from './support/builder.ts'

const TOKEN = 'xoxb-1205598472-of-our-own-bot-and-nobody-else'
const COUNT = `
name: count
trigger: { type: http, respond: last_step }
steps:
  - name: count
    code: |
      export default defineComponent({
        props: { shelf: { type: 'data_store' } },
        async run() {
          await this.shelf.set('greeting', { text: 'hello' })
          return 'kept'
        }
      })
    props: { shelf: shelf }
`

test('an account is tested before it is saved, gets new values, and is removed', async () => {
  const { page, server } = await builder('/accounts')
  const dialog = page.getByRole('dialog')
  await page.getByText('No account is connected').waitFor()
  await page.getByRole('button', { name: 'Connect new account' }).click()
  await page.getByRole('menuitem', { name: 'Slack' }).click()
  await dialog.getByLabel('Name').fill('acme-bot')
  await dialog.getByLabel('OAuth access token').fill(TOKEN)
  expect(await page.content()).not.toContain(TOKEN)
  await dialog.getByRole('button', { name: 'Test and save' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('listitem').filter({ hasText: 'acme-bot' }).waitFor()
  expect((await server.api('GET', '/accounts')).body).toMatchObject({ accounts: [{ app: 'slack', name: 'acme-bot' }] })
  expect(await page.content()).not.toContain(TOKEN)
  await page.getByRole('button', { name: 'More for acme-bot' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await dialog.getByRole('button', { name: 'Remove the account' }).click()
  await page.getByText('No account is connected').waitFor()
})

test('a secret of the environment says where it may go, and never what it is', async () => {
  const { page, server } = await builder('/environment')
  const dialog = page.getByRole('dialog')
  await page.getByRole('button', { name: 'Add a secret' }).first().click()
  await dialog.getByLabel('Name', { exact: false }).first().fill('INTERNAL_KEY')
  await dialog.getByLabel('Value').fill(TOKEN)
  await dialog.getByLabel('Hosts').fill('api.example.com')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const row = page.getByRole('list', { name: 'Secrets' }).getByRole('listitem')
  await row.getByText('api.example.com').waitFor()
  expect(await page.content()).not.toContain(TOKEN)
  expect((await server.api('GET', '/env')).body).toMatchObject({ secrets: [{ name: 'INTERNAL_KEY' }] })
})

test('a data store shows what steps kept, and an entry is deleted', async () => {
  const { page, server } = await builder('/data')
  expect((await post(await server.deploy('count', COUNT), {})).status).toBe(200)
  await page.reload()
  await page.getByRole('button', { name: /shelf/ }).first().click()
  await page.getByText('greeting').waitFor()
  await page.getByRole('button', { name: 'Delete greeting' }).click()
  await page.getByText('It holds nothing.').waitFor()
})
