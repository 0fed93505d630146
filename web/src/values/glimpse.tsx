/** A value in one line: what there is of it to see at a glance. */
import { isWithheld, lockOf } from './copying.ts'
import type { Json } from './json.ts'
import { Pieces } from './pieces.tsx'
import { LONG_TEXT, sizeOf } from './rows.ts'

interface GlimpseProps {
  value: Json | undefined
  query?: string
  /** Whether what is inside is shown below. */
  open?: boolean
  tabbable?: boolean
}

export function Glimpse({ value, query = '', open = false, tabbable = false }: GlimpseProps) {
  if (value === undefined) return <span className="text-ink-3 italic">no sample yet</span>
  if (value === null) return <span className="text-ink-3 italic">null</span>
  if (typeof value === 'string' && isWithheld(value)) return <span className="text-brass-ink italic">{value}</span>
  if (typeof value === 'string') {
    if (value === '') return <span className="text-ink-3 italic">empty text</span>
    return (
      <span className="text-ink-2">
        <Pieces text={value.replaceAll('\n', '↵')} query={query} most={LONG_TEXT} tabbable={tabbable} />
        {value.length > LONG_TEXT ? '…' : null}
      </span>
    )
  }
  if (typeof value !== 'object') {
    return (
      <span className="text-accent-ink">
        <Pieces text={String(value)} query={query} tabbable={tabbable} />
      </span>
    )
  }
  return open ? null : <span className="text-ink-3">{inside(value)}</span>
}

const MOST_KEYS = 6

/** The first keys of an object; how many items a list has. */
function inside(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? '[ ]' : `[ ${value.length.toLocaleString('en')} ]`
  const keys: string[] = []
  for (const key in value) {
    if (keys.length === MOST_KEYS) return `{ ${keys.join(', ')}, … }`
    keys.push(key.length > 30 ? `${key.slice(0, 30)}…` : key)
  }
  return keys.length === 0 ? '{ }' : `{ ${keys.join(', ')} }`
}

/** What a value is, in the words of the page. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return ''
  if (value === null) return 'null'
  const size = sizeOf(value).toLocaleString('en')
  if (Array.isArray(value)) return `list · ${size}`
  if (typeof value === 'object') return `object · ${size}`
  if (typeof value === 'string') return isWithheld(value) ? 'withheld' : lockOf(value) === undefined ? 'text' : 'secret'
  return typeof value === 'number' ? 'number' : 'true/false'
}
