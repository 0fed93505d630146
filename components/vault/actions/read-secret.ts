import { defineComponent } from '@bellhop/sdk'
import { path, store } from '../store.ts'

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version */
export const readSecret = defineComponent({
  type: 'action',
  key: 'vault-read-secret',
  name: 'Read a secret',
  description:
    'Reads a secret of KV, in either version, or has one made for this run (a database user, AWS keys). Returns `data`, its fields, and `metadata`.',
  version: '0.1.0',
  props: {
    store,
    path,
    version: {
      type: 'integer',
      label: 'Version',
      description: 'Of KV version 2. Without it: the current one.',
      min: 1,
      selects: true,
      optional: true
    }
  },
  async run({ $ }) {
    const secret = await this.store.call('read', {
      path: this.path,
      ...(this.version === undefined ? {} : { version: this.version })
    })
    $.export('$summary', `Read ${this.version === undefined ? '' : `version ${this.version} of `}${this.path}`)
    return secret
  }
})
