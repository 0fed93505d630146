/** What is open, found and active in a tree. */
import { useDeferredValue, useMemo, useState } from 'react'
import { childrenOf, firstOpen, opens, rowsOf, topNodes, type Node, type Row } from './rows.ts'
import type { Source } from './scope.ts'
import { search, type Found } from './search.ts'

export interface TreeState {
  rows: readonly Row[]
  found: Found | undefined
  /** The place of the active row; -1 where there are none. */
  active: number
  /** Makes the row at a place the active one, within bounds. */
  go(place: number): void
  toggle(node: Node): void
  /** Opens all siblings of the active row. */
  openSiblings(): void
}

/** @param inside whether what is in the only source is shown, rather than the source */
export function useTree(sources: readonly Source[], inside: boolean, typed: string): TreeState {
  const query = useDeferredValue(typed.trim())
  const top = useMemo(() => topNodes(sources, inside), [sources, inside])
  const found = useMemo(() => (query === '' ? undefined : search(top, query)), [top, query])
  const [opened, setOpened] = useState(() => firstOpen(top))
  // While something is looked for, the way to it is open, and what a person toggles is of that search alone.
  const [toggled, setToggled] = useState<{ query: string; ids: ReadonlySet<string> }>({ query: '', ids: new Set() })
  const open = query === '' ? opened : toggled.query === query ? toggled.ids : NONE
  const rows = useMemo(() => rowsOf(top, open, found), [top, open, found])
  const [activeId, setActiveId] = useState<string>()
  const active = useMemo(() => activePlace(rows, activeId, found), [rows, activeId, found])

  const change = (nodes: readonly Node[], how: 'toggle' | 'open'): void => {
    const next = new Set(open)
    for (const { id } of nodes) if (!next.delete(id) || how === 'open') next.add(id)
    if (query === '') setOpened(next)
    else setToggled({ query, ids: next })
  }
  return {
    rows,
    found,
    active,
    go: (place) => setActiveId(rows[Math.max(0, Math.min(rows.length - 1, place))]?.node.id),
    toggle: (node) => change([node], 'toggle'),
    openSiblings: () => {
      const parent = rows[active]?.node.parent
      if (query === '') change((parent === undefined ? top : childrenOf(parent)).filter(opens), 'open')
    }
  }
}

const NONE: ReadonlySet<string> = new Set()

/** The row that was active, or else the first match, or the first row. */
function activePlace(rows: readonly Row[], id: string | undefined, found: Found | undefined): number {
  const same = id === undefined ? -1 : rows.findIndex(({ node }) => node.id === id)
  if (same !== -1 || rows.length === 0) return same
  if (found === undefined) return 0
  return Math.max(
    0,
    rows.findIndex(({ node }) => found.hits.has(node.id))
  )
}
