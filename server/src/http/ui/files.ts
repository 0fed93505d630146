/**
 * The files of the built page. They are listed once for each build, so that a path of a request is only ever looked up among them and
 * never leads to a file by itself.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2'
}

/** What the build compresses beforehand, best first (`web/scripts/precompress.ts`). */
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' }
] as const

type Encoding = (typeof ENCODINGS)[number]['name']

interface BuiltFile {
  path: string
  type: string
  /** Its name changes with what is in it. */
  hashed: boolean
  /** Paths of it as compressed by the build. */
  compressed: Partial<Record<Encoding, string>>
}

/** A file as it is sent. */
export interface Content {
  bytes: Buffer
  type: string
  hashed: boolean
  encoding: Encoding | undefined
  /** Whether it would be another for other callers. */
  varies: boolean
  etag: string
}

interface Build {
  stamp: string
  index: string
  files: ReadonlyMap<string, BuiltFile>
}

export class UiFiles {
  readonly #folder: string
  #build: Build | undefined

  /** @param folder what the build writes; it may not be there yet, and may be built again at any time */
  constructor(folder: string) {
    this.#folder = folder
  }

  /** The page itself, as the build left it; undefined where nothing was built. */
  async index(): Promise<string | undefined> {
    return (await this.#latest())?.index
  }

  /**
   * A file by its path in a URL (`assets/index-B3x.js`), in the best encoding that is accepted; undefined where there is none.
   * @param accepted the names of an `accept-encoding` header
   */
  async file(path: string, accepted: ReadonlySet<string>): Promise<Content | undefined> {
    const file = (await this.#latest())?.files.get(path)
    if (file === undefined) return undefined
    const encoding = ENCODINGS.find(({ name }) => accepted.has(name) && file.compressed[name] !== undefined)?.name
    const bytes = await readFile((encoding && file.compressed[encoding]) ?? file.path).catch(() => undefined)
    if (bytes === undefined) return undefined
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
    const varies = Object.keys(file.compressed).length > 0
    return { bytes, type: file.type, hashed: file.hashed, encoding, varies, etag }
  }

  /** The build that is there now; a new one is noticed by the times of the page and of the folder of its files. */
  async #latest(): Promise<Build | undefined> {
    const index = join(this.#folder, 'index.html')
    const times = await Promise.all([index, join(this.#folder, 'assets')].map(changedAt))
    if (times[0] === undefined) return (this.#build = undefined)
    const stamp = times.join(' ')
    if (this.#build?.stamp !== stamp) {
      const [text, files] = await Promise.all([readFile(index, 'utf8'), listed(this.#folder)])
      this.#build = { stamp, index: text, files }
    }
    return this.#build
  }
}

async function changedAt(path: string): Promise<bigint | undefined> {
  return stat(path, { bigint: true }).then(
    ({ mtimeNs }) => mtimeNs,
    () => undefined
  )
}

async function listed(folder: string): Promise<Map<string, BuiltFile>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const all = new Set(paths)
  return new Map(
    paths.flatMap((path) => {
      const type = TYPES[extname(path)]
      if (type === undefined) return []
      const name = path.slice(folder.length + 1).replaceAll(sep, '/')
      const forms = ENCODINGS.flatMap(({ name, ending }) => (all.has(path + ending) ? [[name, path + ending]] : []))
      const compressed = Object.fromEntries(forms) as BuiltFile['compressed']
      return [[name, { path, type, hashed: name.startsWith('assets/'), compressed }]]
    })
  )
}
