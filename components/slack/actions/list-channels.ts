import { defineComponent, type Json } from '@bellhop/sdk'
import { isObject } from '../../vendor/refusal.ts'
import { callSlack } from '../api.ts'
import { slack } from '../app.ts'

/** Slack advises at most this many in one answer. */
const PAGE = 200

/** https://docs.slack.dev/reference/methods/conversations.list */
export const listChannels = defineComponent({
  type: 'action',
  key: 'slack-list-channels',
  name: 'List channels',
  description: 'Lists channels, groups and direct messages that the token can see.',
  version: '0.1.0',
  props: {
    slack,
    types: {
      type: 'string[]',
      label: 'Types',
      description: 'Which kinds of conversations.',
      options: ['public_channel', 'private_channel', 'mpim', 'im'],
      default: ['public_channel'],
      optional: true
    },
    exclude_archived: {
      type: 'boolean',
      label: 'Without archived ones',
      default: false,
      optional: true
    },
    limit: {
      type: 'integer',
      label: 'Limit',
      description: 'How many at most, over as many pages as it takes.',
      default: 1000,
      min: 1,
      max: 10_000,
      optional: true
    },
    cursor: {
      type: 'string',
      label: 'Cursor',
      description: 'Where to go on: the `next_cursor` that an earlier call returned.',
      optional: true
    }
  },
  /** @returns `channels`, and `next_cursor` (empty when there are no more) */
  async run({ $ }) {
    const channels: Json[] = []
    let cursor = this.cursor ?? ''
    do {
      const page = await callSlack(this.slack, $, 'conversations.list', {
        query: {
          types: this.types.join(','),
          exclude_archived: this.exclude_archived,
          limit: Math.min(this.limit - channels.length, PAGE),
          cursor: cursor === '' ? undefined : cursor
        }
      })
      if (Array.isArray(page['channels'])) channels.push(...page['channels'])
      cursor = nextCursor(page['response_metadata'])
    } while (cursor !== '' && channels.length < this.limit)
    $.export('$summary', `Successfully found ${channels.length} channel${channels.length === 1 ? '' : 's'}`)
    return { channels, next_cursor: cursor }
  }
})

function nextCursor(metadata: Json | undefined): string {
  const cursor = isObject(metadata) ? metadata['next_cursor'] : undefined
  return typeof cursor === 'string' ? cursor : ''
}
