/** A network between a node and the database, for tests that break it. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Proxy {
  /** The database's URL, by way of this. */
  url: string
  /** Ends every connection, and takes no new one. */
  cut(): void
  mend(): void
  /**
   * The next message of a client that has this text reaches the server, and nothing that the server says then comes back:
   * the connection ends instead. Resolves when it has.
   */
  loseAnswerTo(text: string): Promise<void>
}

/** Ends with the test. */
export async function proxyTo(url: string): Promise<Proxy> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  let fatal: { text: string; happened: () => void } | undefined
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const upstream = connect(Number(port || 5432), hostname)
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(one)
      one.on('error', () => undefined).on('close', () => (sockets.delete(one), other.destroy()))
    }
    let deaf: (() => void) | undefined
    upstream.on('data', (bytes) => {
      // The server has answered, so it has done it.
      if (deaf === undefined) return void client.write(bytes)
      client.destroy()
      deaf()
    })
    client.on('data', (bytes) => {
      if (fatal !== undefined && bytes.includes(fatal.text)) {
        deaf = fatal.happened
        fatal = undefined
      }
      upstream.write(bytes)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = (): void => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  const loseAnswerTo = (text: string): Promise<void> => new Promise((happened) => (fatal = { text, happened }))
  const by = new URL(url)
  by.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url: by.href, cut, mend: () => (isCut = false), loseAnswerTo }
}
