/** As much of Slack's Web API, and of the host of its files, as the actions need: https://docs.slack.dev/reference/methods */
import type { Json, JsonObject } from '@bellhop/sdk'
import type { Asked } from './stand-in.ts'

const CHANNELS = [
  { id: 'C1', name: 'general', is_channel: true },
  { id: 'C2', name: 'random', is_channel: true }
]
const USER = { id: 'U1', name: 'ada', real_name: 'Ada', profile: { real_name: 'Ada', email: 'ada@example.com' } }

const SCOPES = ['channels:read', 'chat:write', 'users:read']

const METHODS: Readonly<Record<string, (form: JsonObject) => JsonObject>> = {
  'auth.test': () => ({ user_id: 'U1', user: 'ada', team_id: 'T1', response_metadata: { scopes: SCOPES } }),
  'chat.postMessage': ({ channel, text }) => ({
    channel: channel ?? '',
    ts: '1700000000.000100',
    message: { text: text ?? '' }
  }),
  'chat.update': ({ channel, ts, text }) => ({ channel: channel ?? '', ts: ts ?? '', text: text ?? '' }),
  'conversations.info': ({ channel }) => ({ channel: CHANNELS.find(({ id }) => id === channel) ?? {} }),
  'conversations.list': () => ({ channels: CHANNELS, response_metadata: { next_cursor: '' } }),
  'conversations.setTopic': ({ channel, topic }) => ({ channel: { id: channel ?? '', topic: { value: topic ?? '' } } }),
  'conversations.replies': () => ({ messages: [{ text: 'first' }, { text: 'second' }], has_more: false }),
  'files.getUploadURLExternal': () => ({ upload_url: 'https://files.slack.com/upload/v1/F1', file_id: 'F1' }),
  '/upload/v1/F1': () => ({}),
  'files.completeUploadExternal': () => ({ files: [{ id: 'F1' }] }),
  'reactions.add': () => ({}),
  'team.info': () => ({ team: { id: 'T1', name: 'Engines', domain: 'engines' } }),
  'users.conversations': ({ cursor }) =>
    cursor === 'more'
      ? { channels: CHANNELS.slice(1), response_metadata: { next_cursor: '' } }
      : { channels: CHANNELS.slice(0, 1), response_metadata: { next_cursor: 'more' } },
  'users.info': () => ({ user: USER }),
  'users.list': () => ({ members: [USER], response_metadata: { next_cursor: '' } }),
  'users.lookupByEmail': ({ email }) => ({ user: { ...USER, profile: { ...USER.profile, email: email ?? '' } } }),
  'users.profile.get': () => ({ profile: USER.profile })
}

/** Answers 200 to whatever it understood, as Slack does, and says again with which token it was asked. */
export function slack(token: string): (asked: Asked) => Json | undefined {
  return ({ path, headers: { authorization = '' }, body }) => {
    const method = METHODS[path.replace(/^\/api\//, '').replace(/\?.*/, '')]
    if (method === undefined) return undefined
    if (authorization !== `Bearer ${token}`) return { ok: false, error: 'invalid_auth' }
    return { ok: true, ...method(Object.fromEntries(new URLSearchParams(body))), asked_with: authorization }
  }
}
