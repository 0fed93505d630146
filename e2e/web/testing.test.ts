/** The test panel, where the server's answers come late. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { editing, TOKEN } from './support/editing.ts'

const NOTIFY = `
name: tell
trigger: { type: http }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: general, text: '{{steps.trigger.event.body.text}}' }
`

function panelOf(page: Page) {
  return page.getByRole('region', { name: 'Test' })
}

async function send(page: Page, text: string): Promise<void> {
  const panel = panelOf(page)
  await panel.getByRole('button', { name: /^(Choose an|Another) event$/ }).click()
  await panel.getByLabel('Body').fill(JSON.stringify({ slack_token: TOKEN, text }))
  await panel.getByRole('button', { name: 'Send test event' }).click()
}

/** Holds the answer to the next event that is chosen, until it is let go. */
async function holdNextEvent(page: Page): Promise<{ asked: Promise<void>; letGo: () => void }> {
  const asked = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  await page.route(
    '**/api/v1/tests',
    async (route) => {
      const response = await route.fetch()
      asked.resolve()
      await held.promise
      await route.fulfill({ response })
    },
    { times: 1 }
  )
  return { asked: asked.promise, letGo: held.resolve }
}

test('a step that is tested while its event is on the way is tested with that event, and its result stays', async () => {
  const { page, vendor } = await editing('tell', NOTIFY, 'notify')
  const panel = panelOf(page)
  await send(page, 'the first')
  await panel.getByRole('treeitem', { name: /the first/ }).waitFor()
  const { asked, letGo } = await holdNextEvent(page)
  await send(page, 'the second')
  await asked
  await panel.getByRole('button', { name: 'Test notify' }).click()
  await panel.getByRole('button', { name: 'Stop' }).waitFor()
  letGo()
  await panel.getByText('Succeeded').last().waitFor()
  await panel
    .getByRole('tree', { name: 'the event' })
    .getByRole('treeitem', { name: /the second/ })
    .waitFor()
  expect(vendor.messages.map(({ text }) => text)).toEqual(['the second'])
})
