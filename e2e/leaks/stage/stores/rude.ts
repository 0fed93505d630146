/**
 * A server that no store should be: the first part of the path says how it answers, and all that it was sent stands in
 * what it answers, in its headers, its reason and its body, as it came and in base64.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RudeServer {
  manners: readonly Manner[]
  /** Where it answers with this status; `silent`: where it never does, `cut`: where it stops in the middle. */
  at(manner: Manner): string
  close(): Promise<void>
}

const MANNERS = ['200', '307', '400', '401', '403', '404', '424', '429', '500', '503', 'silent', 'cut'] as const

export type Manner = (typeof MANNERS)[number]

export async function startRudeServer(): Promise<RudeServer> {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    manners: MANNERS,
    at: (manner) => `${base}/${manner}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const sent = [request.url ?? '', ...request.rawHeaders, Buffer.concat(chunks).toString()].join('\n')
  const manner = request.url?.split('/')[1] ?? ''
  if (manner === 'silent') return
  const inBase64 = Buffer.from(sent).toString('base64')
  response.writeHead(Number(manner) || 500, sentences(sent), {
    'content-type': 'application/json',
    'retry-after': '1',
    location: `/elsewhere?${encodeURIComponent(sent)}`,
    'x-quoted': inBase64
  })
  // The shapes in which Vault, Nango and AWS say errors.
  const body = JSON.stringify({
    errors: [`permission denied: ${sent}`, inBase64],
    error: { code: sent, message: sent, payload: sent },
    __type: `AccessDeniedException#${inBase64}`,
    message: sent,
    Message: sent
  })
  if (manner !== 'cut') return void response.end(body)
  response.write(body.slice(0, -20), () => response.destroy())
}

/** A reason phrase is one line. */
function sentences(sent: string): string {
  return sent.replaceAll(/[^\x20-\x7e]+/g, ' ').slice(0, 1_000)
}
