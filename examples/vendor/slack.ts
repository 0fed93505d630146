import { text, type Json, type JsonObject, type Reply, type Visit } from './visit.ts'

/** A channel as Slack's `conversations.list` shows it. */
type Channel = JsonObject & { id: string; name: string; is_archived: boolean; is_private: boolean; is_member: boolean }

const CHANNELS: readonly Channel[] = [
  channel('C0GENERAL', 'general'),
  channel('C0RANDOM', 'random'),
  channel('C0SUPPORT', 'support'),
  channel('C0ALERTS', 'alerts'),
  channel('C0OUTSIDE', 'outside', { is_member: false }),
  channel('C0OLDNEWS', 'old-news', { is_archived: true }),
  channel('C0BOARD', 'board', { is_private: true })
]
const MAX_TEXT = 40_000
const KEPT_MESSAGES = 1_000

/** As much of Slack's Web API as the first-party actions use: always 200, and `ok` says how it went. */
export class Slack {
  #messages: JsonObject[] = []
  #posted = 0

  /** The latest messages, oldest first: customer, channel, text, ts. */
  get messages(): readonly JsonObject[] {
    return this.#messages.slice(-KEPT_MESSAGES)
  }

  handle(visit: Visit): Reply | undefined {
    if (!visit.path.startsWith('/api/')) return undefined
    if (visit.customer === undefined) return failed(visit.token === undefined ? 'not_authed' : 'invalid_auth')
    switch (visit.path) {
      case '/api/chat.postMessage':
        return this.#post(visit.fields, visit.customer)
      case '/api/conversations.list':
        return list({ ...Object.fromEntries(visit.query), ...visit.fields })
      case '/api/auth.test':
        return ok({ user: visit.customer, team: 'Acme', user_id: `U0${visit.customer.toUpperCase()}` })
      default:
        return failed('unknown_method')
    }
  }

  #post(fields: JsonObject, customer: string): Reply {
    const target = CHANNELS.find((one) => one.id === fields['channel'] || `#${one.name}` === hashed(fields['channel']))
    if (target === undefined) return failed('channel_not_found')
    if (target.is_archived) return failed('is_archived')
    if (!target.is_member) return failed('not_in_channel')
    const said = text(fields['text'])
    if (said === '' && fields['blocks'] === undefined) return failed('no_text')
    if (said.length > MAX_TEXT) return failed('msg_too_long')
    this.#posted++
    const ts = `${Math.floor(Date.now() / 1000)}.${String(this.#posted % 1_000_000).padStart(6, '0')}`
    this.#messages.push({ customer, channel: target.id, text: said, ts })
    if (this.#messages.length >= 2 * KEPT_MESSAGES) this.#messages = this.#messages.slice(-KEPT_MESSAGES)
    const thread = text(fields['thread_ts']) === '' ? {} : { thread_ts: text(fields['thread_ts']) }
    const message = { type: 'message', text: said, ts, bot_id: 'B0BELLHOP', ...thread }
    return ok({ channel: target.id, ts, message })
  }
}

/** Slack takes `general` and `#general`. */
function hashed(name: Json | undefined): string {
  return typeof name === 'string' ? `#${name.replace(/^#/, '')}` : ''
}

function list(args: JsonObject): Reply {
  const limit = Number(args['limit'] ?? 100)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return failed('invalid_limit')
  const types = text(args['types'] ?? 'public_channel').split(',')
  const known = ['public_channel', 'private_channel', 'mpim', 'im']
  if (!types.every((type) => known.includes(type))) return failed('invalid_types')
  const start = cursorAt(args['cursor'])
  if (start === undefined) return failed('invalid_cursor')
  const archived = text(args['exclude_archived']) !== 'true'
  const matching = CHANNELS.filter(
    (one) => types.includes(one.is_private ? 'private_channel' : 'public_channel') && (archived || !one.is_archived)
  )
  const next = start + limit < matching.length ? Buffer.from(`at:${start + limit}`).toString('base64') : ''
  return ok({ channels: matching.slice(start, start + limit), response_metadata: { next_cursor: next } })
}

function cursorAt(cursor: Json | undefined): number | undefined {
  if (cursor === undefined || cursor === '') return 0
  const [, at] = /^at:(\d+)$/.exec(Buffer.from(text(cursor), 'base64').toString()) ?? []
  return at === undefined ? undefined : Number(at)
}

function channel(id: string, name: string, more: Partial<Channel> = {}): Channel {
  return { id, name, is_channel: true, is_archived: false, is_private: false, is_member: true, ...more }
}

function ok(fields: JsonObject): Reply {
  return { status: 200, body: { ok: true, ...fields } }
}

function failed(error: string): Reply {
  return { status: 200, body: { ok: false, error } }
}
