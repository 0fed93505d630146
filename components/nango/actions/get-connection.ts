import { defineComponent } from '@bellhop/sdk'

/** https://nango.dev/docs/reference/backend/http-api/connections/get */
export const getConnection = defineComponent({
  type: 'action',
  key: 'nango-get-connection',
  name: 'Get a connection',
  description:
    'Reads a connection with its credential, which Nango renews. Returns what Nango answers; `credentials` and `connection_config` are secret.',
  version: '0.1.0',
  props: {
    store: {
      type: 'store',
      kinds: ['nango'],
      label: 'Nango',
      description: 'A store of this kind, as `bellhop stores` lists it.'
    },
    connection: {
      type: 'string',
      label: 'Connection',
      description: 'The connection’s id. What a reference brings is used as it is.',
      lookup: true
    },
    integration: {
      type: 'string',
      label: 'Integration',
      description: 'The integration’s id: Nango’s `provider_config_key`.',
      selects: true
    }
  },
  async run({ $ }) {
    const connection = await this.store.call('get_connection', {
      connection: this.connection,
      integration: this.integration
    })
    $.export('$summary', 'Read the connection')
    return connection
  }
})
