import { defineComponent } from '@bellhop/sdk'
import { store } from '../store.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html */
export const listSecrets = defineComponent({
  type: 'action',
  key: 'aws-secrets-manager-list-secrets',
  name: 'List secrets',
  description:
    'Names secrets and what is known of them, and no values, one page at a time. Returns `secrets`, and `next_token` where there are more.',
  version: '0.1.0',
  props: {
    store,
    prefix: {
      type: 'string',
      label: 'Prefix',
      description: 'Only secrets whose names begin with this.',
      selects: true,
      optional: true
    },
    limit: { type: 'integer', label: 'How many', default: 100, min: 1, max: 100, optional: true },
    next_token: {
      type: 'string',
      label: 'Next page',
      description: 'The `next_token` of the page before.',
      selects: true,
      optional: true
    }
  },
  async run({ $ }) {
    const page = await this.store.call('list_secrets', {
      limit: this.limit,
      ...(this.prefix === undefined ? {} : { prefix: this.prefix }),
      ...(this.next_token === undefined ? {} : { next_token: this.next_token })
    })
    $.export('$summary', 'Listed secrets')
    return page
  }
})
