/** What of a tree has a text in it. */
import { hasHandle } from './handles.ts'
import type { Json } from './json.ts'
import { keyText, type Key } from './paths.ts'
import { idBelow, pathOf, type Node } from './rows.ts'

/** How a search limits rows: to the nodes that match, and those on the way to them. */
export interface Found {
  /** By id, of matches. */
  hits: ReadonlySet<string>
  /** By id, of what has a match somewhere inside. */
  above: ReadonlySet<string>
  /** Whether there were more than are told. */
  more: boolean
}

/** More matches than this are not told apart. */
const MOST_HITS = 2_000

/** Looks for a text in keys and values, without regard to case; or for the path that it begins. */
export function search(top: readonly Node[], query: string): Found {
  const one = new Search(query)
  for (const node of top) one.visitTop(node)
  return { hits: one.hits, above: one.above, more: one.full }
}

/** Walks the values themselves: it sees everything, and nodes are made only of what a person sees. */
class Search {
  readonly hits = new Set<string>()
  readonly above = new Set<string>()
  readonly #pattern: RegExp
  /** What was typed as a path, in lower case; undefined where it is none. */
  readonly #path: string | undefined
  /** The keys from the topmost node to where the walk is. */
  readonly #keys: Key[] = []
  #top = ''

  constructor(query: string) {
    this.#pattern = new RegExp(query.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`), 'iu')
    const path = query.toLowerCase().replace(/^\{\{\s*|\s*\}\}$/g, '')
    this.#path = /[.[]/.test(path) ? path : undefined
  }

  get full(): boolean {
    return this.hits.size >= MOST_HITS
  }

  visitTop(node: Node): void {
    this.#top = node.id
    const name = node.key === undefined ? node.source.label : String(node.key)
    const path = this.#path === undefined ? '' : pathOf(node).toLowerCase()
    this.#visit(name, node.value, path, Math.max(0, path.length - name.length))
  }

  /**
   * @param path that leads here, where a path is looked for
   * @param last where its last key begins
   */
  #visit(name: string, value: Json | undefined, path: string, last: number): void {
    if (this.full) return
    if (this.#ends(path, last) || this.#pattern.test(name) || this.#shows(value)) this.#hit()
    if (typeof value !== 'object' || value === null) return
    for (const name of Object.keys(value)) {
      const key = Array.isArray(value) ? Number(name) : name
      this.#keys.push(key)
      const inner = (value as { [key: string]: Json })[name]
      const below = this.#path === undefined ? '' : path + keyText(key).toLowerCase()
      this.#visit(name, inner, below, path.length)
      this.#keys.pop()
    }
  }

  /** Whether the path has what is looked for from the beginning of a key on, up to or into its last one. */
  #ends(path: string, last: number): boolean {
    const wanted = this.#path
    if (wanted === undefined) return false
    const at = path.lastIndexOf(wanted)
    return (
      at !== -1 &&
      at + wanted.length > last + 1 &&
      (at === 0 || /[.[]/.test(path.charAt(at - 1)) || /^[.[]/.test(wanted))
    )
  }

  #shows(value: Json | undefined): boolean {
    if (typeof value === 'string') return this.#pattern.test(hasHandle(value) ? withoutTails(value) : value)
    return (typeof value === 'number' || typeof value === 'boolean') && this.#pattern.test(String(value))
  }

  #hit(): void {
    let id = this.#top
    for (const key of this.#keys) {
      this.above.add(id)
      id = idBelow(id, key)
    }
    this.hits.add(id)
  }
}

/** Nobody looks for the random tail of a handle. */
function withoutTails(text: string): string {
  return text.replace(/(bhdl\.[a-z0-9_-]{1,40}\.[a-z0-9_-]{1,40})\.[0-9a-hjkmnp-tv-z]{26}/g, '$1')
}
