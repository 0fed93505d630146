import type { StoreProp } from '@bellhop/sdk'

/** https://developer.hashicorp.com/vault/api-docs, which OpenBao has, too */
export const store = {
  type: 'store',
  kinds: ['vault'],
  label: 'Vault',
  description: 'A store of this kind, as `bellhop stores` lists it.'
} as const satisfies StoreProp

/** Which secret is meant. */
export const path = {
  type: 'string',
  label: 'Path',
  description:
    'As Vault’s command line takes it, its mount first: `secret/customers/acme/slack`. What a reference brings is part of one segment.',
  lookup: true
} as const
