import { request as http } from 'node:http'
import { request as https } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Vault } from './vault.ts'

export interface VaultClient {
  /** One call of the HTTP API: `call('POST', '/sys/policies/acl/reader', { policy })`. The path stands below `/v1`. */
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
}

/** An administrator's client, for tests that prepare a server; a token and a namespace other than the root's on demand. */
export function vaultClient(
  { url, token, ca }: Pick<Vault, 'url' | 'token' | 'ca'>,
  as: { token?: string; namespace?: string } = {}
): VaultClient {
  const headers = {
    'x-vault-token': as.token ?? token,
    'x-vault-request': 'true',
    ...(as.namespace === undefined ? {} : { 'x-vault-namespace': as.namespace })
  }
  const send = url.startsWith('https:') ? https : http
  return {
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        const options = { method, headers, timeout: 10_000, ...(ca === undefined ? {} : { ca }) }
        const request = send(`${url}/v1${path}`, options, (response) => {
          text(response).then((answer) => {
            resolve({ status: response.statusCode ?? 0, body: answer === '' ? undefined : JSON.parse(answer) })
          }, reject)
        })
        request.once('timeout', () => request.destroy(new Error(`no answer to ${method} ${path}`)))
        request.once('error', reject)
        request.end(body === undefined ? undefined : JSON.stringify(body))
      })
  }
}
