/**
 * A value as a tree (WAI-ARIA tree pattern), of which only the rows in sight are made: `c` copies the active row's path, `shift+c`
 * its value, `enter` picks it.
 */
import { useVirtualizer } from '@tanstack/react-virtual'
import { Search } from 'lucide-react'
import {
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type Ref
} from 'react'
import { CONTROL } from '../ui/field.tsx'
import { copyText } from './copying.ts'
import { referenceText } from './paths.ts'
import { pathOf, type Node } from './rows.ts'
import { useSameScope } from './same-scope.ts'
import type { Source } from './scope.ts'
import { spoken, TreeRow, uncopyable, type Copied } from './tree-row.tsx'
import { useTree, type TreeState } from './use-tree.ts'

/** A tree as a field elsewhere steers it, that keeps the focus. */
export interface TreeHandle {
  /** Does what the key does in the tree. @returns whether it does anything */
  press: (key: string) => boolean
}

interface TreeProps {
  /** What is shown, each as a row of its own. */
  sources: readonly Source[]
  /** Shows what is in the only source, rather than a row for it. */
  inside?: boolean
  /** What it is, for screen readers. */
  label: string
  /** Whether paths can be copied and dragged: they mean something where the reader writes references. Default true. */
  paths?: boolean
  /** Called with the path of what is clicked or entered: `steps.trigger.event.body.id`. */
  onPick?: (path: string, node: Node) => void
  /** What is looked for, where that is typed elsewhere: there is no field for it here, and the active row is said. */
  query?: string
  /** Called with how many values have what is looked for. */
  onFound?: (count: number) => void
  /** Of the part that scrolls: give it a height, or the most that it may have. */
  className?: string
  ref?: Ref<TreeHandle>
}

const ROW = 26

export function Tree(props: TreeProps) {
  const { sources, inside = false, label, paths = true, onPick, onFound, ref } = props
  const { className = 'max-h-96' } = props
  const [typed, setTyped] = useState('')
  const query = (props.query ?? typed).trim()
  const tree = useTree(useSameScope(sources), inside, query)
  const { rows, active, found } = tree
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [keyed, setKeyed] = useState(false)
  const [focused, setFocused] = useState(props.query !== undefined)
  const { copied, said, copy } = useCopied()
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.node.id ?? index,
    overscan: 12
  })

  useEffect(() => {
    if (found !== undefined) onFound?.(found.hits.size)
  }, [found, onFound])

  const move = (place: number): void => {
    tree.go(place)
    virtual.scrollToIndex(Math.max(0, Math.min(rows.length - 1, place)))
  }
  const pick = (node: Node): void => onPick?.(pathOf(node), node)
  const press = (key: string): boolean => {
    setKeyed(true)
    return steer(key, {
      tree,
      move,
      page: Math.floor((scroller.current?.clientHeight ?? 300) / ROW),
      ...(onPick && { pick })
    })
  }
  useImperativeHandle(ref, () => ({ press }))

  function onKeyDown(event: KeyboardEvent): void {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const node = rows[active]?.node
    if (event.key.toLowerCase() === 'c' && node !== undefined) {
      setKeyed(true)
      copy(node, event.shiftKey ? 'value' : 'path', paths)
    } else if (!press(event.key)) return
    event.preventDefault()
    event.stopPropagation()
  }
  /** A text that is open is there to be read and selected. */
  function onClick({ target }: MouseEvent): void {
    const index = Number(
      target instanceof Element && target.closest<HTMLElement>('[data-text], [data-index]')?.dataset['index']
    )
    const row = rows[index]
    if (row === undefined) return
    tree.go(index)
    if (onPick !== undefined) pick(row.node)
    else if (row.open !== undefined) tree.toggle(row.node)
  }
  const activeRow = rows[active] === undefined ? {} : { 'aria-activedescendant': `${id}-${active}` }

  return (
    <div
      className="flex min-h-0 min-w-0 flex-col gap-1.5"
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(props.query !== undefined)}
    >
      {props.query === undefined ? (
        <SearchField
          {...{ label, typed, controls: id, activeRow, press }}
          onType={setTyped}
          count={found === undefined ? undefined : found.hits.size}
          more={found?.more === true}
        />
      ) : null}
      <div
        ref={scroller}
        role="tree"
        id={id}
        tabIndex={0}
        aria-label={label}
        {...activeRow}
        onKeyDown={onKeyDown}
        onClick={onClick}
        onFocus={(event) => setKeyed(event.currentTarget.matches(':focus-visible'))}
        onBlur={() => setKeyed(false)}
        {...(keyed ? { 'data-keys': '' } : {})}
        className={`group/tree overflow-auto rounded-md py-0.5 focus-visible:-outline-offset-2 ${className}`}
      >
        <div role="presentation" className="relative w-full" style={{ height: `${virtual.getTotalSize()}px` }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            const { node } = row
            return (
              <div
                key={node.id}
                ref={virtual.measureElement}
                data-index={index}
                role="presentation"
                className="absolute top-0 left-0 w-full"
                style={{ transform: `translateY(${start}px)` }}
              >
                <TreeRow
                  row={row}
                  id={`${id}-${index}`}
                  active={index === active && focused}
                  query={query}
                  paths={paths}
                  copied={copied?.id === node.id ? copied.what : undefined}
                  onToggle={() => tree.toggle(node)}
                  clickable={onPick !== undefined || row.open !== undefined}
                  onCopy={(what) => copy(node, what, paths)}
                />
              </div>
            )
          })}
        </div>
        {rows.length === 0 ? (
          <p className="px-3 py-4 text-sm text-ink-3">
            {query === '' ? 'There is nothing in it.' : 'No key and no value has this in it.'}
          </p>
        ) : null}
      </div>
      <span role="status" className="sr-only">
        {said !== '' || props.query === undefined || rows[active] === undefined ? said : spoken(rows[active])}
      </span>
    </div>
  )
}

