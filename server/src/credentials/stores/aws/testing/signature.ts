/**
 * Checks a signature as AWS does: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * Written from that page, so that it says something about the client that signed.
 */
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Who signed a request, for what. */
export interface Signed {
  keyId: string
  region: string
  service: string
  /** Whether it is the signature of this secret key. */
  by(secretKey: string): boolean
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/

/** Undefined where it is not signed. */
export function signedBy(request: IncomingMessage, body: Buffer): Signed | undefined {
  const match = AUTHORIZATION.exec(request.headers.authorization ?? '')
  if (match === null) return undefined
  const [, keyId = '', date = '', region = '', service = '', names = '', signature = ''] = match
  const headers = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
  const [path = '/', query = ''] = (request.url ?? '').split('?', 2)
  const canonical = [request.method, path, query, headers.join(''), names, sha256(body)].join('\n')
  const scope = `${date}/${region}/${service}/aws4_request`
  const time = String(request.headers['x-amz-date'])
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(Buffer.from(canonical))].join('\n')
  return {
    keyId,
    region,
    service,
    by(secretKey) {
      const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secretKey}`)
      return hmac(key, toSign).toString('hex') === signature
    }
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
