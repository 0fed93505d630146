import { defineApp } from '@bellhop/sdk'

/**
 * Any HTTP API. Its hosts come from the literal host of the step's URL, or from the binding; its credential stands in
 * `authorization`, in a header of its own, or in one query parameter.
 */
export const http = defineApp({
  type: 'app',
  app: 'http',
  name: 'HTTP',
  description: 'Any HTTP API, with a bearer token, a user name and password, or a key in a header or query parameter.',
  auth: {
    fields: {
      bearer_token: { label: 'Bearer token', description: 'Sent as `Authorization: Bearer …`.' },
      username: { label: 'User name', description: 'Sent with the password as `Authorization: Basic …` (RFC 7617).' },
      password: { label: 'Password' },
      header_name: { label: 'Header', description: 'The header that takes the key, like `X-Api-Key`.', secret: false },
      header_value: { label: 'Header’s value', description: 'The key, with all that the API wants before it.' },
      query_name: { label: 'Query parameter', description: 'The parameter that takes the key.', secret: false },
      query_value: { label: 'Query parameter’s value' }
    },
    oneOf: [['bearer_token'], ['username', 'password'], ['header_name', 'header_value'], ['query_name', 'query_value']],
    optional: true
  },
  hosts: [],
  places: { headers: ['authorization', '{{header_name}}'], query: ['{{query_name}}'], body: [] }
})
