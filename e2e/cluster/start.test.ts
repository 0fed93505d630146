import { expect, it } from 'vitest'
import { nodes } from '../support/nodes.ts'
import { post } from '../support/post.ts'

const WORKFLOW = `
name: notify
trigger: { type: http, respond: last_step }
steps:
  - name: notify
    use: slack-send-message
    auth: { slack: { runtime: { oauth_access_token: "{{steps.trigger.event.body.token}}" } } }
    props: { channel: C0GENERAL, text: "{{steps.trigger.event.body.text}}" }
`

it('runs a workflow over a database that nodes share', async () => {
  const { start, vendor } = await nodes()
  const server = await start()
  const url = await server.deploy('notify', WORKFLOW)
  const answer = await post(url, { token: 'xoxb-of-a-node', text: 'hello' })
  expect(answer.status).toBe(200)
  expect(vendor.messages).toMatchObject([{ channel: 'C0GENERAL', text: 'hello' }])
  expect(server.output).toMatch(/^node 1 of postgres:\/\/127\.0\.0\.1:\d+\/bellhop_test_\w+$/m)
  expect(await server.stop()).toBe(0)
})
