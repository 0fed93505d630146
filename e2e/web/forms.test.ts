import { expect, test } from 'vitest'
import { editing, TOKEN } from './support/editing.ts'

const SLACK = `
name: tell
trigger: { type: http }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: general, text: hello }
`

/** A component with every kind of field that code can ask for. */
const CODE = `
name: tell
trigger: { type: http }
steps:
  - name: mine
    code: |
      export default defineComponent({
        props: {
          note: { type: 'alert', alertType: 'warning', content: 'Mind the *gap*' },
          depot: {
            type: 'string', label: 'Depot', description: 'Where it **starts**', useQuery: true,
            async options({ page, query }) {
              return page > 1 ? [] : [0, 1].map((one) => ({ label: (query || 'depot') + ' ' + page + one, value: 'd' + page + one }))
            }
          },
          detail: { type: 'string', label: 'Detail', options: ['short', { label: 'All of it', value: 'full' }], reloadProps: true },
          weight: { type: 'integer', label: 'Weight', min: 1, max: 9 },
          urgent: { type: 'boolean', label: 'Urgent', optional: true },
          tags: { type: 'string[]', label: 'Tags', optional: true },
          extra: { type: 'object', label: 'Extra', optional: true }
        },
        async additionalProps() {
          return this.detail === 'full' ? { colour: { type: 'string', label: 'Colour' } } : {}
        },
        run() { return this.depot }
      })
    props:
      depot: d00
      detail: short
      weight: 1
`

test('fields of an action: what is optional is added and taken away, and mistakes stand at their field', async () => {
  const { page, field, draft } = await editing('tell', SLACK, 'notify')
  await page.getByRole('combobox', { name: /^Add optional field/ }).click()
  await page.getByPlaceholder('Search').fill('unfurl links')
  await page.getByRole('option', { name: /^Unfurl links/, selected: true }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('switch', { name: 'Unfurl links' }).click()
  await expect.poll(draft).toContain('unfurl_links: true')
  await page.getByRole('button', { name: 'Remove Unfurl links' }).click()
  await expect.poll(draft).not.toContain('unfurl_links')
  await field(/^Channel/).click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.getByRole('alert').getByText('needs the prop channel').waitFor()
})

test('fields of code: choices by pages and by search, numbers, lists, objects, and fields that depend on others', async () => {
  const { page, field, draft } = await editing('tell', CODE, 'mine')
  await page.getByText('Mind the gap').waitFor()
  await page.getByRole('combobox', { name: /^Depot/ }).click()
  await page.getByRole('option', { name: 'depot 01' }).waitFor()
  await page.getByRole('option', { name: 'Load more' }).click()
  await page.getByRole('option', { name: 'depot 11' }).waitFor()
  await page.getByPlaceholder('Search').fill('north')
  await page.getByRole('option', { name: 'north 01' }).click()
  await expect.poll(draft).toContain('depot: d01')

  await page.getByRole('combobox', { name: /^Detail/ }).click()
  await page.getByRole('option', { name: 'All of it' }).click()
  await field(/^Colour/).click()
  await page.keyboard.type('red')
  await expect.poll(draft).toContain('colour: red')

  await field(/^Weight/).fill('12')
  await page.getByText('At most 9.').waitFor()
  await field(/^Weight/).fill('7')
  await expect.poll(draft).toContain('weight: 7')
  await page.getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'Add item' }).click()
  await field('Tags 1').click()
  await page.keyboard.type('first')
  await expect.poll(draft).toMatch(/tags:\s+- first/)
  await page.getByRole('group', { name: 'Extra' }).getByRole('button', { name: 'Add row' }).click()
  await field('Name of Extra 1').fill('x-id')
  await field('Value of x-id').click()
  await page.keyboard.type('{{customer.id')
  await page.getByRole('treeitem', { name: /^id 7/ }).click()
  await expect.poll(draft).toMatch(/x-id: ["']?\{\{steps\.trigger\.event\.body\.customer\.id\}\}/)
})

/** A component whose choices come from the vendor, with a credential that comes with a run. */
const CHANNELS = `
name: tell
trigger: { type: http }
steps:
  - name: mine
    code: |
      export default defineComponent({
        props: {
          slack: { type: 'app', app: 'slack' },
          channel: {
            type: 'string', label: 'Channel',
            async options() {
              const { $auth, $baseUrl } = this.slack
              if ($auth.oauth_access_token === undefined) throw new Error('nobody asks')
              await fetch($baseUrl + '/auth.test', { headers: { authorization: 'Bearer ' + $auth.oauth_access_token } })
              return ['general']
            }
          }
        },
        run() { return this.channel }
      })
    auth: { slack: { runtime: { oauth_access_token: '{{steps.trigger.event.body.slack_token}}' } } }
    props: { channel: x }
`

test('choices are asked for with a credential that is given for that, and kept nowhere', async () => {
  const { page, draft, expected, vendor } = await editing('tell', CHANNELS, 'mine')
  expected.push(/422 .*\/steps\/options/)
  await page.getByRole('combobox', { name: /^Channel/ }).click()
  await page.getByRole('button', { name: 'Give a credential…' }).click()
  await page
    .getByRole('textbox', { name: /^OAuth access token/ })
    .last()
    .fill(TOKEN)
  await page.getByRole('button', { name: 'Ask with it' }).click()
  await page.getByRole('option', { name: 'general' }).click()
  await expect.poll(draft).toContain('channel: general')
  expect(vendor.calls.at(-1)).toMatchObject({ path: '/api/auth.test', customer: 'anyone' })
  expect(await draft()).not.toContain(TOKEN)
  expect(await page.content()).not.toContain(TOKEN)
})

test('code is completed and checked by what is known of the event, and the SDK', async () => {
  const { page, draft, expected } = await editing('tell', CODE, 'mine')
  // Half a program has no form.
  expected.push(/422 .*\/steps\//)
  const code = page.getByRole('textbox', { name: 'Code', exact: true })
  await code.getByText('run() { return this.depot }').click()
  await page.keyboard.press('End')
  for (const _ of 'this.depot }') await page.keyboard.press('Backspace')
  await page.keyboard.type('this.wei')
  await page.getByRole('option', { name: 'weight' }).click()
  await page.keyboard.type('.toFixd() }')
  await page.locator('.cm-lintRange-warning').getByText('toFixd').waitFor()
  await expect.poll(draft).toContain('run() { return this.weight.toFixd() }')
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nexport const more = ({ steps }: StepInput) => steps.trigger.event.body.customer.')
  await page.getByRole('option', { name: 'full name' }).click()
  await expect.poll(draft).toContain("steps.trigger.event.body.customer['full name']")
})
