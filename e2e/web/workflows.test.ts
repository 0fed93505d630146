import { expect, test } from 'vitest'
import { builder } from './support/builder.ts'

const NOTIFY = `
name: notify-customer
trigger: { type: http }
steps:
  - name: pause
    delay: 1ms
`

test('the list shows workflows with their state, finds them, and switches them', async () => {
  const { page, server } = await builder()
  await page.getByText('No workflow yet').waitFor()
  await server.deploy('notify-customer', NOTIFY)
  await server.deploy('sync-contacts', NOTIFY.replace('notify-customer', 'sync-contacts'))
  await page.reload()
  const rows = page.getByRole('list', { name: 'Workflows' }).getByRole('listitem')
  await rows.first().waitFor()
  expect(await rows.count()).toBe(2)
  await page.getByRole('searchbox', { name: 'Search workflows' }).fill('sync')
  await expect.poll(() => rows.count()).toBe(1)
  await rows.first().getByRole('switch').click()
  await rows.first().getByText('Off', { exact: true }).waitFor()
  const { body } = await server.api('GET', '/workflows/sync-contacts')
  expect(body).toMatchObject({ enabled: false })
})

test('deleting says what goes, and does it', async () => {
  const { page, server } = await builder()
  await server.deploy('notify-customer', NOTIFY)
  await page.reload()
  await page.getByRole('button', { name: 'More for notify-customer' }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('triggers stop at once').waitFor()
  await dialog.getByRole('button', { name: 'Delete the workflow' }).click()
  await page.getByText('No workflow yet').waitFor()
  expect((await server.api('GET', '/workflows/notify-customer')).status).toBe(404)
})
