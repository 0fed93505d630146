import { startVendor, type Vendor } from '@bellhop/examples/vendor'
import { runAction, type ActionResult } from '@bellhop/sdk/testing'
import type { JsonObject } from '@bellhop/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { listChannels } from './actions/list-channels.ts'
import { sendMessage } from './actions/send-message.ts'
import { slackSays } from './errors.ts'

let vendor: Vendor
beforeAll(async () => {
  vendor = await startVendor({ tokens: { ada: 'token-of-ada' } })
})
afterEach(() => vendor.reset())
afterAll(() => vendor.close())

function run(
  action: Parameters<typeof runAction>[0],
  props: JsonObject,
  token = 'token-of-ada'
): Promise<ActionResult> {
  const auth = { slack: { oauth_access_token: token } }
  return runAction(action, { props, auth, baseUrls: { slack: `${vendor.url}/api` } })
}

function names(result: ActionResult): string[] {
  return (result.value as { channels: { name: string }[] }).channels.map((channel) => channel.name)
}

describe('slack-send-message', () => {
  test('sends a message with the caller’s token, and says so', async () => {
    const { value, exports, warnings } = await run(sendMessage, { channel: '#general', text: 'hello' })
    expect(value).toMatchObject({ ok: true, channel: 'C0GENERAL', message: { text: 'hello' } })
    expect(exports).toEqual({ $summary: 'Successfully sent a message to channel C0GENERAL' })
    expect(vendor.messages.at(-1)).toMatchObject({ customer: 'ada', channel: 'C0GENERAL', text: 'hello' })
    expect(warnings).toEqual([])
  })

  test('sends what was given and nothing else', async () => {
    const blocks = [{ type: 'divider' }]
    const props = {
      channel: 'C0GENERAL',
      text: 'hi',
      thread_ts: '1.2',
      unfurl_links: false,
      username: 'Bell',
      icon_emoji: ':bell:'
    }
    const { requests } = await run(sendMessage, { ...props, blocks: JSON.stringify(blocks), metadata: null })
    expect(requests[0]?.body).toEqual({ ...props, blocks })
    expect(requests[0]?.headers['authorization']).toBe('Bearer token-of-ada')
    expect(requests[0]?.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  test.each([
    [{ channel: 'C0NOWHERE', text: 'x' }, 'channel_not_found', 404],
    [{ channel: 'C0OLDNEWS', text: 'x' }, 'is_archived', 400],
    [{ channel: 'C0OUTSIDE', text: 'x' }, 'not_in_channel', 403],
    [{ channel: 'C0GENERAL', text: '' }, 'no_text', 400]
  ])('%j is refused as %s', async (props, said, status) => {
    const sending = run(sendMessage, props)
    await expect(sending).rejects.toMatchObject({ status, retryable: false })
    await expect(sending).rejects.toThrow(`Slack says \`${said}\`: `)
  })

  test('the message for an unknown channel names both reasons', async () => {
    await expect(run(sendMessage, { channel: 'nowhere', text: 'x' })).rejects.toThrow(
      'Slack says `channel_not_found`: the channel does not exist or the app is not a member of it'
    )
  })

  test('a token that is nobody’s is the caller’s credential rejected', async () => {
    const sending = run(sendMessage, { channel: 'C0GENERAL', text: 'x' }, 'token-of-nobody')
    await expect(sending).rejects.toMatchObject({ code: 'credential_rejected', status: 401, retryable: false })
  })
})

describe('slack-list-channels', () => {
  test('lists all pages', async () => {
    vendor.behave(
      { path: '/api/conversations.list', times: 1 },
      {
        body: { ok: true, channels: [{ name: 'first' }], response_metadata: { next_cursor: btoa('at:4') } }
      }
    )
    const result = await run(listChannels, {})
    expect(names(result)).toEqual(['first', 'outside', 'old-news'])
    expect(result.exports).toEqual({ $summary: 'Successfully found 3 channels' })
    expect(result.value).toMatchObject({ next_cursor: '' })
  })

  test('stops at the limit, and goes on from the cursor that it returned', async () => {
    const start = await run(listChannels, { limit: 2 })
    expect(names(start)).toEqual(['general', 'random'])
    const { next_cursor } = start.value as { next_cursor: string }
    expect(names(await run(listChannels, { limit: 2, cursor: next_cursor }))).toEqual(['support', 'alerts'])
  })

  test('asks for other types, and leaves archived channels out', async () => {
    const types = ['public_channel', 'private_channel']
    expect(names(await run(listChannels, { types, exclude_archived: true }))).toEqual([
      'general',
      'random',
      'support',
      'alerts',
      'outside',
      'board'
    ])
  })
})

describe('what Slack says', () => {
  test.each([
    ['token_expired', 'credential_rejected', 'the caller’s credential has expired', false],
    ['token_revoked', 'credential_rejected', 'the caller’s credential was revoked', false],
    ['account_inactive', 'credential_rejected', 'deleted user or workspace', false],
    ['not_authed', 'credential_rejected', 'no credential came', false],
    ['restricted_action', 'credential_forbidden', 'a setting of the workspace', false],
    ['msg_too_long', 'vendor_rejected', 'the text is too long', false],
    ['internal_error', 'vendor_unavailable', 'something failed at Slack', true],
    ['ratelimited', 'vendor_rate_limited', 'too many calls', true],
    ['never_heard_of', 'vendor_rejected', 'it refuses the request', false],
    ['toString', 'vendor_rejected', 'it refuses the request', false]
  ])('%s is %s', (error, code, words, retryable) => {
    const fault = slackSays(error, { ok: false, error }, undefined)
    expect(fault).toMatchObject({ code, retryable })
    expect(fault.message).toMatch(`Slack says \`${error}\`: `)
    expect(fault.message).toContain(words)
  })

  test('a missing scope is named, with those that are there', () => {
    const fault = slackSays('missing_scope', { needed: 'chat:write', provided: 'channels:read,users:read' }, undefined)
    expect(fault.code).toBe('credential_forbidden')
    expect(fault.message).toContain('needs the scope chat:write and has channels:read, users:read')
  })

  test('what Slack adds to bad arguments is told', () => {
    const body = { response_metadata: { messages: ['[ERROR] must provide a string\n[json-pointer:/channel]'] } }
    expect(slackSays('invalid_arguments', body, undefined).message).toBe(
      'Slack says `invalid_arguments`: the arguments are not valid ([ERROR] must provide a string [json-pointer:/channel])'
    )
  })

  test('a rate limit says how long to wait', async () => {
    vendor.behave(
      { times: 1 },
      { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } }
    )
    await expect(run(listChannels, {})).rejects.toMatchObject({
      code: 'vendor_rate_limited',
      status: 429,
      retryable: true,
      retryAfterMs: 30_000
    })
  })

  test('a page of something between here and Slack is not mistaken for an answer', async () => {
    vendor.behave({ times: 1 }, { status: 502, headers: { 'content-type': 'text/html' }, raw: '<h1>Bad gateway</h1>' })
    await expect(run(listChannels, {})).rejects.toMatchObject({
      code: 'vendor_unavailable',
      status: 502,
      retryable: true
    })
    vendor.behave({ times: 1 }, { body: { hello: 'world' } })
    await expect(run(listChannels, {})).rejects.toThrow('the answer is not one of Slack’s API')
  })
})
