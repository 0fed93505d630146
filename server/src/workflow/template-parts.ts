/** What a template is made of besides text: what its braces say. */

export interface Reference {
  kind: 'reference'
  /** Without the leading `steps` or `env`: `['trigger', 'event', 'body', 'id']`. Empty only where an expression reads all. */
  path: readonly (string | number)[]
  /** Whether it starts with the name of an item of an `each`: `['item', 'token']`. */
  item?: true
  /** Whether an expression takes it apart, or hands it to a function that may. */
  apart?: true
  /** Whether it is a declared variable: `['REGION']` of `env.REGION`. */
  env?: true
  /** Whether it is of the element that a list's expression makes another one of; `path` begins there. */
  element?: true
  /** As written between the braces. */
  source: string
  /** Where it starts in its text, in UTF-16 units. */
  at: number
}

/** A list whose elements are new, each made of an element of other lists. */
export interface MadeItems {
  lists: readonly Reference[]
  /** What each field is made of; `whole`: it is the one thing that it reads, as it is. */
  fields: ReadonlyMap<string, { reads: readonly Reference[]; whole: boolean }>
}

/** JavaScript between the braces. Evaluated in a sandbox, before the value that it stands in is resolved. */
export interface Expression {
  kind: 'expression'
  /** As written between the braces. */
  source: string
  /** Where it starts in its text, in UTF-16 units. */
  at: number
  /**
   * Everything that it can read: of each, all below its path. Whoever evaluates it hands it this and nothing else, so
   * what was not seen here is not there (I1).
   */
  reads: readonly Reference[]
  /** Lists whose elements are this one's, as they are, for `each`; absent where they could be made of anything read. */
  elements?: readonly Reference[]
  /** The same for elements that are new; absent where it is not plain to see what they are made of. */
  made?: MadeItems
}
