import { expect, test } from 'vitest'
import { post } from '../support/world.ts'
import { builder } from './support/builder.ts'

const TOKEN = 'xoxb-7719260384-of-whoever-called-first'

const NOTIFY = `
name: notify-customer
trigger: { type: http, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "{{steps.trigger.event.body.text}}" }
`
const APPROVE = `
name: approve
trigger: { type: http }
steps:
  - name: ask
    code: |
      export default defineComponent({
        async run({ $ }) {
          console.log('asking')
          return $.flow.suspend()
        }
      })
  - name: after
    delay: 1ms
`
const EVERYONE = `
name: everyone
trigger: { type: http, respond: last_step }
steps:
  - name: members
    each: "{{steps.trigger.event.body.members}}"
    steps:
      - name: pause
        delay: 1ms
`
const FORGETS = `
name: forgets
trigger: { type: http }
settings: { retention: { keep: false } }
steps:
  - name: pause
    delay: 1ms
`

test('a run arrives live, is found, shows what its steps were given and left, and is replayed', async () => {
  const { page, server, vendor } = await builder('/runs')
  const url = await server.deploy('notify-customer', NOTIFY)
  await page.getByText('Live', { exact: true }).waitFor()
  await post(url, { slack_token: TOKEN, text: 'a parcel for Grace' })
  const rows = page.getByRole('option', { name: /notify-customer/ })
  await rows.first().waitFor()

  await page.getByRole('searchbox', { name: 'Search runs' }).fill('for Grace')
  await page.waitForURL(/text=/)
  await rows.first().waitFor()
  await page.getByRole('searchbox', { name: 'Search runs' }).fill('for nobody')
  await page.getByText('No run matches').waitFor()
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await rows.first().click()
  await page.waitForURL('**/runs/*')

  await page.getByRole('option', { name: /\bnotify\b(?!-customer)/ }).click()
  await page.getByRole('tab', { name: 'Input' }).click()
  await page.getByText('a parcel for Grace').first().waitFor()
  expect(await page.content()).not.toContain(TOKEN)

  await page.getByRole('button', { name: 'Replay…' }).click()
  const dialog = page.getByRole('dialog')
  const again = dialog.getByRole('button', { name: 'Replay', exact: true })
  const field = dialog.getByRole('textbox', { name: /slack.oauth_access_token/ })
  await field.waitFor()
  expect(await again.isDisabled()).toBe(true)
  await field.fill(TOKEN)
  const first = page.url()
  await again.click()
  await page.waitForURL((address) => address.href !== first && /\/runs\/[^/]+$/.test(address.pathname))
  await page.getByText('replay of').waitFor()
  await expect.poll(() => vendor.calls.filter(({ path }) => path === '/api/chat.postMessage').length).toBe(2)
  expect(await page.content()).not.toContain(TOKEN)
})

test('a run that waits is resumed, and another is cancelled', async () => {
  const { page, server } = await builder('/runs')
  const url = await server.deploy('approve', APPROVE)
  const ended: string[] = []
  for (const answer of ['resumed', 'cancelled'] as const) {
    await post(url, {})
    await page.goto(`${server.url}/runs?status=waiting`)
    await page
      .getByRole('option', { name: /approve/ })
      .first()
      .click()
    if (answer === 'resumed') {
      await page.getByRole('button', { name: 'Resume…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Resume the run' }).click()
      await page.getByText('Succeeded').first().waitFor()
    } else {
      await page.getByRole('button', { name: 'Cancel', exact: true }).click()
      await page.getByText('Cancelled').first().waitFor()
    }
    ended.push(answer)
  }
  expect(ended).toEqual(['resumed', 'cancelled'])
})

test('items of an each are listed; what is not kept is said, and not shown as empty', async () => {
  const { page, server } = await builder('/runs')
  const everyone = await server.deploy('everyone', EVERYONE)
  await post(everyone, { members: ['ada', 'grace', 'edsger'] })
  await page
    .getByRole('option', { name: /everyone/ })
    .first()
    .click()
  await page.getByRole('option', { name: /members/ }).click()
  await page.getByText('3 succeeded, 0 failed').waitFor()

  const forgets = await server.deploy('forgets', FORGETS)
  await post(forgets, { anything: 'at all' })
  await page.goto(`${server.url}/runs?workflow=forgets`)
  expect(await page.getByText('No run matches').locator('..').textContent()).toContain('those that were not kept')
})
