import { defineComponent } from '@bellhop/sdk'
import { path, store } from '../store.ts'

/**
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
 *
 * A repeated attempt carries the same version id, and AWS writes nothing the second time.
 */
export const putSecret = defineComponent({
  type: 'action',
  key: 'aws-secrets-manager-put-secret',
  name: 'Put a secret',
  description:
    'Writes a new current version of a secret. Returns its name, ARN and version, and whether it was created.',
  version: '0.1.0',
  props: {
    store,
    path,
    value: {
      type: 'any',
      label: 'Value',
      description: 'Text as it is; an object as JSON. Handles in it are written as what they stand for.',
      secret: true
    },
    create: {
      type: 'boolean',
      label: 'Create it',
      description: 'Makes the secret where there is none of this name.',
      default: false,
      optional: true
    }
  },
  async run({ $ }) {
    const written = await this.store.call('put_secret', {
      path: this.path,
      value: this.value,
      create: this.create,
      idempotency_key: $.context.idempotency_key
    })
    $.export('$summary', 'Wrote the secret')
    return written
  }
})
