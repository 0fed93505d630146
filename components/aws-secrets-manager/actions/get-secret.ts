import { defineComponent } from '@bellhop/sdk'
import { path, store } from '../store.ts'

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export const getSecret = defineComponent({
  type: 'action',
  key: 'aws-secrets-manager-get-secret',
  name: 'Get a secret',
  description:
    'Reads a secret. Returns `data`, its fields (a text that is not a JSON object, and bytes in base64, stand under `data.value`), and `metadata`.',
  version: '0.1.0',
  props: {
    store,
    path,
    version: {
      type: 'string',
      label: 'Version',
      description: '`AWSPREVIOUS`, another staging label, or a version’s id. Without it: the current one.',
      selects: true,
      optional: true
    }
  },
  async run({ $ }) {
    const secret = await this.store.call('get_secret', {
      path: this.path,
      ...(this.version === undefined ? {} : { version: this.version })
    })
    $.export('$summary', 'Read the secret')
    return secret
  }
})
