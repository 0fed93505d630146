import { defineComponent } from '@bellhop/sdk'
import { path, store } from '../store.ts'

/** https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#list-secrets */
export const listSecrets = defineComponent({
  type: 'action',
  key: 'vault-list-secrets',
  name: 'List secrets',
  description: 'Names what is right below a path, and no values. Returns `keys`; those of folders end in a slash.',
  version: '0.1.0',
  props: { store, path: { ...path, description: 'A folder, its mount first: `secret/customers`.' } },
  async run({ $ }) {
    const listed = await this.store.call('list', { path: this.path })
    $.export('$summary', `Listed ${this.path}`)
    return listed
  }
})
