import { defineComponent, type JsonObject } from '@bellhop/sdk'
import { callSlack } from '../api.ts'
import { slack } from '../app.ts'

/** What a message is made of, under the names that Slack gives it. */
const FIELDS = {
  channel: { propDefinition: [slack, 'channel'] },
  text: {
    type: 'string',
    label: 'Text',
    description: 'In Slack’s mrkdwn. With blocks it is what notifications and screen readers show.'
  },
  blocks: {
    type: 'object[]',
    label: 'Blocks',
    description: 'The message in Block Kit, as a list or as JSON text.',
    optional: true
  },
  thread_ts: {
    type: 'string',
    label: 'Thread',
    description: 'The `ts` of the message to reply to.',
    optional: true
  },
  reply_broadcast: {
    type: 'boolean',
    label: 'Reply to the channel too',
    description: 'Shows a reply in the channel as well.',
    optional: true
  },
  username: {
    type: 'string',
    label: 'User name',
    description: 'The name to post under. Needs the scope `chat:write.customize`, as the icons do.',
    optional: true
  },
  icon_emoji: {
    type: 'string',
    label: 'Icon (emoji)',
    description: 'An emoji as the picture, like `:bell:`.',
    optional: true
  },
  icon_url: { type: 'string', label: 'Icon (URL)', description: 'A picture’s address.', optional: true },
  mrkdwn: { type: 'boolean', label: 'Markup', description: 'False sends the text as it is.', optional: true },
  link_names: { type: 'boolean', label: 'Link names', description: 'Links the groups named in it.', optional: true },
  unfurl_links: { type: 'boolean', label: 'Unfurl links', description: 'Shows previews of pages.', optional: true },
  unfurl_media: { type: 'boolean', label: 'Unfurl media', description: 'Shows previews of media.', optional: true },
  metadata: {
    type: 'object',
    label: 'Metadata',
    description: '`event_type` and `event_payload`, for other apps in the workspace.',
    optional: true
  }
} as const

/**
 * https://docs.slack.dev/reference/methods/chat.postMessage
 *
 * Slack has no idempotency key: `client_msg_id` belongs to Slack's own clients. A message whose answer was lost may be
 * sent twice when the step is tried again.
 */
export const sendMessage = defineComponent({
  type: 'action',
  key: 'slack-send-message',
  name: 'Send a message',
  description: 'Sends a message to a channel, a group or a user.',
  version: '0.1.0',
  props: {
    slack,
    ...FIELDS
  },
  async run({ $ }) {
    const message: JsonObject = {}
    for (const name of namesOf(FIELDS)) {
      const value = this[name]
      if (value !== undefined) message[name] = value
    }
    const sent = await callSlack(this.slack, $, 'chat.postMessage', {
      method: 'POST',
      // Slack warns about JSON that does not say its character set.
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: message
    })
    const channel = typeof sent['channel'] === 'string' ? sent['channel'] : this.channel
    $.export('$summary', `Successfully sent a message to channel ${channel}`)
    return sent
  }
})

function namesOf<T extends object>(fields: T): (keyof T)[] {
  return Object.keys(fields) as (keyof T)[]
}
