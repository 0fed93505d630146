import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { post, world } from '../support/world.ts'
import { builder, openPage, type Builder } from './support/builder.ts'

/** https://github.com/dequelabs/axe-core/blob/develop/doc/API.md#results-object */
interface Violation {
  id: string
  impact: string
  nodes: { target: string[]; html: string }[]
}

const NOTIFY = `
name: notify-customer
trigger: { type: http, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.slack_token}}" } } }
    props: { channel: "#general", text: "{{steps.trigger.event.body.text}}" }
`

const PLACES = [
  '/workflows',
  '/runs',
  '/accounts',
  '/stores',
  '/environment',
  '/data',
  '/settings',
  '/settings/users',
  '/settings/security',
  '/settings/audit'
]

/** Findings that keep somebody out. */
async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then((results) => results.violations)`
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => !meant(id, node.html)) }))
    .filter(({ nodes }) => nodes.length > 0)
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}

/** A row of a tree is spoken as a sentence, which is not what it looks like; nobody says it to press it. */
function meant(id: string, html: string): boolean {
  return id === 'label-content-name-mismatch' && /^<div [^>]*role="treeitem"/.test(html)
}

async function inUse(): Promise<{ house: Builder; run: string }> {
  const house = await builder()
  // What is half faded in has half its contrast.
  await house.page.emulateMedia({ reducedMotion: 'reduce' })
  const url = await house.server.deploy('notify-customer', NOTIFY)
  await post(url, { slack_token: 'xoxb-accessibility-0123456789', text: 'hello' })
  await house.server.api('PUT', '/accounts/slack/acme-bot', {
    fields: { oauth_access_token: 'xoxb-another-0123456789' }
  })
  await house.server.api('PUT', '/env/INTERNAL_KEY', {
    value: 'an-internal-key-0123456789',
    hosts: ['api.example.com']
  })
  const { runs } = (await house.server.api('GET', '/runs')).body as { runs: { id: string }[] }
  return { house, run: runs[0]?.id ?? '' }
}

test.each(['light', 'dark'] as const)('no page keeps anybody out (%s)', async (colorScheme) => {
  const { house, run } = await inUse()
  const { page, server } = house
  await page.emulateMedia({ colorScheme })
  const paths = [
    ...PLACES,
    `/runs/${run}`,
    ...['', '?step=notify', '?step=settings', '?view=yaml', '/versions'].map(
      (rest) => `/workflows/notify-customer${rest}`
    )
  ]
  const findings: Record<string, string[]> = {}
  for (const path of paths) {
    await page.goto(server.url + path)
    await page.locator('main').waitFor()
    await page.locator('.breathe.bg-sunken').first().waitFor({ state: 'detached' })
    const found = await seriousFindings(page)
    if (found.length > 0) findings[path] = found
  }
  expect(findings).toEqual({})
})

test('those who are not in yet are kept out by nothing but the password', async () => {
  const { server } = await world()
  const { page } = await openPage(server.url)
  await expect.poll(() => server.output).toMatch(/^set up \S+$/m)
  await page.goto('/sign-in')
  await page.getByText('Nobody can sign in yet').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.goto(/^set up (\S+)$/m.exec(server.output)?.[1] ?? '')
  await page.getByText('Welcome to Bellhop').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.goto('/setup')
  await page.getByText('This page needs a link').waitFor()
  expect(await seriousFindings(page)).toEqual([])
})

test('dialogs and menus keep nobody out, and are left by the keyboard', async () => {
  const { house } = await inUse()
  const { page } = house
  await page.getByRole('button', { name: 'New workflow' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Go to a workflow').waitFor()
  expect(await seriousFindings(page)).toEqual([])
  await page.keyboard.type('notify')
  await page.getByRole('option', { name: 'notify-customer', selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/workflows/notify-customer')
})
