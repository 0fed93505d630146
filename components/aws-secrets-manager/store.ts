import type { StoreProp } from '@bellhop/sdk'

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/intro.html */
export const store = {
  type: 'store',
  kinds: ['aws_secrets_manager'],
  label: 'AWS Secrets Manager',
  description: 'A store of this kind, as `bellhop stores` lists it.'
} as const satisfies StoreProp

/** Which secret is meant. */
export const path = {
  type: 'string',
  label: 'Secret',
  description: 'Its name or its ARN: `customers/acme/slack`. What a reference brings is part of one segment.',
  lookup: true
} as const
