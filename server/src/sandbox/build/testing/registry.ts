/** A stand-in for an npm registry on the loopback: packages are made of texts, and what was asked of it is counted. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

export interface MadePackage {
  name: string
  version: string
  /** More of its `package.json`: `main`, `exports`, `dependencies`, `scripts`. */
  json?: Record<string, unknown>
  /** By path in the package. */
  files?: Readonly<Record<string, string>>
  /** Links in the archive: path → what it points to. */
  links?: Readonly<Record<string, string>>
  /** What the registry says of its archive, instead of the truth. */
  dist?: Readonly<Record<string, string>>
}

export interface StandInRegistry {
  /** With a slash at its end. */
  url: string
  /** Paths that were asked for. */
  asked: string[]
  /** `authorization` headers that came. */
  tokens: (string | undefined)[]
  publish(...packages: MadePackage[]): void
  /** Refuses connections from now on. */
  close(): Promise<void>
}

export async function startRegistry(): Promise<StandInRegistry> {
  const packages = new Map<string, MadePackage[]>()
  const asked: string[] = []
  const tokens: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    tokens.push(request.headers.authorization)
    answer(request, response, packages)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    tokens,
    publish: (...made) => {
      for (const each of made) packages.set(each.name, [...(packages.get(each.name) ?? []), each])
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

function answer(request: IncomingMessage, response: ServerResponse, packages: Map<string, MadePackage[]>): void {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`)
  const path = decodeURIComponent(url.pathname.slice(1))
  const send = (status: number, body: string | Buffer): void => {
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'application/json' : 'application/gzip' })
    response.end(body)
  }
  if (path === '-/v1/search') return send(200, JSON.stringify({ objects: found(url, packages) }))
  const archive = /^(.+)\/-\/.+-(\d+\.\d+\.\d+[^/]*)\.tgz$/.exec(path)
  const versions = packages.get(archive?.[1] ?? path)
  if (versions === undefined) return send(404, '{"error":"not found"}')
  if (archive === null) return send(200, JSON.stringify(packument(versions, url.origin)))
  const made = versions.find(({ version }) => version === archive[2])
  return made === undefined ? send(404, '{}') : send(200, tarballOf(made))
}

function found(url: URL, packages: Map<string, MadePackage[]>): object[] {
  const words = (url.searchParams.get('text') ?? '').split(/\s+/).filter((word) => !word.startsWith('keywords:'))
  return [...packages.values()].flatMap((versions) => {
    const last = versions.at(-1)
    if (last === undefined || !words.every((word) => last.name.includes(word))) return []
    return [{ package: { name: last.name, version: last.version, description: `${last.name}, made for a test` } }]
  })
}

function packument(versions: readonly MadePackage[], origin: string): object {
  const [{ name } = { name: '' }] = versions
  return {
    name,
    'dist-tags': { latest: versions.at(-1)?.version },
    versions: Object.fromEntries(versions.map((made) => [made.version, manifest(made, origin)]))
  }
}

function manifest(made: MadePackage, origin: string): object {
  const { name, version, json = {}, dist = {} } = made
  const integrity = `sha512-${createHash('sha512').update(tarballOf(made)).digest('base64')}`
  const tarball = `${origin}/${name}/-/${name.split('/').at(-1)}-${version}.tgz`
  return { name, version, ...json, dist: { tarball, integrity, ...dist } }
}

const tarballs = new WeakMap<MadePackage, Buffer>()

function tarballOf(made: MadePackage): Buffer {
  const tarball = tarballs.get(made) ?? packed(made)
  tarballs.set(made, tarball)
  return tarball
}

function packed({ name, version, json = {}, files = {}, links = {} }: MadePackage): Buffer {
  const all = { 'package.json': JSON.stringify({ name, version, ...json }), ...files }
  const entries = Object.entries(all).map(([path, text]) => entry(`package/${path}`, Buffer.from(text), '0'))
  const linked = Object.entries(links).map(([path, to]) => entry(`package/${path}`, Buffer.alloc(0), '2', to))
  return gzipSync(Buffer.concat([...entries, ...linked, Buffer.alloc(1024)]))
}

/** https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06 */
function entry(path: string, body: Buffer, type: '0' | '2', link = ''): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0)
  header.write('0000644\0', 100)
  header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(link, 157)
  header.write('ustar\x0000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512)])
}
