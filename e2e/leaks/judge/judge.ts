/**
 * The judge: knows the secrets of some runs, looks at everything that was written or shown, and says what it should not
 * have found there. A judge who knows nothing has nothing to say, so suites assert what it knows, too.
 */
import { Needles, SHORTEST } from '../search/needles.ts'
import { search } from '../search/search.ts'
import { wholeValuesIn } from '../search/whole-values.ts'

export interface Leak {
  /** The secret's name; the run is part of it. */
  secret: string
  /** The place of the manifest, and which one of its kind. */
  place: string
  /** How it was written there: `in clear`, `json > base64`. */
  written: string
  excerpt: string
}

export class Judge {
  readonly #needles = new Needles()
  readonly #short = new Map<string, string>()
  readonly #leaks = new Map<string, Leak>()
  #known = 0

  /** How many secrets it knows. */
  get known(): number {
    return this.#known
  }

  get leaks(): readonly Leak[] {
    return [...this.#leaks.values()]
  }

  knows({ name, value }: { name: string; value: string }): void {
    this.#known++
    if (value.length < SHORTEST) this.#short.set(value, name)
    else this.#needles.add(name, value)
  }

  /** Looks at a document, a stream, an answer or a part of a file. */
  examine(place: string, bytes: Buffer): void {
    for (const { name, through, excerpt } of search(this.#needles, bytes)) {
      this.#add({ secret: name, place, written: through.join(' > ') || 'in clear', excerpt })
    }
  }

  /** Looks at the values of a JSON document: short secrets count where they stand as a whole value. */
  examineValues(place: string, text: string): void {
    if (this.#short.size === 0) return
    for (const secret of wholeValuesIn(text, this.#short)) {
      this.#add({ secret, place, written: 'as a whole value', excerpt: text.slice(0, 200) })
    }
  }

  /** One report for a secret in a place is enough. */
  #add(leak: Leak): void {
    const key = `${leak.secret}\n${leak.place}`
    if (!this.#leaks.has(key)) this.#leaks.set(key, leak)
  }
}

/** Leaks as people read them. */
export function report(leaks: readonly Leak[]): string {
  const lines = leaks
    .slice(0, 20)
    .map(({ secret, place, written, excerpt }) => `${place}: ${secret}, ${written}\n    ${excerpt}`)
  const more = leaks.length > lines.length ? [`… and ${leaks.length - lines.length} more`] : []
  return [`${leaks.length} leaks`, ...lines, ...more].join('\n  ')
}
