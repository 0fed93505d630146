import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Pieces } from './pieces.tsx'

/** More than this at once is slow to lay out. */
const PAGE = 20_000

/** A long text with its lines, page by page. */
export function LongText({ text, query = '', className = '' }: { text: string; query?: string; className?: string }) {
  const [most, setMost] = useState(PAGE)
  const rest = text.length - most
  return (
    <div className={`flex flex-col items-start gap-1.5 ${className}`}>
      <div className="max-h-80 w-full overflow-auto rounded-md bg-sunken px-2.5 py-2 font-mono text-xs leading-5 whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">
        <Pieces text={text} query={query} most={most} />
        {rest > 0 ? '…' : null}
      </div>
      {rest > 0 ? (
        <Button size="small" onClick={() => setMost(most + Math.max(PAGE, most))}>
          Show more ({rest.toLocaleString('en')} characters left)
        </Button>
      ) : null}
    </div>
  )
}
