import type { Fault, Json, JsonObject } from '@bellhop/sdk'
import { quotable, rejection, type RejectionKind } from '../vendor/rejection.ts'

type Meaning = readonly [kind: RejectionKind, means: string, hint?: string]

const INVITE =
  'Invite it with `/invite @app` in that channel, or give it the scope `chat:write.public` for public channels.'
const MIGRATING = 'the workspace is being moved to an Enterprise organisation'

/** The error codes of the methods that the actions call, from their pages at https://docs.slack.dev/reference/methods. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  not_authed: ['credential', 'no credential came with the request'],
  invalid_auth: [
    'credential',
    'the caller’s credential is not valid, or not from this address',
    'Check that `oauth_access_token` is a whole bot or user token, and the app’s list of allowed addresses in Slack.'
  ],
  token_expired: [
    'credential',
    'the caller’s credential has expired',
    'Refresh the token where it is kept (`oauth.v2.access` with the refresh token), and send the new one.'
  ],
  token_revoked: ['credential', 'the caller’s credential was revoked, or its user, workspace or app is gone'],
  account_inactive: ['credential', 'the caller’s credential belongs to a deleted user or workspace'],
  not_allowed_token_type: [
    'permission',
    'a token of this type may not call this method',
    'Use a bot token (`xoxb-…`) or a user token (`xoxp-…`).'
  ],
  no_permission: ['permission', 'the token may not do this', 'Check the app’s scopes, and that it is in the channel.'],
  access_denied: ['permission', 'the token may not use what the request names'],
  accesslimited: ['permission', 'the method may not be called from this network'],
  ekm_access_denied: ['permission', 'the workspace’s administrators have stopped messages here'],
  enterprise_is_restricted: ['permission', 'the method may not be called for an Enterprise'],
  team_access_not_granted: ['permission', 'the token is not granted access to this workspace'],
  two_factor_setup_required: ['permission', 'the user has to set up two-factor authentication first'],
  user_is_restricted: ['permission', 'a restricted user may not do this'],
  not_in_channel: ['permission', 'the app or user of this token is not a member of the channel', INVITE],
  restricted_action: ['permission', 'a setting of the workspace keeps this user from posting'],
  restricted_action_read_only_channel: ['permission', 'the channel is read-only'],
  restricted_action_thread_only_channel: ['permission', 'the channel takes replies only'],
  restricted_action_non_threadable_channel: ['permission', 'the channel takes no replies'],
  restricted_action_thread_locked: ['permission', 'the thread is locked'],
  channel_not_found: [
    'not_found',
    'the channel does not exist or the app is not a member of it',
    'Use the channel’s id (in its details in Slack), and invite the app if the channel is private.'
  ],
  team_not_found: ['not_found', 'an organisation’s token needs the channel’s id, not its name'],
  cannot_reply_to_message: ['request', 'messages of this kind take no replies'],
  is_archived: ['request', 'the channel is archived', 'Unarchive it in Slack, or use another channel.'],
  no_text: ['request', 'the message has no text', 'Give `text`; look at what its reference resolves to.'],
  msg_too_long: ['request', 'the text is too long', 'Keep it under 40,000 characters, or send several messages.'],
  msg_blocks_too_long: ['request', 'the blocks are too long'],
  invalid_blocks: ['request', 'the blocks are not valid', 'Try them at https://app.slack.com/block-kit-builder.'],
  invalid_blocks_format: ['request', 'the blocks are not Block Kit JSON'],
  too_many_attachments: ['request', 'there are more than 100 attachments'],
  messages_tab_disabled: ['request', 'the app takes no direct messages', 'Switch on the Messages tab in its App Home.'],
  invalid_arguments: ['request', 'the arguments are not valid'],
  invalid_cursor: ['request', 'the cursor is not one of Slack’s', 'Use `next_cursor` of the last page, soon after it.'],
  invalid_limit: ['request', 'the limit is out of range'],
  invalid_types: ['request', 'the token may not list channels of these types', 'Check `types` and the app’s scopes.'],
  ratelimited: ['rate_limit', 'there were too many calls'],
  rate_limited: ['rate_limit', 'there were too many messages', 'Slack takes about one message per second and channel.'],
  message_limit_exceeded: ['rate_limit', 'the workspace sends too many messages'],
  internal_error: ['outage', 'something failed at Slack'],
  fatal_error: ['outage', 'something failed at Slack'],
  service_unavailable: ['outage', 'Slack is not available'],
  request_timeout: ['outage', 'the request did not arrive whole'],
  org_login_required: ['outage', MIGRATING],
  team_added_to_org: ['outage', MIGRATING]
}

/**
 * The meaning of an answer with `ok: false`.
 * @param body Slack's answer, for what some errors say besides their code
 */
export function slackSays(error: string, body: JsonObject, retryAfterMs: number | undefined): Fault {
  if (error === 'missing_scope') return missingScope(body)
  const [kind, means, hint] = Object.hasOwn(MEANINGS, error) ? (MEANINGS[error] ?? UNKNOWN) : UNKNOWN
  const details = detailsOf(body)
  return rejection({
    kind,
    vendor: 'Slack',
    said: error,
    means: details === '' ? means : `${means} (${details})`,
    hint,
    retryAfterMs
  })
}

const UNKNOWN: Meaning = [
  'request',
  'it refuses the request',
  'The code is explained at https://docs.slack.dev/reference/methods, on the page of the method.'
]

function missingScope(body: JsonObject): Fault {
  const needed = scopes(body['needed'])
  const provided = scopes(body['provided'])
  return rejection({
    kind: 'permission',
    vendor: 'Slack',
    said: 'missing_scope',
    means: `the token needs the scope ${needed || '(unnamed)'}${provided === '' ? '' : ` and has ${provided}`}`,
    hint: 'Add the scope to the Slack app, install it anew, and use the new token.'
  })
}

function scopes(value: Json | undefined): string {
  return typeof value === 'string' ? quotable(value).replaceAll(',', ', ') : ''
}

/** What Slack adds to `invalid_arguments` and `invalid_blocks`. */
function detailsOf(body: JsonObject): string {
  const metadata = body['response_metadata']
  const messages =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata['messages'] : []
  if (!Array.isArray(messages)) return ''
  return quotable(
    messages
      .filter((message) => typeof message === 'string')
      .slice(0, 3)
      .join('; ')
  )
}
