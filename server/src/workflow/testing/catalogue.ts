/** A small catalogue for tests: an app with one field, one with fields of every kind, and one without hosts. */
import { defineApp, defineComponent } from '@bellhop/sdk'
import { createCatalogue } from '../catalogue.ts'

export const slack = defineApp({
  type: 'app',
  app: 'slack',
  name: 'Slack',
  description: 'Messages',
  auth: { fields: { oauth_access_token: { label: 'Token' } } },
  hosts: ['slack.com'],
  propDefinitions: { channel: { type: 'string', label: 'Channel' } }
})

const desk = defineApp({
  type: 'app',
  app: 'desk',
  name: 'Desk',
  description: 'Tickets',
  auth: {
    fields: {
      subdomain: { label: 'Subdomain', secret: false },
      email: { label: 'E-mail' },
      api_token: { label: 'API token' },
      agent: { label: 'Agent', optional: true }
    }
  },
  hosts: ['{{subdomain}}.desk.example']
})

const http = defineApp({
  type: 'app',
  app: 'http',
  name: 'HTTP',
  description: 'Any API',
  auth: {
    fields: {
      bearer_token: { label: 'Token' },
      username: { label: 'User name' },
      password: { label: 'Password' }
    },
    oneOf: [['bearer_token'], ['username', 'password']],
    optional: true
  },
  hosts: []
})

const sendMessage = defineComponent({
  type: 'action',
  key: 'slack-send-message',
  name: 'Send a message',
  description: '',
  version: '0.1.0',
  props: {
    slack,
    channel: { propDefinition: [slack, 'channel'] },
    text: { type: 'string' },
    retries: { type: 'integer', min: 0, max: 5, optional: true },
    kind: { type: 'string', options: ['plain', { label: 'Rich text', value: 'rich' }], default: 'plain' },
    silent: { type: 'boolean', optional: true },
    blocks: { type: 'object[]', optional: true },
    signing_key: { type: 'string', secret: true, optional: true }
  },
  run: async () => null
})

const createTicket = defineComponent({
  type: 'action',
  key: 'desk-create-ticket',
  name: 'Create a ticket',
  description: '',
  version: '0.1.0',
  props: { desk, subject: { type: 'string' } },
  run: async () => null
})

const request = defineComponent({
  type: 'action',
  key: 'http-request',
  name: 'Send a request',
  description: '',
  version: '0.1.0',
  props: {
    http,
    url: { type: 'string' },
    headers: { type: 'object', optional: true },
    body: { type: 'any', optional: true }
  },
  run: async () => null
})

const wait = defineComponent({
  type: 'action',
  key: 'clock-read',
  name: 'Read the clock',
  description: '',
  version: '0.1.0',
  props: {},
  run: async () => null
})

const query = defineComponent({
  type: 'action',
  key: 'base-query',
  name: 'Query',
  description: '',
  version: '0.1.0',
  props: {
    store: { type: 'store', kinds: ['base'] },
    path: { type: 'string', lookup: true, optional: true },
    sql: { type: 'string', literal: { instead: 'values' }, optional: true },
    values: { type: 'any', selects: true, optional: true }
  },
  run: async () => null
})

export const catalogue = createCatalogue([slack, desk, http], [sendMessage, createTicket, request, wait, query])
