import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsOf, runAction, type ActionTest } from '@bellhop/sdk/testing'
import createItem from './create-item.ts'

const given: ActionTest = {
  props: { list: 'l 1', title: 'Milk', labels: ['shop'] },
  // In clear here; the action gets handles, as in a run.
  auth: { myApp: { api_key: 'key-of-ada' } }
}

test('adds an item to the list, with the caller’s key', async () => {
  const { value, exports, requests } = await runAction(createItem, {
    ...given,
    answer: () => Response.json({ id: 'i1' }, { status: 201 })
  })

  assert.deepEqual(value, { id: 'i1' })
  assert.deepEqual(exports, { $summary: 'Created item i1' })
  assert.equal(requests.length, 1)
  const [sent] = requests
  assert.equal(`${sent?.method} ${sent?.url}`, 'POST https://api.my-app.example/v1/lists/l%201/items')
  assert.equal(sent?.headers['authorization'], 'Bearer key-of-ada')
  assert.deepEqual(sent?.body, { title: 'Milk', labels: ['shop'] })
})

test('says what the API says when it refuses', async () => {
  const running = runAction(createItem, { ...given, answer: () => new Response('', { status: 403 }) })
  await assert.rejects(running, { message: 'My App answered 403 to POST /lists/l%201/items' })
})

test('offers the lists to choose from, a page at a time', async () => {
  const answer = ({ url }: { url: string }): Response =>
    Response.json({ lists: url.endsWith('page=1') ? [{ id: 'l1', name: 'Groceries' }] : [] })
  const { options } = await optionsOf(createItem, 'list', { ...given, answer, page: 1 })
  assert.deepEqual(options, [{ label: 'Groceries', value: 'l1' }])
})
