import { expect, test } from 'vitest'
import { builder, type Builder } from './support/builder.ts'

const TEXT = `# Tells a customer.
name: tell
trigger: { type: http }
steps:
  # by day
  - name: first
    delay: 1ms
  - name: every
    each: '{{steps.trigger.event.body.users}}'
    steps:
      - name: inner
        delay: 2ms
`

/** The editor of a draft. */
async function editing(text = TEXT, path = ''): Promise<Builder> {
  const made = await builder()
  const { status } = await made.server.api('POST', '/drafts', { name: 'tell', text })
  expect(status).toBe(201)
  await made.page.goto(`${made.server.url}/workflows/tell${path}`)
  await made.page
    .getByRole('list', { name: 'Trigger and steps' })
    .or(made.page.locator('.cm-content'))
    .first()
    .waitFor()
  return made
}

/** The rows of the column, in their order. */
async function rows({ page }: Builder): Promise<string> {
  const all = await Promise.all((await page.locator('[data-row]').all()).map((row) => row.getAttribute('data-row')))
  return all.filter((id) => id !== 'trigger' && id !== 'settings').join(' ')
}

/** The draft as the server has it; a moment passes before it has what was written. */
async function saved({ server }: Builder): Promise<string> {
  const { body } = await server.api('GET', '/workflows/tell/draft')
  return (body as { text: string }).text
}

test('steps are chosen, moved, copied, removed and brought back by keys alone', async () => {
  const made = await editing()
  const { page } = made
  await page.keyboard.press('j')
  await expect.poll(() => page.url()).toContain('step=first')
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => rows(made)).toBe('every first inner')
  await page.getByText('first is now 2 of 3.').waitFor({ state: 'attached' })
  await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => rows(made)).toBe('every inner first')
  await page.keyboard.press('d')
  await expect.poll(() => rows(made)).toBe('every inner first first_2')
  await expect.poll(() => page.url()).toContain('step=first_2')
  await page.keyboard.press('Backspace')
  await expect.poll(() => rows(made)).toBe('every inner first')
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect.poll(() => rows(made)).toBe('every inner first first_2')
  await page.keyboard.press('Control+z')
  await expect.poll(() => rows(made)).toBe('every inner first')
  await expect.poll(async () => saved(made)).toBe(`# Tells a customer.
name: tell
trigger: { type: http }
steps:
  - name: every
    each: '{{steps.trigger.event.body.users}}'
    steps:
      - name: inner
        delay: 2ms
  # by day
  - name: first
    delay: 1ms
`)
})

