/** Getting in: the printed link, the password, other people, and out again. */
import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { world } from '../support/world.ts'
import { ADMIN } from './support/administrator.ts'
import { builder, openPage } from './support/builder.ts'

/** Everything that a page could keep of a secret, but for the browser's own note of how it came here. */
const KEPT = `(async () => JSON.stringify([
  document.documentElement.outerHTML,
  location.href,
  history.state,
  { ...localStorage },
  { ...sessionStorage },
  document.cookie,
  await indexedDB.databases(),
  await caches.keys(),
  performance.getEntries().filter(({ entryType }) => entryType !== 'navigation')
]))()`

function keptIn(page: Page): Promise<string> {
  return page.evaluate<string>(KEPT)
}

async function fillIn(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
}

test('the printed link makes the administrator, and is in the address no longer than it takes to read it', async () => {
  const { server } = await world()
  const { page, context, expected } = await openPage(server.url)
  await expect.poll(() => server.output).toMatch(/^set up \S+$/m)
  const [, link = '', token = ''] = /^set up (\S+#(\S+))$/m.exec(server.output) ?? []

  await page.goto('/workflows')
  await page.getByText('Nobody can sign in yet').waitFor()
  await page.goto(link)
  await page.getByText('Welcome to Bellhop').waitFor()
  expect(page.url()).toBe(`${server.url}/setup`)
  expect(await keptIn(page)).not.toContain(token)

  expected.push(/status of 422/)
  await fillIn(page, { Name: 'ada', Password: 'password password' })
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await page.getByRole('alert').getByText('guessed first').waitFor()
  await fillIn(page, { Password: ADMIN.password })
  expect(await keptIn(page)).not.toContain(ADMIN.password)
  await page.getByRole('button', { name: 'Create the administrator' }).click()
  await page.getByRole('heading', { name: 'Workflows' }).waitFor()
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({ name: 'bellhop_session', httpOnly: true, sameSite: 'Strict', path: '/' })
  const kept = await keptIn(page)
  for (const secret of [token, ADMIN.password, cookie?.value ?? 'none']) expect(kept).not.toContain(secret)

  expected.push(/status of 410/)
  await page.goto(link)
  await page.getByText('This link was used already').waitFor()
})

test('somebody signs in to where they wanted to go, and out again', async () => {
  const { page, context, expected } = await builder()
  await context.clearCookies()
  await page.goto('/runs?status=failed')
  await page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()
  expected.push(/status of 403/)
  await fillIn(page, { Name: ADMIN.name, Password: 'not the password' })
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('alert').getByText('Name or password is wrong').waitFor()
  await fillIn(page, { Password: ADMIN.password })
  expect(await keptIn(page)).not.toContain(ADMIN.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Event history' }).waitFor()
  expect(new URL(page.url()).search).toContain('status=failed')

  await page.getByRole('button', { name: `Account of ${ADMIN.name}` }).click()
  await page.getByRole('menuitem', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()
  expect(await context.cookies()).toEqual([])
  await page.goto('/workflows')
  await page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()
})

test('the address of the sign-in page leads nowhere else', async () => {
  const { page, server } = await builder('/sign-in?next=//evil.example/workflows')
  await page.getByRole('heading', { name: 'Workflows' }).waitFor()
  expect(page.url()).toBe(`${server.url}/workflows`)
})

test('another user is added by link, and removed', async () => {
  const { page, server } = await builder('/settings/users')
  await page.getByRole('button', { name: 'Add a user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('bert')
  await dialog.getByRole('button', { name: 'Add the user' }).click()
  await dialog.getByText('The link for bert').waitFor()
  expect(await keptIn(page)).not.toContain('/setup#')
  await dialog.getByRole('button', { name: 'Copy the link' }).click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await page.evaluate<string>('navigator.clipboard.readText()')
  expect(link).toMatch(/\/setup#[\w-]{43}$/)
  await dialog.getByRole('button', { name: 'Done' }).click()
  const bertRow = page.getByRole('listitem').filter({ hasText: 'bert' })
  await bertRow.getByText('no password yet').waitFor()

  const bert = await openPage(server.url)
  bert.expected.push(/status of 401/)
  await bert.page.goto(link)
  await bert.page.getByText('Hello, bert').waitFor()
  await fillIn(bert.page, { Password: 'a rather different phrase' })
  await bert.page.getByRole('button', { name: 'Set the password' }).click()
  await bert.page.getByRole('heading', { name: 'Workflows' }).waitFor()

  await page.reload()
  await bertRow.getByText('last seen').waitFor()
  await page.getByRole('button', { name: 'More for bert' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove the user' }).click()
  await bertRow.waitFor({ state: 'detached' })
  // Nobody needs to tell that page: its next question is answered with what happened.
  await bert.page.getByRole('link', { name: 'Accounts' }).click()
  await bert.page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()
})

test('a new password signs out every other browser, and signing out everywhere this one too', async () => {
  const { page, server, expected } = await builder('/settings/security')
  const other = await openPage(server.url)
  other.expected.push(/status of 401/)
  await other.page.goto('/sign-in?next=/settings/security')
  await fillIn(other.page, { Name: ADMIN.name, Password: ADMIN.password })
  await other.page.keyboard.press('Enter')
  await other.page.getByText('this browser').waitFor()
  expect(await other.page.getByRole('list', { name: 'Sessions' }).getByRole('listitem').count()).toBe(2)

  expected.push(/status of 403/)
  await fillIn(page, { 'Present password': 'not the password', 'New password': 'a rather different phrase' })
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByRole('alert').getByText('not your present password').waitFor()
  await fillIn(page, { 'Present password': ADMIN.password })
  await page.getByRole('button', { name: 'Change the password' }).click()
  await page.getByText('All other browsers are signed out').first().waitFor()
  // What this page does next is proved by its new session.
  const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
  await expect.poll(() => sessions.count()).toBe(1)
  await other.page.getByRole('link', { name: 'Accounts' }).click()
  await other.page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()

  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('heading', { name: 'Sign in to Bellhop' }).waitFor()
  await fillIn(page, { Name: ADMIN.name, Password: 'a rather different phrase' })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Workflows' }).waitFor()
})
