import { once } from 'node:events'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthority } from '../fixtures/certificates.ts'
import { deadPort, httpsServer, rawServer } from '../fixtures/servers.ts'
import { errorOf, house, talk } from '../fixtures/serving.ts'

const authority = createAuthority()
const before = getCACertificates('default')
beforeAll(() => setDefaultCACertificates([...before, authority.cert]))
afterAll(() => setDefaultCACertificates(before))

describe('a tunnel', () => {
  it('passes bytes as they are, with nothing revealed', async () => {
    const database = await rawServer((socket) => socket.pipe(socket))
    const { connect, handle } = await house(database, {
      egress: [{ host: '127.0.0.1', port: database.port, tcp: true }]
    })
    const stream = connect()
    stream.end(`\0\0\0\x08 ${handle}`)
    const [echo] = (await once(stream, 'data')) as [Buffer]
    expect(echo.toString()).toBe(`\0\0\0\x08 ${handle}`)
    await once(stream, 'end')
  })

  it('leads to the listed port only', async () => {
    const database = await rawServer((socket) => socket.pipe(socket))
    const { serve, scope } = await house(database, { egress: [{ host: '127.0.0.1', port: 1, tcp: true }] })
    const [near, { stream }] = serve()
    near.write('\0\0\0\x08')
    expect(await errorOf(stream)).toMatchObject({ code: 'not_http' })
    expect(scope.warnings).toHaveLength(1)
    expect(database.connections()).toBe(0)
  })

  it('has its addresses judged', async () => {
    const database = await rawServer(() => undefined)
    const egress = [{ host: '169.254.169.254', port: 80, tcp: true as const }]
    const { serve, scope } = await house(database, { egress })
    expect(await errorOf(serve({ host: '169.254.169.254', port: 80 })[1].stream)).toMatchObject({
      code: 'address_refused'
    })
    expect(scope.warnings).toHaveLength(1)
  })

  it('breaks with the reason, where nobody listens, and where the run is lost', async () => {
    const database = await rawServer(() => undefined)
    const port = await deadPort()
    const egress = [{ host: '127.0.0.1', port, tcp: true as const }]
    const { serve } = await house(database, { egress })
    expect(await errorOf(serve({ port })[1].stream)).toMatchObject({ code: 'vendor_unreachable' })
    const lost = await house(database, { egress, owned: () => false })
    expect(await errorOf(lost.serve({ port })[1].stream)).toMatchObject({ code: 'run_lost' })
  })

  it('ends with its step', async () => {
    const database = await rawServer((socket) => void socket.resume())
    const stop = new AbortController()
    const egress = [{ host: '127.0.0.1', port: database.port, tcp: true as const }]
    const { connect } = await house(database, { egress, signal: stop.signal })
    connect()
    await expect.poll(() => database.open()).toBe(1)
    stop.abort()
    await expect.poll(() => database.open()).toBe(0)
  })

  it('may be one through TLS, which the door speaks and checks', async () => {
    const good = await httpsServer(authority.issue(['db.example']))
    const { connect, serve } = await house(good, { egress: [{ host: 'db.example', port: good.port, tcp: true }] })
    const request = 'GET / HTTP/1.1\r\nHost: db\r\nConnection: close\r\n\r\n'
    expect(await talk(connect({ host: 'db.example', tls: true }), request)).toMatch(/^HTTP\/1\.1 200/)
    const bad = await httpsServer(authority.issue(['other.example']))
    const other = await house(bad, { egress: [{ host: 'db.example', port: bad.port, tcp: true }] })
    expect(await errorOf(other.serve({ host: 'db.example', tls: true })[1].stream)).toMatchObject({
      code: 'vendor_tls'
    })
    expect(serve).toBeDefined()
  })
})
