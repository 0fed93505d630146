/** Which pages are shown, and what is done on them before. */
import type { Page } from 'playwright-core'
import type { ServerProcess } from '../../support/server-process.ts'
import { CUSTOMERS } from './product.ts'

export interface Shot {
  /** Of its files: `<name>-light.png`. */
  name: string
  /** Brings the page to what is shown. */
  prepare: (page: Page, server: ServerProcess) => Promise<void>
}

const NOTIFY = '/workflows/notify-customer?step=notify'

export const SHOTS: readonly Shot[] = [
  { name: 'workflows', prepare: (page) => open(page, '/workflows', 'Workflows') },
  {
    name: 'account-selector',
    async prepare(page) {
      await open(page, NOTIFY, 'notify')
      await page.getByRole('button', { name: /^Slack account/ }).click()
      await page.getByRole('button', { name: 'Use runtime authentication' }).waitFor()
    }
  },
  {
    name: 'runtime-authentication',
    async prepare(page) {
      await chooseEvent(page)
      await page.getByRole('button', { name: 'Fold the test panel' }).click()
    }
  },
  {
    name: 'test',
    async prepare(page) {
      const panel = await chooseEvent(page)
      await panel.getByRole('button', { name: /^Test notify/ }).click()
      await panel.getByText('Succeeded').last().waitFor()
      await panel.getByRole('tab', { name: /^Requests/ }).click()
      await panel
        .getByRole('button', { name: /^Secret slack.oauth_access_token/ })
        .first()
        .waitFor()
    }
  },
  { name: 'event-history', prepare: (page) => open(page, '/runs', 'remind-overdue') },
  {
    name: 'run',
    async prepare(page, server) {
      await open(page, await runOf(server, 'remind-overdue', 'succeeded'), 'remind')
      await page.getByRole('option', { name: /^trigger/ }).click()
      await page.getByRole('treeitem').first().waitFor()
    }
  },
  {
    name: 'failed-run',
    prepare: async (page, server) => open(page, await runOf(server, 'notify-customer', 'failed'), 'notify')
  },
  { name: 'stores', prepare: (page) => open(page, '/stores', 'main-vault') },
  {
    name: 'sign-in',
    async prepare(page) {
      const cookies = await page.context().cookies()
      await page.context().clearCookies()
      await page.goto('/sign-in')
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
      await page.context().addCookies(cookies)
    }
  }
]

async function open(page: Page, path: string, text: string): Promise<void> {
  await page.goto(path)
  await page.getByText(text).first().waitFor()
}

/** Opens the test panel with an event as a customer's app would send it. */
async function chooseEvent(page: Page): Promise<ReturnType<Page['getByRole']>> {
  await open(page, NOTIFY, 'notify')
  const panel = page.getByRole('region', { name: 'Test' })
  await panel.getByRole('button', { name: 'Choose an event' }).click()
  await panel
    .getByLabel('Body')
    .fill(JSON.stringify({ slack_token: CUSTOMERS.ada, channel: '#general', text: 'Your order is on its way' }))
  await panel.getByRole('button', { name: 'Send test event' }).click()
  await panel.getByRole('treeitem', { name: /^slack_token/ }).waitFor()
  return panel
}

async function runOf(server: ServerProcess, workflow: string, status: string): Promise<string> {
  const { body } = await server.api('GET', `/runs?workflow=${workflow}&status=${status}`)
  const run = (body as { runs: { id: string }[] }).runs.at(0)
  if (run === undefined) throw new Error(`no run of ${workflow} has ${status}`)
  return `/runs/${run.id}`
}
