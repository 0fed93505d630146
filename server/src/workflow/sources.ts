/** Where secrets come from: the paths that bindings and secret props read. They are protected at their source (I1). */
import type { Path } from './mistakes.ts'
import { dynamicParts, references, type Expression, type PlannedValue, type Reference } from './references.ts'
import type { MadeItems } from './template-parts.ts'

/** A value that is secret where it first appears, because something uses it as a credential. */
export interface SecretSource {
  /** What in each element of the list at `path` is secret, for what an `each` goes over; undefined elsewhere. */
  item?: readonly (string | number)[]
  /** As in `Reference.path`: `['trigger', 'event', 'body', 'token']`, `['fetch', '$return_value', 'token']`. */
  path: readonly (string | number)[]
  /** The app whose credential it is. For a secret prop: the action's app, or `event` where it has none. */
  app: string
  /** The credential field, or the prop. */
  field: string
  /** The step that uses it. */
  step: string
  /** What uses it: a `runtime` binding, or an input that the action declares secret. */
  use: 'binding' | 'prop'
}

/** A reference that is a part of what a store is asked for. */
export interface Lookup {
  /** Where it reads; for an item of an `each`, where the list is. */
  path: readonly (string | number)[]
  /** As it is written. */
  source: string
  at: Path
  /** Whose exports it chooses. */
  step?: string
}

/** Where the items of an `each` come from. */
export interface ItemSource {
  /** The lists whose elements they are; absent where an expression could have made them of anything that it read. */
  lists?: readonly SecretSource['path'][]
  /** What the fields of items are made of, where an expression made them of the elements of lists. */
  fields?: { of: readonly SecretSource['path'][]; made: MadeItems['fields'] }
  /** Everything that has a say in what they are. */
  reads: readonly SecretSource['path'][]
  /** Where the list stands that an expression made. */
  made?: SecretSource['path']
}

/** A source with the place in the definition that it comes from. */
interface Found {
  source: SecretSource
  at: Path
  /** Whether much becomes a secret because it is not plain to see what of it is the credential. */
  guessed?: true
}

/** Collects secret sources while a plan is made, with the place in the definition that each comes from. */
export class Sources {
  readonly #found: Found[] = []
  readonly #lookups: Lookup[] = []
  readonly #variables: Readonly<Record<string, unknown>>
  #items: ItemSource | undefined

  /** @param variables the declared ones, as they are written */
  constructor(variables: Readonly<Record<string, unknown>> = {}) {
    this.#variables = variables
  }

  add(value: PlannedValue, at: Path, use: Omit<SecretSource, 'path' | 'item'>): void {
    for (const { path, item, env } of references(value)) {
      if (item === true) this.#addItem(path.slice(1), at, use)
      else if (env !== true) this.#found.push({ source: { path, ...use }, at })
    }
    for (const part of dynamicParts(value)) this.#addChoice(part, at)
  }

  /** What reads the event and other things as well takes a credential of those by what a caller sent. */
  #addChoice(part: Reference | Expression, at: Path): void {
    const reads = part.kind === 'expression' ? part.reads : [part]
    const origins = reads.flatMap(({ path, item, env, source }) => {
      if (env === true) return isSecretVariable(this.#variables, String(path[0])) ? [{ path, source }] : []
      if (item !== true) return [{ path, source }]
      return (this.#items?.reads ?? []).map((from) => ({ path: from, source }))
    })
    const sent = origins.filter(({ path }) => isEvent(path))
    if (origins.some(({ path }) => path[0] !== 'trigger')) this.#lookups.push(...sent.map((one) => ({ ...one, at })))
  }

  #addItem(item: SecretSource['path'], at: Path, use: Omit<SecretSource, 'path' | 'item'>): void {
    if (this.#items === undefined) return
    const { lists, reads, made, fields } = this.#items
    const [name] = item
    const field = name === undefined ? undefined : fields?.made.get(String(name))
    if (fields !== undefined && field !== undefined) this.#addField(fields.of, field, item, { at, use })
    else
      for (const path of lists ?? reads) {
        const source = { path, ...use }
        this.#found.push(lists === undefined ? { source, at, guessed: true } : { source: { ...source, item }, at })
      }
    // An expression may have put together what was apart before.
    if (made !== undefined) this.#found.push({ source: { path: made, item, ...use }, at })
  }

  /** An item's field, by what it was made of. */
  #addField(
    lists: readonly SecretSource['path'][],
    { reads, whole }: { reads: readonly Reference[]; whole: boolean },
    item: SecretSource['path'],
    { at, use }: { at: Path; use: Omit<SecretSource, 'path' | 'item'> }
  ): void {
    for (const { path, env, element } of reads) {
      if (env === true) continue
      const down = whole ? [...path, ...item.slice(1)] : path
      const sources = element === true ? lists.map((list) => ({ path: list, item: down })) : [{ path: down }]
      for (const source of sources) this.#found.push({ source: { ...source, ...use }, at })
    }
  }

  /** From here on items come from there; undefined: there are none. */
  goOver(items: ItemSource | undefined): void {
    this.#items = items
  }

  /**
   * Notes what says which secret a store is asked for.
   * @param step of a step that reads other things, too: it counts where a binding uses what the step leaves
   */
  addLookup(value: PlannedValue, at: Path, step?: string): void {
    for (const { path, source, item, env } of references(value)) {
      if (env === true) continue
      for (const from of item === true ? (this.#items?.reads ?? [path]) : [path]) {
        this.#lookups.push({ path: from, source, at, ...(step === undefined ? {} : { step }) })
      }
    }
  }

  /**
   * References that choose among a store's secrets. What a step was asked to find is one of them where a binding uses
   * what it leaves, or another that is one reads it.
   */
  get lookups(): readonly Lookup[] {
    const chosen = new Set<Lookup>()
    const reached = new Set(this.#found.map(({ source }) => String(source.path[0])))
    for (let before = -1; before < chosen.size;) {
      before = chosen.size
      for (const lookup of this.#lookups) {
        if (lookup.step !== undefined && !reached.has(lookup.step)) continue
        chosen.add(lookup)
        reached.add(String(lookup.path[0]))
      }
    }
    return this.#lookups.filter((lookup) => chosen.has(lookup))
  }

  get found(): readonly Found[] {
    return this.#found
  }

  /** Those that the trigger's event brings. */
  ofEvent(): SecretSource[] {
    return this.#found.map(({ source }) => source).filter(({ path }) => isEvent(path))
  }

  /** Those that steps leave, by step. */
  ofExports(): ReadonlyMap<string, readonly SecretSource[]> {
    const steps = this.#found.map(({ source }) => source).filter(({ path }) => path[0] !== 'trigger')
    return Map.groupBy(steps, ({ path }) => String(path[0]))
  }
}

/** A variable that is not written out, but names a secret of the environment. */
export function isSecretVariable(variables: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(variables, name) && typeof variables[name] === 'object'
}

/** Whether a path of a reference reads the trigger's event. */
export function isEvent(path: readonly (string | number)[]): boolean {
  return path[0] === 'trigger' && path[1] === 'event'
}
