/** A vendor's stand-in: speaks TLS under the vendor's name, answers whoever brings the right token, remembers all requests. */
import { createServer } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json } from '@bellhop/sdk'
import type { Certificate } from '../../../server/src/egress/fixtures/certificates.ts'

export interface Asked {
  method: string
  /** With its query. */
  path: string
  headers: IncomingMessage['headers']
  body: string
}

export interface StandIn {
  port: number
  /** What has arrived so far. */
  asked: Asked[]
  close(): void
}

/**
 * @param answer what the vendor answers; undefined for what it does not know (404)
 */
export async function standIn(certificate: Certificate, answer: (asked: Asked) => Json | undefined): Promise<StandIn> {
  const asked: Asked[] = []
  const server = createServer(certificate, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request
      asked.push({ method, path, headers, body })
      const answered = answer({ method, path, headers, body })
      response.writeHead(answered === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answered ?? { object: 'error', code: 'object_not_found' }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { port: (server.address() as AddressInfo).port, asked, close }
}
