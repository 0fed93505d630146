import type { Locator } from 'playwright-core'
import { expect } from 'vitest'
import { post } from '../../support/world.ts'
import { builder, type Builder } from './builder.ts'

/** The secret of the test event. */
export const TOKEN = 'xoxb-of-the-editor-0123456789'

/** What a caller sent once. */
const EVENT = {
  slack_token: TOKEN,
  channel: 'general',
  customer: { 'full name': 'Ada Lovelace', id: 7, tags: ['new', 'paying'], active: true }
}

export interface Editing extends Builder {
  /** The field of this name in the selected step's form. */
  field: (name: string | RegExp) => Locator
  /** The draft's text as the server has it: a moment after it was written. */
  draft: () => Promise<string>
}

/** The editor at a step of a workflow that is deployed and has a test event. */
export async function editing(name: string, definition: string, step: string): Promise<Editing> {
  const made = await builder()
  const { page, server } = made
  const url = await server.deploy(name, definition)
  expect((await post(url, EVENT, { 'x-pd-notrigger': '1' })).status).toBe(200)
  await page.goto(`${server.url}/workflows/${name}?step=${step}`)
  return Object.assign(made, {
    field: (label: string | RegExp) => page.getByRole('textbox', { name: label, exact: true }),
    draft: async () => {
      const { status, body } = await server.api('GET', `/workflows/${name}/draft`)
      return status === 200 ? (body as { text: string }).text : ''
    }
  })
}
