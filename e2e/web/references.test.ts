import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { editing, TOKEN } from './support/editing.ts'

const WORKFLOW = `
name: tell
trigger: { type: http }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props:
      channel: '{{steps.trigger.event.body.chanel}}'
      text: 'Hello {{steps.trigger.event.body.customer["full name"]}}'
`
const clipboard = (page: Page): Promise<string> => page.evaluate<string>('navigator.clipboard.readText()')

/** What the browser does when a row of a tree is let go over the field that has the focus. */
const DROP = `{
  const dataTransfer = new DataTransfer()
  dataTransfer.setData('text/plain', '{{steps.trigger.event.body.channel}}')
  const { left, top } = document.activeElement.getBoundingClientRect()
  const place = { clientX: left + 4, clientY: top + 8, bubbles: true, cancelable: true }
  document.activeElement.dispatchEvent(new DragEvent('drop', { dataTransfer, ...place }))
}`

test('a reference is a chip that says what it is now', async () => {
  const { page, field } = await editing('tell', WORKFLOW, 'notify')
  const chip = field(/^Text/).getByRole('button', { name: 'Reference event full name now Ada Lovelace' })
  await chip.getByText('Ada Lovelace').waitFor()
  await chip.hover()
  const tip = page.getByRole('tooltip')
  await tip.waitFor()
  expect(await tip.textContent()).toBe('Ada Lovelace')
})

test('a broken reference says what is there instead, and is put right with one press', async () => {
  const { page, field, draft } = await editing('tell', WORKFLOW, 'notify')
  await page.getByRole('paragraph').filter({ hasText: 'There is no chanel in the sample' }).waitFor()
  await field(/^Channel/)
    .getByRole('button', { name: /^Broken reference/ })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Reference' })
  await dialog.getByText('There is no chanel in the sample').waitFor()
  await dialog.getByRole('button', { name: 'Use steps.trigger.event.body.channel' }).click()
  await field(/^Channel/)
    .getByRole('button', { name: 'Reference event channel now general' })
    .waitFor()
  await expect.poll(draft).toContain("channel: '{{steps.trigger.event.body.channel}}'")
})

test('two braces open the list, which the keyboard goes through while the field keeps the focus', async () => {
  const { page, field, draft } = await editing('tell', WORKFLOW, 'notify')
  await field(/^Text/).focus()
  await page.keyboard.press('End')
  await page.keyboard.type(', your first tag is {{tags')
  await page.getByRole('treeitem', { name: /^tags/ }).waitFor()
  for (const _ of 'tags') await page.keyboard.press('Backspace')
  await page.keyboard.type('paying')
  await page.getByRole('treeitem', { name: /^1 paying/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.type('!')
  await expect.poll(draft).toContain('your first tag is {{steps.trigger.event.body.customer.tags[1]}}!')
  // Who writes it out needs no list, and who means a slash gets one.
  await page.keyboard.type(' {{steps.trigger.event.body.customer.id + 1}} a /b')
  await expect.poll(draft).toContain('tags[1]}}! {{steps.trigger.event.body.customer.id + 1}} a /b')
  await field(/^Text/)
    .getByRole('button', { name: /^Expression steps/ })
    .waitFor()
})

test('a secret has a path to copy and no value, in the list and as a chip', async () => {
  const { page, field } = await editing('tell', WORKFLOW, 'notify')
  await field(/OAuth access token/)
    .getByRole('button', { name: /^Secret event slack_token/ })
    .waitFor()
  await page.getByRole('button', { name: 'Insert a reference' }).last().click()
  await page.getByRole('combobox', { name: /^Search/ }).fill('slack_token')
  const row = page.getByRole('treeitem', { name: /^slack_token/ })
  await row.hover()
  expect(
    await row.getByRole('button', { name: /is a secret: this page has no value to copy/ }).getAttribute('aria-disabled')
  ).toBe('true')
  await row.getByRole('button', { name: 'Copy path' }).click()
  await expect.poll(() => clipboard(page)).toBe('{{steps.trigger.event.body.slack_token}}')
  await page.getByRole('combobox', { name: /^Search/ }).fill('channel')
  const tree = page.getByRole('tree', { name: 'what this step can refer to' })
  await row.waitFor({ state: 'detached' })
  await tree.focus()
  await page.keyboard.press('Shift+C')
  await expect.poll(() => clipboard(page)).toBe('general')
  await page.keyboard.press('c')
  await expect.poll(() => clipboard(page)).toBe('{{steps.trigger.event.body.channel}}')
  expect(await page.content()).not.toContain(TOKEN)
})

test('a reference is pasted, dropped, taken away with one key and edited as text', async () => {
  const { page, field, draft } = await editing('tell', WORKFLOW, 'notify')
  const channel = field(/^Channel/)
  await channel.click()
  await page.keyboard.press('Control+A')
  await page.evaluate(`navigator.clipboard.writeText('{{steps.trigger.event.body.customer.id}}')`)
  await page.keyboard.press('Control+V')
  await channel.getByRole('button', { name: 'Reference event id now 7' }).waitFor()
  await page.keyboard.press('Backspace')
  await expect.poll(() => channel.getByRole('button').count()).toBe(0)
  await page.evaluate(DROP)
  await channel.getByRole('button', { name: /^Reference event channel/ }).click()
  await page.getByRole('button', { name: 'Edit as text' }).click()
  await page.getByRole('dialog', { name: 'Reference' }).waitFor({ state: 'detached' })
  await page.keyboard.type('"#" + ')
  await expect.poll(draft).toContain(`channel: '{{"#" + steps.trigger.event.body.channel}}'`)
})

test('a credential that is typed into its field is written nowhere', async () => {
  const { page, field, draft } = await editing('tell', WORKFLOW, 'notify')
  await field(/OAuth access token/).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.type(TOKEN)
  await page.getByText('A credential is never written into a definition').waitFor()
  await field(/^Text/).focus()
  await page.keyboard.press('End')
  await page.keyboard.type('!')
  await expect.poll(draft).toContain('"full name"]}}!')
  expect(await draft()).not.toContain(TOKEN)
})