interface Steering {
  tree: TreeState
  move: (place: number) => void
  pick?: (node: Node) => void
  /** How many rows are in sight. */
  page: number
}

/** @returns whether the key does anything here */
function steer(key: string, { tree, move, pick, page }: Steering): boolean {
  const { rows, active } = tree
  const row = rows[active]
  if (row === undefined) return false
  switch (key) {
    case 'ArrowDown':
      move(active + 1)
      return true
    case 'ArrowUp':
      move(active - 1)
      return true
    case 'PageDown':
      move(active + page)
      return true
    case 'PageUp':
      move(active - page)
      return true
    case 'Home':
      move(0)
      return true
    case 'End':
      move(rows.length - 1)
      return true
    case 'ArrowRight':
      if (row.open === false) tree.toggle(row.node)
      else if (row.open === true && rows[active + 1]?.node.parent === row.node) move(active + 1)
      return true
    case 'ArrowLeft':
      if (row.open === true) tree.toggle(row.node)
      else if (row.node.parent !== undefined) move(rows.findIndex(({ node }) => node.id === row.node.parent?.id))
      return true
    case 'Enter':
      if (pick !== undefined) pick(row.node)
      else if (row.open !== undefined) tree.toggle(row.node)
      return true
    case ' ':
      if (row.open !== undefined) tree.toggle(row.node)
      return true
    case '*':
      tree.openSiblings()
      return true
    default:
      return false
  }
}

interface SearchProps {
  label: string
  typed: string
  onType: (text: string) => void
  controls: string
  activeRow: { 'aria-activedescendant'?: string }
  press: (key: string) => boolean
  /** How many matches there are; undefined while nothing is looked for. */
  count: number | undefined
  more: boolean
}

/** Keeps the focus while the arrow keys go through what it found. */
function SearchField({ label, typed, onType, controls, activeRow, press, count, more }: SearchProps) {
  return (
    <div className="relative">
      <Search className="pointer-events-none absolute top-2 left-2 size-3.5 text-ink-3" aria-hidden="true" />
      <input
        type="text"
        role="combobox"
        aria-label={`Search ${label}`}
        aria-expanded="true"
        aria-haspopup="tree"
        aria-controls={controls}
        aria-autocomplete="list"
        {...activeRow}
        placeholder="Search keys and values"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => onType(event.target.value)}
        onKeyDown={(event) => {
          const { key } = event
          if (key === 'Escape' && typed !== '') onType('')
          else if (!PASSED_ON.has(key) || !press(key)) return
          event.preventDefault()
          event.stopPropagation()
        }}
        className={`${CONTROL} h-7.5 pr-24 pl-7`}
      />
      <span role="status" className="pointer-events-none absolute top-1.5 right-2.5 text-xs text-ink-3">
        {count === undefined ? '' : `${count.toLocaleString('en')}${more ? '+' : ''} found`}
      </span>
    </div>
  )
}

/** Keys that mean nothing in a field of one line. */
const PASSED_ON = new Set(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Enter'])

interface Copies {
  copied: { id: string; what: Copied } | undefined
  /** What a screen reader is told. */
  said: string
  copy: (node: Node, what: Copied, paths: boolean) => void
}

function useCopied(): Copies {
  const [copied, setCopied] = useState<Copies['copied']>()
  const [said, setSaid] = useState('')
  useEffect(() => {
    if (copied === undefined) return
    const timer = setTimeout(() => setCopied(undefined), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  const copy: Copies['copy'] = (node, what, paths) => {
    if (what === 'path' && !paths) return
    const why = what === 'value' ? uncopyable(node.value) : undefined
    const text = what === 'path' ? referenceText(pathOf(node)) : copyText(node.value ?? null)
    if (why !== undefined || text === undefined) return setSaid(why ?? '')
    void navigator.clipboard.writeText(text).then(() => {
      setCopied({ id: node.id, what })
      setSaid(what === 'path' ? `Copied ${text}` : 'Value copied')
    })
  }
  return { copied, said, copy }
}
