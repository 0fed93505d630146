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

test('a page that cannot be loaded while the server is away waits for it, and comes when it is back', async () => {
  const { page, context, expected } = await builder()
  expected.push(/^(TypeError: )?Failed to (load resource|fetch)/, /Failed to fetch/)
  await page.getByRole('heading', { name: 'Workflows' }).waitFor()
  await context.setOffline(true)
  await page.getByRole('link', { name: 'Secrets stores' }).click()
  await page.getByText('The server does not answer.').waitFor()
  await context.setOffline(false)
  await page.getByRole('heading', { name: 'Secrets stores' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/stores')
})
