import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { world } from '../support/world.ts'
import { ADMIN } from './support/administrator.ts'
import { openPage } from './support/builder.ts'

const TOKEN = 'xoxb-2914075311-first-day-of-somebody-new'

test('somebody new signs in, builds a workflow with runtime authentication, and finds the lock where the token was', async () => {
  const { server, vendor } = await world()
  const { page, context } = await openPage(server.url)
  const dialog = page.getByRole('dialog')

  // The first sign-in, by the link that the server printed.
  await expect.poll(() => server.output).toMatch(/^set up \S+$/m)
  await page.goto(/^set up (\S+)$/m.exec(server.output)?.[1] ?? '')
  await page.getByLabel('Name').fill(ADMIN.name)
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await page.waitForURL('**/workflows')

  // A new workflow with an HTTP trigger, which it has from the start.
  await page.getByRole('button', { name: 'New workflow' }).first().click()
  await dialog.getByLabel('Name').fill('notify-customer')
  await dialog.getByRole('button', { name: 'Make the draft' }).click()
  await page.waitForURL('**/workflows/notify-customer')

  // Slack's send-message.
  await page
    .getByRole('button', { name: /^Add the first step/ })
    .first()
    .click()
  await page.getByPlaceholder('Search actions and built-in steps').fill('slack send')
  await dialog.getByRole('option', { name: /Sends a message to a channel/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  const account = page.getByRole('button', { name: /^Slack account/ })
  await account.click()
  await page.getByRole('button', { name: 'Use runtime authentication' }).click()
  await page.getByText('Each run takes').first().waitFor()

  // A test event, made in the page.
  const panel = page.getByRole('region', { name: 'Test' })
  await panel.getByRole('button', { name: 'Choose an event' }).click()
  const event = { slack_token: TOKEN, channel: '#general', text: 'Your order is on its way' }
  await panel.getByLabel('Body').fill(JSON.stringify(event))
  await panel.getByRole('button', { name: 'Send test event' }).click()
  const row = panel.getByRole('treeitem', { name: /slack_token.*secret/i })
  await row.waitFor()

  // The path of the token, copied and pasted where the token goes.
  await row.click()
  await page.keyboard.press('c')
  await expect
    .poll(() => page.evaluate<string>('navigator.clipboard.readText()'))
    .toBe('{{steps.trigger.event.body.slack_token}}')
  await page.getByRole('textbox', { name: /OAuth access token/ }).click()
  await page.keyboard.press('Control+v')
  await page.getByRole('button', { name: 'Secret event slack_token' }).waitFor()
  for (const [field, text] of [
    ['Channel', '{{steps.trigger.event.body.channel}}'],
    ['Text', '{{steps.trigger.event.body.text}}']
  ] as const) {
    await page.getByRole('textbox', { name: new RegExp(`^${field}`) }).click()
    await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
    await page.keyboard.press('Control+v')
    await page.getByRole('button', { name: `Reference event ${field.toLowerCase()}` }).waitFor()
  }

  // The step alone, for real: the vendor gets the token, the page a lock.
  await panel.getByRole('button', { name: 'Another event' }).click()
  await panel.getByLabel('Body').fill(JSON.stringify(event))
  await panel.getByRole('button', { name: 'Send test event' }).click()
  await panel.getByRole('button', { name: /^Test slack_send_message|^Test send_message|^Test slack/ }).click()
  await panel.getByText('Succeeded').last().waitFor()
  await panel.getByRole('tab', { name: /^Requests/ }).click()
  await panel
    .getByRole('button', { name: /^Secret slack.oauth_access_token/ })
    .first()
    .waitFor()
  expect(vendor.calls.filter(({ path }) => path === '/api/chat.postMessage')).toHaveLength(1)

  // Deployed, and called with the command that the page gives.
  await page.getByRole('button', { name: 'Deploy' }).click()
  await dialog.getByRole('button', { name: /^Deploy/ }).click()
  await dialog.getByText('is deployed').waitFor()
  await dialog.getByRole('button', { name: 'Copy: A call' }).click()
  const clipboard = (): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()')
  await expect.poll(clipboard).toContain('slack_token')
  const command = await clipboard()

  // The run arrives while the history is looked at.
  const history = await context.newPage()
  await history.goto(`${server.url}/runs`)
  await history.getByText('Live', { exact: true }).waitFor()
  const called = spawnSync('bash', ['-c', command.replace(/("slack_token": *")[^"]*/, `$1${TOKEN}`)], {
    encoding: 'utf8'
  })
  expect(called.status, called.stderr).toBe(0)
  const run = history.getByRole('option', { name: /notify-customer/ })
  await run.first().waitFor()
  await run.first().click()
  await history.waitForURL('**/runs/*')
  await history.getByRole('option', { name: /^trigger/ }).click()
  await history.getByRole('treeitem', { name: /slack_token.*secret/i }).waitFor()
  expect(await history.content()).not.toContain(TOKEN)
})
