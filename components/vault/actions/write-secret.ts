import { defineComponent } from '@bellhop/sdk'
import { path, store } from '../store.ts'

/**
 * https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#create-update-secret
 *
 * Vault has no idempotency key: an attempt whose answer was lost has written, and the next one writes the same once more,
 * as another version. `cas` keeps it from that, and then fails instead.
 */
export const writeSecret = defineComponent({
  type: 'action',
  key: 'vault-write-secret',
  name: 'Write a secret',
  description: 'Writes a secret of KV, in place of what is there. Returns what Vault says of the new version.',
  version: '0.1.0',
  props: {
    store,
    path,
    data: {
      type: 'object',
      label: 'Data',
      description: 'Its fields. Handles in them are written as what they stand for.',
      secret: true
    },
    cas: {
      type: 'integer',
      label: 'Check and set',
      description: 'Of KV version 2: the version that has to be there still; 0: none.',
      min: 0,
      optional: true
    }
  },
  async run({ $ }) {
    const written = await this.store.call('write', {
      path: this.path,
      data: this.data,
      ...(this.cas === undefined ? {} : { cas: this.cas })
    })
    $.export('$summary', `Wrote ${this.path}`)
    return written
  }
})
