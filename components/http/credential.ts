import { Fault, type BoundAppOf } from '@bellhop/sdk'
import type { http as app } from './app.ts'

/** Where the bound credential stands in a request. Its values are handles, which the door turns into secrets. */
export interface Credential {
  headers: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
}

/** @throws Fault `credential_conflict` when two of the bound credentials want the same header */
export function credentialOf({ $auth }: BoundAppOf<typeof app>): Credential {
  const headers: Record<string, string> = {}
  const query: Record<string, string> = {}
  const put = (name: string, value: string): void => {
    if (Object.hasOwn(headers, name)) throw conflict(name)
    headers[name] = value
  }
  const { bearer_token, username, password, header_name, header_value, query_name, query_value } = $auth
  if (bearer_token !== undefined) put('authorization', `Bearer ${bearer_token}`)
  if (username !== undefined && password !== undefined) {
    put('authorization', `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
  }
  if (header_name !== undefined && header_value !== undefined) put(header_name.toLowerCase(), header_value)
  if (query_name !== undefined && query_value !== undefined) query[query_name] = query_value
  return { headers, query }
}

function conflict(name: string): Fault {
  return new Fault('credential_conflict', `two of the bound credentials want the header \`${name}\``, {
    hint: 'Bind one of them: `bearer_token`, `username` and `password`, or `header_name` and `header_value`.'
  })
}