test('a step is dragged, by the mouse and by the keyboard', async () => {
  const made = await editing()
  const { page } = made
  await page.locator('[data-row=first]').hover()
  const handle = page.getByRole('button', { name: 'Move first' })
  const from = await handle.boundingBox()
  const to = await page.locator('[data-row=inner]').boundingBox()
  if (from === null || to === null) throw new Error('the column is not there')
  await page.mouse.move(from.x + 4, from.y + 4)
  await page.mouse.down()
  await page.mouse.move(from.x + 40, from.y + 40, { steps: 4 })
  await page.mouse.move(from.x + 60, to.y + to.height / 2, { steps: 8 })
  await page.getByText('first is at the place of inner.').waitFor({ state: 'attached' })
  await page.mouse.up()
  await expect.poll(() => rows(made)).toBe('every inner first')
  await expect.poll(async () => saved(made)).toMatch(/delay: 2ms\n {6}# by day\n {6}- name: first/)

  await page.getByRole('button', { name: 'Move first' }).focus()
  await page.keyboard.press('Space')
  await page.getByText('first is lifted.').waitFor({ state: 'attached' })
  await page.keyboard.press('ArrowUp')
  await page.getByText('first is at the place of inner.').waitFor({ state: 'attached' })
  await page.keyboard.press('Space')
  await expect.poll(() => rows(made)).toBe('every first inner')
})

test('a step is searched for and added, and says what it needs', async () => {
  const made = await editing()
  const { page } = made
  // Somebody is quicker than the list of what there is.
  const held = Promise.withResolvers<void>()
  await page.route('**/api/v1/actions', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.reload()
  await page.getByRole('button', { name: /^first Delay/ }).click()
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog', { name: 'Add a step' })
  await dialog.getByRole('combobox').fill('slack send')
  held.resolve()
  await dialog.getByRole('option', { name: /Sends a message to a channel/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => rows(made)).toBe('first send_message every inner')
  await page.locator('[data-row=send_message]').getByText('needs the prop').waitFor()
  await page.getByRole('heading', { name: 'Inputs' }).waitFor()
  await expect.poll(async () => saved(made)).toContain('  - name: send_message\n    use: slack-send-message\n')
})

test('a new name is written wherever a step is referred to', async () => {
  const made = await editing(`${TEXT}  - name: last\n    end_if: '{{steps.every.$return_value}}'\n`, '?step=every')
  const { page } = made
  await page.getByLabel('Name of the step').fill('everybody')
  await page.keyboard.press('Enter')
  await page.getByText('Renamed to everybody, also in one reference.').first().waitFor()
  await expect.poll(async () => saved(made)).toContain("end_if: '{{steps.everybody.$return_value}}'")
})

test('the YAML and the forms are one: each shows what the other changed', async () => {
  const made = await editing(TEXT, '?step=first&view=yaml')
  const { page } = made
  await page
    .getByLabel('For', { exact: true })
    .or(page.getByRole('textbox', { name: 'For' }))
    .first()
    .fill('7m')
  await page.locator('.cm-content').getByText('7m').waitFor()
  await page.locator('.cm-line', { hasText: '7m' }).click()
  await page.keyboard.press('End')
  await page.keyboard.type(' # soon')
  await expect.poll(async () => saved(made)).toContain('    delay: 7m # soon\n')
  await page.keyboard.press('End')
  await page.keyboard.type('\n   oops: [')
  await page.getByText('The YAML does not parse. The form is back when it does.').waitFor()
  await page.keyboard.press('Control+z')
  await page.getByRole('heading', { name: 'How long the run sleeps' }).waitFor()
  await expect.poll(async () => saved(made)).not.toContain('oops')
})

test('mistakes stand at their step and at their line', async () => {
  const made = await editing(TEXT.replace('1ms', '1 week'))
  const { page } = made
  await page.locator('[data-row=first]').getByText('not a duration').waitFor()
  await page.getByRole('button', { name: /^first Delay/ }).click()
  await page.getByRole('alert').getByText('not a duration').first().waitFor()
  await page.getByRole('button', { name: 'YAML' }).click()
  await page.getByRole('list', { name: 'What is wrong' }).getByText('line 7').waitFor()
  await expect.poll(() => page.locator('.cm-lintRange-error').first().textContent()).toBe('1')
})

test('a draft that was changed elsewhere is said, and one of the two goes on', async () => {
  const made = await editing(TEXT, '?step=first')
  const { page, server, expected } = made
  expected.push(/409/)
  await server.api('PUT', '/workflows/tell/draft', { text: TEXT.replace('1ms', '3ms'), revision: 1 })
  await page.getByRole('textbox', { name: 'For' }).fill('9ms')
  await page.getByText('This draft was changed in another page').waitFor()
  await page.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('dialog').getByText('delay: 3ms').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Keep mine' }).click()
  await page.keyboard.press('Escape')
  await expect.poll(async () => saved(made)).toContain('delay: 9ms')
})

test('what is written while the server is away is saved when it is back', async () => {
  const made = await editing(TEXT, '?step=first')
  const { page, context, expected } = made
  expected.push(/ERR_INTERNET_DISCONNECTED/)
  await context.setOffline(true)
  await page.getByRole('textbox', { name: 'For' }).fill('8ms')
  await page.getByText('Offline', { exact: true }).waitFor()
  await context.setOffline(false)
  await expect.poll(async () => saved(made)).toContain('delay: 8ms')
})

test('what was just written is saved when another page is opened, and a draft is called otherwise', async () => {
  const made = await editing(TEXT, '?step=settings')
  const { page, server } = made
  await page.getByRole('textbox', { name: 'Description' }).fill('Written in haste')
  await page.getByRole('link', { name: 'Event history' }).click()
  await page.getByRole('heading', { name: 'Event history' }).waitFor()
  expect(await saved(made)).toContain('description: Written in haste\n')
  await page.goBack()
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await name.fill('told')
  await name.press('Enter')
  await page.getByRole('heading', { name: 'told', level: 1 }).waitFor()
  const { body } = await server.api('GET', '/workflows/told/draft')
  expect((body as { text: string }).text).toContain('name: told\ndescription: Written in haste\n')
  expect((await server.api('GET', '/workflows/tell/draft')).status).toBe(404)
})

test('deploying shows what changes and gives the address; versions are compared and come back', async () => {
  const made = await editing(TEXT.replace('type: http', 'type: http, auth: { type: token }'), '?step=first')
  const { page, server } = made
  await page.keyboard.press('Control+Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
  await dialog.getByText('Version 1 is deployed').waitFor()
  await dialog.getByText('This is the token. It is shown this once.').waitFor()
  await dialog.getByText(/^curl 'http/).waitFor()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByText('version 1', { exact: true }).waitFor()

  await page.getByRole('textbox', { name: 'For' }).fill('4ms')
  await page.getByText('differs from version 1').waitFor()
  await page.keyboard.press('Control+Enter')
  await dialog.getByText('delay: 4ms').waitFor()
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).click()
  await dialog.getByText('Version 2 is deployed').waitFor()
  expect(await page.content()).not.toContain('bht_')
  await dialog.getByRole('button', { name: 'Done' }).click()

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Versions' }).click()
  const differences = page.getByRole('group', { name: 'Differences' })
  await differences.getByText('delay: 4ms').waitFor()
  await differences.getByText('delay: 1ms').waitFor()
  await page.getByRole('navigation', { name: 'Versions of tell' }).getByRole('button', { name: /^1/ }).click()
  await page.getByRole('button', { name: 'Make it the draft…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make it the draft' }).click()
  await page.getByText('differs from version 2').waitFor()
  const { body } = await server.api('GET', '/workflows/tell/draft')
  expect((body as { text: string }).text).toContain('delay: 1ms')
})

test('a draft that is still being saved is deployed once, however often that is asked for', async () => {
  const { page } = await editing(TEXT, '?step=first')
  const deployments: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'PUT' && request.url().endsWith('/workflows/tell')) deployments.push(request.url())
  })
  const held = Promise.withResolvers<void>()
  await page.route('**/api/v1/workflows/tell/draft', async (route) => {
    if (route.request().method() === 'PUT') await held.promise
    await route.continue()
  })
  await page.getByRole('textbox', { name: 'For' }).fill('4ms')
  await page.keyboard.press('Control+Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Deploy', exact: true }).dblclick()
  held.resolve()
  await dialog.getByText(/^Version \d is deployed/).waitFor()
  expect(deployments).toHaveLength(1)
})
