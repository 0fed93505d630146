import { defineApp } from '@bellhop/sdk'

/** https://docs.slack.dev/apis/web-api */
export const slack = defineApp({
  type: 'app',
  app: 'slack',
  name: 'Slack',
  description: 'Messages and channels of a Slack workspace.',
  auth: {
    fields: {
      oauth_access_token: {
        label: 'OAuth access token',
        description: 'A bot token (`xoxb-…`) or a user token (`xoxp-…`).'
      }
    }
  },
  // Files come and go elsewhere, with the same token: https://docs.slack.dev/messaging/working-with-files
  hosts: ['slack.com', 'files.slack.com'],
  baseUrl: 'https://slack.com/api',
  // Slack answers 200 to whatever it understood: https://docs.slack.dev/apis/web-api/#responses
  refusal: { field: 'error', values: ['invalid_auth', 'token_expired', 'token_revoked', 'account_inactive'] },
  // https://docs.slack.dev/reference/methods/auth.test
  test: {
    method: 'POST',
    path: '/auth.test',
    headers: { authorization: 'Bearer {{oauth_access_token}}' },
    ok: 'ok',
    who: ['team', 'user']
  },
  propDefinitions: {
    channel: {
      type: 'string',
      label: 'Channel',
      description: 'The id of a channel, a group or a user (`C0123ABC`), or a public channel’s name (`#general`).'
    }
  }
})
